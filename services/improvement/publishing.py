"""What operators do about the bot's wording: try a change, publish it, go back to an earlier version."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from services.audit.log import AuditLog
from services.clock import Clock
from services.coordination.ports import Bell
from services.errors import Conflict, Invalid
from services.ids import new_id
from services.improvement.clustering import question_key
from services.improvement.keeper import WORDING_BELL, Keeper, act_of
from services.improvement.ports import Findings, Trial
from services.improvement.wording_book import NoSuchVersion, WordingBook, WordingMoved, overlay_of
from services.improvement.wording_model import Change, ChangeKind, Proposal, WordingVersion, version_id
from services.items.catalogue import Catalogue
from services.text.normalise import normalise
from services.text.personal_data import find_personal_data

CHANGES_MOST = 1_000
"""Changes in force at once; more belong into the shipped wording, where they are reviewed and cost no start."""


class ChangeRefused(Invalid):
    """Refuse a change that the regression pack speaks against; `findings` says by which rows."""

    code = "wording.refused"
    title = "这个修改没有通过回归检查，未发布"

    def __init__(self, findings: Findings) -> None:
        """Name every flaw and every row that would be worse."""
        faults = {f"flaw:{rule}": detail for rule, detail in findings.flaws}
        faults |= {row.place: f"{row.text} ({', '.join(row.lost)})" for row in findings.worse}
        if not findings.is_answered:
            faults["question"] = "加上这个修改，这句话仍然得不到所选事项的解答"
        super().__init__("the regression pack refuses it", fields=faults)
        self.findings = findings


class AlreadyPublished(Conflict):
    """Refuse a change that is in force already."""

    code = "wording.already_published"
    title = "这个修改已经发布"


class TooManyChanges(Conflict):
    """Refuse more changes than are laid over the files at once."""

    code = "wording.too_many"
    title = "线上修改已达上限，请先把已有修改并入随程序发布的词表"


class By(Struct, frozen=True, kw_only=True):
    """Who publishes."""

    name: str
    role: str


class Published(Struct, frozen=True, kw_only=True):
    """What is in force now, and what the trial had found."""

    version: WordingVersion
    findings: Findings


class WordingDesk:
    """The use cases of operators."""

    def __init__(  # noqa: PLR0913 - parts by name
        self,
        book: WordingBook,
        keeper: Keeper,
        *,
        trial: Trial,
        catalogue: Callable[[], Catalogue],
        audit: AuditLog,
        bell: Bell,
        clock: Clock,
    ) -> None:
        """Take the versions, who serves them here, who tries a change first, and who is told."""
        self._book = book
        self._keeper = keeper
        self._trial = trial
        self._catalogue = catalogue
        self._audit = audit
        self._bell = bell
        self._clock = clock

    async def current(self) -> tuple[int, tuple[Change, ...]]:
        """Return the number in force, 0 for the files alone, and its changes."""
        latest = await self._book.latest()
        return (latest.number if latest else 0), await self._book.changes_of(latest)

    async def tried(self, proposal: Proposal, *, wordings: Sequence[str], by: By) -> Findings:
        """Try a change on the regression pack; nothing is published."""
        number, changes = await self.current()
        return await self._findings(number, changes, change=self._change(proposal, by=by), wordings=wordings)

    async def publish(self, proposal: Proposal, *, base: int, wordings: Sequence[str], by: By) -> Published:
        """Publish a change over version ``base`` if the regression pack lets it; in force everywhere within a second.

        Raises:
            Invalid: a faulty field.
            WordingMoved: ``base`` is not in force any more.
            AlreadyPublished, TooManyChanges: nothing is to be, or may be, added.
            ChangeRefused: naming the flaws and the rows; nothing was published.
        """
        number, changes = await self.current()
        change = self._change(proposal, by=by)
        if number != base:
            raise WordingMoved(f"{base}, not {number}")
        if any((one.item, one.alias, one.answer) == (change.item, change.alias, change.answer) for one in changes):
            raise AlreadyPublished(change.item)
        if len(changes) >= CHANGES_MOST:
            raise TooManyChanges(str(len(changes)))
        findings = await self._findings(number, changes, change=change, wordings=wordings)
        if findings.flaws or findings.worse or not findings.is_answered:
            raise ChangeRefused(findings)
        await self._book.keep(change)
        keys = (*(one.id for one in changes), change.id)
        version = await self._in_force(self._version(number + 1, keys, by=by))
        return Published(version=version, findings=findings)

    async def roll_back(self, to: int, *, base: int, by: By) -> WordingVersion:
        """Go back to what was in force under an earlier number, 0 for the files alone, as a version of its own.

        The regression pack is not asked: what worked before is wanted at once.

        Raises:
            NoSuchVersion: there was no such number.
            WordingMoved: ``base`` is not in force any more.
        """
        latest = await self._book.latest()
        if latest is None or not 0 <= to < latest.number:
            raise NoSuchVersion(str(to))
        if latest.number != base:
            raise WordingMoved(f"{base}, not {latest.number}")
        keys = (await self._book.version(to)).changes if to else ()
        version = self._version(latest.number + 1, keys, by=by)
        return await self._in_force(replace(version, restored=to))

    async def _in_force(self, version: WordingVersion) -> WordingVersion:
        stored = await self._book.append(version)
        _ = await self._audit.record(act_of(stored))
        self._bell.ring(WORDING_BELL)
        _ = await self._keeper.catch_up()
        return stored

    async def _findings(
        self, number: int, changes: tuple[Change, ...], *, change: Change, wordings: Sequence[str]
    ) -> Findings:
        now, then = overlay_of(number, changes), overlay_of(number + 1, (*changes, change))
        return await self._trial.run(now, then, change=change, wordings=wordings)

    def _version(self, number: int, changes: tuple[str, ...], *, by: By) -> WordingVersion:
        return WordingVersion(
            id=version_id(number), number=number, changes=changes, at=self._clock.now(), by=by.name, role=by.role
        )

    def _change(self, proposal: Proposal, *, by: By) -> Change:
        """Return the change that a proposal stands for, or raise `Invalid` with every faulty field."""
        is_faq = proposal.kind is ChangeKind.FAQ
        alias = _bare(proposal.question if is_faq else proposal.alias)
        answer = proposal.answer.strip()
        faults: dict[str, str] = {}
        if proposal.item not in self._catalogue().items:
            faults["item"] = "没有这个事项"
        if not alias:
            faults["question" if is_faq else "alias"] = "不能为空"
        if find_personal_data(proposal.question):
            faults["question"] = "含有个人信息"
        if is_faq and not answer:
            faults["answer"] = "不能为空"
        if is_faq and proposal.alias:
            faults["alias"] = "问答不另带别名"
        if not is_faq and answer:
            faults["answer"] = "别名不带答复"
        if faults:
            raise Invalid(fields=faults)
        return Change(
            id=new_id("change"),
            kind=proposal.kind,
            item=proposal.item,
            question=proposal.question.strip(),
            settles=proposal.settles or question_key(proposal.question),
            alias=alias,
            answer=answer,
            at=self._clock.now(),
            by=by.name,
        )


def _bare(text: str) -> str:
    """Return a phrase in normal form without the marks around it."""
    normal = normalise(text).text
    ends = [place for place, character in enumerate(normal) if character.isalnum()]
    return normal[ends[0] : ends[-1] + 1] if ends else ""
