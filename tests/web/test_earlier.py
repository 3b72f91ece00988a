"""What a unit said before is shown, to it and to PV05, as the figures that its next report is held against."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from openpyxl import load_workbook

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Review
from chalicelib.intake.check import check_workbook
from chalicelib.intake.receive import receive
from chalicelib.store import obligations
from chalicelib.store.commit import commit_state
from chalicelib.workbook.form.filling import fill_in
from chalicelib.workbook.form.template import make_template
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD
from infra.demo.samples import make_contents
from tests.store.engine import make_line
from tests.store.sample import numbered
from tests.store.sample import send as put_into_inbox
from tests.web.client import Browser
from tests.web.intake import GOOD, make_workbook, read_handout, send
from tests.web.people import sign_in

HALF = Address(programme=DEMO_CODE, period=DEMO_PERIOD, form=DEMO_FORM, unit=GOOD)
YEAR = HALF.model_copy(update={"period": "nam", "form": "bao-cao-nam"})
BEFORE = 4321


@pytest.fixture
def sent(browser: Browser, programme: Programme, token: str, now: datetime) -> None:
    """Bình Gia's report of six months is in."""
    send(browser, token, make_workbook(programme, GOOD, A01=BEFORE), now)
    assert obligations.find_state(HALF).counts


def return_half() -> None:
    before = obligations.find_state(HALF)
    commit_state(before.moved(review=Review.RETURNED), before=before, line=make_line())


def send_year(programme: Programme, now: datetime, a01: int) -> None:
    form, unit, period = programme.form_by_code["bao-cao-nam"], programme.unit_by_code[GOOD], programme.periods[-1]
    contents = make_contents(programme, form, unit, period)
    contents.values["A01"] = a01
    data = fill_in(make_template(programme, form, unit, period), contents)
    key, version = put_into_inbox(data, numbered(1), address=YEAR, received=now)
    receive(key, version, now=lambda: now, check=check_workbook)


def read_blank(browser: Browser, token: str) -> set[object]:
    """Everything that is printed in the blank form of the year."""
    answer = browser.get(f"/nop/{token}/bieu-mau/nam/bao-cao-nam")
    workbook = load_workbook(io.BytesIO(read_handout(answer)))
    return {cell.value for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row}


def test_the_blank_form_of_the_year_has_the_units_six_months_printed_in_it(
    browser: Browser, sent: None, token: str
) -> None:
    assert BEFORE in read_blank(browser, token)
    return_half()
    assert BEFORE not in read_blank(browser, token)


def test_the_reader_of_a_year_sees_the_six_months_beside_it(
    browser: Browser, sent: None, programme: Programme, now: datetime
) -> None:
    send_year(programme, now, BEFORE + 2)
    sign_in(browser, "editor")
    page = f"/pv05/ban-nop/{DEMO_CODE}/nam/bao-cao-nam/{GOOD}"
    name = programme.period_by_code[DEMO_PERIOD].name
    assert f"Số liệu {name} Chênh lệch" in browser.get(page).words
    assert "4.323 4.321 +2" in browser.get(page).words
    return_half()
    assert "Chênh lệch" not in browser.get(page).words


def test_a_total_of_the_year_stands_beside_no_part_of_itself(
    browser: Browser, sent: None, programme: Programme, now: datetime
) -> None:
    """The year includes the six months, so that a difference to them is no change; what stands at its end has one."""
    send_year(programme, now, BEFORE + 2)
    sign_in(browser, "editor")
    page = browser.get(f"/pv05/so-lieu/{DEMO_CODE}/nam")
    rows = {row.partition("</td>")[0]: row for row in page.text.split('<tr><td class="wide-only">')}
    assert "4.323" in rows["A01"]
    assert "4.321" not in rows["A01"]
    assert '<td class="num">–</td>' not in rows["D31"]
    assert '<td class="num">–</td><td class="num">–</td>' in rows["A01"]
