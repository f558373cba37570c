"""Headers that every answer carries, so that a browser does no more with it than we mean.

An answer that sets one of them itself keeps its own.
"""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HSTS = "max-age=31536000"
_DATA_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_DATA_PATHS = ("/api/", "/livez", "/readyz", "/metrics", "/.well-known/")


def page_policy(api_origins: Sequence[str] = ()) -> str:
    """The content security policy of the page: own scripts and styles, no inline code, trusted types."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            " ".join(["connect-src 'self'", *api_origins]),
            "font-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types app",
        ]
    )


class SecurityHeaders:
    """Adds them. `https` adds HSTS: everywhere but in development. `api_origins`: where the page may call."""

    def __init__(self, app: ASGIApp, *, https: bool, api_origins: Sequence[str] = ()) -> None:
        self.app = app
        always = _EVERYWHERE | ({"Strict-Transport-Security": _HSTS} if https else {})
        # Data is never stored by a browser; files of the page are, but asked after each time.
        self.data = always | {"Content-Security-Policy": _DATA_CSP, "Cache-Control": "no-store"}
        self.page = always | {
            "Content-Security-Policy": page_policy(api_origins),
            "Cache-Control": "no-cache",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        added = self.data if scope["path"].startswith(_DATA_PATHS) else self.page

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers)
