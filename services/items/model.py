"""Describe a service item (事项), its guide (办理指南), the halls (大厅) and the e-licences (电子证照) it names.

The Structs mirror the catalogue file one to one; decoding checks every type. Field sources: the national
exchange set ``dn_task_general_basic`` and its sisters (2020-10), as listed in the reference on services, 2.1.
"""

from datetime import date
from enum import IntEnum, StrEnum
from typing import Annotated, NewType

from msgspec import Meta, Struct, field

ItemCode = NewType("ItemCode", str)
"""12 characters: region 2, item type 2, department 2, main item 3, sub item 3; text, never taken apart."""
HallId = NewType("HallId", str)
LicenceCode = NewType("LicenceCode", str)
"""21 characters: credit code of the defining authority 18 and a serial 3."""
DepartmentId = NewType("DepartmentId", str)
WallTime = Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
"""Shanghai wall time ``HH:MM``; compares as text."""


class Depth(IntEnum):
    """Grade how far an item can be done online (网上办理深度); the four levels are the project's own."""

    PUBLISHED = 1  # 事项公开
    PRE_CHECKED = 2  # 在线预审
    HANDLED = 3  # 在线办理, at most one visit
    FULLY_ONLINE = 4  # 全程网办, no visit


class ItemStatus(StrEnum):
    """Say whether an item is offered."""

    IN_USE = "在用"
    SUSPENDED = "暂停"
    CANCELLED = "取消"


class CaseType(StrEnum):
    """Say whether an item is done on the spot or within a promised time (办件类型)."""

    ON_THE_SPOT = "即办件"
    PROMISED = "承诺件"


class DayUnit(StrEnum):
    """Say which days a limit counts."""

    WORKDAY = "工作日"
    CALENDAR_DAY = "自然日"


class ResultKind(StrEnum):
    """Say in what form an item ends (办结类型)."""

    LICENCE = "出证办结"
    DOCUMENT = "出文办结"
    APPROVAL = "审批办结"
    OTHER = "其他"


class Holder(StrEnum):
    """Say whom an item or a licence is for."""

    PERSON = "自然人"
    ORGANISATION = "法人"


class GuideField(StrEnum):
    """Name the part of a guide that a question is about."""

    OVERVIEW = "overview"
    MATERIALS = "materials"
    PLACE = "place"
    CONDITIONS = "conditions"
    STEPS = "steps"
    TIME_LIMIT = "time_limit"
    FEE = "fee"
    AMOUNT = "amount"
    PHONE = "phone"
    ONLINE = "online"
    RESULT = "result"


class Licence(Struct, frozen=True, kw_only=True):
    """Describe one type of e-licence (电子证照)."""

    code: LicenceCode
    """Type code, 21 characters."""
    name: str
    """What is printed on the licence: 居民身份证."""
    holder: str
    """自然人 or 法人."""
    issuer: str
    """The issuing authority by name."""


class OpeningHours(Struct, frozen=True, kw_only=True, rename={"opens": "from", "closes": "to"}):
    """Say when a hall is open on some days of the week; Shanghai wall time."""

    days: tuple[int, ...]
    """ISO weekdays, Monday is 1; a make-up workday (调休) has the hours of a Monday."""
    opens: WallTime
    closes: WallTime


class Hall(Struct, frozen=True, kw_only=True):
    """Describe a hall or a neighbourhood service point (政务服务大厅, 便民服务中心)."""

    id: HallId
    name: str
    kind: str
    """市级大厅, 区(市)大厅 or 镇(街道)便民服务点."""
    district: str
    district_code: str
    """Region code, 6 digits (GB/T 2260 as used by the statistics bureau)."""
    address: str
    hours: tuple[OpeningHours, ...]
    phone: str
    street: str = ""
    street_code: str = ""
    lat: float | None = None
    """Degrees north, GCJ-02 as the platforms' maps give it; None: not surveyed."""
    lng: float | None = None
    """Degrees east, as ``lat``."""


class Material(Struct, frozen=True, kw_only=True):
    """Describe one thing an applicant hands in (材料)."""

    name: str
    required: bool = True
    form: str = ""
    """原件, 电子或复印件, 填写表单 or 部门共享,免提交."""
    original: int = 0
    """Originals wanted."""
    copies: int = 0
    """Copies wanted."""
    licence_code: LicenceCode | None = None
    """The e-licence that replaces it, or None."""
    licence_name: str | None = None
    note: str | None = None


