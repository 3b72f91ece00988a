"""The page where the day begins: what waits, found by a filter in its address, and several things done at once."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Review, State
from chalicelib.external import mail
from chalicelib.office.programme import import_programme
from chalicelib.report.publish import publish_edition
from chalicelib.store import obligations, programmes, table
from chalicelib.store.addresses import state_key
from chalicelib.store.contacts import put_contact
from chalicelib.store.errors import StateMoved
from chalicelib.web import request as web_request
from chalicelib.web.console.charts import pick_counts
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD, EARLIER_CODE, read_demo_files, read_earlier_files
from tests.report.samples import add_districts, make_states
from tests.web.client import Browser, Page
from tests.web.conftest import DUE, NOW
from tests.web.intake import read_handout
from tests.web.people import sign_in

PAGE = f"/pv05/ky/{DEMO_CODE}/{DEMO_PERIOD}"
TO_LOOK = ("181", "182", "183")
"""Of eleven districts these three have sent; one more was approved and one returned."""
APPROVED, RETURNED = "184", "185"


def find_address(unit: str) -> Address:
    return Address(programme=DEMO_CODE, period=DEMO_PERIOD, form=DEMO_FORM, unit=unit)


def find_state(unit: str) -> State:
    return obligations.find_state(find_address(unit))


def put_states(states: list[State]) -> None:
    for state in states:
        table.write([table.put(state_key(state.address), state, broken=StateMoved)], subject="thử")


@pytest.fixture
def states(browser: Browser, programme: Programme) -> list[State]:
    made = []
    for state in make_states(programme, DEMO_PERIOD):
        unit, reviews = state.address.unit, {APPROVED: Review.APPROVED, RETURNED: Review.RETURNED}
        if unit in (*TO_LOOK, *reviews):
            made.append(
                state.model_copy(update={"review": reviews.get(unit, Review.RECEIVED), "corrects": unit == "183"})
            )
    put_states(made)
    return made


@pytest.fixture
def editor(browser: Browser, states: list[State]) -> Browser:
    sign_in(browser, "editor")
    return browser


def list_units(page: Page) -> list[str]:
    """The units whose reports stand on the page, in their order."""
    return re.findall(rf'name="chon:{DEMO_FORM}/(\w+)"', page.text)


def list_chosen(page: Page) -> set[str]:
    return set(re.findall(rf'name="chon:{DEMO_FORM}/(\w+)"[^>]* checked', page.text))


def choose(page: Page, *units: str, **fields: str) -> dict[str, str]:
    """The fields of the page's form with these units chosen."""
    seen = dict(re.findall(rf'name="(chon:{DEMO_FORM}/\w+)" value="(\d+)"', page.text))
    chosen = {name: change for name, change in seen.items() if name.rpartition("/")[2] in units}
    return page.hidden("mau", "loc") | chosen | fields


def read_tiles(page: Page) -> dict[str, int]:
    return {word: int(number) for word, number in re.findall(r"<span>([^<]+)</span> <strong>(\d+)</strong>", page.text)}


def test_the_tiles_add_up_and_each_leads_to_what_it_counts(editor: Browser) -> None:
    page = editor.get(PAGE)
    tiles = read_tiles(page)
    assert tiles == {"Phải nộp": 11, "Chờ xem xét": 3, "Chưa nộp": 6, "Trả lại, chờ sửa": 1, "Đã duyệt": 1}
    links = re.findall(r'<a href="[^"?]*(\?[^"]*)"(?: aria-current="true")?><span>([^<]+)</span>', page.text)
    assert {word: len(list_units(editor.get(PAGE + query))) for query, word in links} == {
        word: number for word, number in tiles.items() if word != "Phải nộp"
    }


def test_what_waits_stands_first_and_what_was_corrected_before_it(editor: Browser) -> None:
    units = list_units(editor.get(PAGE))
    assert units[0] == "183"
    assert set(units[:3]) == set(TO_LOOK)
    assert units[-1] == APPROVED


@pytest.mark.parametrize(
    ("query", "units"),
    [
        ("tim=binh+gia", ["181"]),
        ("tim=B%C3%8CNH+GIA", ["181"]),
        ("o=cho-xem&dau=sua-lai", ["183"]),
        ("o=da-duyet", ["184"]),
        ("o=da-duyet&tim=khong-co", []),
        ("o=khong-co&dau=x&trang=99&xep=x&bieu=", None),
    ],
)
def test_a_filter_in_the_address_can_be_sent_to_a_colleague(
    editor: Browser, query: str, units: list[str] | None
) -> None:
    page = editor.get(f"{PAGE}?{query}")
    assert page.status == 200
    assert list_units(page) == units if units is not None else len(list_units(page)) == 11


