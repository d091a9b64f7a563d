"""Put a person's phone into the hands of a test, of the phone page or of a journey."""

import asyncio
import secrets
from datetime import datetime, timedelta

from msgspec import Struct

from simulators.wechat import inbound
from simulators.wechat.account import Account
from simulators.wechat.caller import Caller
from simulators.wechat.content import Entry, Link, Location, Notice, Origin, Picture, Text, Voice
from simulators.wechat.delivery import Delivery
from simulators.wechat.follower import FOR_EVER, Follower
from simulators.wechat.inbound import Inbound
from simulators.wechat.media import SILENT_AMR, MediaKind
from simulators.wechat.templates import TemplateKind
from simulators.wechat.window import Trigger
from simulators.wechat.wording import (
    ALREADY_FOLLOWING,
    FOLLOWED,
    NO_SUCH_BUTTON,
    NO_SUCH_NOTIFICATION,
    NOT_FOLLOWING,
    UNFOLLOWED,
)


class NotPossible(Exception):
    """Say that a phone cannot do this: no such button, not following, not an option."""


class PhoneState(Struct, frozen=True, kw_only=True):
    """Show where a person stands with an account; ``messages_left`` is the customer-message count."""

    account: str
    title: str
    openid: str
    nickname: str
    following: bool
    is_blocking_templates: bool
    is_typing_shown: bool
    messages_left: int
    window_closes_at: datetime | None
    consents: dict[str, int]


