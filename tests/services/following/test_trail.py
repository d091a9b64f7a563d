"""Every change of a petition is given to a follower, however it stops in between."""

from datetime import timedelta

from services.following import trail
from services.petitions.centre_commands import Accept
from tests.support.following import Ground
from tests.support.following import a_ground as a_ground  # noqa: PLC0414 - a fixture, imported by name
from tests.support.petitions import AGENT, a_draft


async def test_a_change_is_given_once_to_a_follower_that_runs_on(a_ground: Ground) -> None:
    filed = await a_ground.service.file(a_draft())
    follower = a_ground.a_trail("one")
    look = await follower.look()
    await follower.done(look)
    assert [one.number for one in look.petitions] == [filed.number]
    assert (await follower.look()).petitions == ()
    # When it changes again, then it is given again
    await a_ground.service.perform(filed.number, Accept(), by=AGENT)
    assert [one.revision for one in (await follower.look()).petitions] == [2]


async def test_work_that_was_not_done_is_given_again(a_ground: Ground) -> None:
    await a_ground.service.file(a_draft())
    first = await a_ground.a_trail("one").look()
    a_ground.clock.advance(timedelta(hours=5))
    again = await a_ground.a_trail("one").look()
    assert first.petitions == again.petitions != ()


async def test_a_change_that_becomes_visible_late_is_still_seen(a_ground: Ground) -> None:
    # Given a follower that has come to this moment
    follower = a_ground.a_trail("one")
    await a_ground.service.file(a_draft())
    await follower.done(await follower.look())
    # When a change appears that bears an earlier moment
    a_ground.clock.advance(-timedelta(seconds=90))
    late = await a_ground.service.file(a_draft(key="draft-2"))
    a_ground.clock.advance(timedelta(seconds=100))
    # Then it is given all the same, by this process and by a new one
    assert [one.number for one in (await follower.look()).petitions] == [late.number]
    assert late.number in {one.number for one in (await a_ground.a_trail("one").look()).petitions}


async def test_followers_do_not_disturb_each_other(a_ground: Ground) -> None:
    await a_ground.service.file(a_draft())
    one, two = a_ground.a_trail("one"), a_ground.a_trail("two")
    await one.done(await one.look())
    assert len((await two.look()).petitions) == 1


async def test_a_backlog_is_worked_off_in_portions_also_when_all_changed_in_one_moment(a_ground: Ground) -> None:
    count = trail.PORTION + 20
    for number in range(count):
        await a_ground.service.file(a_draft(key=f"draft-{number}"))
    follower, seen = a_ground.a_trail("one"), set[str]()
    while petitions := (look := await follower.look()).petitions:
        assert len(petitions) <= trail.PORTION
        seen |= {one.id for one in petitions}
        await follower.done(look)
    assert len(seen) == count
