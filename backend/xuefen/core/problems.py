"""Every refusal as an RFC 9457 document: `application/problem+json`, and its place in the contract.

    @router.post("/enrollments", responses=problems(RunFull, AlreadyEnrolled))

`install(app)` registers the handlers. A document never holds what the caller sent: `instance` is the
route's template (`/claims/:id`), so that an absent and a foreign row are answered alike.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xuefen.core.database_failures import refusal_of
from xuefen.core.errors import (
    BadRequest,
    DomainError,
    Forbidden,
    Invalid,
    NotAuthenticated,
    TooLarge,
    TooManyRequests,
    Unavailable,
    UnsupportedMedia,
)
from xuefen.core.routes import allowed_methods, route_template
from xuefen.core.text import Output
from xuefen.core.validation_messages import field_errors

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_SCHEMA = "#/components/schemas/Problem"
_STANDARD = frozenset({"type", "title", "status", "detail", "instance", "code", "errors"})
_RETRY_AFTER_SECONDS = 2


class MalformedBody(BadRequest):
    code, title = "malformed_body", "请求内容无法读取，应为有效的 JSON"


class NoSuchAddress(DomainError):
    code, status, title = "no_such_address", 404, "没有这个地址"


class MethodNotAllowed(DomainError):
    code, status, title = "method_not_allowed", 405, "这个地址不支持这种操作"


class InternalError(DomainError):
    code, status, title = "internal_error", 500, "系统出错，已记录，请稍后再试"


class ProblemField(Output):
    """One wrong field: a JSON Pointer into the body, or `query/…`, `path/…`, `header/…`."""

    pointer: str
    code: str
    message: str


class Problem(Output):
    """RFC 9457. `code` is stable; `title` is Chinese and translated by `code` in the page."""

    model_config = ConfigDict(extra="allow")  # members that one refusal alone has, such as its limit

    type: str = Field(examples=["urn:xuefen:problem:conflict"])
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[ProblemField]


_FRAMEWORK: Mapping[int, type[DomainError]] = {
    400: MalformedBody,
    401: NotAuthenticated,
    403: Forbidden,
    404: NoSuchAddress,
    405: MethodNotAllowed,
    413: TooLarge,
    415: UnsupportedMedia,
    422: Invalid,
    429: TooManyRequests,
    503: Unavailable,
}
_EVERY_OPERATION = (Unavailable,)
_OPERATION_WITH_INPUT = (Invalid,)
_OPERATION_WITH_BODY = (MalformedBody, TooLarge, UnsupportedMedia)


def problems(*errors: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """`responses=` of an operation: what it may refuse, beside what every operation may."""
    by_status: dict[int, list[type[DomainError]]] = {}
    for error in errors:
        by_status.setdefault(error.status, []).append(error)
    return {status: _response(kinds) for status, kinds in sorted(by_status.items())}


def _response(errors: Sequence[type[DomainError]]) -> dict[str, Any]:
    return {
        "description": "；".join(f"`{error.code}` {error.title}" for error in errors),
        "content": {MEDIA_TYPE: {"schema": {"$ref": _SCHEMA}}},
    }


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem, and declare Problem once in its contract.

    Call it before other middleware is added: what is added later stands outside and sees the 500 too.
    """
    app.add_exception_handler(DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_exception)
    for failure in (SQLAlchemyError, ConnectionError, TimeoutError):
        app.add_exception_handler(failure, _failure)
    app.add_middleware(UnhandledErrors)
    _declare_in_contract(app)


def _declare_in_contract(app: FastAPI) -> None:
    """Add the schema once, and to each operation the refusals that every operation of its kind has."""
    plain_openapi = app.openapi

    def openapi() -> dict[str, Any]:
        contract = plain_openapi()
        if "Problem" not in contract.get("components", {}).get("schemas", {}):
            _complete(contract)
        return contract

    app.openapi = openapi  # type: ignore[method-assign]  # the framework's own way to extend a contract


