"""First come, first served: one at a time for each name, nobody lost when somebody gives up."""

import asyncio

from channels.order import Order


async def _pass(order: Order, name: str, *, said: list[str], word: str) -> None:
    if (before_us := order.enter(name)) is not None:
        await before_us
    try:
        said.append(word)
        await asyncio.sleep(0)
        said.append(word)
    finally:
        order.leave(name)


async def test_who_comes_first_goes_first_and_nobody_speaks_in_between() -> None:
    order, said = Order(), list[str]()
    async with asyncio.TaskGroup() as group:
        for word in "abc":
            _ = group.create_task(_pass(order, "one", said=said, word=word))
    assert "".join(said) == "aabbcc"
    assert len(order) == 0


async def test_different_names_never_wait_for_each_other() -> None:
    order = Order()
    assert order.enter("one") is None
    assert order.enter("other") is None


async def test_whoever_gives_up_in_the_line_lets_the_next_pass() -> None:
    order, said = Order(), list[str]()
    assert order.enter("one") is None
    gives_up = asyncio.create_task(_pass(order, "one", said=said, word="x"))  # noqa: TID251 - awaited below
    stays = asyncio.create_task(_pass(order, "one", said=said, word="y"))  # noqa: TID251 - awaited below
    await asyncio.sleep(0)
    # When it is cancelled in the very moment in which it is called
    order.leave("one")
    gives_up.cancel()
    async with asyncio.timeout(1):
        await stays
    assert "".join(said) == "yy"
    assert len(order) == 0
