"""One HTTP request as pages need it, independent of the host and path under which API Gateway serves it.

All links are relative to the page, so a stage prefix or a custom domain needs no setting. Only addresses that are
used from outside (S3's redirect, a link on paper) must be absolute.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl

from chalicelib.web.problems import FormWrong

_MOST_FORM_FIELDS = 5_000
_MOST_FORM_BYTES = 1024 * 1024
_TOO_MUCH = "Nội dung gửi lên dài quá mức cho phép. Xin rút gọn, hoặc nộp bằng tệp Excel."


@dataclass(frozen=True, kw_only=True)
class Request:
    """`base` is the absolute address of the pages' root without a final slash; `now` is read once per request."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    address: str
    base: str
    now: datetime
    body: bytes = b""

    @cached_property
    def form(self) -> Mapping[str, str]:
        """The posted fields. Raises FormWrong if the body is larger than any form of ours."""
        return _read_form(self.headers, self.body)

    @property
    def root(self) -> str:
        """The relative path from this page to the pages' root: "../" for /nop/abc."""
        return "./" + "../" * (self.path.count("/") - 1)

    @property
    def wants_json(self) -> bool:
        return "application/json" in self.headers.get("accept", "")


def read_now() -> datetime:
    """The clock of the pages; tests replace it."""
    return datetime.now(UTC)


def read_request(source: Any) -> Request:
    """Converts Chalice's request."""
    context = source.context or {}
    headers = {name.lower(): value for name, value in (source.headers or {}).items()}
    path = _find_path(source, context)
    return Request(
        method=source.method,
        path=path,
        query=dict(source.query_params or {}),
        headers=headers,
        cookies=_read_cookies(headers.get("cookie", "")),
        address=str((context.get("identity") or {}).get("sourceIp", "")),
        base=_find_base(headers, context, path),
        now=read_now(),
        body=source.raw_body if source.method == "POST" else b"",
    )


def _find_path(source: Any, context: Mapping[str, Any]) -> str:
    """The path below the stage: Chalice's path template, filled in with the matched parameters."""
    path = str(context.get("resourcePath") or source.path)
    for name, value in (source.uri_params or {}).items():
        path = path.replace("{" + name + "}", value)
    return path.rstrip("/") or "/"


def _find_base(headers: Mapping[str, str], context: Mapping[str, Any], path: str) -> str:
    """The absolute address of the root.

    A setting names scheme and host. http means the embedded stack, which serves the API under a long path that the
    request does not contain. On AWS the context's path begins with the stage, or with a domain's base path.
    """
    origin = os.environ.get("TONGHOP_PAGES_ORIGIN", "").rstrip("/") or f"https://{headers.get('host', '')}"
    if origin.startswith("http://"):
        api, stage = context.get("apiId", ""), context.get("stage", "")
        return f"{origin}/restapis/{api}/{stage}/_user_request_" if api else origin
    return origin + str(context.get("path", "")).rstrip("/").removesuffix(path if path != "/" else "")


def _read_form(headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    if not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    if len(body) > _MOST_FORM_BYTES:
        raise FormWrong(_TOO_MUCH)
    text = body.decode("utf-8", errors="replace")
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FORM_FIELDS))
    except ValueError:
        raise FormWrong(_TOO_MUCH) from None


def _read_cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