def _complete(contract: dict[str, Any]) -> None:
    schemas = contract.setdefault("components", {}).setdefault("schemas", {})
    for automatic in ("HTTPValidationError", "ValidationError"):
        schemas.pop(automatic, None)
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    schemas |= schema.pop("$defs")
    schemas["Problem"] = schema
    for operations in contract.get("paths", {}).values():
        for operation in operations.values():
            _complete_operation(operation)


def _complete_operation(operation: dict[str, Any]) -> None:
    common: list[type[DomainError]] = [*_EVERY_OPERATION]
    if "requestBody" in operation:
        common += _OPERATION_WITH_BODY
    if "requestBody" in operation or "parameters" in operation:
        common += _OPERATION_WITH_INPUT
    declared = operation["responses"]
    if "HTTPValidationError" in str(declared.get("422", "")):
        del declared["422"]
    for status, response in problems(*common).items():
        declared.setdefault(str(status), response)
    operation["responses"] = dict(sorted(declared.items()))


def problem_response(scope: Scope, error: DomainError, status: int | None = None) -> JSONResponse:
    """The document and headers for `error`; for middleware that refuses before a handler could."""
    status = status or error.status
    document: dict[str, Any] = {
        "type": f"urn:xuefen:problem:{error.code}",
        "title": error.title,
        "status": status,
        "detail": error.detail or error.title,
        "instance": route_template(scope),
        "code": error.code,
        "errors": [asdict(field) for field in error.errors],
    }
    extra = {name: value for name, value in error.extra.items() if name not in _STANDARD}
    document |= jsonable_encoder(extra)
    return JSONResponse(document, status, _headers(error), MEDIA_TYPE)


def _headers(error: DomainError) -> dict[str, str]:
    headers: dict[str, str] = {}
    if isinstance(error, NotAuthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="xuefen"'
    if error.retry_after is not None or isinstance(error, TooManyRequests | Unavailable):
        headers["Retry-After"] = str(error.retry_after or _RETRY_AFTER_SECONDS)
    return headers


async def _domain_error(request: Request, exc: Exception) -> JSONResponse:
    return problem_response(request.scope, cast(DomainError, exc))


async def _invalid_request(request: Request, exc: Exception) -> JSONResponse:
    invalid = cast(RequestValidationError, exc)
    errors = invalid.errors()
    if any(error["type"] == "json_invalid" for error in errors):
        return problem_response(request.scope, MalformedBody())
    if isinstance(invalid.body, bytes) and any(tuple(error["loc"]) == ("body",) for error in errors):
        # The framework hands a body of another content type to the schema as bytes.
        return problem_response(request.scope, UnsupportedMedia("请以 application/json 提交"))
    return problem_response(request.scope, Invalid(errors=field_errors(errors)))


async def _http_exception(request: Request, exc: Exception) -> JSONResponse:
    """What the framework itself refuses: its English detail is replaced, its headers are kept."""
    refused = cast(HTTPException, exc)
    status = refused.status_code
    fallback = BadRequest if status < HTTPStatus.INTERNAL_SERVER_ERROR else InternalError
    response = problem_response(request.scope, _FRAMEWORK.get(status, fallback)(), status)
    response.headers.update(refused.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(allowed_methods(request))
    return response


async def _failure(request: Request, exc: Exception) -> JSONResponse:
    """Databases and time limits: busy is 503, a broken constraint 409, a bug 500."""
    refusal = refusal_of(exc)
    if refusal is None:
        raise exc
    log.warning("database refused", exc_info=exc, extra={"code": refusal.code})
    return problem_response(request.scope, refusal)


class UnhandledErrors:
    """Whatever nobody handled becomes a 500 that is logged and says nothing.

    It does not raise again as the framework does: the server would print the exception with the values
    in it, and close a connection that is in order.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception:
            log.exception("unhandled error", extra={"route": route_template(scope)})
            if started:
                # Half an answer is on its way: only a broken connection tells the caller so.
                raise BrokenAnswer from None
            await problem_response(scope, InternalError())(scope, receive, send)


class BrokenAnswer(RuntimeError):
    """The answer failed after it had begun; the cause is in the log."""
