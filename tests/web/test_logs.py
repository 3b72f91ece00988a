"""No secret of a visitor is in any line of a log, whatever is asked for and whatever fails.

The requests are those that the gateway hands over, which has decoded the parts of a path before.
"""

from __future__ import annotations

import io
import itertools
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from app import app
from chalicelib.domain.programme.model import Programme
from chalicelib.external import functions, identity
from chalicelib.web import request as web_request
from chalicelib.web.console import sessions
from chalicelib.web.forms import make_seal
from tests.store.engine import hooked
from tests.web.people import make_claims, make_token
from tests.web.test_permissions import PARTS

ROUTES = sorted((method, path) for path, methods in app.routes.items() for method in methods)
VISIT, PASSWORD = "bi-mat-cua-phien", "Mat-khau-rieng-1"
ODD = ["", "%0d%0aX-La:1", "\r\nX-La: 1", "\0", "\udcff", "../" * 40, "x" * 7_000]
MORE = ["\n", "\x7f", "\x85", "\u2028", "%", "%ff", "%c3%28", "{token}", "<script>", "é" * 2_000]
"""What may stand in a part of a path, in a query or in a form."""


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """All lines of all logs: Chalice's own goes past the others."""
    caplog.set_level(logging.INFO)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    app.log.addHandler(handler)
    yield lambda: stream.getvalue() + caplog.text
    app.log.removeHandler(handler)


@pytest.fixture
def secrets(programme: Programme, token: str, now: datetime, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    moments = itertools.count()  # what is done twice in one instant is one thing done, and refused
    monkeypatch.setattr(web_request, "read_now", lambda: now + timedelta(microseconds=next(moments)))
    monkeypatch.setattr(functions, "_start", lambda *_, **__: None)
    monkeypatch.setattr(identity, "revoke", lambda _: None)
    session = {sessions.ID: make_token(make_claims("admin")), sessions.VISIT: VISIT, sessions.REFRESH: "gia-han-rieng"}
    return {"token": token, **session, "password": PASSWORD}


WAYS = ("instead", "behind", "instead, with the link", "behind, with the link")
"""Where the odd text stands: in the place of each part or behind it, that of the link among them or not."""


def spoil(name: str, right: str, odd: str, *, way: str) -> str:
    if name == "token" and way.endswith("with the link"):
        return right
    return odd if way.startswith("instead") else right + odd


def ask(route: tuple[str, str], secrets: dict[str, str], odd: str = "", *, way: str = "behind") -> dict[str, Any]:
    """The answer to a request whose parts, query and form are odd in one way."""
    method, path = route
    names = [name.strip("{}") for name in path.split("/") if name.startswith("{")]
    parts = {name: spoil(name, (PARTS | secrets)[name], odd, way=way) for name in names}
    key = f"inbox/{'0' * 32}" + ("" if way.endswith("with the link") else odd)
    cookies = "; ".join(f"{name}={secrets[name]}" for name in (sessions.ID, sessions.VISIT, sessions.REFRESH))
    seal = make_seal(secrets["token"] if "token" in names else VISIT)
    fields = {"mau": seal, "ten": f"an{odd}", "mat-khau": PASSWORD, "viec": odd, "mot-lan": "0" * 32, "ky": odd}
    event = {
        "requestContext": {
            "resourcePath": path, "httpMethod": method, "identity": {"sourceIp": "192.0.2.1"}, "stage": "api",
            "path": "/api" + "/".join(parts.get(part.strip("{}"), part) for part in path.split("/")),
        },
        "pathParameters": parts,
        "multiValueQueryStringParameters": {"key": [key]} | {name: [odd] for name in ("bucket", "thang", "xong", "tu")},
        "headers": {"host": "bao-cao.test", "sec-fetch-site": "same-origin", "cookie": cookies,
                    "content-type": "application/x-www-form-urlencoded" if method == "POST" else "application/json"},
        "body": urlencode(fields, errors="surrogatepass"), "isBase64Encoded": False, "stageVariables": None,
    }  # fmt: skip
    answer: dict[str, Any] = app(event, None)
    return answer


def hold(answer: dict[str, Any], text: str, secrets: dict[str, str]) -> None:
    headers = [*answer["headers"].values(), *(value for each in answer["multiValueHeaders"].values() for value in each)]
    assert all(str(value).isprintable() for value in headers)
    for name, secret in secrets.items():
        assert secret not in text, name


@pytest.mark.promise("refused-in-words", "isolated")
@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_no_odd_path_query_or_form_brings_a_secret_into_a_log_or_an_answer_that_is_none(
    route: tuple[str, str],
    secrets: dict[str, str],
    written: Callable[[], str],
    tried: Callable[[int], None],
    is_soak: bool,
) -> None:
    given = [*ODD, *(MORE if is_soak else ())]
    for odd in given:
        for way in WAYS:
            answer = ask(route, secrets, odd, way=way)
            assert answer["statusCode"] in (200, 303, 400, 403, 404, 409, 429), (odd, way, written())
            hold(answer, written(), secrets)
    tried(len(WAYS) * len(given))


@pytest.mark.promise("refused-in-words", "isolated")
@pytest.mark.parametrize("fault", [RuntimeError("mất mạng"), UnicodeError("?"), ConnectionError("?")], ids=repr)
def test_no_fault_of_storage_brings_a_secret_into_a_log(
    fault: Exception, secrets: dict[str, str], written: Callable[[], str], tried: Callable[[int], None]
) -> None:
    def fail(**_: Any) -> None:
        raise fault

    with hooked("before-call", fail):
        for route in ROUTES:
            hold(ask(route, secrets), written(), secrets)
    tried(len(ROUTES))
