"""Who is bound to a branch sees and acts on its units alone: over every route, whatever the request names."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.programme.amendments import read_rows, write_rows
from chalicelib.domain.programme.loading import PROGRAMME, UNITS
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address
from chalicelib.external import functions
from chalicelib.office.contacts import change_contact
from chalicelib.office.notes import write_note
from chalicelib.office.programme import put_in_force, read_file
from chalicelib.report.publish import publish_edition
from chalicelib.store import editions, programmes
from chalicelib.store.errors import NotFound
from chalicelib.web import request as web_request
from chalicelib.web.console.permissions import IN_BRANCH
from chalicelib.web.forms import make_seal
from chalicelib.web.routes import Route as ConsoleRoute
from chalicelib.web.routes import list_console_routes
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD
from tests.web.client import Browser, Page
from tests.web.conftest import NOW
from tests.web.people import sign_in
from tests.web.test_isolation import MARKERS, OTHER, OWN, Unit, find_belongings, find_leak, make_unit
from tests.web.ways_in import Route

pytestmark = pytest.mark.promise("isolated")

BRANCH, ELSEWHERE = "178", "180"
PART = f"{DEMO_CODE}@{BRANCH}"
ISSUER = f"""
[[branches]]
unit = "{BRANCH}"
name = "BAN CHỈ ĐẠO THÀNH PHỐ"
abbreviation = "BCĐ"
signer_title = "TRƯỞNG BAN"
signer_name = "Người ký"
addressee = "Tỉnh"
recipients = ["Tỉnh"]
"""
PARENTS = {OWN: BRANCH, OTHER: ELSEWHERE}
NOTES = {OWN: "LO-GHI-CHU-CUA-MINH", OTHER: "LO-GHI-CHU-KHAC"}
ALL_OF_OTHER = (*MARKERS, "Cao Lộc", NOTES[OTHER])


@pytest.fixture
def branched(programme: Programme, now: datetime) -> Programme:
    """Our unit and the other one stand below different ones, of which ours issues a report."""
    rows = [row | {"parent": PARENTS.get(row["code"], "")} for row in read_rows(read_file(programme, UNITS))]
    files = {UNITS: write_rows(rows).encode(), PROGRAMME: (read_file(programme, PROGRAMME) + ISSUER).encode()}
    put_in_force(programme, files, what="hai cấp", stamp=Stamp("thử", now))
    return programmes.load_in_force(DEMO_CODE)


@pytest.fixture
def units(browser: Browser, branched: Programme, now: datetime, monkeypatch: pytest.MonkeyPatch) -> tuple[Unit, Unit]:
    monkeypatch.setattr(functions, "ask_for_edition", lambda _: None)
    passing = (now + timedelta(milliseconds=number) for number in itertools.count(1))
    monkeypatch.setattr(web_request, "read_now", lambda: next(passing))
    own, other = (make_unit(browser, branched, code, now) for code in (OWN, OTHER))
    change_contact(branched, Contact(unit=OTHER, name="LO-NGUOI", phone="", mail=""), stamp=Stamp("thử", now))
    for code in (OWN, OTHER):
        address = Address(programme=DEMO_CODE, period=DEMO_PERIOD, form=DEMO_FORM, unit=code)
        write_note(branched, address, NOTES[code], stamp=Stamp("pv05:an", now))
    for part in (DEMO_CODE, PART):
        publish_edition(part, period=DEMO_PERIOD, now=now)
    return own, other


def ask(browser: Browser, route: ConsoleRoute, own: Unit, **changes: str) -> Page:
    values = {
        "programme": PART, "period": DEMO_PERIOD, "form": DEMO_FORM, "unit": OWN, "indicator": "B06", "revision": "1",
        "number": "1", "name": "tong-hop.json", "upload": own.ids["bad"], "link": "0" * 12, "heading": "tuyen-truyen",
        "user": "can-bo-khac",
    } | changes  # fmt: skip
    path = Route(route.method, route.path).fill(values)
    if route.method == "GET":
        return browser.get(path)
    fields = {
        "mau": make_seal(browser.cookies["__Host-phien"]), "viec": "rut", "y-kien": "Xin xem lại", "lan-doi": "1",
        "ghi-chu": "Đã gọi", "phien-ban": "2", "ma-cu": OTHER, "ngay": "2022-06-01",
        f"chon:{DEMO_FORM}/{values['unit']}": "1", "ly-do": "mưa lũ",
        "den-luc": f"{NOW + timedelta(days=200):%Y-%m-%d}",
    }  # fmt: skip
    return browser.post(path, fields)


def list_requests(own: Unit, other: Unit) -> Iterator[dict[str, str]]:
    """The other unit, its uploads, the whole and another branch, each alone and together."""
    units = [{}, {"unit": OTHER}, {"upload": other.ids["bad"]}, {"unit": OTHER, "upload": other.ids["bad"]}]
    parts = [{}, {"programme": DEMO_CODE}, {"programme": f"{DEMO_CODE}@{ELSEWHERE}"}, {"programme": f"{DEMO_CODE}@"}]
    for unit, part in itertools.product(units, parts):
        yield unit | part


def test_who_is_bound_to_a_branch_meets_no_other_unit_on_any_route(browser: Browser, units: tuple[Unit, Unit]) -> None:
    own, other = units
    before = find_belongings(other)
    sign_in(browser, f"editor@{BRANCH}")
    for route in list_console_routes():
        for changes in list_requests(own, other):
            page = ask(browser, route, own, **changes)
            assert page.status < 500, (route, changes)
            assert not find_leak(page, other), (route, changes)
            assert not any(marker in page.words for marker in ALL_OF_OTHER), (route, changes)
            if "programme" in changes and "{programme}" in route.path:
                assert page.status in (403, 404), (route, changes)
    assert {key: item for key, item in find_belongings(other).items() if before.get(key) != item} == {}


def test_who_is_bound_to_a_branch_reviews_its_units_and_has_its_edition(
    browser: Browser, units: tuple[Unit, Unit]
) -> None:
    own, _ = units
    sign_in(browser, f"editor@{BRANCH}")
    assert browser.get("/pv05").header("Location").endswith(f"/pv05/ky/{PART}/{DEMO_PERIOD}")
    answers = {route: ask(browser, route, own) for route in list_console_routes() if "{programme}" in route.path}
    allowed = {route for route in answers if route.permission in IN_BRANCH}
    assert {route for route, page in answers.items() if page.status != 403} == allowed
    shown = {route.path: page for route, page in answers.items() if route.method == "GET" and page.status == 200}
    assert NOTES[OWN] in shown["/pv05/ban-nop/{programme}/{period}/{form}/{unit}"].words
    assert "Huyện Bình Gia" in shown["/pv05/ky/{programme}/{period}"].words
    assert "BAN CHỈ ĐẠO THÀNH PHỐ" in shown["/pv05/lan-phat-hanh/{programme}/{period}"].words
    (edition,) = editions.list_editions(PART, period=DEMO_PERIOD)
    assert {each.unit for each in edition.inputs} == {OWN}


def test_who_is_not_bound_looks_at_each_branch_and_at_the_whole(browser: Browser, branched: Programme) -> None:
    sign_in(browser, "editor")
    whole, branch = (browser.get(f"/pv05/ky/{part}/{DEMO_PERIOD}") for part in (DEMO_CODE, PART))
    assert "Huyện Cao Lộc" in whole.words
    assert f"/pv05/ky/{PART}/{DEMO_PERIOD}" in whole.text
    assert "Huyện Cao Lộc" not in branch.words
    assert browser.get(f"/pv05/ky/{DEMO_CODE}@999/{DEMO_PERIOD}").status == 404


def test_a_branch_without_a_signer_issues_nothing(browser: Browser, branched: Programme, now: datetime) -> None:
    sign_in(browser, "editor")
    page = browser.get(f"/pv05/lan-phat-hanh/{DEMO_CODE}@{ELSEWHERE}/{DEMO_PERIOD}")
    assert "chưa ghi cơ quan, người ký và nơi nhận" in page.words
    with pytest.raises(NotFound):
        publish_edition(f"{DEMO_CODE}@{ELSEWHERE}", period=DEMO_PERIOD, now=now)
