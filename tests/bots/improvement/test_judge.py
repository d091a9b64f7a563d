"""A question is judged as the bot would, and nothing is remembered of it."""

import pytest

from bots.improvement.judge import PipelineJudge
from tests.support.bot_chat import the_pipeline


@pytest.mark.usefixtures("loaded_city")
def test_what_would_be_done_and_what_may_be_meant() -> None:
    judge = PipelineJudge(the_pipeline())
    found = judge.judge("身份证丢了怎么补办")
    assert (found.kind, found.action) == ("item", "answer")
    assert found.answered == (found.candidates[0].code,)
    assert found.candidates[0].name == "居民身份证补领"
    nothing = judge.judge("红烧肉怎么做")
    assert nothing.answered == ()
    assert nothing.action == "reject"
