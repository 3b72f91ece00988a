"""The page of points to look at: what it shows, what a note does, and what opens a point again."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address
from chalicelib.office.points import Statement, confirm_points
from chalicelib.office.refusals import Mistaken, Unknown
from chalicelib.report.points import gather_points
from chalicelib.store import obligations
from chalicelib.store.audit import query_month
from chalicelib.store.commit import commit_state
from chalicelib.store.confirmations import list_confirmations
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD
from tests.domain.builders import make_state, make_submission, place
from tests.web.client import Browser, Page
from tests.web.people import sign_in
from tests.web.test_looks import check_printed

PAGE = f"/pv05/diem-can-xem-lai/{DEMO_CODE}/{DEMO_PERIOD}"
ODD = "181"
KEY = f"tenfold/B05/{ODD}/others"
NOTE = f"y-kien:{KEY}"


def report(programme: Programme, unit: str, now: datetime, **values: int) -> None:
    """The unit's report says this, and leaves all else blank, whatever it said before."""
    address = Address(programme=DEMO_CODE, period=DEMO_PERIOD, form=DEMO_FORM, unit=unit)
    before = obligations.find_state(address)
    sent = make_submission(address=address, received=now, values=place(**{"B05": 40} | values))
    after = make_state(sent).model_copy(update={"change": before.change + 1})
    line = make_line(Action.UPLOAD_ACCEPTED, f"{unit} {after.change}", programme=DEMO_CODE, stamp=Stamp("thử", now))
    commit_state(after, before=before, line=line)


@pytest.fixture
def sent(programme: Programme, now: datetime) -> None:
    """All have sent the same, but Bình Gia with ten times the meetings."""
    for unit in (each.code for each in programme.units if each.type == "district"):
        report(programme, unit, now, **({"B05": 400} if unit == ODD else {}))


@pytest.fixture
def editor(browser: Browser, sent: None) -> Browser:
    sign_in(browser, "editor")
    return browser


def fill(page: Page, note: str = "Đã hỏi đơn vị, số <đúng>") -> dict[str, str]:
    states = dict(re.findall(r'name="(so-lieu:[^"]+)" value="([0-9a-f]+)"', page.text))
    return {"mau": page.seal, NOTE: note, **states}


def test_a_point_says_what_is_odd_what_to_do_and_where(editor: Browser) -> None:
    page = editor.get(PAGE)
    assert "Chưa xác nhận 1 Đã xác nhận 0" in page.words
    assert "Gấp hoặc kém khoảng 10, 100, 1.000 lần (1)" in page.words
    assert "nếu sai thì trả lại để đơn vị sửa" in page.words
    assert "400 cuộc (buổi); mức giữa của 11 đơn vị cùng loại: 40 cuộc (buổi), gấp khoảng 10 lần." in page.words
    assert f"so-lieu/{DEMO_CODE}/{DEMO_PERIOD}/B05" in page.text
    assert f"ban-nop/{DEMO_CODE}/{DEMO_PERIOD}/{DEMO_FORM}/{ODD}#B05" in page.text
    for leading in (f"/pv05/ky/{DEMO_CODE}/{DEMO_PERIOD}", f"/pv05/lan-phat-hanh/{DEMO_CODE}/{DEMO_PERIOD}"):
        assert f"diem-can-xem-lai/{DEMO_CODE}/{DEMO_PERIOD}" in editor.get(leading).text


def test_each_printed_row_of_the_points_has_as_many_cells_as_its_head(editor: Browser) -> None:
    check_printed(editor.get(PAGE).text)


def test_in_a_first_period_the_submission_itself_says_what_stands_out_beside_other_units(editor: Browser) -> None:
    path = f"/pv05/ban-nop/{DEMO_CODE}/{DEMO_PERIOD}/{DEMO_FORM}"
    told = "Khác các đơn vị cùng loại 400 cuộc (buổi); mức giữa của 11 đơn vị cùng loại: 40 cuộc (buổi)"
    assert told in editor.get(f"{path}/{ODD}").words
    assert "Khác các đơn vị cùng loại" not in editor.get(f"{path}/180").words


def test_before_an_edition_it_is_said_how_many_points_are_open(editor: Browser) -> None:
    editions = f"/pv05/lan-phat-hanh/{DEMO_CODE}/{DEMO_PERIOD}"
    assert "còn 1 điểm chưa xác nhận" in editor.get(editions).words
    editor.post(PAGE, fill(editor.get(PAGE)))
    assert "chưa xác nhận" not in editor.get(editions).words


def test_a_note_confirms_the_point_and_is_kept_with_who_and_when(editor: Browser, now: datetime) -> None:
    page = editor.follow(editor.post(PAGE, fill(editor.get(PAGE))))
    assert "Đã ghi nhận ý kiến xác nhận." in page.words
    assert "Chưa xác nhận 0 Đã xác nhận 1" in page.words
    assert "Mọi điểm đều đã được xác nhận." in page.words
    assert "Đã hỏi đơn vị, số <đúng> can-bo-editor" in page.words  # escaped
    (kept,) = list_confirmations(DEMO_CODE, period=DEMO_PERIOD)
    assert (kept.point, kept.note, kept.actor) == (KEY, "Đã hỏi đơn vị, số <đúng>", "pv05:can-bo-editor")
    assert timedelta(0) <= kept.at - now < timedelta(seconds=1)
    lines = query_month(DEMO_CODE, month=f"{now.astimezone(VIETNAM):%Y-%m}")
    (line,) = (each for each in lines if each.action == Action.POINT_CONFIRMED)
    assert (line.subject, line.details) == (f"{DEMO_PERIOD}/B05/{ODD}", {"what": "tenfold", "number": "1"})
    assert "Đã hỏi" not in line.model_dump_json()


