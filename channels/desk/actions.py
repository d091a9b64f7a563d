"""The actions of the desk API by name, each decoded straight into the command it stands for."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Raw

from channels.problem import Malformed, malformed
from services.errors import NotFound
from services.petitions import centre_commands as centre
from services.petitions import department_commands as department
from services.petitions import special_commands as special
from services.petitions.commands import Command

COMMANDS: Mapping[str, type[Command]] = {
    "accept": centre.Accept,
    "not-accept": centre.NotAccept,
    "dispatch": centre.Dispatch,
    "join": centre.Join,
    "sign": department.Sign,
    "start": department.Start,
    "contribute": department.Contribute,
    "return": department.ReturnToSender,
    "request-extension": department.RequestExtension,
    "approve-extension": department.ApproveExtension,
    "refuse-extension": department.RefuseExtension,
    "wait": department.Wait,
    "resume": department.Resume,
    "begin-special-procedure": special.BeginSpecialProcedure,
    "end-special-procedure": special.EndSpecialProcedure,
    "answer": department.Answer,
    "call-back": centre.CallBack,
    "redo": centre.Redo,
    "supervise": centre.Supervise,
    "close": centre.Close,
}


class UnknownAction(NotFound):
    """Say that there is no such action."""

    code = "petition.unknown_action"
    title = "没有这种操作"


def command_of(action: str, fields: dict[str, Raw]) -> Command:
    """Return the command of an action from its fields, ``version`` set aside.

    Raises:
        UnknownAction: no such action.
        Malformed: a field is missing, of another type, or unknown to the action.
    """
    kind = COMMANDS.get(action)
    if kind is None:
        raise UnknownAction(action)
    own = {name: value for name, value in fields.items() if name != "version"}
    unknown = own.keys() - set(kind.__struct_fields__)
    if unknown:
        raise Malformed("unknown field", place=min(unknown))
    try:
        return msgspec.json.decode(msgspec.json.encode(own), type=kind)
    except msgspec.ValidationError as error:
        raise malformed(error) from error


def version_in(fields: dict[str, Raw]) -> int | None:
    """Return the version a screen was made of, or None when it was not sent."""
    given: Any = fields.get("version")
    if given is None:
        return None
    try:
        return msgspec.json.decode(given, type=int | None)
    except msgspec.ValidationError as error:
        raise malformed(error, place="version") from error
