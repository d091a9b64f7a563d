"""Name everything that can be wrong with a catalogue file, and say it in one readable list."""

from enum import StrEnum

from msgspec import Struct

from services.errors import Invalid


class FaultKind(StrEnum):
    """Enumerate the faults; each is a reason to refuse the whole file."""

    UNREADABLE = "unreadable"
    NO_ITEMS = "no_items"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    EMPTY_NAME = "empty_name"
    EMPTY_DEPARTMENT = "empty_department"
    CODE_LENGTH = "code_length"
    CODE_CHARACTERS = "code_characters"
    IMPL_CODE_LENGTH = "impl_code_length"
    HANDLE_CODE_LENGTH = "handle_code_length"
    CODES_DISAGREE = "codes_disagree"
    DUPLICATE_CODE = "duplicate_code"
    DUPLICATE_HALL = "duplicate_hall"
    DUPLICATE_LICENCE = "duplicate_licence"
    UNKNOWN_HALL = "unknown_hall"
    UNKNOWN_LICENCE = "unknown_licence"
    UNKNOWN_DEPARTMENT = "unknown_department"
    BAD_VERSION = "bad_version"
    VERSION_ORDER = "version_order"
    BAD_STATUS = "bad_status"
    BAD_HOURS = "bad_hours"
    BAD_POSITION = "bad_position"
    NEGATIVE_LIMIT = "negative_limit"
    UNKNOWN_COLUMN = "unknown_column"


SENTENCES: dict[FaultKind, str] = {
    FaultKind.UNREADABLE: "文件无法读取",
    FaultKind.NO_ITEMS: "文件里没有事项",
    FaultKind.MISSING_FIELD: "缺少必填字段",
    FaultKind.WRONG_TYPE: "字段类型不对",
    FaultKind.EMPTY_NAME: "事项名称为空",
    FaultKind.EMPTY_DEPARTMENT: "部门为空",
    FaultKind.CODE_LENGTH: "基本编码应为12位",
    FaultKind.CODE_CHARACTERS: "编码只能用数字和大写字母",
    FaultKind.IMPL_CODE_LENGTH: "实施编码应为31位",
    FaultKind.HANDLE_CODE_LENGTH: "业务办理项编码应为33位",
    FaultKind.CODES_DISAGREE: "实施编码、业务办理项编码与基本编码不一致",
    FaultKind.DUPLICATE_CODE: "同一编码、同一版本出现多次",
    FaultKind.DUPLICATE_HALL: "大厅编号重复且内容不同",
    FaultKind.DUPLICATE_LICENCE: "证照类型编码重复且内容不同",
    FaultKind.UNKNOWN_HALL: "没有这个大厅",
    FaultKind.UNKNOWN_LICENCE: "没有这种电子证照",
    FaultKind.UNKNOWN_DEPARTMENT: "没有这个部门",
    FaultKind.BAD_VERSION: "版本号应为不小于1的整数",
    FaultKind.VERSION_ORDER: "新版本的生效日期早于旧版本",
    FaultKind.BAD_STATUS: "状态应为在用、暂停或者取消",
    FaultKind.BAD_HOURS: "开放时间不对",
    FaultKind.BAD_POSITION: "经纬度不对",
    FaultKind.NEGATIVE_LIMIT: "时限不能为负数",
    FaultKind.UNKNOWN_COLUMN: "表头应有name和department两列",
}


class Fault(Struct, frozen=True, kw_only=True):
    """Say what is wrong and where: file, then the element (a code, an id or a line number)."""

    kind: FaultKind
    file: str
    where: str
    detail: str = ""

    def __str__(self) -> str:
        """Read as one line for an operator."""
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.file} {self.where} {SENTENCES[self.kind]}{detail}"


class CatalogueRefused(Invalid):
    """Refuse a catalogue; ``faults`` lists everything that is wrong with it, not only the first thing."""

    code = "items.catalogue_refused"
    title = "事项目录有错误,没有发布"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep all faults; the message shows them line by line."""
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
