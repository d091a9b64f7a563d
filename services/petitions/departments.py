"""Read who handles petitions: departments, public utilities, districts (data/departments.json)."""

from pathlib import Path
from typing import Annotated, NewType

import msgspec
from msgspec import Meta, Struct

from services.errors import Invalid

DepartmentId = NewType("DepartmentId", str)
"""A department's or utility's id, or a district's six-digit code: whoever a petition can be dispatched to."""

Code6 = Annotated[str, Meta(pattern=r"^\d{6}$")]


class BrokenDirectory(Invalid):
    """Refuse a directory that contradicts itself, naming the entry."""

    code = "petition.broken_directory"


class UnknownDepartment(Invalid):
    """Refuse a department that the directory does not hold."""

    code = "petition.unknown_department"
    title = "没有这个承办单位"


class Department(Struct, frozen=True, kw_only=True):
    """One department or public utility.

    ``petition_level1`` are the first-level categories it answers for, ``duty_keywords`` words for its duties,
    ``merged_hotline`` the former special number that 12345 took over.
    """

    id: str
    name: str
    level: str
    petition_level1: tuple[str, ...]
    duty_keywords: tuple[str, ...]
    phone: str = ""
    merged_hotline: str | None = None


class District(Struct, frozen=True, kw_only=True):
    """One district (区、市) as the backstop for its streets (属地兜底)."""

    code: Code6
    name: str
    aliases: tuple[str, ...] = ()


class _File(Struct, frozen=True, kw_only=True):
    districts: tuple[District, ...]
    departments: tuple[Department, ...]
    level1_default: dict[str, str]


class Directory:
    """Answer who exists and who is the default for a category."""

    def __init__(
        self, departments: tuple[Department, ...], districts: tuple[District, ...], *, defaults: dict[str, str]
    ) -> None:
        """Refuse double ids and defaults that nobody bears (`BrokenDirectory`)."""
        self.departments = {DepartmentId(department.id): department for department in departments}
        self.districts = {district.code: district for district in districts}
        if len(self.departments) != len(departments) or len(self.districts) != len(districts):
            raise BrokenDirectory("an id stands twice in the directory")
        for level1, department in defaults.items():
            if department not in self.departments:
                raise BrokenDirectory(f"the default of {level1} is {department!r}, which is no department")
        self.defaults = {level1: DepartmentId(department) for level1, department in defaults.items()}

    def __contains__(self, handler: str) -> bool:
        """Tell whether petitions can be dispatched to this id."""
        return handler in self.departments or handler in self.districts

    def name_of(self, handler: str) -> str:
        """Return the name of a department or district; raise `UnknownDepartment` for anybody else."""
        if department := self.departments.get(DepartmentId(handler)):
            return department.name
        if district := self.districts.get(handler):
            return district.name
        raise UnknownDepartment(fields={"department": UnknownDepartment.title})

    def district_of(self, words: str) -> str:
        """Return the code of the district that a code, a name or an address means; empty when it names none."""
        if words in self.districts:
            return words
        names = ((name, one.code) for one in self.districts.values() for name in (one.name, *one.aliases))
        found = [(len(name), code) for name, code in names if name in words]
        return max(found)[1] if found else ""

    def duties(self) -> dict[str, tuple[str, ...]]:
        """Return the duty words by first-level category."""
        words: dict[str, list[str]] = {}
        for department in self.departments.values():
            for level1 in department.petition_level1:
                words.setdefault(level1, []).extend(department.duty_keywords)
        return {level1: tuple(dict.fromkeys(found)) for level1, found in words.items()}


def load_directory(path: Path) -> Directory:
    """Read the directory; raise `BrokenDirectory` naming the file and what is wrong with it."""
    try:
        content = msgspec.json.decode(path.read_bytes(), type=_File)
    except msgspec.MsgspecError as error:
        raise BrokenDirectory(f"{path.name}: {error}") from error
    return Directory(content.departments, content.districts, defaults=content.level1_default)
