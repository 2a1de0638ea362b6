"""The headers that tell a browser what a page may do."""

from __future__ import annotations

from types import MappingProxyType

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sms_api.middleware.raw_headers import add_missing, raw
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


def content_security_policy(**changes: str) -> str:
    """The policy of our pages, with other values for some directives: `worker_src="'self' blob:"`."""
    return "; ".join(
        f"{name} {value}"
        for name, value in (_CONTENT | {name.replace("_", "-"): value for name, value in changes.items()}).items()
    )


def map_policy(tile_origin: str) -> str:
    """The policy of a map page: it reads tiles there, draws them, and has a worker of ours."""
    return content_security_policy(
        connect_src=f"'self' {tile_origin}", img_src=f"'self' data: blob: {tile_origin}", worker_src="'self' blob:"
    )


_OWN_ORIGIN = ("cross-origin-resource-policy", "same-origin")
_ANY_ORIGIN = ("cross-origin-resource-policy", "cross-origin")
_NO_FRAME = (("content-security-policy", content_security_policy()), ("x-frame-options", "DENY"))
_PAGE = raw(*_NO_FRAME, *_ALWAYS, _OWN_ORIGIN)
_READ = raw(*_NO_FRAME, *_ALWAYS, _ANY_ORIGIN)
_EMBED = raw(("content-security-policy", content_security_policy(frame_ancestors="*")), *_ALWAYS, _ANY_ORIGIN)
_HSTS = raw(("strict-transport-security", "max-age=31536000"))


class SecurityHeaders:
    """Adds to each answer what it does not say itself. Pages below /embed, and they alone, may be framed.

    Not to a 304: those of the answer that the client holds go on to count.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path: str = scope["path"]
        if path == "/embed" or path.startswith("/embed/"):
            own = _EMBED
        else:
            own = _READ if readable_from_anywhere(path) else _PAGE
        if scope["scheme"] == "https":
            own = [*own, *_HSTS]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] != 304:
                add_missing(message, own)
            await send(message)

        await self._app(scope, receive, send_with_headers)
