"""Duplicates of the desk API: what may be about the same matter, and why; group it and take it apart."""

from datetime import datetime

from msgspec import Struct

from channels.desk.bodies import ActionAnswer
from channels.desk.routes_petitions import actor
from channels.endpoints import Call, Caller, Endpoint
from services.petitions.duplicates import DuplicateFinder, Similar
from services.petitions.merging import Merging
from services.petitions.model import Petition
from services.petitions.service import PetitionService
from services.petitions.transitions import ActionNotAllowed, ActorRole, Status


class SimilarLine(Struct, frozen=True, kw_only=True):
    """One petition that may be about the same matter, with the reasons for it."""

    number: str
    status: Status
    filed_at: datetime
    likeness: float
    same_street: bool
    distance_m: int | None
    days: int
    words: tuple[str, ...]


class SimilarAnswer(Struct, frozen=True, kw_only=True):
    """Up to three, likest first; empty also when the place is not known."""

    similar: tuple[SimilarLine, ...]


class MergeBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Under which petition."""

    lead: str
    note: str = ""


class UnmergeBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why it stands alone again."""

    note: str = ""


class DuplicateRoutes:
    """What the centre's staff do about duplicates."""

    def __init__(self, *, petitions: PetitionService, finder: DuplicateFinder, merging: Merging) -> None:
        """Take the petitions, who finds their like, and who groups them."""
        self._petitions = petitions
        self._finder = finder
        self._merging = merging

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Return the calls of this part."""
        return (
            Endpoint(
                method="GET",
                path="/petitions/<number:str>/similar",
                summary="Petitions of the thirty days before that may be about the same matter, with the reasons",
                handler=self._similar,
                answer=SimilarAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="POST",
                path="/petitions/<number:str>/merge",
                summary="Put a petition under another one about the same matter",
                handler=self._merge,
                body=MergeBody,
                answer=ActionAnswer,
                caller=Caller.STAFF,
            ),
            Endpoint(
                method="POST",
                path="/petitions/<number:str>/unmerge",
                summary="Take a petition out of its group, exactly as it was before",
                handler=self._unmerge,
                body=UnmergeBody,
                answer=ActionAnswer,
                caller=Caller.STAFF,
            ),
        )

    async def _similar(self, call: Call) -> SimilarAnswer:
        by = actor(call.who)
        if by.role is ActorRole.DEPARTMENT:
            # Others' petitions are no business of one unit's.
            raise ActionNotAllowed(by.role)
        petition = await self._petitions.of(call.path["number"], by=by)
        found = await self._finder.similar_to(petition)
        return SimilarAnswer(similar=tuple(_line(one) for one in found))

    async def _merge(self, call: Call) -> ActionAnswer:
        body: MergeBody = call.body
        merged = await self._merging.merge(call.path["number"], body.lead, by=actor(call.who), note=body.note)
        return _answer(merged)

    async def _unmerge(self, call: Call) -> ActionAnswer:
        return _answer(await self._merging.unmerge(call.path["number"], by=actor(call.who), note=call.body.note))


def _answer(petition: Petition) -> ActionAnswer:
    return ActionAnswer(status=petition.status, due=petition.due_on, version=petition.revision)


def _line(similar: Similar) -> SimilarLine:
    return SimilarLine(
        number=similar.number,
        status=similar.status,
        filed_at=similar.filed_at,
        likeness=similar.likeness,
        same_street=similar.same_street,
        distance_m=similar.distance_m,
        days=similar.days,
        words=similar.words,
    )
