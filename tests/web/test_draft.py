"""The draft of the report at the console: read as it will print, written heading by heading, never overwritten."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urljoin

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.language.sentences import View
from chalicelib.domain.period.body import Source
from chalicelib.domain.programme.model import Outline, Programme
from chalicelib.domain.programme.outline import MOST_LETTERS
from chalicelib.office.draft import OutlinedReport, find_draft, save_heading, take_sentence
from chalicelib.report.publish import publish_edition
from chalicelib.store import drafts
from chalicelib.store.errors import Unavailable
from chalicelib.web.console.draft import FORMS
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD
from tests.web.client import Browser, Page
from tests.web.intake import GOOD, make_workbook, send
from tests.web.people import sign_in

DRAFT = f"/pv05/du-thao/{DEMO_CODE}/{DEMO_PERIOD}"
LATER = f"/pv05/du-thao/{DEMO_CODE}/nam"
CODE = "tuyen-truyen"
HEADING = f"{DRAFT}/{CODE}"
HOSTILE = '<script>alert("x")</script>&"\'<b onclick=x>'


@pytest.fixture
def editor(browser: Browser, programme: Programme, token: str, now: datetime) -> Browser:
    """One report is in, and an editor at work."""
    send(browser, token, make_workbook(programme, GOOD, B05=1234), now)
    sign_in(browser, "editor")
    return browser


@pytest.fixture
def stamp(now: datetime) -> Stamp:
    return Stamp("pv05:chi-hoa", now)


@pytest.fixture
def report(programme: Programme) -> OutlinedReport:
    return make_report(programme, DEMO_PERIOD)


def make_report(programme: Programme, period: str) -> OutlinedReport:
    outline = programme.find_outline(period)
    assert outline
    return OutlinedReport(programme, programme.period_by_code[period], outline)


def write(browser: Browser, text: str, *, task: str = "luu", path: str = HEADING, based_on: int | None = None) -> Page:
    """Presses a button of the heading's page, with its hidden fields."""
    shown = browser.get(path)
    number = read_number(shown) if based_on is None else str(based_on)
    return browser.post(path, {"mau": shown.seal, "ban": number, "loi": text, "viec": task})


def read_number(page: Page) -> str:
    return re.search(r'name="ban" value="(\d+)"', page.text)[1]  # type: ignore[index]


def read_typed(page: Page) -> str:
    """What stands in the form, as the server wrote it."""
    return re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.S)[1]  # type: ignore[index]


def read_preview(page: Page) -> str:
    return page._replace(text=page.text.partition('id="ban-in"')[2].partition("</section>")[0]).words


def find_texts(period: str = DEMO_PERIOD) -> dict[str, str]:
    draft = find_draft(DEMO_CODE, period=period)
    return draft.texts if draft else {}


# The whole body


def test_the_body_stands_as_it_prints_and_its_figures_lead_to_their_pages(editor: Browser) -> None:
    page = editor.get(DRAFT)
    assert page.status == 200
    assert "Chưa có lời riêng" in page.words
    link = re.search(r'<a href="([^"]*)">1\.234</a>', page.text)
    assert link
    assert editor.get(urljoin(page.path, link[1])).status == 200
    assert "Chỉ tiêu" not in page.words


def test_each_heading_says_whose_words_it_has(editor: Browser) -> None:
    assert editor.follow(write(editor, "Lời riêng có **chữ đậm**: [B05] buổi.")).words.count("Đã lưu.") == 1
    page = editor.get(DRAFT)
    own = page.text.partition(f'id="muc-{CODE}"')[2].partition("</section>")[0]
    assert "can-bo-editor" in own
    assert "Lời của cơ quan" in own
    assert "<strong>chữ đậm</strong>" in own
    assert "Câu có sẵn" in page.words


def test_a_heading_that_is_not_printed_is_folded_with_the_reason(editor: Browser) -> None:
    write(editor, " ", path=f"{DRAFT}/tham-muu")
    own = editor.get(DRAFT).text.partition('id="muc-tham-muu"')[2].partition("</section>")[0]
    assert "<details" in own
    assert "Không in" in own
    assert "mục chưa có lời" in own