class Step(Struct, frozen=True, kw_only=True):
    """Describe one step of handling (办理流程)."""

    order: int
    """1 is first."""
    name: str
    days: int = 0
    """How long it takes, in ``unit``; 0: at once."""
    unit: str = DayUnit.WORKDAY


class TimeLimit(Struct, frozen=True, kw_only=True):
    """State a statutory or promised limit (法定、承诺时限)."""

    days: int
    """In ``unit``; 0: done on the spot."""
    unit: str = DayUnit.WORKDAY
    """工作日 or 自然日."""
    note: str | None = None


class Fee(Struct, frozen=True, kw_only=True):
    """State what an applicant pays."""

    charged: bool = False
    standard: str = ""
    """The tariff in words: 换领20元."""
    pay_online: bool = False


class Window(Struct, frozen=True, kw_only=True):
    """Name a window of a hall that handles the item."""

    hall_id: HallId
    window: str = ""


class Online(Struct, frozen=True, kw_only=True):
    """Say how far an item can be done online."""

    depth: Depth
    depth_name: str = ""
    visits: int = 0
    """到现场次数."""
    visit_reason: str | None = None
    """Why a visit is still needed; None when there is none."""
    path: str = ""
    """Where it begins on our own pages."""


class Result(Struct, frozen=True, kw_only=True):
    """Name what the applicant gets in the end (办理结果)."""

    type: str = ""
    """出证办结, 出文办结, 审批办结 or 其他."""
    name: str = ""


class Question(Struct, frozen=True, kw_only=True):
    """Hold a frequent question and its reviewed answer; the bot may quote it."""

    question: str = field(name="q")
    answer: str = field(name="a")


class ServiceItem(Struct, frozen=True, kw_only=True):
    """Hold one published version of a service item with its whole guide.

    An item imported by name alone has no materials, steps, limits or windows; `is_bare` tells.
    """

    code: ItemCode
    name: str
    department: str
    """The authority by name (实施主体)."""
    department_id: DepartmentId = DepartmentId("")
    """Key into the list of departments; empty for an item imported by name alone."""
    department_code: str = ""
    """Unified social credit code of the authority, 18 characters."""
    impl_code: str = ""
    """实施编码, 31 characters: credit code 18, level 1, ``code`` 12."""
    handle_code: str = ""
    """业务办理项编码, 33 characters: ``impl_code`` and 2."""
    aliases: tuple[str, ...] = ()
    """Everyday names."""
    keywords: tuple[str, ...] = ()
    level: str = ""
    """市级, 区(市)级 or 镇(街道)级."""
    use_level: str = ""
    """行使层级: 1 state to 6 village."""
    type: str = ""
    """行政许可, 行政确认, 行政给付, 公共服务 ..."""
    task_type: str = ""
    """事项类型, two digits: 01 licence, 05 benefit, 07 confirmation, 10 other, 20 public service."""
    audience: tuple[str, ...] = ()
    """自然人, 法人 or both."""
    topics: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    """受理条件, one sentence each."""
    materials: tuple[Material, ...] = ()
    steps: tuple[Step, ...] = ()
    legal_limit: TimeLimit | None = None
    promise_limit: TimeLimit | None = None
    case_type: str = ""
    """即办件 (on the spot) or 承诺件."""
    fee: Fee | None = None
    windows: tuple[Window, ...] = ()
    online: Online | None = None
    channels: tuple[str, ...] = ()
    appointment: bool = False
    city_wide: bool = False
    """全市通办: any hall of the city takes it."""
    express: bool = False
    """The result can be posted."""
    phone: str = ""
    """咨询电话."""
    complaint_phone: str = ""
    """监督投诉电话."""
    result: Result | None = None
    legal_basis: tuple[str, ...] = ()
    faqs: tuple[Question, ...] = ()
    version: int = 1
    """Counts up from 1 with every published change."""
    effective_from: date = date.min
    """The first day this version holds, Shanghai; ``date.min``: always has."""
    status: str = ItemStatus.IN_USE
    """在用, 暂停 or 取消."""

    @property
    def is_bare(self) -> bool:
        """Tell whether only name and department are known."""
        return self.online is None and not self.materials and not self.steps

    @property
    def depth(self) -> int:
        """Return the online depth 1 to 4; 0 when unknown."""
        return int(self.online.depth) if self.online else 0
