"""The actions a unit's system may take, by name, each decoded into the command it stands for."""

from collections.abc import Mapping

import msgspec
from msgspec import Raw

from channels.problem import malformed
from services.errors import NotFound
from services.petitions import department_commands as commands
from services.petitions.commands import Command
from services.petitions.special_commands import EndSpecialProcedure

COMMANDS: Mapping[str, type[Command]] = {
    "sign": commands.Sign,
    "start": commands.Start,
    "return": commands.ReturnToSender,
    "request-extension": commands.RequestExtension,
    "wait": commands.Wait,
    "resume": commands.Resume,
    "end-special-procedure": EndSpecialProcedure,
    "contribute": commands.Contribute,
    "answer": commands.Answer,
}


class UnknownAction(NotFound):
    """Say that the interface has no such action."""

    code = "department.unknown_action"
    title = "没有这种操作"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The version that the unit saw, beside the action's own fields."""

    version: int | None = None


def command_of(action: str, fields: dict[str, Raw]) -> tuple[Command, int | None]:
    """Return the command and the version the unit saw; fields it does not know are ignored (docs, first paragraph).

    Raises:
        UnknownAction: no such action.
        Malformed: a field is missing or of another type.
    """
    kind = COMMANDS.get(action)
    if kind is None:
        raise UnknownAction(action)
    raw = msgspec.json.encode(fields)
    try:
        return msgspec.json.decode(raw, type=kind), msgspec.json.decode(raw, type=Seen).version
    except msgspec.ValidationError as error:
        raise malformed(error) from error