def test_the_form_of_the_filter_keeps_the_tile_that_was_clicked(editor: Browser) -> None:
    page = editor.get(f"{PAGE}?o=cho-xem&dau=sua-lai&tim=a")
    form = page.text[page.text.index("data-quick") :].partition("</form>")[0]
    assert 'name="o" value="cho-xem"' in form
    assert 'name="dau" value="sua-lai"' in form
    assert 'name="tim" value="a"' in form


def test_several_are_approved_at_once_and_each_has_its_line(editor: Browser) -> None:
    page = editor.get(f"{PAGE}?o=cho-xem")
    done = editor.post(f"{PAGE}/duyet", choose(page, "181", "182"))
    assert parse_qs(urlsplit(done.header("Location")).query) == {"o": ["cho-xem"], "xong": ["duyet-2"]}
    shown = editor.follow(done)
    assert "Đã duyệt 2 bản nộp." in shown.words
    assert list_units(shown) == ["183"]
    assert [find_state(unit).review for unit in TO_LOOK] == ["approved", "approved", "received"]


def test_what_failed_of_several_is_named_and_stays_chosen(editor: Browser) -> None:
    page = editor.get(f"{PAGE}?o=cho-xem")
    fields = choose(page, *TO_LOOK)
    editor.post(f"{PAGE}/duyet", choose(page, "182"))
    shown = editor.post(f"{PAGE}/duyet", fields)
    assert "Đã duyệt 2 bản nộp." in shown.words
    assert "1 báo cáo chưa thực hiện được, vẫn đang được chọn" in shown.words
    assert "Có thay đổi khác vừa được ghi trước" in shown.words
    assert list_chosen(shown) == {"182"}
    assert [find_state(unit).review for unit in TO_LOOK] == ["approved"] * 3


def test_nothing_chosen_or_too_much_is_told_on_the_page(editor: Browser) -> None:
    page = editor.get(PAGE)
    assert "Xin chọn ít nhất một báo cáo" in editor.post(f"{PAGE}/duyet", choose(page)).words
    many = {f"chon:{DEMO_FORM}/{number}": "1" for number in range(51)}
    assert "Mỗi lần chọn nhiều nhất 50 báo cáo" in editor.post(f"{PAGE}/duyet", choose(page) | many).words
    assert [find_state(unit).review for unit in TO_LOOK] == ["received"] * 3


def test_a_wrong_approval_is_undone_until_a_frozen_edition_holds_it(editor: Browser, programme: Programme) -> None:
    page = editor.get(f"{PAGE}?o=da-duyet")
    asked = editor.post(f"{PAGE}/bo-duyet", choose(page, APPROVED))
    assert "1 báo cáo thôi được duyệt" in asked.words
    assert find_state(APPROVED).review == "approved"
    assert "Đã bỏ duyệt 1 bản nộp" in editor.follow(editor.confirm(asked)).words
    assert find_state(APPROVED).review == "received"
    editor.post(f"{PAGE}/duyet", choose(editor.get(PAGE), APPROVED))
    after_lock = programme.period_by_code[DEMO_PERIOD].lock + timedelta(hours=1)
    assert publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=after_lock)
    shown = editor.post(f"{PAGE}/bo-duyet", choose(editor.get(f"{PAGE}?o=da-duyet"), APPROVED))
    assert "nằm trong một lần phát hành đã chốt" in shown.words
    assert list_chosen(shown) == {APPROVED}
    assert find_state(APPROVED).review == "approved"


@pytest.mark.parametrize("unit", [RETURNED, TO_LOOK[0]])
def test_undoing_approvals_leaves_alone_what_is_not_approved(editor: Browser, unit: str) -> None:
    before = find_state(unit)
    shown = editor.post(f"{PAGE}/bo-duyet", choose(editor.get(PAGE), unit))
    assert "chưa được duyệt" in shown.words
    assert find_state(unit) == before