def test_versions_are_listed_and_an_older_one_is_looked_at_and_taken_up_again(
    editor: Browser, report: OutlinedReport, stamp: Stamp
) -> None:
    save_heading(report, heading=CODE, text="Lời đầu tiên.", based_on=0, stamp=stamp)
    write(editor, "Lời thứ hai.")
    page = editor.get(DRAFT)
    assert "Bản 1" in page.words
    assert "Bản 2" in page.words
    assert "chi-hoa" in page.words
    older = editor.get(f"{DRAFT}?ban=1")
    assert "không phải bản hiện hành" in older.words
    assert "Lời đầu tiên." in older.words
    taken = editor.get(f"{HEADING}?ban=1")
    assert (read_typed(taken), read_number(taken)) == ("Lời đầu tiên.", "2")
    assert editor.get(f"{DRAFT}?ban=9").status == 404
    assert editor.get(f"{HEADING}?ban=9").status == 404


def test_it_is_said_with_which_version_an_edition_was_made_and_that_saving_makes_none(
    editor: Browser, now: datetime
) -> None:
    write(editor, "Lời của lần phát hành.")
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now, actor="thử")
    assert "Bản này đã dùng cho lần phát hành 1" in editor.get(DRAFT).words
    assert "lời theo bản dự thảo 1" in editor.get(DRAFT.replace("du-thao", "lan-phat-hanh") + "/1").words
    write(editor, "Lời sau đó.")
    words = editor.get(DRAFT).words
    assert "lưu dự thảo không tự tạo lần phát hành" in words
    assert "lần 1" in words


def test_words_of_a_heading_that_the_outline_no_longer_has_are_still_there(
    editor: Browser, report: OutlinedReport, stamp: Stamp
) -> None:
    heading = report.outline.headings[0].model_copy(update={"code": "muc-da-bo"})
    older = report._replace(outline=Outline(headings=(*report.outline.headings, heading)))
    save_heading(older, heading="muc-da-bo", text="Lời không được mất.", based_on=0, stamp=stamp)
    words = editor.get(DRAFT).words
    assert "Lời của mục không còn trong đề cương" in words
    assert "Lời không được mất." in words
    assert "muc-da-bo" not in words


def test_where_there_is_no_draft_the_words_of_the_period_before_are_offered(
    editor: Browser, report: OutlinedReport, stamp: Stamp
) -> None:
    save_heading(report, heading=CODE, text="- Lời của kỳ trước: [B05] buổi.", based_on=0, stamp=stamp)
    save_heading(report, heading="tham-muu", text="Lời khác.", based_on=1, stamp=stamp)
    page = editor.get(LATER)
    assert "Lời của kỳ trước" in page.words
    assert editor.get(f"{LATER}/{CODE}").words.count("Lời của kỳ trước") == 1
    assert read_typed(editor.get(f"{LATER}/{CODE}?ky-truoc=1")) == "- Lời của kỳ trước: [B05] buổi."
    fields = {"mau": page.seal, f"muc:{CODE}": "co"}
    assert "Đã lưu." in editor.follow(editor.post(LATER, fields)).words
    assert find_texts("nam") == {CODE: "- Lời của kỳ trước: [B05] buổi."}
    assert "Lấy các mục đã đánh dấu" not in editor.get(LATER).words
    assert editor.post(LATER, {"mau": page.seal}).status == 400


def test_a_viewer_reads_the_draft_and_is_offered_nothing_to_write(
    editor: Browser, report: OutlinedReport, stamp: Stamp
) -> None:
    save_heading(report, heading=CODE, text="Lời của biên tập.", based_on=0, stamp=stamp)
    sign_in(editor, "viewer")
    page = editor.get(DRAFT)
    assert "Lời của biên tập." in page.words
    assert "Soạn" not in page.words
    assert editor.get(HEADING).status == 403


# One heading


def test_a_heading_without_words_says_so_where_it_is_written_too(editor: Browser) -> None:
    assert "Chưa có lời" in editor.get(f"{DRAFT}/kho-khan").words
    assert "Câu có sẵn" in editor.get(HEADING).words


def test_a_heading_begins_with_the_sentences_of_the_outline(editor: Browser, report: OutlinedReport) -> None:
    page = editor.get(HEADING)
    assert read_typed(page).startswith(report.outline.heading_by_code[CODE].text[:20])
    assert "1.234" in read_preview(page)


