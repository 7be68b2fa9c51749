"""What a browser may do with our answers: the headers that say so."""

import re
from urllib.parse import urlsplit

from photoscribe.core.errors import UsageError

_PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
)
_EVERYWHERE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_HOST = re.compile(r"(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?")
# A file or a problem that is opened as a page must not run anything, even if it is a drawing with scripts.
_NOTHING = "default-src 'none'; img-src 'self'; media-src 'self'; frame-ancestors 'none'; sandbox"


class Policy:
    """tile_origin: of the map server that the user chose, "" for none; may be changed at any time.

    trusted: browsers take the address for trustworthy, https or this machine; elsewhere they ignore one of the headers,
    and complain of it on every page.
    """

    def __init__(self, tile_origin: str = "", *, trusted: bool = True) -> None:
        self._trusted = trusted
        self.tile_origin = tile_origin

    @property
    def tile_origin(self) -> str:
        return self._tile_origin

    @tile_origin.setter
    def tile_origin(self, origin: str) -> None:
        self._tile_origin = origin
        self._html = (
            *_EVERYWHERE,
            ("Content-Security-Policy", _content_security(origin)),
            *((("Cross-Origin-Opener-Policy", "same-origin"),) if self._trusted else ()),
            ("Permissions-Policy", _PERMISSIONS),
            ("X-Frame-Options", "DENY"),
        )
        self._other = (*_EVERYWHERE, ("Content-Security-Policy", _NOTHING))

    def headers(self, content_type: str) -> tuple[tuple[str, str], ...]:
        """A worker lives by the policy that came with its script."""
        return self._html if content_type.startswith(("text/html", "text/javascript")) else self._other


def origin_of(tile_server: str) -> str:
    """The origin of a map server's address, fit to stand in a header. Raises UsageError when it is none."""
    parts = urlsplit(tile_server)
    if parts.scheme not in {"http", "https"} or not _HOST.fullmatch(parts.netloc.lower()):
        raise UsageError("not the address of a map server. Try: https://tiles.example/{z}/{x}/{y}.png")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _content_security(tile_origin: str) -> str:
    tiles = f" {tile_origin}" if tile_origin else ""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data: blob:{tiles}",
            "media-src 'self' blob:",
            "font-src 'self'",
            "worker-src 'self' blob:",
            f"connect-src 'self'{tiles}",
            "manifest-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
