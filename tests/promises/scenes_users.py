"""The scenarios of the console's users: what administrators do with accounts, and one's own password.

The pool answers here, and is always the same: each role's clerk, and one whose account is disabled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from chalicelib.domain.audit import Stamp
from chalicelib.external import accounts
from chalicelib.external.accounts import Account
from chalicelib.office import users
from chalicelib.web.console import sessions
from chalicelib.web.forms import make_seal
from tests.promises.faults import Act, Scenario
from tests.promises.scenes_operate import command
from tests.promises.scenes_web import at_console
from tests.promises.stage import Stage
from tests.store.sample import NOON
from tests.web.client import Browser
from tests.web.people import make_claims, make_token

_PAGE, _ENTRY = "/pv05/nguoi-dung/mau", "/pv05/nguoi-dung/{programme}"
_CHI, _GONE = "can-bo-editor", "can-bo-nghi"
_CONFIRMED = {"xac-nhan": "co", "phien-ban": "1"}
_OTHER = Stamp("pv05:can-bo-hai", NOON)
_AGAIN = (
    (r"'user\.\w+'", "done again, it is noted again"),
    (r"^(Admin\w+|CreateGroup|InitiateAuth|ChangePassword|GlobalSignOut) ", "the pool is asked again for the same"),
)
_ONCE_MORE = (r"'F#can-bo-editor'", "what was done is done once more, and its request is written once more")
_PASSWORDS = ((r"\b\w{4}-\w{4}-\w{4}-\w{4}\b", "<password>"),)

Prepare = Callable[[Stage], None]


def _open_pool(stage: Stage) -> None:
    """With an account that is disabled."""
    here = accounts.list_accounts()
    if all(each.name != _GONE for each in here):
        gone = Account(_GONE, frozenset({"viewer"}), datetime(2022, 1, 1, tzinfo=UTC), is_enabled=False)
        stage.monkeypatch.setattr(accounts, "list_accounts", lambda: [*here, gone])


def _ask(stage: Stage) -> None:
    users.ask_factor(users.find_user(_CHI), stamp=_OTHER)


def _make(entry: str, act: Act, prepare: Prepare, way: str = "") -> Scenario:
    return Scenario(
        entry, act, prepare, way=way, may_add=(*_AGAIN, _ONCE_MORE), may_lack=(_ONCE_MORE,), blurs=_PASSWORDS
    )


def _answer_refresh(stage: Stage) -> None:
    tokens = {"IdToken": make_token(make_claims("admin", exp=2**33, iat=0)), "AccessToken": "a" * 20}
    stage.notes["answers"] = {"InitiateAuth": {"AuthenticationResult": tokens}}


def _change_password(stage: Stage) -> bool:
    with Browser() as browser:
        sign = make_token(make_claims("admin"))
        browser.cookies = {sessions.ID: sign, sessions.VISIT: "x" * 20, sessions.REFRESH: "r" * 20}
        fields = {"mat-khau": "Mat-khau-cu-1", "mat-khau-moi": "Mat-khau-moi-1", "nhap-lai": "Mat-khau-moi-1"}
        page = browser.post("/pv05/tai-khoan/mau", {"mau": make_seal("x" * 20), **fields})
        assert page.status in (303, 503), page.words
        return page.status == 303


def list_scenarios() -> Iterator[Scenario]:
    new = {"ten": "dung", "vai-tro": "viewer"}
    yield _make(f"POST {_ENTRY}", at_console("POST", _PAGE, new), _open_pool)
    for task, prepare, fields in (
        ("vai-tro", _open_pool, {"vai-tro": "viewer"}),
        ("khoa", _open_pool, {}),
        ("mo-khoa", _open_pool, {}),
        ("mat-khau", _open_pool, {}),
        ("mat-dien-thoai", _open_pool, {}),
        ("cap-ma", _ask, {}),
        ("rut", _ask, {}),
    ):
        act = at_console("POST", f"{_PAGE}/{_CHI}", {"viec": task, **fields, **_CONFIRMED})
        yield _make(f"POST {_ENTRY}/{{user}}", act, prepare, task)
    removing = at_console("POST", f"{_PAGE}/{_GONE}", {"viec": "xoa", **_CONFIRMED})
    yield _make(f"POST {_ENTRY}/{{user}}", removing, _open_pool, "xoa")
    yield _make("POST /pv05/tai-khoan/{programme}", _change_password, _answer_refresh)
    for words in (
        ("add", "dung", "--role", "viewer"), ("grant", _CHI, "--role", "planner"), ("disable", _CHI), ("enable", _CHI),
        ("password", _CHI), ("new-factor", _CHI), ("remove", _GONE),
    ):  # fmt: skip
        yield _make(f"tonghop operate users {words[0]}", command("users", *words), _open_pool)


def list_reads() -> Sequence[tuple[str, Act, Prepare | None]]:
    return (
        ("GET /pv05/nguoi-dung", at_console("GET", "/pv05/nguoi-dung"), None),
        (f"GET {_ENTRY}", at_console("GET", _PAGE), None),
        (f"GET {_ENTRY}/{{user}}", at_console("GET", f"{_PAGE}/{_CHI}"), None),
        ("GET /pv05/tai-khoan/{programme}", at_console("GET", "/pv05/tai-khoan/mau"), None),
        ("tonghop operate users list", command("users", "list"), None),
    )