def test_every_figure_of_the_period_can_be_picked_with_its_code_and_what_it_says(editor: Browser) -> None:
    page = editor.get(HEADING)
    row = re.search(r'<tr data-code="B05"[^>]*>.*?</tr>', page.text, re.S)
    assert row
    assert "[B05]" in row[0]
    assert "1.234" in row[0]
    assert "chưa có" in page.words
    for passage in ("[tình hình gửi báo cáo]", "[kết quả thực hiện chỉ tiêu]"):
        assert passage in page.words


def test_every_form_of_a_figure_can_be_picked_and_rare_ones_name_the_figures_that_have_them(editor: Browser) -> None:
    page = editor.get(HEADING)
    forms = re.findall(r'<option value="([^"]*)"', page.text.partition('id="dang"')[2].partition("</select>")[0])
    assert forms == list(FORMS)
    assert {f":{view}" for view in View} <= set(forms)
    fit = dict(re.findall(r'<tr data-code="(\w+)" data-views="([^"]*)"', page.text))
    assert (fit["B05"], fit["D30"], fit["D34"]) == ("", "gồm", "so chỉ tiêu")


def test_what_a_text_does_not_say_now_is_told_with_the_reason(editor: Browser) -> None:
    told = write(editor, "Có [B05] buổi[B05%]; [H89a] hộ; [B05!] buổi.", task="xem-truoc").words
    assert "chưa có số liệu, nên bỏ cùng vế câu: [H89a]." in told
    assert "không có gì để so sánh, hoặc không thay đổi: [B05%]." in told
    assert "Số liệu không in ra lúc này" not in write(editor, "Có [B05] buổi.", task="xem-truoc").words


def test_a_text_is_seen_before_it_is_kept(editor: Browser) -> None:
    page = write(editor, "**Trong kỳ** tổ chức [B05] buổi.", task="xem-truoc")
    assert (page.status, read_typed(page)) == (200, "**Trong kỳ** tổ chức [B05] buổi.")
    assert "Trong kỳ tổ chức 1.234 buổi." in read_preview(page)
    assert find_texts() == {}


def test_a_text_that_changes_nothing_makes_no_version_and_the_page_says_so(
    editor: Browser, report: OutlinedReport
) -> None:
    own = report.outline.heading_by_code[CODE].text
    assert "Không có gì thay đổi" in editor.follow(write(editor, own)).words
    assert find_draft(DEMO_CODE, period=DEMO_PERIOD) is None
    write(editor, "Lời riêng.")
    again = editor.follow(write(editor, "Lời riêng."))
    assert "Không có gì thay đổi" in again.words
    assert "Đã lưu." not in again.words
    assert len(drafts.list_versions(DEMO_CODE, period=DEMO_PERIOD)) == 1


@pytest.mark.parametrize("path", [DRAFT, HEADING])
def test_a_report_that_comes_while_somebody_writes_is_in_the_next_look(
    editor: Browser, programme: Programme, token: str, now: datetime, path: str
) -> None:
    """What was added up for one look serves the next one only as long as nothing has come."""
    assert [editor.get(path).words.count("1.234") > 0 for _ in range(2)] == [True, True]
    send(editor, token, make_workbook(programme, GOOD, B05=4321), now + timedelta(minutes=1))
    after = editor.get(path).words
    assert "4.321" in after
    assert "1.234" not in after


def test_mistakes_are_told_with_their_line_and_the_text_stays_typed(editor: Browser) -> None:
    for task, status in (("xem-truoc", 200), ("luu", 400)):
        page = write(editor, "Dòng đúng.\nSai [X999] và **lệch.\nCó [B05:lạ].", task=task)
        assert page.status == status
        assert "Dòng 2: không có chỉ tiêu mang mã X999." in page.words
        assert "Dòng 2: dấu ** của chữ đậm không thành cặp." in page.words
        assert "Dòng 3: không có cách nêu “lạ”" in page.words
        assert read_typed(page) == "Dòng đúng.\nSai [X999] và **lệch.\nCó [B05:lạ]."
    assert find_texts() == {}


def test_a_text_that_is_too_long_stays_typed(editor: Browser) -> None:
    text = "a" * (MOST_LETTERS + 1)
    for task, status in (("xem-truoc", 200), ("luu", 400)):
        page = write(editor, text, task=task)
        assert page.status == status
        assert "20.000 ký tự" in page.words
        assert read_typed(page) == text
    assert find_texts() == {}


