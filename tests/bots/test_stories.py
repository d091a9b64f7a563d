"""Every story plays out, and every complaint of the peers' users has one."""

import pytest

from tests.support.stories import Story, play, stories

pytestmark = pytest.mark.usefixtures("loaded_city")
ALL = stories()
ELSEWHERE = {
    6: "tests/bots/test_sequences.py: the memory stays below 8 KB, so that loading it takes constant time",
    8: "tests/faults/test_callbacks.py: with the real limits no callback takes longer than four and a half seconds",
    11: "tests/faults/test_callbacks.py: a repeat after a restart gets the first answer",
    13: "tests/services/items/search/test_matcher.py: two thousand items; benchmarks.bot: five thousand",
}
"""Complaints that no single conversation shows."""


@pytest.mark.parametrize("story", ALL, ids=[story.name for story in ALL])
async def test_a_story_plays_out(story: Story) -> None:
    await play(story)


def test_every_complaint_of_the_peers_users_has_a_story() -> None:
    assert {story.complaint for story in ALL} - {0} | set(ELSEWHERE) == set(range(1, 18))


def test_no_two_stories_have_the_same_name() -> None:
    assert len({story.name for story in ALL}) == len(ALL)
