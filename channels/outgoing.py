"""Read what somebody answers to a call of ours: whole, in however many pieces it comes, and never more than agreed."""

from aiohttp import ClientResponse

PIECE = 64 * 1024


class AnswerTooLarge(Exception):
    """Stop reading an answer that is larger than it may be; the rest of it was not read."""


async def read_answer(response: ClientResponse, limit: int) -> bytes:
    """Return the body of an answer of at most so many bytes; raises `AnswerTooLarge`."""
    content = bytearray()
    async for piece in response.content.iter_chunked(PIECE):
        content += piece
        if len(content) > limit:
            raise AnswerTooLarge
    return bytes(content)
