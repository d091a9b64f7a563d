"""The adapter against a simulated plug-in that is good, slow, wrong, foreign and dead; then the whole bot behind it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from aiohttp import ClientSession
from structlog.testing import capture_logs

from bots.advice.advisers import Advisers, Plugins
from bots.advice.breaker import Limits
from channels.plugins.client import HttpRanker, HttpRewriter
from channels.plugins.settings import Endpoint
from services.errors import Unavailable
from services.items.model import ItemCode
from services.items.search.ranking import Candidate
from services.secret import Secret
from simulators.plugins.__main__ import create_app
from simulators.plugins.behaviour import Behaviour, Manner, RankQuestion, RewriteQuestion
from simulators.plugins.routes import PREFIX, PluginRoutes
from tests.support.bot_chat import BotChat, as_read, the_pipeline
from tests.support.running import running
from tests.support.set_clock import SetClock

TOKEN = "a-made-up-token"
SOON = timedelta(milliseconds=20)
PATIENT = timedelta(seconds=2)
CANDIDATES = tuple(
    Candidate(code=ItemCode(code), name=name, score=0.3, reasons=("word",))
    for code, name in (("370709901000", "居民身份证换领"), ("370709902000", "居民身份证补领"), ("370709903000", "护照"))
)


class Plugin:
    """The simulated plug-in and our adapters to it."""

    def __init__(self, routes: PluginRoutes, base: str, *, session: ClientSession, token: str = TOKEN) -> None:
        self.routes = routes
        self.ranker = HttpRanker(Endpoint(url=f"{base}{PREFIX}/rank", secret=Secret(token)), session=session)
        self.rewriter = HttpRewriter(Endpoint(url=f"{base}{PREFIX}/rewrite", secret=Secret(token)), session=session)

    def behaves(self, manner: Manner, *, delay_s: float = 60.0, says: str = "") -> None:
        """Say how it answers."""
        self.routes.behaviour = Behaviour(manner=manner, delay_s=delay_s, says=says)

    def advisers(self, *, deadline: timedelta = PATIENT) -> Advisers:
        """Return the bot's side of it."""
        limits = Limits(deadline_ms=deadline.total_seconds() * 1_000)
        plugins = Plugins(ranker=self.ranker, rewriter=self.rewriter)
        return Advisers(plugins, understander=the_pipeline(), limits=limits, clock=SetClock())


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as made:
        yield made


@pytest.fixture
async def plugin(session: ClientSession) -> AsyncIterator[Plugin]:
    routes = PluginRoutes(secret=TOKEN)
    async with running(create_app(routes, name=f"plugins_{uuid4().hex}")) as base:
        yield Plugin(routes, base, session=session)


async def test_an_order_is_asked_for_with_text_candidates_and_the_time_left(plugin: Plugin) -> None:
    preference = await plugin.ranker.rank("补领***", CANDIDATES, deadline=PATIENT)
    assert preference.order[0] == "370709902000"
    assert not preference.is_sure
    (question,) = plugin.routes.questions
    assert isinstance(question, RankQuestion)
    assert [one.name for one in question.candidates] == [one.name for one in CANDIDATES]
    assert (question.text, question.deadline_ms) == ("补领***", 2_000)


async def test_certainty_and_wordings_come_over(plugin: Plugin) -> None:
    plugin.behaves(Manner.SURE, says="身份证丢了怎么补办")
    assert (await plugin.ranker.rank("身份证", CANDIDATES, deadline=PATIENT)).is_sure
    assert await plugin.rewriter.rewrite("小本本", deadline=PATIENT) == "身份证丢了怎么补办"
    assert isinstance(plugin.routes.questions[-1], RewriteQuestion)


@pytest.mark.parametrize(
    "manner", [Manner.ERROR, Manner.REDIRECT, Manner.NO_JSON, Manner.WRONG_TYPES, Manner.HUGE, Manner.CLOSED]
)
async def test_what_is_no_answer_is_unavailable_and_quotes_nothing(plugin: Plugin, manner: Manner) -> None:
    plugin.behaves(manner)
    for question in (
        plugin.ranker.rank("秘密的话", CANDIDATES, deadline=PATIENT),
        plugin.rewriter.rewrite("秘密的话", deadline=PATIENT),
    ):
        with pytest.raises(Unavailable) as failed:
            await question
        assert not {"秘密", "maintenance", TOKEN, "127.0.0.1"} & set(str(failed.value).split())
        assert "秘密" not in str(failed.value)


@pytest.mark.parametrize("manner", [Manner.SLOW, Manner.DRIPPING])
async def test_who_is_slow_or_drips_is_not_waited_for(plugin: Plugin, manner: Manner) -> None:
    plugin.behaves(manner)
    with pytest.raises(TimeoutError):
        await plugin.ranker.rank("身份证", CANDIDATES, deadline=SOON)


async def test_an_answer_in_two_pieces_is_read_whole(plugin: Plugin) -> None:
    plugin.behaves(Manner.DRIPPING, delay_s=0.01)
    assert len((await plugin.ranker.rank("身份证", CANDIDATES, deadline=PATIENT)).order) == len(CANDIDATES)


async def test_a_wrong_token_is_refused_by_the_other_side(plugin: Plugin, session: ClientSession) -> None:
    routes = PluginRoutes(secret="another")
    async with running(create_app(routes, name=f"plugins_{uuid4().hex}")) as base:
        with pytest.raises(Unavailable, match="401"):
            await Plugin(routes, base, session=session).ranker.rank("身份证", CANDIDATES, deadline=PATIENT)


async def test_a_dead_plugin_is_unavailable(session: ClientSession) -> None:
    async with running(create_app(PluginRoutes(), name=f"plugins_{uuid4().hex}")) as base:
        pass
    with pytest.raises((Unavailable, TimeoutError)):
        await Plugin(PluginRoutes(), base, session=session).ranker.rank("身份证", CANDIDATES, deadline=PATIENT)


@pytest.mark.usefixtures("loaded_city")
async def test_the_bot_takes_a_good_order(plugin: Plugin) -> None:
    plugin.behaves(Manner.SURE)
    chat = BotChat(advisers=plugin.advisers())
    await chat.say("身份证")
    assert chat.why is not None
    assert chat.why.rule.endswith(",ranker")


@pytest.mark.usefixtures("loaded_city")
async def test_the_bot_takes_another_wording(plugin: Plugin) -> None:
    plugin.behaves(Manner.GOOD, says="身份证丢了怎么补办")
    assert "1. 居民身份证补领" in as_read(await BotChat(advisers=plugin.advisers()).say("嘿哈嘿哈"))


@pytest.mark.usefixtures("loaded_city")
@pytest.mark.parametrize("manner", [one for one in Manner if one not in {Manner.GOOD, Manner.REVERSED, Manner.SURE}])
async def test_whatever_goes_wrong_the_bot_answers_as_without_it(plugin: Plugin, manner: Manner) -> None:
    plugin.behaves(manner)
    is_slow = manner in {Manner.SLOW, Manner.DRIPPING}
    advisers = plugin.advisers(deadline=SOON if is_slow else PATIENT)
    chat, alone = BotChat(advisers=advisers), BotChat()
    with capture_logs() as logs:
        for said in ("身份证", "怎么弄那个小本本"):
            assert await chat.say(said) == await alone.say(said)
    assert not any(key[1] == "used" for key in advisers.figures.outcomes)
    assert all(TOKEN not in str(line) and "小本本" not in str(line) for line in logs)
