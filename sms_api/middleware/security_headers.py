"""The headers that tell a browser what a page may do."""

from __future__ import annotations

from types import MappingProxyType

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sms_api.open_reads import readable_from_anywhere

_CONTENT = MappingProxyType(
    {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "font-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
)

_ALWAYS = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("permissions-policy", "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)"),
    ("cross-origin-opener-policy", "same-origin"),
)

_HSTS = "max-age=31536000"


def content_security_policy(**changes: str) -> str:
    """The policy of our pages, with other values for some directives: `worker_src="'self' blob:"`."""
    return "; ".join(
        f"{name} {value}"
        for name, value in (_CONTENT | {name.replace("_", "-"): value for name, value in changes.items()}).items()
    )


_PAGE = content_security_policy()
_EMBED = content_security_policy(frame_ancestors="*")


class SecurityHeaders:
    """Adds to each answer what it does not say itself. Pages below /embed, and they alone, may be framed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        embed = path == "/embed" or path.startswith("/embed/")
        policy = _EMBED if embed else _PAGE
        shared = embed or readable_from_anywhere(path)
        own = [
            ("content-security-policy", policy),
            *_ALWAYS,
            ("cross-origin-resource-policy", "cross-origin" if shared else "same-origin"),
        ]
        if not embed:
            own.append(("x-frame-options", "DENY"))
        if scope["scheme"] == "https":
            own.append(("strict-transport-security", _HSTS))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in own:
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
