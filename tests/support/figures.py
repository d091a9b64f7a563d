"""Give tests petitions that live at random, and the figures that follow them."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from msgspec import Struct

from services.errors import ServiceError
from services.figures.bulletin import Bulletins
from services.figures.follower import FigureRecords, Figures
from services.figures.recompute import Rules, figure_records
from services.petitions.centre_commands import Accept, CallBack, Close, Dispatch, NotAccept, Redo, Supervise
from services.petitions.citizen_commands import Appeal, Rate, Supplement, Urge, Withdraw
from services.petitions.commands import Command
from services.petitions.department_commands import (
    Answer,
    ApproveExtension,
    RefuseExtension,
    RequestExtension,
    Resume,
    ReturnToSender,
    Sign,
    Start,
    Wait,
)
from services.petitions.kind import Kind
from services.petitions.model import Actor, Place
from tests.support.following import Ground, opened_ground
from tests.support.petitions import AGENT, CITIZEN, CLERK, LAMPS, SUPERVISOR, WATER, a_draft, city

_PLACES = ("市南区示例路", "市北区示例路", "崂山区示例路", "")
_TEXTS = ("路灯坏了三天", "自来水停了两天", "小区垃圾没人清运", "公交车一小时不来")


class Stage(Struct, frozen=True, kw_only=True):
    """A ground with figures on it."""

    ground: Ground
    records: FigureRecords
    rules: Rules

    def figures(self, records: FigureRecords | None = None) -> Figures:
        """Return the follower as a process that has just started has it."""
        return Figures(
            records or self.records,
            trail=self.ground.a_trail("figures"),
            calendar=self.rules.calendar,
            directory=self.rules.directory,
            clock=self.ground.clock,
        )

    def bulletins(self) -> Bulletins:
        """Return the bulletins."""
        return Bulletins(self.records.cells, directory=self.rules.directory, clock=self.ground.clock)


@asynccontextmanager
async def a_figure_stage() -> AsyncIterator[Stage]:
    """Give the stage, opened."""
    async with opened_ground() as ground:
        records = figure_records(ground.database)
        await ground.database.open()
        rules = city().rules
        yield Stage(ground=ground, records=records, rules=Rules(calendar=rules.calendar, directory=rules.directory))


class Life:
    """Let petitions be filed and acted upon at random; what does not fit is refused as it would be in life."""

    def __init__(self, ground: Ground, *, seed: int) -> None:
        self._ground = ground
        self._seed = seed
        self._random = random.Random(seed)
        self._numbers: list[str] = []

    async def go_on(self, steps: int) -> None:
        """Let so many things be tried, with time passing in between."""
        for _ in range(steps):
            self._ground.clock.advance(timedelta(minutes=self._random.choice((1, 30, 600, 3_000))))
            if not self._numbers or self._random.random() < 0.15:
                await self._file()
            else:
                await self._act()

    async def _file(self) -> None:
        draft = a_draft(
            self._random.choice(_TEXTS),
            key=f"life-{self._seed}-{len(self._numbers)}",
            place=Place(text=self._random.choice(_PLACES)),
            kind=self._random.choice((Kind.HELP, Kind.COMPLAINT)),
            of_enterprise=self._random.random() < 0.2,
        )
        self._numbers.append((await self._ground.service.file(draft)).number)

    async def _act(self) -> None:
        number = self._random.choice(self._numbers[-6:])
        # Some tries, so that most steps find something that fits.
        for _ in range(12):
            by, command = self._random.choice(self._choices())
            try:
                _ = await self._ground.service.perform(number, command, by=by)
            except ServiceError:
                continue
            return

    def _choices(self) -> list[tuple[Actor, Command]]:
        grade = self._random.randint(1, 5)
        solved = self._random.random() < 0.6
        unit = self._random.choice((LAMPS, WATER))
        return [
            (AGENT, Accept()),
            (AGENT, Accept(category=self._random.choice(city().rules.tree.categories).path)),
            (CLERK, NotAccept(door="litigation")),
            (CLERK, Dispatch(to=self._random.choice(("cgj", "gsqy", "370202")))),
            (CLERK, Dispatch(to="cgj", joint=("gsqy",))),
            (unit, Sign()),
            (unit, Start()),
            (unit, ReturnToSender(reason="不属于我单位")),
            (unit, RequestExtension(days=self._random.randint(1, 5), reason="需要时间")),
            (SUPERVISOR, ApproveExtension()),
            (SUPERVISOR, RefuseExtension()),
            (unit, Wait(question="哪一盏？")),
            (unit, Resume()),
            (CITIZEN, Supplement(text="第三盏")),
            (unit, Answer(public_text="已处理")),
            (CLERK, Answer(public_text="已当场答复")),
            (AGENT, CallBack(reached=True, solved=solved, result=grade, process=6 - grade)),
            (AGENT, CallBack(reached=False)),
            (CITIZEN, Rate(solved=solved, result=grade, process=grade)),
            (CLERK, Redo(reason="没修好")),
            (SUPERVISOR, Redo(reason="没修好", to="gsqy")),
            (SUPERVISOR, Close(reply="已向您说明")),
            (SUPERVISOR, Supervise()),
            (CITIZEN, Urge()),
            (CITIZEN, Withdraw()),
            (CITIZEN, Appeal(reason="不认可")),
        ]
