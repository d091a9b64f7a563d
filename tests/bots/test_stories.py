"""Every story plays out, and every complaint of the peers' users has one."""

import pytest

from tests.support.stories import Story, play, stories

pytestmark = pytest.mark.usefixtures("loaded_city")
ALL = stories()
ELSEWHERE = {
    6: "tests/bots/test_sequences.py: the memory stays below 8 KB",
    8: "tests/channels: a callback is answered by 4.5 s whatever hangs",
    11: "tests/channels: a repeated MsgId gets the same answer, after a restart too",
    13: "tests/services/items/search: ranking among thousands of items",
}
"""Complaints that no single conversation shows."""


@pytest.mark.parametrize("story", ALL, ids=[story.name for story in ALL])
async def test_a_story_plays_out(story: Story) -> None:
    await play(story)


def test_every_complaint_of_the_peers_users_has_a_story() -> None:
    assert {story.complaint for story in ALL} - {0} | set(ELSEWHERE) == set(range(1, 18))


def test_no_two_stories_have_the_same_name() -> None:
    assert len({story.name for story in ALL}) == len(ALL)
