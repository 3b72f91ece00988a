"""The pages of a programme of another field: its units' and its office's, with no word of the programmes that ship."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Programme
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import make_marked_copy
from chalicelib.intake.receive import receive
from chalicelib.office.programme import import_programme
from chalicelib.report.publish import publish_edition
from chalicelib.store import programmes
from chalicelib.web.routes import list_console_routes
from tests.links import create_link
from tests.other_field import FORM, PERIOD, fill, read_other_field
from tests.own_words import find_in
from tests.web.client import Browser, Page
from tests.web.conftest import DUE
from tests.web.intake import prepare, store
from tests.web.people import sign_in

CODE, UNIT = "tiem-chung-thu", "TR-01"
DUTY = f"{PERIOD}/{FORM}"
PARTS = {
    "user": "can-bo-admin",
    "programme": CODE, "period": PERIOD, "form": FORM, "unit": UNIT, "indicator": "M01", "revision": "1", "number": "1",
    "heading": "muc-1", "name": "bao-cao-tong-hop.xlsx", "upload": "0" * 32, "link": "0" * 12,
}  # fmt: skip


@pytest.fixture
def programme(stores: None, now: datetime) -> Programme:
    """That of another field, its first period due in five days."""
    import_programme(read_other_field(DUE), stamp=Stamp("thử", now))
    return programmes.load_in_force(CODE)


@pytest.fixture
def token(programme: Programme, now: datetime) -> str:
    made, _ = create_link(programme, UNIT, expires=now + timedelta(days=60), now=now, actor="thử")
    return made


@pytest.fixture
def busy(browser: Browser, programme: Programme, token: str, now: datetime) -> Browser:
    """One report was refused, then one taken, and an edition was made."""
    unit, period = programme.unit_by_code[UNIT], programme.period_by_code[PERIOD]
    for changes in ({"M02": 400}, {}):
        minted = prepare(browser, token, duty=DUTY)
        receive(
            store(minted, fill(programme, unit, period, **changes)), now=lambda: now, check=check_workbook,
            make_copy=make_marked_copy,
        )  # fmt: skip
        page = browser.get(f"/nop/{token}/{minted['outcome']}")
        assert (page.status, find_own(page)) == (200, set()), page.words
        assert ("lớn hơn tổng số trẻ tiêm đủ mũi" in page.words) == bool(changes)
        assert ("Chưa nhận: bản nộp có 1 lỗi" in page.words) == bool(changes), page.words
    publish_edition(CODE, period=PERIOD, now=now, actor="thử")
    return browser


def find_own(page: Page) -> set[str]:
    """Words of the shipped programmes in what a person reads: the text, titles of the window, labels, hints."""
    shown = re.findall(r' (?:title|alt|placeholder|aria-label|value)="([^"]*)"|<title>([^<]*)<', page.text)
    return find_in("\n".join([page.words, *(unescape(text) for pair in shown for text in pair)]))


def visit_console(browser: Browser) -> Iterator[Page]:
    for route in list_console_routes():
        if route.method == "GET":
            yield browser.get(re.sub(r"\{(\w+)\}", lambda match: PARTS[match[1]], route.path))


def test_a_units_page_is_the_programmes_own(busy: Browser, token: str) -> None:
    for path in (f"/nop/{token}", f"/nop/{token}/lich-su/{DUTY}"):
        page = busy.get(path)
        assert page.status == 200, path
        assert find_own(page) == set(), path
    words = busy.get(f"/nop/{token}").words
    for own in ("Trạm Y tế Vĩnh Mỹ", "Phiếu tiêm chủng", "Khoa Phòng bệnh truyền nhiễm, điện thoại 0296 300 0000"):
        assert own in words


def test_every_page_of_the_console_is_the_programmes_own(busy: Browser) -> None:
    sign_in(busy, "admin")
    pages = list(visit_console(busy))
    for page in pages:
        assert find_own(page) == set(), page.path
    assert {page.status for page in pages} == {200, 303, 404}
    asked_for_more = {"ban-nop", "don-vi", "duong-dan", "lan-phat-hanh", "mau-word", "nhap-giay", "so-chuong-trinh"}
    assert {page.path.split("/")[2] for page in pages if page.status == 404} <= asked_for_more
    read = {page.path: page.words for page in pages if page.status == 200 and "<html" in page.text}
    assert len(read) >= 12
    unnamed = [path for path, words in read.items() if "Khoa Phòng bệnh truyền nhiễm" not in words]
    assert unnamed == []


def test_pages_without_a_programme_name_no_office(browser: Browser) -> None:
    for path in ("/pv05/dang-nhap", "/nop/khong-co", "/pv05/khong-co"):
        assert find_own(browser.get(path)) == set(), path