def test_other_figures_open_the_point_again_and_the_earlier_note_is_shown(
    editor: Browser, programme: Programme, now: datetime
) -> None:
    editor.post(PAGE, fill(editor.get(PAGE)))
    report(programme, "180", now, B05=42)  # what another unit says is not what was confirmed
    assert "Chưa xác nhận 0 Đã xác nhận 1" in editor.get(PAGE).words
    report(programme, ODD, now, B05=410)
    page = editor.get(PAGE)
    assert "Chưa xác nhận 1 Đã xác nhận 0" in page.words
    assert "khi số liệu còn khác: “Đã hỏi đơn vị, số <đúng>”" in page.words


def test_a_note_on_figures_that_have_changed_meanwhile_is_not_taken_and_not_lost(
    editor: Browser, programme: Programme, now: datetime
) -> None:
    fields = fill(editor.get(PAGE), note="Đúng")
    report(programme, ODD, now, B05=410)
    page = editor.post(PAGE, fields)
    assert "1 điểm chưa ghi nhận được vì số liệu vừa thay đổi" in page.words
    assert ">Đúng</textarea>" in page.text
    assert list_confirmations(DEMO_CODE, period=DEMO_PERIOD) == []


def test_the_same_form_sent_twice_is_one_confirmation(editor: Browser) -> None:
    fields = fill(editor.get(PAGE))
    for _ in range(2):
        assert editor.post(PAGE, fields).status == 303
    assert len(list_confirmations(DEMO_CODE, period=DEMO_PERIOD)) == 1


def test_a_confirmation_may_be_taken_back(editor: Browser) -> None:
    editor.post(PAGE, fill(editor.get(PAGE)))
    shown = editor.post(f"{PAGE}/mo-lai", {"mau": editor.get(PAGE).seal, "muc": KEY})
    assert "Ý kiến xác nhận không còn giá trị" in shown.words
    page = editor.follow(editor.confirm(shown))
    assert "Đã mở lại điểm cần xem." in page.words
    assert "Chưa xác nhận 1 Đã xác nhận 0" in page.words
    assert [(each.number, bool(each.note)) for each in list_confirmations(DEMO_CODE, period=DEMO_PERIOD)] == [
        (1, True), (2, False),
    ]  # fmt: skip
    assert editor.post(f"{PAGE}/mo-lai", {"mau": page.seal, "muc": KEY}).status == 409


def test_of_two_people_who_confirm_at_once_the_second_looks_again(
    editor: Browser, programme: Programme, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = fill(editor.get(PAGE))
    looked = gather_points(programme, DEMO_PERIOD, now=now)
    said = [Statement(KEY, looked.points.open[0].state, "Đúng")]
    assert confirm_points(programme, period=DEMO_PERIOD, statements=said, stamp=Stamp("thử", now)) == []
    monkeypatch.setattr("chalicelib.report.points.gather_points", lambda *_, **__: looked)
    assert editor.post(PAGE, fields).status == 409
    assert len(list_confirmations(DEMO_CODE, period=DEMO_PERIOD)) == 1


def test_without_a_note_nothing_is_confirmed(editor: Browser) -> None:
    page = editor.post(PAGE, fill(editor.get(PAGE), note="  "))
    assert (page.status, "Xin ghi ý kiến ở ít nhất một điểm." in page.words) == (400, True)


def test_a_viewer_reads_and_confirms_nothing(browser: Browser, sent: None) -> None:
    sign_in(browser, "viewer")
    page = browser.get(PAGE)
    assert "gấp khoảng 10 lần" in page.words
    assert "textarea" not in page.text
    own = {"mau": browser.get(f"/pv05/tai-khoan/{DEMO_CODE}").seal, NOTE: "Đúng"}
    assert browser.post(PAGE, own).status == 403
    assert list_confirmations(DEMO_CODE, period=DEMO_PERIOD) == []


def test_where_nothing_is_odd_the_page_says_so(browser: Browser, programme: Programme) -> None:
    sign_in(browser, "editor")
    assert "Không có điểm nào cần xem lại." in browser.get(PAGE).words


@pytest.mark.parametrize(
    ("period", "note", "refusal"),
    [("thang-13", "Đúng", Unknown), (DEMO_PERIOD, " ", Mistaken), (DEMO_PERIOD, "x" * 501, Mistaken)],
)
def test_what_the_verb_refuses(
    programme: Programme, now: datetime, period: str, note: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        confirm_points(programme, period=period, statements=[Statement(KEY, "", note)], stamp=Stamp("thử", now))


def test_a_point_that_is_none_is_told_back(programme: Programme, now: datetime) -> None:
    said = Statement("far/B05/999/others", "", "Đúng")
    assert confirm_points(programme, period=DEMO_PERIOD, statements=[said], stamp=Stamp("thử", now)) == [said]
