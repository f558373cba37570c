"""The size of what is sent in: bodies are counted as they arrive, whatever their length claims to be."""

import re
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xuefen.core.errors import DomainError, TooLarge
from xuefen.core.problems import MalformedBody, problem_response


class BodyLimit:
    """Refuses a request body above `maximum` bytes (413), on the paths of uploads above `upload_maximum`.

    `upload_paths` are regular expressions for whole paths, such as `/api/v1/imports`.
    """

    def __init__(
        self, app: ASGIApp, maximum: int, upload_maximum: int, upload_paths: Sequence[str] = ()
    ) -> None:
        self.app = app
        self.maximum = maximum
        self.upload_maximum = upload_maximum
        self.uploads = re.compile("|".join(f"(?:{path})" for path in upload_paths) or r"(?!)")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        maximum = self.upload_maximum if self.uploads.fullmatch(scope["path"]) else self.maximum
        refusal = _refusal_of_length(Headers(scope=scope).get("content-length"), maximum)
        if refusal is not None:
            await problem_response(scope, refusal)(scope, receive, send)
            return
        await self.app(scope, _counted(receive, maximum), send)


def _refusal_of_length(claimed: str | None, maximum: int) -> DomainError | None:
    if claimed is None:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", claimed):
        return MalformedBody()
    return TooLarge() if int(claimed) > maximum else None


def _counted(receive: Receive, maximum: int) -> Receive:
    total = 0

    async def counting() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > maximum:
            # The framework lets only its own exception through while it reads a body.
            raise HTTPException(TooLarge.status)
        return message

    return counting
