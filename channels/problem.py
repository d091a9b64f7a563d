"""Make every error of our own API an RFC 9457 body. What went wrong inside stays in the log."""

import msgspec
import structlog
from msgspec import Struct
from sanic import HTTPResponse, Request
from sanic.exceptions import SanicException

from services.errors import Invalid, ServiceError, Unavailable

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    400: ("request.malformed", "请求格式不正确"),
    401: ("identity.not_signed_in", "请先登录"),
    403: ("request.not_allowed", "没有权限进行此操作"),
    404: ("request.not_found", "没有找到相关内容"),
    405: ("request.method_not_allowed", "不支持这种请求方式"),
    413: ("request.too_large", "提交的内容过大"),
    415: ("request.unsupported_type", "不支持这种内容格式"),
    429: ("request.too_many", "操作太频繁，请稍后再试"),
    503: ("request.unavailable", "系统繁忙，请稍后再试"),
}
_UNEXPECTED = ("server.failed", "系统出现故障，请稍后再试")


class Problem(Struct, frozen=True, kw_only=True):
    """The body of every error: a stable ``code`` for programs, a ``title`` a person may read."""

    status: int
    code: str
    title: str
    request_id: str
    fields: dict[str, str] = {}


class Malformed(ServiceError):
    """Refuse a body or query that does not fit its type; ``fields`` name what is wrong with it."""

    status = 400
    code = "request.malformed"
    title = "请求格式不正确"

    def __init__(self, message: str) -> None:
        """Keep msgspec's message, which names the place and never the value."""
        super().__init__(message)


def answer(request: Request, error: Exception) -> HTTPResponse:
    """Return the response to any error; the one handler the server registers."""
    headers: dict[str, str] = {}
    fields: dict[str, str] = {}
    match error:
        case ServiceError():
            status, code, title = error.status, error.code, error.title
            fields = error.fields if isinstance(error, Invalid) else {}
            if isinstance(error, Unavailable):
                headers["Retry-After"] = str(max(1, round(error.retry_after.total_seconds())))
            log.info("request refused", code=code, reason=str(error))
        case SanicException():
            status = error.status_code
            code, title = _TITLES.get(status, _TITLES[400] if status < 500 else _UNEXPECTED)  # noqa: PLR2004 - HTTP classes
        case _:
            status, (code, title) = 500, _UNEXPECTED
            log.error("request failed", exc_info=error)
    problem = Problem(status=status, code=code, title=title, request_id=str(request.id), fields=fields)
    return HTTPResponse(msgspec.json.encode(problem), status=status, headers=headers, content_type=MEDIA_TYPE)
