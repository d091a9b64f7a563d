"""Make every error of our own API an RFC 9457 body. What went wrong inside stays in the log."""

import re
from http import HTTPStatus

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
    408: ("request.too_slow", "请求超时，请稍后再试"),
    413: ("request.too_large", "提交的内容过大"),
    415: ("request.unsupported_type", "不支持这种内容格式"),
    426: ("request.upgrade_required", "请用 WebSocket 连接"),
    429: ("request.too_many", "操作太频繁，请稍后再试"),
    503: ("request.unavailable", "系统繁忙，请稍后再试"),
}
_UNEXPECTED = ("server.failed", "系统出现故障，请稍后再试")
_PLACE = re.compile(r" - at `(?:key in )?\$\.?(.*)`$")
_VALUE = re.compile(r" '.*'")
_UNKNOWN = re.compile(r"contains unknown field `(.*)`$", re.DOTALL)
_SHOWN_MOST = 200
"""Characters of a place or reason that is shown: an unknown field may have a name of any length."""


class Problem(Struct, frozen=True, kw_only=True):
    """The body of every error: a stable ``code`` for programs, a ``title`` a person may read."""

    status: int
    code: str
    title: str
    request_id: str
    fields: dict[str, str] = {}


class Malformed(ServiceError):
    """Refuse a body or query that does not fit its type.

    ``fields`` map the place ("parts[0].body", or "body" for the whole) to the decoder's reason, for whoever writes the
    client; never a value. The log has the code alone: places hold names the caller chose.
    """

    status = 400
    code = "request.malformed"
    title = "请求格式不正确"

    def __init__(self, reason: str, *, place: str = "body") -> None:
        """Keep what is wrong and where."""
        super().__init__()
        self.fields = {place[:_SHOWN_MOST]: reason[:_SHOWN_MOST]}


def malformed(error: Exception, *, place: str = "body") -> Malformed:
    """Return the refusal for what a decoder said: the place by itself, and without the values that some messages quote."""
    if isinstance(error, UnicodeDecodeError):
        return Malformed("not UTF-8", place=place)
    if isinstance(error, RecursionError):
        return Malformed("nested too deeply", place=place)
    reason = str(error)
    if found := _PLACE.search(reason):
        place, reason = found[1] or place, reason[: found.start()]
    if unknown := _UNKNOWN.search(reason):
        inside = "" if place == "body" else f"{place}."
        return Malformed("unknown field", place=inside + unknown[1])
    return Malformed(_VALUE.sub("", reason), place=place)


def answer(request: Request, error: Exception) -> HTTPResponse:
    """Return the response to any error; the one handler the server registers."""
    headers: dict[str, str] = {}
    fields: dict[str, str] = {}
    match error:
        case ServiceError():
            status, code, title = error.status, error.code, error.title
            fields = error.fields if isinstance(error, Invalid | Malformed) else {}
            if isinstance(error, Unavailable):
                headers["Retry-After"] = str(max(1, round(error.retry_after.total_seconds())))
            if status == HTTPStatus.UNAUTHORIZED:
                headers["WWW-Authenticate"] = "Bearer"
            log.info("request refused", code=code, reason=str(error))
        case SanicException():
            status = error.status_code
            code, title = _TITLES.get(status, _TITLES[400] if status < 500 else _UNEXPECTED)  # noqa: PLR2004 - HTTP classes
            headers |= {name: value for name, value in error.headers.items() if name == "Allow"}
        case _:
            status, (code, title) = 500, _UNEXPECTED
            log.error("request failed", exc_info=error)
    problem = Problem(status=status, code=code, title=title, request_id=str(request.id), fields=fields)
    return HTTPResponse(msgspec.json.encode(problem), status=status, headers=headers, content_type=MEDIA_TYPE)
