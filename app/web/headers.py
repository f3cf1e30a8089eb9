"""What every answer carries to keep browsers careful; over https also that they stay there."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
            "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; object-src 'none'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        ),
        "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
)
STAY_ON_HTTPS = "max-age=31536000"  # of this name alone: its neighbours may be another's
_SECURE = b"; Secure"


def protect(request: Request, response: Response) -> Response:
    """Add them. Over https no cookie goes over http; pages are kept nowhere."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    files = request.url.path.startswith("/static/")
    response.headers.setdefault("Cache-Control", "no-cache" if files else "no-store")
    if by_https(request):
        response.headers.setdefault("Strict-Transport-Security", STAY_ON_HTTPS)
        response.raw_headers[:] = [_secured(*header) for header in response.raw_headers]
    return response


def by_https(request: Request) -> bool:
    """Whether it came by https: told by a trusted proxy, or by the server's public address."""
    services = getattr(request.app.state, "services", None)
    base_url = getattr(services, "base_url", None) or ""
    return request.url.scheme == "https" or urlsplit(base_url).scheme == "https"


def _secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name.lower() != b"set-cookie" or _SECURE.lower() in value.lower():
        return name, value
    return name, value + _SECURE
