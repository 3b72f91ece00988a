"""Changes of the roster: what they would do is shown before, and a code that has reports stays with its unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.programme.amendments import HEADINGS, read_rows, write_rows
from chalicelib.domain.programme.loading import UNITS
from chalicelib.domain.programme.model import Programme
from chalicelib.office import roster
from chalicelib.office.contacts import COLUMNS, change_contact, find_mistake, find_mistakes
from chalicelib.office.refusals import Mistaken, Moved, Refusal, Unknown
from chalicelib.store import programmes
from chalicelib.store.contacts import find_contacts
from tests.links import create_link
from tests.store.sample import FILES, NOON
from tests.store.test_families import put_state

NEW = {"code": "990", "name": "Mới", "full_name": "Phường Mới", "type": "district"}
HEIR = NEW | {"code": "178"}
DAY = date(2022, 4, 1)
CSV = read_rows(FILES[UNITS].decode())
NOT_OPEN = "Không có đơn vị nào đang hoạt động mang mã 999."

Read = Callable[[Programme], roster.NewRoster]


def in_force() -> Programme:
    return programmes.load_in_force("mau")


def put(change: roster.NewRoster, stamp: Stamp) -> None:
    roster.change_roster(in_force(), change, stamp=stamp)


@pytest.fixture
def reported(programme: Programme) -> Programme:
    """Unit 178 has its 6-month report in."""
    put_state("178")
    return programme


@pytest.mark.parametrize(
    ("read", "what"),
    [
        (lambda own: roster.open_unit(own, NEW, first_day=DAY), "mở Phường Mới từ 01/4/2022"),
        (lambda own: roster.close_unit(own, "180", last_day=DAY), "đóng Huyện Tràng Định, ngày cuối 01/4/2022"),
        (
            lambda own: roster.merge_units(own, ["178", "180", "178"], into=NEW, day=DAY),
            "hợp nhất Thành phố Lạng Sơn, Huyện Tràng Định thành Phường Mới từ 01/4/2022",
        ),
        (
            lambda own: roster.split_unit(own, "180", parts=[NEW, NEW | {"code": "991"}], day=DAY),
            "chia Huyện Tràng Định thành Phường Mới, Phường Mới từ 01/4/2022",
        ),
    ],
)  # fmt: skip
def test_a_change_says_what_it_is_and_is_put_in_force(
    programme: Programme, stamp: Stamp, read: Read, what: str
) -> None:
    change = read(programme)
    assert change.what == what
    put(change, stamp)
    assert in_force().version == 2
    with pytest.raises(Moved):
        roster.change_roster(programme, roster.close_unit(programme, "178", last_day=DAY), stamp=stamp)


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        (lambda own: roster.open_unit(own, HEIR, first_day=DAY), "Mã 178 đang thuộc về một đơn vị khác."),
        (lambda own: roster.close_unit(own, "999", last_day=DAY), NOT_OPEN),
        (lambda own: roster.split_unit(own, "999", parts=[NEW], day=DAY), NOT_OPEN),
        (lambda own: roster.merge_units(own, ["180", "180"], into=NEW, day=DAY), "Hợp nhất cần ít nhất hai mã đơn vị."),
        (
            lambda own: roster.read_sheet(own, [["Mã", *list(HEADINGS.values())[2:]]], has_contacts=True),
            "Dòng đầu của tệp Excel thiếu cột: Tên gọi.",
        ),
    ],
)  # fmt: skip
def test_a_change_that_makes_no_sense_is_refused_with_its_reason(
    programme: Programme, read: Read, sentence: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        read(programme)
    assert str(refusal.value) == sentence


def test_a_code_passes_on_where_its_reports_are_of_earlier_periods(reported: Programme, stamp: Stamp) -> None:
    """The 6-month report is the old unit's, and stays so: the new one begins after that period's data end."""
    put(roster.close_unit(in_force(), "178", last_day=date(2022, 6, 30)), stamp)
    put(roster.open_unit(in_force(), HEIR, first_day=date(2022, 7, 1)), stamp)
    assert in_force().unit_by_code["178"].full_name == "Phường Mới"


def test_a_code_with_reports_does_not_pass_on_in_two_steps(reported: Programme, stamp: Stamp) -> None:
    put(roster.close_unit(in_force(), "178", last_day=date(2022, 3, 31)), stamp)
    change = roster.open_unit(in_force(), HEIR, first_day=DAY)
    with pytest.raises(Mistaken, match="mã 178 đã có báo cáo của đơn vị trước, nên Phường Mới cần mã khác"):
        put(change, stamp)
    assert len(roster.preview_roster(in_force(), change, now=NOON).mistakes) == 1


def test_a_row_that_was_removed_by_mistake_comes_back_and_no_other_in_its_place(
    reported: Programme, stamp: Stamp
) -> None:
    removed = roster.read_csv(write_rows(CSV[1:]).encode())
    put(removed, stamp)
    with pytest.raises(Mistaken):
        put(roster.open_unit(in_force(), HEIR, first_day=DAY), stamp)
    put(roster.read_csv(FILES[UNITS]), stamp)
    assert in_force().unit_by_code["178"].full_name == "Thành phố Lạng Sơn"


def test_what_leaves_is_told_with_its_reports_and_its_open_links(reported: Programme) -> None:
    create_link(reported, "178", expires=NOON + timedelta(days=1), now=NOON, actor="thử")
    create_link(reported, "178", expires=NOON + timedelta(hours=1), now=NOON, actor="thử")
    change = roster.close_unit(reported, "178", last_day=DAY)
    told = [
        effect.sentence for effect in roster.preview_roster(reported, change, now=NOON + timedelta(hours=2)).effects
    ]
    assert told[:2] == [
        "Thành phố Lạng Sơn thôi hoạt động: 1 báo cáo đã nhận vẫn được giữ; 1 đường dẫn đang dùng, xin thu hồi ở mục "
        "“Đường dẫn”",
        "1 báo cáo đã nhận ra khỏi bảng theo dõi và không còn được tổng hợp; bản nộp vẫn được giữ",
    ]


def test_a_workbook_of_the_roster_as_it_is_changes_contacts_alone(programme: Programme, stamp: Stamp) -> None:
    rows = [[row[column] for column in HEADINGS] for row in CSV]
    sheet = [[*HEADINGS.values(), *COLUMNS.values()], [*rows[0], "Ông A", "0205 000 000", ""], [*rows[1], "", "", ""]]
    assert roster.read_sheet(programme, sheet, has_contacts=False).contacts == ()
    put(roster.read_sheet(programme, sheet, has_contacts=True), stamp)
    assert find_contacts("mau") == {"178": Contact(unit="178", name="Ông A", phone="0205 000 000")}
    assert in_force().version == 1
    sheet[2][-2:] = ["0205 000 000", "văn thư"]
    with pytest.raises(Mistaken, match="Huyện Tràng Định: địa chỉ thư điện tử không hợp lệ"):
        put(roster.read_sheet(programme, sheet, has_contacts=True), stamp)


def test_two_contacts_of_one_unit_are_told_and_the_same_one_twice_is_one(programme: Programme, stamp: Stamp) -> None:
    contact = Contact(unit="178", name="Ông A")
    for _ in range(2):
        change_contact(programme, contact, stamp=stamp)
    assert find_contacts("mau") == {"178": contact}
    assert find_mistakes(programme, [contact, contact]) == []
    (told,) = find_mistakes(programme, [contact, contact.model_copy(update={"name": "Bà B"})])
    assert told == "Thành phố Lạng Sơn: có hai người liên hệ khác nhau, không rõ lấy người nào"


@pytest.mark.parametrize(
    ("contact", "mistake"),
    [
        ({}, ""),
        ({"mail": "vanthu@langson.gov.vn", "phone": "+84 (205) 3812-345"}, ""),
        ({"mail": "vănthư@langson.gov.vn"}, "địa chỉ thư điện tử"),
        ({"mail": "a@b, c@d.vn"}, "địa chỉ thư điện tử"),
        ({"phone": "gọi ông A"}, "số điện thoại"),
        ({"phone": "113"}, "số điện thoại"),
    ],
)
def test_a_contact_can_be_written_to_and_called(contact: dict[str, str], mistake: str) -> None:
    found = find_mistake(Contact(unit="178", **contact))
    assert (found.startswith(mistake), bool(found)) == (True, bool(mistake))


def test_a_unit_that_is_not_there_has_no_contact(programme: Programme, stamp: Stamp) -> None:
    with pytest.raises(Unknown):
        change_contact(programme, Contact(unit="999"), stamp=stamp)
