"""The trunk of the error tree; leaves live beside the rule that raises them.

    ServiceError                         400
    ├── Invalid        fields            422      decoding could not know
    ├── NotFound                         404      also "not yours": never confirm that it exists
    ├── NotAllowed                       403
    ├── Conflict                         409      TransitionRefused, StaleVersion, NotYourTurn
    └── Unavailable    retry_after       503      a system behind us is down

A leaf sets ``code`` (stable and public, ``area.what_happened``) and ``title`` (what a person may read, Chinese).
``str(error)`` is for the log alone and never leaves the process.
"""

from datetime import timedelta
from typing import ClassVar


class ServiceError(Exception):
    """A rule of the city, or a limit of this system, said no."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "request.refused"
    title: ClassVar[str] = "请求无法处理"


class Invalid(ServiceError):
    """Refuse well-formed data that breaks a rule; ``fields`` maps a field to what is wrong with it (Chinese)."""

    status = 422
    code = "request.invalid"
    title = "提交的内容有误"

    def __init__(self, message: str = "", *, fields: dict[str, str] | None = None) -> None:
        """Keep the faulty fields beside the message for the log."""
        super().__init__(message or ", ".join(fields or ()))
        self.fields = fields or {}


class NotFound(ServiceError):
    """Say that there is nothing here for this caller; used for "not yours" as well."""

    status = 404
    code = "request.not_found"
    title = "没有找到相关内容"


class NotAllowed(ServiceError):
    """Refuse a caller whose role or credentials do not permit this."""

    status = 403
    code = "request.not_allowed"
    title = "没有权限进行此操作"


class Conflict(ServiceError):
    """Refuse a change that no longer fits the present state."""

    status = 409
    code = "request.conflict"
    title = "当前状态不能进行此操作"


class Unavailable(ServiceError):
    """Say that a system behind us is down or full, and when to come again."""

    status = 503
    code = "request.unavailable"
    title = "系统繁忙，请稍后再试"

    def __init__(self, message: str = "", *, retry_after: timedelta = timedelta(seconds=5)) -> None:
        """Keep the wait beside the message for the log."""
        super().__init__(message)
        self.retry_after = retry_after
