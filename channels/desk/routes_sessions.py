"""Staff sign in and out."""

from channels.desk import bodies
from channels.endpoints import Call, Caller, Endpoint, NoAnswer, bearer
from services.identity.staff import StaffService


class SessionRoutes:
    """Open and end sessions."""

    def __init__(self, *, staff: StaffService) -> None:
        """Take who knows the accounts."""
        self._staff = staff

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
        signed_in = await self._staff.sign_in(call.body.name, call.body.password)
        return bodies.SignInAnswer(token=signed_in.token, role=signed_in.role)

    async def _sign_out(self, call: Call) -> NoAnswer:
        await self._staff.sign_out(bearer(call.request))
        return NoAnswer()
