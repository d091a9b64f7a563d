"""Notice petitions that the hotline may not accept, and name the right door (不受理：应去的渠道).

The machine only points it out: a clerk decides. The doors are reviewed data with their own tests.

Source: the hotline's published scope (诉讼、仲裁、纪检监察、行政复议、信息公开、信访、秘密), reference services 2.4.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from services.errors import Invalid
from services.petitions.categories import CategoryTree
from services.petitions.conditions import Condition, Facts, Matcher
from services.petitions.departments import Directory
from services.petitions.routing import Expectation
from services.petitions.routing_file import BrokenRules, condition_faults, expected_facts


class UnknownDoor(Invalid):
    """Refuse a door that the file does not hold."""

    code = "petition.unknown_door"
    title = "没有这个不受理去向"


class Door(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place that is responsible where we are not.

    Args:
        id: small letters and hyphens; stored with the petition.
        name: who is behind it.
        phone: a number anybody may call, or empty.
        say: what the citizen is told.
        signs: any of these conditions points here.
        tests: petitions that do and do not.
    """

    id: str
    name: str
    phone: str = ""
    say: str
    signs: tuple[Condition, ...]
    tests: tuple[Expectation, ...]


class DoorSign(Struct, frozen=True, kw_only=True):
    """A door that a petition seems to belong to, and the facts that say so."""

    door: Door
    facts: dict[str, str]


class Doors:
    """Look for the right door."""

    def __init__(self, doors: Sequence[Door]) -> None:
        """Keep the doors in order: the first that fits is pointed to."""
        self.doors = {door.id: door for door in doors}
        self._matchers = tuple((door, Matcher(sign)) for door in doors for sign in door.signs)

    def find(self, facts: Facts) -> DoorSign | None:
        """Return the door that a petition seems to belong to, or None."""
        for door, matcher in self._matchers:
            if (fired := matcher.match(facts)) is not None:
                return DoorSign(door=door, facts=fired)
        return None

    def get(self, door_id: str) -> Door:
        """Return a door by its id; raise `UnknownDoor`."""
        try:
            return self.doors[door_id]
        except KeyError:
            raise UnknownDoor(fields={"door": UnknownDoor.title}) from None


class _DoorsFile(Struct, frozen=True):
    doors: tuple[Door, ...]


def load_doors(path: Path, *, directory: Directory, tree: CategoryTree) -> Doors:
    """Return the doors of a file; raise `BrokenRules` with everything that is wrong with it."""
    try:
        content = msgspec.json.decode(path.read_bytes(), type=_DoorsFile).doors
    except (OSError, msgspec.MsgspecError) as error:
        raise BrokenRules([f"{path.name}: {error}"]) from error
    faults = ["a door stands twice"] if len({door.id for door in content}) != len(content) else []
    for door in content:
        for sign in door.signs:
            faults += [f"{door.id}: {fault}" for fault in condition_faults(sign, directory, tree=tree)]
        if not any(expectation.fires for expectation in door.tests):
            faults.append(f"{door.id}: no test that fires it")
    doors = Doors(content)
    if faults := faults or list(_failed_tests(doors)):
        raise BrokenRules(faults)
    return doors


def _failed_tests(doors: Doors) -> Iterator[str]:
    for door in doors.doors.values():
        for number, expectation in enumerate(door.tests, 1):
            found = doors.find(expected_facts(expectation))
            if (found is not None and found.door.id == door.id) != expectation.fires:
                yield f"{door.id}: test {number} points to {found.door.id if found else 'nobody'}"
