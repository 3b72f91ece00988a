"""Responses to the browser, with security headers.

A page loads nothing from other origins and cannot be framed; the only other origin is the storage to which files
are sent. Addresses of pages may hold a unit's secret, so no referrer is sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.store.handouts import list_origins

_HTML = "text/html; charset=utf-8"
_JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Response:
    """A page, a redirect or a piece of data. `cookies` are whole Set-Cookie values."""

    status: int
    body: str
    content_type: str = _HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()

    def with_cookies(self, *cookies: str) -> Response:
        return replace(self, cookies=(*self.cookies, *cookies))

    @property
    def all_headers(self) -> dict[str, str | list[str]]:
        """The response's own headers and those of every response. No cache stores pages."""
        headers: dict[str, str | list[str]] = {
            "Content-Type": self.content_type,
            "Cache-Control": "no-store",
            "Content-Security-Policy": render_policy(),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "X-Robots-Tag": "noindex, nofollow",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        }
        headers |= self.headers
        if self.cookies:
            headers["Set-Cookie"] = list(self.cookies)
        return headers


def respond_json(data: Any, *, status: int = 200) -> Response:
    return Response(status, json.dumps(data, ensure_ascii=False), _JSON)


def redirect(location: str) -> Response:
    """Redirects to another page by GET, whatever the method of the request."""
    return Response(303, "", headers={"Location": location})


def render_policy(*, shows_stored: bool = False) -> str:
    """The Content-Security-Policy: our own scripts and styles, and forms to us and to the buckets.

    A page that shows a stored file beside its form (`shows_stored`) may also load pictures and frames from there.
    """
    storage = " ".join(sorted(list_origins()))
    return "; ".join(
        (
            "default-src 'none'",
            "object-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data:{f' {storage}' if shows_stored else ''}",
            *([f"frame-src {storage}"] if shows_stored else []),
            f"connect-src 'self' {storage}",
            f"form-action 'self' {storage}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )
