"""The pages' own address, of which links on paper and S3's redirects are made, wherever API Gateway serves them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.office.links import is_lasting
from chalicelib.web.request import Request, read_request

GATEWAY = "1a2b.execute-api.ap-southeast-1.amazonaws.com"


def read(host: str, path: str, **context: Any) -> Request:
    context |= {"resourcePath": "/nop/{token}", "path": path}
    source = SimpleNamespace(
        context=context, headers={"Host": host}, method="GET", query_params=None, uri_params={"token": "abc"}, path=path
    )
    return read_request(source)


@pytest.mark.parametrize(
    ("origin", "host", "path", "base"),
    [
        ("", GATEWAY, "/api/nop/abc", f"https://{GATEWAY}/api"),
        ("https://baocao.example.vn", "baocao.example.vn", "/nop/abc", "https://baocao.example.vn"),
        ("https://baocao.example.vn", "khac.example.vn", "/nop/abc", "https://baocao.example.vn"),
    ],
)
def test_a_link_begins_with_the_pages_own_name_or_with_the_gateways_stage(
    monkeypatch: pytest.MonkeyPatch, origin: str, host: str, path: str, base: str
) -> None:
    monkeypatch.setenv("TONGHOP_PAGES_ORIGIN", origin)
    request = read(host, path)
    assert (request.base, request.path) == (base, "/nop/abc")
    assert is_lasting(request.base) == bool(origin)
