"""Hold one person's standing with one account."""

import base64
import hashlib
from datetime import datetime
from typing import Final

from services.clock import Clock
from simulators.wechat.timeline import Timeline
from simulators.wechat.window import Window

FOR_EVER: Final = -1


def openid_of(app_id: str, nickname: str) -> str:
    """Return the openid (28 characters, first an ``o``) of a person with an account, the same at every start."""
    digest = hashlib.sha256(f"{app_id}\n{nickname}".encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]


class Follower:
    """Keep what the platform knows of a person with an account, and the phone in that person's hand.

    Attributes:
        following: whether the person follows now; ``followed_at`` is when that began.
        is_blocking_templates: the person has switched the account's messages off (拒收).
        consents: how many subscribe notifications of a template may still come; ``FOR_EVER`` for a long-term one.
    """

    def __init__(self, openid: str, nickname: str, *, clock: Clock) -> None:
        self.openid = openid
        self.nickname = nickname
        self.following = False
        self.followed_at: datetime | None = None
        self.scene = ""
        self.is_blocking_templates = False
        self.is_typing_shown = False
        self.last_message_at: datetime | None = None
        self.consents: dict[str, int] = {}
        self.window = Window()
        self.phone = Timeline(clock)

    def take_consent(self, template_id: str) -> bool:
        """Use up one consent and tell whether there was one."""
        left = self.consents.get(template_id, 0)
        if left > 0:
            self.consents[template_id] = left - 1
        return left != 0