class Handset:
    """Do with one account what a person does with a phone.

    Each method that reaches the developer's server begins the push and returns its ``Delivery``; await ``settled()``
    to have its outcome. What the phone shows is under ``shown``.

    Args:
        media_base: address under which pictures can be fetched without a token, as PicUrl promises.
    """

    def __init__(self, account: Account, follower: Follower, *, caller: Caller, media_base: str) -> None:
        self.account = account
        self.follower = follower
        self._caller = caller
        self._media_base = media_base

    def shown(self, after: int = 0) -> tuple[Entry, ...]:
        """Return what the phone shows after this entry number, oldest first."""
        return self.follower.phone.after(after)

    async def next(self, origin: Origin, *, after: int, within: timedelta) -> Entry:
        """Return the first entry of this origin after a number, waiting for it; TimeoutError when it does not come."""
        async with asyncio.timeout(within.total_seconds()):
            while True:
                for entry in await self.follower.phone.changed(after, within=within):
                    if entry.origin is origin:
                        return entry
                    after = entry.seq

    def state(self) -> PhoneState:
        """Return where the person stands."""
        now, person = self.account.clock.now(), self.follower
        return PhoneState(
            account=self.account.settings.name,
            title=self.account.settings.title,
            openid=person.openid,
            nickname=person.nickname,
            following=person.following,
            is_blocking_templates=person.is_blocking_templates,
            is_typing_shown=person.is_typing_shown,
            messages_left=person.window.left(now) if person.following else 0,
            window_closes_at=person.window.closes_at(now),
            consents=dict(person.consents),
        )

    def follow(self, scene: str = "") -> Delivery:
        """Follow the account, by scanning its QR code with a scene or without.

        Raises:
            NotPossible: the person follows already.
        """
        if self.follower.following:
            raise NotPossible(ALREADY_FOLLOWING)
        self.follower.following = True
        self.follower.followed_at = self.account.clock.now()
        self.follower.scene = scene
        self._grey(FOLLOWED)
        self._grant(Trigger.FOLLOW)
        return self._push(inbound.subscribe(scene, _ticket(scene)))

    def unfollow(self) -> Delivery:
        """Stop following: the account can no longer send anything."""
        self._require_following()
        self.follower.following = False
        self.follower.window.close()
        self._grey(UNFOLLOWED)
        return self._push(inbound.unsubscribe())

    def say(self, body: str) -> Delivery:
        """Send a text."""
        self._require_following()
        self._show(Text(body))
        return self._send(inbound.text(self.account.next_message_id(), body))

    def send_picture(self, body: bytes) -> Delivery:
        """Send a picture (png, jpeg or gif)."""
        self._require_following()
        media_id = self.account.media.put(MediaKind.IMAGE, body).media_id
        self._show(Picture(media_id))
        url = f"{self._media_base}/{self.account.settings.name}/{media_id}"
        return self._send(inbound.image(self.account.next_message_id(), media_id, picture_url=url))

    def speak(self, recognition: str) -> Delivery:
        """Send a voice message; what was said is what speech recognition shall understand."""
        self._require_following()
        media_id = self.account.media.put(MediaKind.VOICE, SILENT_AMR).media_id
        self._show(Voice(media_id, recognition))
        heard = recognition if self.account.settings.recognises_voice else None
        return self._send(inbound.voice(self.account.next_message_id(), media_id, recognition=heard))

    def send_location(self, latitude: float, longitude: float, *, label: str) -> Delivery:
        """Send a place from the map."""
        self._require_following()
        self._show(Location(latitude=latitude, longitude=longitude, label=label))
        number = self.account.next_message_id()
        return self._send(inbound.location(number, latitude=latitude, longitude=longitude, label=label))

    def share(self, title: str, url: str, *, description: str = "") -> Delivery:
        """Share a link into the chat."""
        self._require_following()
        self._show(Link(title=title, description=description, url=url))
        number = self.account.next_message_id()
        return self._send(inbound.link(number, title=title, description=description, url=url))

    def tap(self, name: str) -> Delivery:
        """Tap a menu button by the name on it; type click or view.

        Raises:
            NotPossible: the menu has no such button, or one of another type.
        """
        self._require_following()
        top = self.account.menu.button if self.account.menu else ()
        buttons = [below for button in top for below in (button.sub_button or (button,))]
        button = next((found for found in buttons if found.name == name), None)
        if button is not None and button.type == "view":
            return self._push(inbound.view(button.url))
        if button is None or button.type != "click":
            raise NotPossible(NO_SUCH_BUTTON)
        self._grant(Trigger.CLICK)
        return self._push(inbound.click(button.key))

    def choose(self, option_id: str, content: str) -> Delivery:
        """Tap a line of a message menu: counts as a menu click, arrives as a text."""
        self._require_following()
        self._show(Text(content))
        self._grant(Trigger.CLICK)
        self.follower.last_message_at = self.account.clock.now()
        return self._push(inbound.text(self.account.next_message_id(), content, option_id=option_id))

    def scan(self, scene: str) -> Delivery:
        """Scan the account's QR code with a scene; who does not follow yet follows by it."""
        if not self.follower.following:
            return self.follow(scene)
        self._grant(Trigger.SCAN)
        return self._push(inbound.scan(scene, _ticket(scene)))

    def report_position(self, latitude: float, longitude: float, *, precision: float = 30.0) -> Delivery:
        """Report where the phone is, as it does when the person enters the chat."""
        self._require_following()
        return self._push(inbound.position(latitude=latitude, longitude=longitude, precision=precision))

    def answer_consent(self, template_id: str, *, accepted: bool) -> Delivery:
        """Answer the pop-up that asks whether a subscribe notification may be sent.

        Raises:
            NotPossible: the account has no such notification.
        """
        template = self.account.templates.get(template_id)
        if template is None or template.kind is TemplateKind.TEMPLATE_MESSAGE:
            raise NotPossible(NO_SUCH_NOTIFICATION)
        if accepted:
            held = self.follower.consents.get(template_id, 0)
            self.follower.consents[template_id] = FOR_EVER if template.kind is TemplateKind.LONG_TERM else held + 1
        return self._push(inbound.consent_asked(template_id, accepted=accepted))

    def withdraw_consent(self, template_id: str) -> Delivery:
        """Switch a subscribe notification off."""
        self.follower.consents.pop(template_id, None)
        return self._push(inbound.consent_withdrawn(template_id))

    def block_templates(self, *, blocked: bool) -> None:
        """Refuse the account's template messages, or take them again; the platform tells the account only on sending."""
        self.follower.is_blocking_templates = blocked
        self.follower.phone.wake()

    def _send(self, message: Inbound) -> Delivery:
        self.follower.last_message_at = self.account.clock.now()
        self._grant(Trigger.MESSAGE)
        return self._push(message)

    def _push(self, message: Inbound) -> Delivery:
        return self._caller.push(self.account, self.follower, inbound=message)

    def _grant(self, trigger: Trigger) -> None:
        self.follower.window.grant(trigger, self.account.clock.now())

    def _show(self, content: Text | Picture | Voice | Location | Link) -> None:
        self.follower.phone.show(Origin.FOLLOWER, content)

    def _grey(self, wording: str) -> None:
        notice = Notice(wording.format(title=self.account.settings.title))
        self.follower.phone.show(Origin.PLATFORM, notice)

    def _require_following(self) -> None:
        if not self.follower.following:
            raise NotPossible(NOT_FOLLOWING)


def _ticket(scene: str) -> str:
    return secrets.token_urlsafe(48) if scene else ""