def test_several_get_more_time_and_what_was_typed_stays_when_it_is_refused(editor: Browser, now: datetime) -> None:
    missing = list_units(editor.get(f"{PAGE}?o=chua-nop"))[:2]
    page, until = editor.get(f"{PAGE}?o=chua-nop"), f"{DUE + timedelta(days=9):%Y-%m-%dT%H:%M}"
    refused = editor.post(f"{PAGE}/gia-han", choose(page, *missing, **{"den-luc": until, "ly-do": " "}))
    assert "Xin điền mục “Lý do”" in refused.words
    assert f'value="{until}"' in refused.text
    assert list_chosen(refused) == set(missing)
    done = editor.post(f"{PAGE}/gia-han", choose(page, *missing, **{"den-luc": until, "ly-do": "mưa lũ"}))
    assert "Đã gia hạn cho 2 báo cáo." in editor.follow(done).words
    assert [find_state(unit).exception_reason for unit in missing] == ["mưa lũ"] * 2
    assert set(list_units(editor.get(f"{PAGE}?dau=gia-han"))) == set(missing)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that letters went to."""
    to: list[str] = []
    monkeypatch.setenv("TONGHOP_MAIL_FROM", "pv05@example.vn")
    monkeypatch.setattr(mail, "send", lambda address, **_: to.append(address))
    return to


def test_several_are_reminded_and_who_was_not_is_named(editor: Browser, sent: list[str], now: datetime) -> None:
    missing = list_units(editor.get(f"{PAGE}?o=chua-nop"))[:2]
    line = make_line(Action.CONTACT_CHANGED, f"unit:{missing[0]}", programme=DEMO_CODE, stamp=Stamp("thử", now))
    put_contact(DEMO_CODE, Contact(unit=missing[0], mail="a@example.vn"), line)
    shown = editor.post(f"{PAGE}/nhac", choose(editor.get(f"{PAGE}?o=chua-nop"), *missing))
    assert sent == ["a@example.vn"]
    assert "Đã gửi 1 thư nhắc." in shown.words
    assert "xin gọi điện" in shown.words
    assert list_chosen(shown) == {missing[1]}
    assert list_units(editor.get(f"{PAGE}?dau=da-nhac")) == missing[:1]


def test_a_letter_that_cannot_go_is_not_offered_and_the_page_says_why(
    editor: Browser, sent: list[str], programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{PAGE}?o=chua-nop"
    assert f"{DEMO_PERIOD}/nhac" in editor.get(path).text.partition("<main")[2]
    locked = programme.period_by_code[DEMO_PERIOD].lock + timedelta(minutes=1)
    for setting, at, told in (("", NOW, "chưa khai báo địa chỉ gửi thư"), ("pv05@example.vn", locked, "kỳ đã khóa")):
        monkeypatch.setenv("TONGHOP_MAIL_FROM", setting)
        monkeypatch.setattr(web_request, "read_now", lambda at=at: at)
        page = editor.get(path)
        assert "/nhac" not in page.text.partition("<main")[2].partition("Tiến độ nộp")[0]
        assert f"Lúc này chưa gửi được thư nhắc: {told}" in page.words


def read_rows_out(answer: Page) -> list[tuple[object, ...]]:
    return list(load_workbook(io.BytesIO(read_handout(answer))).worksheets[0].iter_rows(values_only=True))


def test_the_list_is_exported_as_it_is_filtered_or_as_it_is_chosen(editor: Browser) -> None:
    page = editor.get(f"{PAGE}?o=cho-xem")
    for units, expected in (((), set(TO_LOOK)), (("182",), {"182"})):
        head, *rows = read_rows_out(editor.post(f"{PAGE}/xuat", choose(page, *units)))
        assert {row[head.index("Mã")] for row in rows} == expected
        assert {row[head.index("Tình trạng")] for row in rows} == {"Chờ xem xét"}


def test_an_enter_in_a_field_of_the_list_decides_nothing(editor: Browser) -> None:
    """Browsers press the first button of a form that is not disabled, wherever it stands."""
    form = editor.get(PAGE).text.partition("data-several")[2].partition("</form>")[0]
    (first, *others) = re.findall(r"<button[^>]*>", form)
    assert "formaction" not in first
    assert any("/duyet" in button for button in others)


def test_who_only_looks_is_offered_nothing_but_the_export(editor: Browser) -> None:
    sign_in(editor, "viewer")
    page = editor.get(PAGE)
    assert re.findall(r'formaction="[^"]*/(\S+)"', page.text) == []
    assert "Xuất Excel" in page.text
    for verb in ("duyet", "bo-duyet", "nhac", "gia-han"):
        assert editor.post(f"{PAGE}/{verb}", choose(page, "181")).status == 403


def test_approving_leads_to_the_next_one_that_waits_in_the_same_list(editor: Browser) -> None:
    listed = list_units(editor.get(f"{PAGE}?o=cho-xem"))
    for number, unit in enumerate(listed):
        path = f"/pv05/ban-nop/{DEMO_CODE}/{DEMO_PERIOD}/{DEMO_FORM}/{unit}"
        page = editor.get(f"{path}?loc=o%3Dcho-xem")
        fields = {"mau": page.seal, "lan-doi": str(find_state(unit).change), "loc": "o=cho-xem", "viec": "duyet-tiep"}
        where = urlsplit(editor.post(f"{path}/xu-ly", fields).header("Location"))
        assert find_state(unit).review == "approved"
        if number + 1 < len(listed):
            assert where.path.endswith(f"/{DEMO_FORM}/{listed[number + 1]}")
            assert parse_qs(where.query) == {"loc": ["o=cho-xem"], "xong": ["approved_before"]}
    assert where.path.endswith(f"/ky/{DEMO_CODE}/{DEMO_PERIOD}")
    assert "không còn bản nào chờ xem xét" in editor.get(f"{PAGE}?{where.query}").words


def test_the_demonstrations_periods_are_named_by_days_that_are_theirs(programme: Programme) -> None:
    for period in programme.periods:
        if period.code in (DEMO_PERIOD, "nam"):
            assert period.name.endswith(format_day(period.data_to))
    assert not [form.heading for form in programme.forms if "ĐẦU NĂM" in form.heading]


# The chart


@pytest.mark.parametrize(
    ("top", "lines"),
    [
        (0, [0]),
        (1, [0, 1]),
        (11, [0, 5, 11]),
        (65, [0, 20, 40, 65]),
        (250, [0, 100, 250]),
        (3319, [0, 1000, 2000, 3319]),
    ],
)
def test_the_lines_of_the_chart_stand_at_round_numbers_and_at_what_is_due(top: int, lines: list[int]) -> None:
    assert pick_counts(top) == lines


# Many units


@pytest.fixture
def many(browser: Browser, programme: Programme, now: datetime) -> Browser:
    """250 units, all of which have sent."""
    _fill(DEMO_CODE, read_demo_files(DUE), programme, now)
    sign_in(browser, "editor")
    return browser


def _fill(code: str, files: dict[str, str], programme: Programme, now: datetime) -> None:
    """The programme with 250 units, each of which has reported."""
    changed = {name: text.encode() for name, text in add_districts(files, 239).items()}
    import_programme(changed, stamp=Stamp("thử", now))
    loaded = programmes.load_in_force(code)
    (one, *_) = make_states(programme, DEMO_PERIOD)
    for owed in loaded.obligations(DEMO_PERIOD):
        address = find_address(owed.unit).model_copy(update={"programme": code})
        sent = one.submission.model_copy(update={"address": address}) if one.submission else None
        put_states([one.model_copy(update={"address": address, "submission": sent})])


def test_the_figures_of_250_units_stand_beside_earlier_ones_and_the_page_stays_light(
    many: Browser, programme: Programme, now: datetime
) -> None:
    _fill(EARLIER_CODE, read_earlier_files(DUE), programme, now)
    page = many.get(f"/pv05/so-lieu/{DEMO_CODE}/{DEMO_PERIOD}")
    assert page.text.count("250/250") > 100
    assert "Chênh lệch" in page.text.partition("</thead>")[0]
    assert len(page.text.encode()) < 150_000


def test_the_page_stays_light_with_250_units(many: Browser) -> None:
    page = many.get(PAGE)
    assert read_tiles(page)["Phải nộp"] == 250
    assert len(list_units(page)) == 50
    assert "1–50 trong 250" in page.words
    assert len(page.text) < 120_000
    seen = [unit for number in range(1, 6) for unit in list_units(many.get(f"{PAGE}?trang={number}"))]
    assert len(seen) == len(set(seen)) == 250
    found = many.get(f"{PAGE}?tim=xa+so&xep=don-vi&trang=2")
    assert "51–100 trong 239" in found.words
    assert "tim=xa+so" in found.text


def test_the_roster_has_fifty_units_a_page_is_searched_and_keeps_its_place(many: Browser) -> None:
    roster = f"/pv05/don-vi/{DEMO_CODE}"

    def list_rows(query: str) -> list[str]:
        return re.findall(r'<tr id="(\w+)"', many.get(f"{roster}?{query}").text)

    pages = [list_rows(f"trang={number}") for number in range(1, 7)]
    units = programmes.load_in_force(DEMO_CODE).units
    assert [len(page) for page in pages] == [50, 50, 50, 50, 50, len(units) - 250]
    assert len({unit for page in pages for unit in page}) == len(units)
    assert list_rows("tim=binh+gia") == ["181"]
    assert list_rows("tim=90017") == ["90017"]
    page = many.get(f"{roster}?trang=3&tim=xa")
    unit = list_rows("trang=3&tim=xa")[0]
    form = re.search(rf'action="[^"]*/{unit}/lien-he">(.*?)</form>', page.text, re.S)
    assert form is not None
    place = dict(re.findall(r'name="(tim|trang)" value="([^"]*)"', form[1]))
    saved = many.post(f"{roster}/{unit}/lien-he", {"mau": page.seal, "nguoi": "Ông A", **place})
    assert saved.header("Location").endswith(f"?tim=xa&trang=3&xong=saved#{unit}")


def test_before_the_deadline_nobody_has_a_share_of_reports_on_time(
    editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "chưa đến hạn" in editor.get(PAGE).words
    monkeypatch.setattr(web_request, "read_now", lambda: DUE)
    assert "chưa đến hạn" not in editor.get(PAGE).words
