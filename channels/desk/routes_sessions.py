"""Staff sign in and out."""

import structlog

from channels.desk import bodies
from channels.endpoints import Call, Caller, Endpoint, NoAnswer, bearer
from services.audit.log import AuditLog
from services.audit.model import Act, ActKind
from services.clock import Clock
from services.identity.staff import StaffService
from services.ids import new_id

log = structlog.get_logger()


class SessionRoutes:
    """Open and end sessions."""

    def __init__(self, *, staff: StaffService, audit: AuditLog, clock: Clock) -> None:
        """Take who knows the accounts, and the log of who signed in."""
        self._staff = staff
        self._audit = audit
        self._clock = clock
        self._has_warned = False

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="POST",
                path="/sessions",
                summary="Sign in with name and password",
                handler=self._sign_in,
                body=bodies.SignInBody,
                answer=bodies.SignInAnswer,
                status=201,
            ),
            Endpoint(
                method="DELETE",
                path="/sessions",
                summary="Sign out",
                handler=self._sign_out,
                answer=NoAnswer,
                caller=Caller.STAFF,
            ),
        )

    async def _sign_in(self, call: Call) -> bodies.SignInAnswer:
        self._warn_of_proxy(call)
        signed_in = await self._staff.sign_in(call.body.name, call.body.password, address=call.address)
        # Before the token is shown: nobody is at the desk who does not stand in the log.
        act = Act(
            kind=ActKind.SIGN_IN,
            at=self._clock.now(),
            by=call.body.name,
            role=signed_in.role,
            subject=call.body.name,
            key=new_id("sign-in"),
        )
        _ = await self._audit.record(act)
        return bodies.SignInAnswer(token=signed_in.token, role=signed_in.role)

    async def _sign_out(self, call: Call) -> NoAnswer:
        await self._staff.sign_out(bearer(call.request))
        return NoAnswer()

    def _warn_of_proxy(self, call: Call) -> None:
        """Say once that a proxy stands before us which the settings do not name: all sign-ins share its address."""
        if self._has_warned or call.is_address_told or not call.header("x-forwarded-for"):
            return
        self._has_warned = True
        log.warning("sign-in through a proxy that the settings do not name", setting="server.proxies")