def test_a_text_that_storage_did_not_take_stays_typed(editor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unavailable("mất kết nối")

    monkeypatch.setattr(drafts, "put_draft", fail)
    page = write(editor, "Lời công phu.")
    assert page.status == 503
    assert "Lời đang soạn còn nguyên" in page.words
    assert read_typed(page) == "Lời công phu."


def test_of_two_who_write_the_same_heading_the_second_sees_both_texts_and_decides(
    editor: Browser, report: OutlinedReport, stamp: Stamp
) -> None:
    save_heading(report, heading=CODE, text="Lời của chị Hoa.", based_on=0, stamp=stamp)
    page = write(editor, "Lời của tôi.", based_on=0)
    assert page.status == 409
    assert "Lời của chị Hoa." in page.words
    assert "chi-hoa" in page.words
    assert (read_typed(page), read_number(page)) == ("Lời của tôi.", "1")
    assert find_texts() == {CODE: "Lời của chị Hoa."}
    again = editor.post(HEADING, {"mau": page.seal, "ban": "1", "loi": "Lời của cả hai.", "viec": "luu"})
    assert again.status == 303
    assert find_texts() == {CODE: "Lời của cả hai."}


def test_the_outlines_sentences_can_be_taken_again(editor: Browser, report: OutlinedReport) -> None:
    assert "Trở về câu có sẵn" not in editor.get(HEADING).words
    write(editor, "Lời riêng.")
    assert "Trở về câu có sẵn" in editor.get(HEADING).words
    page = editor.follow(write(editor, "bỏ", task="cau-san"))
    assert find_texts() == {}
    assert read_typed(page).startswith(report.outline.heading_by_code[CODE].text[:20])


def test_a_sentence_of_a_unit_leads_to_its_report_and_the_mark_is_not_printed(
    editor: Browser, report: OutlinedReport, programme: Programme, stamp: Stamp
) -> None:
    field = programme.form_by_code[DEMO_FORM].narratives[0].code
    take_sentence(report, heading=CODE, sentence="Có cách làm hay.", source=Source(GOOD, field, 1), stamp=stamp)
    for page in (editor.get(DRAFT), editor.get(HEADING)):
        found = re.search(r'\(theo báo cáo của <a href="([^"]*)">Huyện Bình Gia</a>\)', page.text)
        assert found, page.path
        assert editor.get(urljoin(page.path, found[1]).partition("#")[0]).status == 200
    assert "nguồn:" not in editor.get(DRAFT).words


@pytest.mark.promise("refused-in-words")
@pytest.mark.parametrize("task", ["", "xoa"])
def test_a_button_that_the_page_does_not_have_is_refused(editor: Browser, task: str) -> None:
    assert write(editor, "Lời.", task=task).status == 400
    assert find_texts() == {}


def test_a_heading_that_the_outline_does_not_have_is_no_page(editor: Browser) -> None:
    seal = editor.get(HEADING).seal
    assert editor.get(f"{DRAFT}/khong-co").status == 404
    fields = {"mau": seal, "ban": "0", "loi": "x", "viec": "luu"}
    assert editor.post(f"{DRAFT}/khong-co", fields).status == 404
    assert editor.post(HEADING, fields | {"ban": "x"}).status == 400


@pytest.mark.promise("disarmed")
def test_whatever_is_written_is_text_on_every_page(editor: Browser, report: OutlinedReport, stamp: Stamp) -> None:
    save_heading(report, heading=CODE, text=f"{HOSTILE} **{HOSTILE}**", based_on=0, stamp=stamp)
    pages = [
        editor.get(DRAFT), editor.get(f"{DRAFT}?ban=1"), editor.get(HEADING), editor.get(LATER),
        editor.get(f"{LATER}/{CODE}"), write(editor, f"</textarea>{HOSTILE}", task="xem-truoc"),
        write(editor, f"</textarea>{HOSTILE}", based_on=0), write(editor, f"</textarea>{HOSTILE} [X9] **"),
        write(editor, f"[nguồn:{HOSTILE}/x/1] {HOSTILE} [nguồn:khong-co/x/1]", task="xem-truoc"),
    ]  # fmt: skip
    for page in pages:
        assert "alert(" in page.words, page.path
        assert "<script>" not in page.text
        assert "<b " not in page.text


def test_an_edition_from_before_there_was_a_draft_is_told_as_one(editor: Browser, now: datetime) -> None:
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now, actor="thử")
    write(editor, "Lời.")
    assert "Lần phát hành 1 lập khi chưa có dự thảo." in editor.get(DRAFT).words
