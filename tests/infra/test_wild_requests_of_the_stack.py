"""Wild requests through a gateway, to the packaged function with the rights of its role, on the embedded stack."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.audit import Stamp
from chalicelib.office.programme import import_programme
from chalicelib.store import clients, programmes
from chalicelib.web.console import sessions
from infra.demo.programme import DEMO_CODE, read_demo_files
from infra.local.stack import Stack
from tests.links import create_link
from tests.web.client import Browser, Page
from tests.web.ways_in import ROUTES, Route
from tests.web.wild import Wild, find_fault, requests, send

pytestmark = [pytest.mark.stack, pytest.mark.promise("refused-in-words")]

EXAMPLES = 40
"""In CI, over all routes; the soak has many."""

PASSWORD = "Mat-khau-cua-toi-2026"  # noqa: S105 - of a user of the embedded stack


class RemoteBrowser(Browser):
    """A browser that reaches the pages over the network. Its redirects are not followed."""

    def __init__(self, stack: Stack) -> None:
        super().__init__()
        self.storage = stack.endpoint
        self._pages = urlsplit(stack.outputs["ApiUrl"])
        self.headers = {"sec-fetch-site": "same-origin"}

    def _send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Page:
        sent = self.headers | headers
        sent.pop("host", None)  # the embedded stack finds its services by the host
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = HTTPConnection(self._pages.netloc, timeout=30)
        connection.request(method, self._pages.path.rstrip("/") + path, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return Page(path, answer.status, dict(answer.getheaders()), text)


@pytest.fixture
def remote(stack: Stack) -> Iterator[RemoteBrowser]:
    """The store in this process is that of the stack."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in stack.environment.items():
            patch.setenv(name, value)
        clients.forget()
        yield RemoteBrowser(stack)
    clients.forget()


@pytest.fixture
def token(remote: RemoteBrowser) -> str:
    now = datetime.now(UTC)
    files = {name: text.encode() for name, text in read_demo_files(now + timedelta(days=5)).items()}
    import_programme(files, stamp=Stamp("thử", now))
    made, _ = create_link(programmes.load_in_force(DEMO_CODE), "181", expires=now + timedelta(days=1), now=now)
    return made


@pytest.fixture
def signed_in(stack: Stack) -> dict[str, str]:
    return sign_in(stack, "admin")


def sign_in(stack: Stack, role: str) -> dict[str, str]:
    """The cookies of a new user of the stack's own pool."""
    cognito, name = stack.client("cognito-idp"), f"thu-{uuid.uuid4().hex[:6]}"
    whose = {"UserPoolId": stack.outputs["Users"], "Username": name}
    cognito.admin_create_user(**whose, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(**whose, Password=PASSWORD, Permanent=True)
    cognito.admin_add_user_to_group(**whose, GroupName=role)
    given = cognito.initiate_auth(
        ClientId=stack.outputs["UsersClient"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
    )
    return {sessions.ID: given["AuthenticationResult"]["IdToken"], sessions.VISIT: "bi-mat-cua-phien"}


def test_no_request_over_the_network_is_answered_but_in_order(
    remote: RemoteBrowser, token: str, signed_in: dict[str, str], is_soak: bool, tried: Callable[[int], None]
) -> None:
    remote.cookies = signed_in
    assert remote.get(f"/pv05/ky/{DEMO_CODE}/6-thang").status == 200
    assert remote.get(f"/nop/{token}").status == 200
    examples = 3_000 if is_soak else EXAMPLES
    storage = remote.storage

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.sampled_from(ROUTES).flatmap(lambda route: st.tuples(st.just(route), requests(route))))
    def answer(asked: tuple[Route, Wild]) -> None:
        page = send(remote, asked[0], token, asked[1], signed_in=signed_in)
        fault = find_fault(page, storage=storage)
        assert not fault, (asked, fault, page.status, page.text[:300])

    answer()
    tried(examples)
