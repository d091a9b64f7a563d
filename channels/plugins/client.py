"""Call plug-ins by HTTP: one POST each, tried once, within the deadline the bot gives."""

from datetime import timedelta
from typing import TypeVar

import msgspec
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from channels.outgoing import AnswerTooLarge, read_answer
from channels.plugins.settings import Endpoint
from channels.plugins.wire import CandidateBody, RankAnswer, RankBody, RewriteAnswer, RewriteBody
from services.errors import Unavailable
from services.items.search.preference import Preference
from services.items.search.ranking import Candidate

ANSWER_LIMIT = 16 * 1024
"""Bytes of an answer; five codes, or 200 characters, need far less."""
_OK = 200
_Body = TypeVar("_Body", bound=msgspec.Struct)


class HttpRanker:
    """A ranker at an address."""

    def __init__(self, endpoint: Endpoint, *, session: ClientSession) -> None:
        """Take the address and the process's one session."""
        self._caller = _Caller(endpoint, session)

    async def rank(self, text: str, candidates: tuple[Candidate, ...], *, deadline: timedelta) -> Preference:
        """Return the order the other side prefers; what it names is not looked at here.

        Raises:
            Unavailable: no answer, a bad status, or a body that is none.
            TimeoutError: it took too long.
        """
        bodies = tuple(CandidateBody(code=one.code, name=one.name, score=one.score) for one in candidates)
        question = RankBody(text=text, candidates=bodies, deadline_ms=_whole_ms(deadline))
        answer = await self._caller.ask(question, RankAnswer, deadline=deadline)
        return Preference(order=answer.order, is_sure=answer.sure)


class HttpRewriter:
    """A rewriter at an address."""

    def __init__(self, endpoint: Endpoint, *, session: ClientSession) -> None:
        """Take the address and the process's one session."""
        self._caller = _Caller(endpoint, session)

    async def rewrite(self, text: str, *, deadline: timedelta) -> str:
        """Return the other side's wording; raise as `HttpRanker.rank`."""
        question = RewriteBody(text=text, deadline_ms=_whole_ms(deadline))
        return (await self._caller.ask(question, RewriteAnswer, deadline=deadline)).text


class _Caller:
    def __init__(self, endpoint: Endpoint, session: ClientSession) -> None:
        self._url = endpoint.url
        self._session = session
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if secret := endpoint.secret.reveal():
            self._headers["Authorization"] = f"Bearer {secret}"

    async def ask(self, question: msgspec.Struct, kind: type[_Body], *, deadline: timedelta) -> _Body:
        limit = ClientTimeout(total=deadline.total_seconds())
        body = msgspec.json.encode(question)
        try:
            async with self._session.post(
                self._url, data=body, headers=self._headers, timeout=limit, allow_redirects=False
            ) as response:
                return msgspec.json.decode(await _answered(response), type=kind)
        except TimeoutError:
            # Some of aiohttp's are ClientErrors too.
            raise
        except ClientError as error:
            # Its text may name the address; its kind says enough.
            raise Unavailable(type(error).__name__) from error
        except (msgspec.DecodeError, UnicodeDecodeError):
            # "from" would keep an error that quotes the body.
            raise Unavailable("unreadable answer") from None


async def _answered(response: ClientResponse) -> bytes:
    if response.status != _OK:
        raise Unavailable(f"status {response.status}")
    try:
        return await read_answer(response, ANSWER_LIMIT)
    except AnswerTooLarge:
        raise Unavailable("answer too large") from None


def _whole_ms(deadline: timedelta) -> int:
    return max(1, int(deadline.total_seconds() * 1_000))
