"""What the product refuses, and why: the root of every error that crosses HTTP.

A room states its own refusals as facts: `class RunFull(Conflict): code = "run_full"; title = "名额已满"`.
`core.problems` turns them into RFC 9457 documents; nothing here knows HTTP beyond the number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class FieldError:
    """One wrong field. `pointer` is a JSON pointer into the request body, such as `/items/3/hours`."""

    pointer: str
    code: str
    message: str


class DomainError(Exception):
    """A refusal with a stable `code`, an HTTP `status` and a Chinese `title` that says what is wrong."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "系统出错"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.extra = dict(extra or {})


class BadRequest(DomainError):
    code, status, title = "bad_request", 400, "请求不符合要求"


class NotAuthenticated(DomainError):
    code, status, title = "not_authenticated", 401, "请先登录"


class Forbidden(DomainError):
    code, status, title = "forbidden", 403, "您的岗位没有这项权限"


class NotFound(DomainError):
    code, status, title = "not_found", 404, "没有找到，或不在您的管理范围内"


class Conflict(DomainError):
    code, status, title = "conflict", 409, "与现有数据冲突，请刷新后再试"


class PreconditionFailed(DomainError):
    code, status, title = "stale", 412, "刚才有人处理过，请刷新后再试"


class TooLarge(DomainError):
    code, status, title = "too_large", 413, "内容太大，请分批提交"


class UnsupportedMedia(DomainError):
    code, status, title = "unsupported_media", 415, "不支持这种文件类型"


class Invalid(DomainError):
    code, status, title = "invalid", 422, "有内容填写不正确"


class PreconditionRequired(DomainError):
    code, status, title = "precondition_required", 428, "缺少 If-Match 版本号，请刷新后再试"


class TooManyRequests(DomainError):
    code, status, title = "too_many_requests", 429, "操作太频繁，请稍后再试"


class Unavailable(DomainError):
    code, status, title = "unavailable", 503, "系统正忙，请稍后再试"
