"""What a citizen thinks of an answer: 有用 or 没用, one vote on each."""

import re

from msgspec import Struct

from channels.endpoints import Call, Caller, Endpoint, NoAnswer
from services.improvement.votes import NoSuchMessage, Votes

_SEQ = re.compile(r"[1-9][0-9]{0,8}")


class FeedbackBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the answer was of use; the last word counts."""

    useful: bool


class FeedbackRoutes:
    """Votes of the app and the pages; in WeChat they are typed."""

    def __init__(self, *, votes: Votes) -> None:
        """Take the votes."""
        self._votes = votes

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="POST",
                path="/messages/<seq:str>/feedback",
                summary="Say whether the bot's answer at this sequence number was of use",
                handler=self._vote,
                body=FeedbackBody,
                answer=NoAnswer,
                caller=Caller.GUEST,
            ),
        )

    async def _vote(self, call: Call) -> NoAnswer:
        seq = call.path["seq"]
        if not _SEQ.fullmatch(seq):
            raise NoSuchMessage(seq[:20])
        await self._votes.on(call.who, int(seq), is_useful=call.body.useful)
        return NoAnswer()
