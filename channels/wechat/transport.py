"""Carry one request to the platform and its answer back, within limits and without a secret in any error.

aiohttp's exceptions hold the whole address, and the address holds the access token. They end here: what goes on is one of
our stable words, without the cause.
"""

from collections.abc import Mapping

import msgspec
import structlog
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    FormData,
    InvalidURL,
)

from channels.outgoing import AnswerTooLarge, read_answer
from services.outbox.send_errors import SendDelayed, SendMisconfigured, SendUnknown

log = structlog.get_logger()

TOTAL_S = 5.0
CONNECT_S = 2.0
ANSWER_LIMIT = 256 * 1024
"""Bytes of a JSON answer; the longest documented ones are a few kilobytes."""
_TIMEOUT = ClientTimeout(total=TOTAL_S, sock_connect=CONNECT_S)

Answer = dict[str, object]


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file that came or goes, whole: the platform's own limits are 10 MB and less."""

    content: bytes
    content_type: str


class Transport:
    """Make single requests to one base address; never retries, never follows a redirect."""

    def __init__(self, session: ClientSession, *, api_base: str, timeout: ClientTimeout = _TIMEOUT) -> None:
        """Share the process's one session."""
        self._session = session
        self._api_base = api_base
        self._timeout = timeout

    async def post(self, path: str, body: object, *, query: Mapping[str, str] | None = None) -> Answer:
        """Post JSON and return the JSON object that answers it, whatever its ``errcode``.

        Raises:
            SendDelayed: nothing was sent, or the server was in trouble.
            SendUnknown: it was sent, and no answer came that one could read.
            SendMisconfigured: the address is not the platform's.
        """
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return await self._exchange(path, query, data=msgspec.json.encode(body), headers=headers)

    async def upload(self, path: str, file: File, *, query: Mapping[str, str]) -> Answer:
        """Post a file as the form field ``media``; answers and errors as in `post`."""
        form = FormData()
        extension = file.content_type.rpartition("/")[2]
        form.add_field("media", file.content, filename=f"media.{extension}", content_type=file.content_type)
        return await self._exchange(path, query, data=form, headers={})

    async def download(self, path: str, *, query: Mapping[str, str], limit: int) -> File | Answer:
        """Get a file of at most ``limit`` bytes, or the JSON object that says why there is none.

        Raises:
            SendDelayed, SendMisconfigured: as in `post`; getting a file twice does no harm, so it is never unknown.
            TooMuch: the file is larger; the rest of it was not read.
        """
        try:
            async with self._session.get(
                self._api_base + path, params=query, timeout=self._timeout, allow_redirects=False
            ) as response:
                _check_status(response)
                content = await _read(response, limit)
                content_type = response.content_type
        except (ClientError, TimeoutError, OSError) as error:
            raise SendDelayed(f"no_answer.{type(error).__name__}") from None
        if content_type in {"application/json", "text/plain"}:
            return _decoded(content)
        return File(content=content, content_type=content_type)

    async def _exchange(
        self, path: str, query: Mapping[str, str] | None, *, data: bytes | FormData, headers: Mapping[str, str]
    ) -> Answer:
        try:
            async with self._session.post(
                self._api_base + path,
                params=query,
                data=data,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                _check_status(response)
                return _decoded(await _read(response, ANSWER_LIMIT))
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise SendDelayed(f"unreachable.{type(error).__name__}") from None
        except InvalidURL:
            raise SendMisconfigured("address") from None
        except (ClientError, TimeoutError, OSError) as error:
            raise SendUnknown(f"no_answer.{type(error).__name__}") from None


class TooMuch(SendUnknown):
    """Stop reading an answer that is larger than it may be."""


def _check_status(response: ClientResponse) -> None:
    status = response.status
    if status >= 500 or status == 429:  # noqa: PLR2004 - HTTP's own numbers
        raise SendDelayed(f"http_{status}")
    if status != 200:  # noqa: PLR2004 - the platform answers everything with 200
        raise SendMisconfigured(f"http_{status}")


async def _read(response: ClientResponse, limit: int) -> bytes:
    try:
        return await read_answer(response, limit)
    except AnswerTooLarge:
        raise TooMuch("answer_too_large") from None


def _decoded(content: bytes) -> Answer:
    try:
        return msgspec.json.decode(content, type=Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        log.error("platform answered with something else than JSON", size=len(content))  # noqa: TRY400 - no text of theirs
        raise SendUnknown("unreadable_answer") from None
