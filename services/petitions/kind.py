"""Name what a citizen asks of the city."""

from enum import StrEnum


class Kind(StrEnum):
    """The five kinds of petitions that citizens file."""

    CONSULT = "consult"  # 咨询
    HELP = "help"  # 求助
    COMPLAINT = "complaint"  # 投诉
    REPORT = "report"  # 举报
    SUGGESTION = "suggestion"  # 建议
