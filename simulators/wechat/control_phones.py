"""Let the phone page, tests and journeys use people's phones over HTTP.

``GET phones/{openid}`` tells where the person stands, ``GET phones/{openid}/entries?after=&wait=`` what the phone
shows (waiting up to three seconds for news), ``POST phones/{openid}/{action}`` does what a person does and answers
202 with the number of the delivery it began.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Final

from msgspec import Meta, Struct
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import raw

from simulators.control import Refused, answer, asked, plainly
from simulators.uploads import read_body
from simulators.wechat.delivery import Delivery
from simulators.wechat.errcodes import ApiRefused
from simulators.wechat.exchange import Exchange
from simulators.wechat.handset import Handset, NotPossible
from simulators.wechat.media import LARGEST, MediaKind

LONGEST_WAIT: Final = timedelta(seconds=3)
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Words = Annotated[str, Meta(min_length=1, max_length=20_000)]


class Nothing(Struct, forbid_unknown_fields=True):
    """Take no arguments."""


class Scene(Struct, forbid_unknown_fields=True):
    """Hold the scene of a QR code."""

    scene: str = ""


class Say(Struct, forbid_unknown_fields=True):
    """Hold what is typed."""

    body: Words


class Speak(Struct, forbid_unknown_fields=True):
    """Hold what speech recognition shall understand."""

    recognition: Words


class Place(Struct, forbid_unknown_fields=True, kw_only=True):
    """Hold a place on the map."""

    latitude: Latitude
    longitude: Longitude
    label: str = ""


class Shared(Struct, forbid_unknown_fields=True, kw_only=True):
    """Hold a link."""

    title: Words
    url: Words
    description: str = ""


class Tap(Struct, forbid_unknown_fields=True):
    """Name the menu button."""

    name: Words


class Choose(Struct, forbid_unknown_fields=True, kw_only=True):
    """Name the tapped line of a message menu."""

    id: str
    content: Words


class Consent(Struct, forbid_unknown_fields=True, kw_only=True):
    """Answer a consent pop-up."""

    template_id: str
    accepted: bool = True


class Block(Struct, forbid_unknown_fields=True):
    """Switch template messages off or on."""

    blocked: bool


# The body's type stands beside the function that takes it; Any ends in ``PhoneControl.act``.
ACTIONS: dict[str, tuple[type[Any], Callable[[Handset, Any], Delivery | None]]] = {
    "follow": (Scene, lambda phone, body: phone.follow(body.scene)),
    "unfollow": (Nothing, lambda phone, _body: phone.unfollow()),
    "text": (Say, lambda phone, body: phone.say(body.body)),
    "voice": (Speak, lambda phone, body: phone.speak(body.recognition)),
    "location": (Place, lambda phone, body: phone.send_location(body.latitude, body.longitude, label=body.label)),
    "link": (Shared, lambda phone, body: phone.share(body.title, body.url, description=body.description)),
    "tap": (Tap, lambda phone, body: phone.tap(body.name)),
    "choose": (Choose, lambda phone, body: phone.choose(body.id, body.content)),
    "scan": (Scene, lambda phone, body: phone.scan(body.scene)),
    "position": (Place, lambda phone, body: phone.report_position(body.latitude, body.longitude)),
    "consent": (Consent, lambda phone, body: phone.answer_consent(body.template_id, accepted=body.accepted)),
    "withdraw-consent": (Consent, lambda phone, body: phone.withdraw_consent(body.template_id)),
    "block-templates": (Block, lambda phone, body: phone.block_templates(blocked=body.blocked)),
}


class PhoneControl:
    """Serve people's phones."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def add_to(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        blueprint.add_route(plainly(self.show), "/phones/<openid:str>", name="phone")
        blueprint.add_route(plainly(self.entries), "/phones/<openid:str>/entries", name="entries")
        blueprint.add_route(
            plainly(self.picture), "/phones/<openid:str>/picture", methods=["POST"], name="picture", stream=True
        )
        blueprint.add_route(plainly(self.act), "/phones/<openid:str>/<action:str>", methods=["POST"], name="act")
        blueprint.add_route(plainly(self.media), "/media/<account:str>/<media_id:str>", name="media")

    async def show(self, _request: Request, openid: str) -> HTTPResponse:
        """Tell where the person stands, and the account's menu and notifications."""
        phone = self._phone(openid)
        account = phone.account
        return answer(
            {
                "state": phone.state(),
                "menu": account.menu.button if account.menu else (),
                "templates": tuple(account.templates.values()),
            }
        )

    async def entries(self, request: Request, openid: str) -> HTTPResponse:
        """Return what the phone shows after ``after``, waiting up to ``wait`` seconds for news."""
        phone = self._phone(openid)
        after = _number(request, "after", largest=1 << 40)
        wait = _number(request, "wait", largest=LONGEST_WAIT.total_seconds())
        shown = await phone.follower.phone.changed(int(after), within=timedelta(seconds=wait))
        return answer({"entries": shown, "state": phone.state()})

    async def act(self, request: Request, *, openid: str, action: str) -> HTTPResponse:
        """Do what a person does."""
        if action not in ACTIONS:
            raise Refused("no such action", status=404)
        shape, perform = ACTIONS[action]
        phone, body = self._phone(openid), asked(request, shape)
        return _begun(lambda: perform(phone, body))

    async def picture(self, request: Request, openid: str) -> HTTPResponse:
        """Send a picture whose bytes are the body."""
        phone = self._phone(openid)
        if not request.content_type.startswith("image/"):
            raise Refused("Content-Type must be image/...", status=415)
        body = await read_body(request, largest=LARGEST[MediaKind.IMAGE])
        if body is None:
            raise Refused("too large", status=413)
        return _begun(lambda: phone.send_picture(body))

    async def media(self, _request: Request, account: str, media_id: str) -> HTTPResponse:
        """Send a file a phone shows: what PicUrl points to."""
        try:
            found = self._exchange.account(account).media.get(media_id)
        except (KeyError, ApiRefused) as error:
            raise Refused("no such file", status=404) from error
        headers = {"X-Content-Type-Options": "nosniff"}
        return raw(found.body, content_type=found.format.content_type, headers=headers)

    def _phone(self, openid: str) -> Handset:
        try:
            return self._exchange.phone_by_openid(openid)
        except ApiRefused as error:
            raise Refused("no such phone", status=404) from error


def _begun(perform: Callable[[], Delivery | None]) -> HTTPResponse:
    try:
        delivery = perform()
    except NotPossible as error:
        raise Refused(str(error)) from error
    except ApiRefused as error:
        raise Refused(str(error), status=422) from error
    return answer({"delivery": delivery.outcome.id if delivery else None}, status=202)


def _number(request: Request, name: str, *, largest: float) -> float:
    try:
        return min(max(float(request.args.get(name, "0")), 0.0), largest)
    except ValueError as error:
        raise Refused(f"{name} must be a number", status=400) from error
