"""The console's page of the programme with programmes that nobody planned for: 20 schools, and 3,319 units."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from openpyxl import load_workbook

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.writing import write_files
from chalicelib.office.programme import import_programme
from chalicelib.store import programmes
from chalicelib.workbook.programme.check import check_programme_book
from chalicelib.workbook.programme.write import write_programme_book
from chalicelib.workbook.reading.reader import read_workbook
from infra.demo.programme import DEMO_CODE
from tests.invented.ministry import write_ministry
from tests.invented.schools import write_schools
from tests.web.client import Browser
from tests.web.people import sign_in
from tests.web.test_programme import PAGE, planner, post_file, set_cell

__all__ = ["planner"]

BOOKS = {"truong-an-toan": (write_schools, "A01"), "nuoc-sach": (write_ministry, "N01")}


@pytest.mark.parametrize("code", BOOKS)
def test_a_book_of_another_field_is_shown_with_what_it_changes_and_put_in_force(
    code: str, browser: Browser, now: datetime
) -> None:
    write, changed = BOOKS[code]
    raw = check_programme_book(read_workbook(write())).raw
    import_programme({name: text.encode() for name, text in write_files(raw).items()}, stamp=Stamp("thử", now))
    sign_in(browser, "planner")
    place = f"/pv05/so-chuong-trinh/{code}"
    book, out = load_workbook(io.BytesIO(write_programme_book(raw))), io.BytesIO()
    set_cell(book, "Chỉ tiêu", changed, "Nội dung", "Cách gọi mới")
    book.save(out)
    key = post_file(out.getvalue())
    page = browser.get(f"{place}/tep?key={key}")
    assert "Chỉ tiêu thay đổi (1)" in page.words
    version = programmes.load_in_force(code).version
    fields = {"mau": page.seal, "phien-ban": str(version), "viec": "so", "key": key}
    assert "Đã lập đề nghị." in browser.follow(browser.post(f"{place}/de-nghi", fields)).words
    sign_in(browser, "admin")
    browser.post(f"{place}/de-nghi/quyet-dinh", {"mau": browser.get(place).seal, "viec": "ap-dung", "so": "1"})
    programmes.forget()
    assert programmes.load_in_force(code).indicator_by_code[changed].label == "Cách gọi mới"


@pytest.mark.parametrize(("code", "warned"), [("truong-khac", False), (DEMO_CODE, True)])
def test_only_of_the_programme_that_is_changed_units_are_said_to_go(code: str, warned: bool, planner: Browser) -> None:
    """A programme with a code of its own takes nothing from the one at whose page it comes."""
    page = planner.get(f"{PAGE}/tep?key={post_file(write_schools(code))}")
    assert ("Các dòng dưới đây sẽ bị bỏ khỏi danh sách" in page.words) is warned
    assert ("Đơn vị không có trong chương trình mới" in page.words) is not warned
