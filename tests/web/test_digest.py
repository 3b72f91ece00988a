"""The units' answers at the console: side by side, found by search, taken into the draft sentence by sentence."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.programme.model import Programme
from chalicelib.office.draft import find_draft
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD
from tests.links import create_link
from tests.web.client import Browser, Page
from tests.web.intake import make_workbook, send
from tests.web.people import sign_in

PAGE = f"/pv05/y-kien/{DEMO_CODE}/{DEMO_PERIOD}"
DRAFT = f"/pv05/du-thao/{DEMO_CODE}/{DEMO_PERIOD}"
FIELD = "kho-khan"
HOSTILE = '<script>alert("x")</script> **[B05]** thiếu người. Địa bàn rộng.'
SAID = {"180": "Thiếu kinh phí.", "181": HOSTILE, "182": "thiếu  kinh phí", "183": "Không có khó khăn gì."}


def report(browser: Browser, programme: Programme, unit: str, text: str, now: datetime) -> None:
    token, _ = create_link(programme, unit, expires=now + timedelta(days=60), now=now, actor="thử")
    send(browser, token, make_workbook(programme, unit, **{FIELD: text}), now)


@pytest.fixture
def editor(browser: Browser, programme: Programme, now: datetime) -> Browser:
    """Four reports are in; two of them say the same."""
    for unit, text in SAID.items():
        report(browser, programme, unit, text, now)
    sign_in(browser, "editor")
    return browser


def find_part(page: Page, field: str = FIELD) -> Page:
    """The answers to one field."""
    return page._replace(text=page.text.partition(f'id="nd-{field}"')[2].partition("</section>")[0])


def find_button(page: Page, sentence: str) -> str:
    """The value of the button beside a sentence; "" if it has none."""
    found = re.search(rf"<li[^>]*>{re.escape(sentence)}.*?</li>", html.unescape(page.text), re.S)
    assert found, sentence
    button = re.search(r'name="cau" value="([^"]*)"', found[0])
    return button[1] if button else ""


def take(browser: Browser, sentence: str, **more: str) -> Page:
    page = browser.get(f"{PAGE}?muc={FIELD}")
    fields = {"mau": page.seal, "cau": find_button(page, sentence), "vao": FIELD, "muc": FIELD}
    return browser.post(PAGE, fields | more)


def find_text() -> str:
    draft = find_draft(DEMO_CODE, period=DEMO_PERIOD)
    return draft.texts.get(FIELD, "") if draft else ""


def test_what_several_wrote_alike_is_one_answer_and_silence_is_folded(editor: Browser) -> None:
    part = find_part(editor.get(PAGE))
    assert "02 đơn vị Huyện Tràng Định; Huyện Bình Gia" not in part.words
    assert part.words.count("Thiếu kinh phí.") == 2  # the answer, and the name of its button
    assert "02 đơn vị" in part.words
    assert "Ghi “Không”: 01 đơn vị" in part.words
    assert "Chưa có báo cáo được tính: 07 đơn vị" in part.words


def test_a_sentence_goes_to_its_fields_heading_or_to_another_one_that_then_stays_chosen(editor: Browser) -> None:
    assert find_chosen(editor.get(PAGE)) == FIELD
    answer = editor.follow(take(editor, "Thiếu kinh phí.", vao="tuyen-truyen"))
    assert "cuối mục Công tác tuyên truyền" in answer.words
    assert find_chosen(answer) == "tuyen-truyen"
    draft = find_draft(DEMO_CODE, period=DEMO_PERIOD)
    assert draft
    assert "Thiếu kinh phí." in draft.texts["tuyen-truyen"]
    assert find_chosen(editor.get(PAGE)) == FIELD


def find_chosen(page: Page) -> str:
    """The heading that the sentences of the field go to."""
    return re.findall(rf'id="vao-{FIELD}".*?value="([^"]*)" selected', page.text, re.S)[0]


def test_text_of_a_unit_is_text(editor: Browser) -> None:
    page = editor.get(PAGE)
    assert "<script>alert" not in page.text
    assert '<script>alert("x")</script> **[B05]** thiếu người.' in html.unescape(page.text)


def test_it_is_searched_without_marks_by_words_and_units(editor: Browser) -> None:
    def find(wanted: str) -> str:
        return find_part(editor.get(f"{PAGE}?tim={wanted}")).words

    assert "Địa bàn rộng." in find("dia+ban")
    assert "Thiếu kinh phí." not in find("dia+ban")
    assert "Địa bàn rộng." in find("binh+gia")
    assert "Không có lời nào có “<b>”." in find("%3Cb%3E")
    assert re.findall(r'id="nd-([\w-]+)"', editor.get(f"{PAGE}?muc={FIELD}&tim=dia").text) == [FIELD]


def test_one_click_takes_a_sentence_with_its_source_and_the_page_says_so(editor: Browser) -> None:
    done = editor.follow(take(editor, "Thiếu kinh phí."))
    assert find_text() == f"- Thiếu kinh phí. [nguồn:180/{FIELD}/1]"
    assert "Câu đã có trong dự thảo, cuối mục Khó khăn, vướng mắc và nguyên nhân" in done.words
    assert f"du-thao/{DEMO_CODE}/{DEMO_PERIOD}/{FIELD}" in done.text
    assert find_button(done, "Thiếu kinh phí.") == ""
    assert "theo báo cáo của Huyện Tràng Định" in editor.get(DRAFT).words


def test_a_sentence_is_not_taken_twice(editor: Browser) -> None:
    value = find_button(editor.get(PAGE), "Thiếu kinh phí.")
    take(editor, "Thiếu kinh phí.")
    seal = editor.get(PAGE).seal
    for heading in (FIELD, "kien-nghi"):
        assert editor.post(PAGE, {"mau": seal, "cau": value, "vao": heading}).status == 303
    draft = find_draft(DEMO_CODE, period=DEMO_PERIOD)
    assert draft
    assert (draft.number, list(draft.texts)) == (1, [FIELD])


def test_marks_of_a_unit_become_plain_text_in_the_draft(editor: Browser) -> None:
    take(editor, '<script>alert("x")</script> **[B05]** thiếu người.')
    assert find_text() == f'- <script>alert("x")</script> (B05) thiếu người. [nguồn:181/{FIELD}/1]'
    assert "<script>alert" not in editor.get(DRAFT).text


def test_a_unit_that_has_sent_a_newer_report_is_not_quoted_with_the_old_one(
    editor: Browser, programme: Programme, now: datetime
) -> None:
    page = editor.get(PAGE)
    value = find_button(page, "Địa bàn rộng.")
    take(editor, "Địa bàn rộng.")
    kept = editor.cookies
    report(editor, programme, "181", "Đường xa.", now)
    editor.cookies = kept
    answer = editor.post(PAGE, {"mau": page.seal, "cau": value, "vao": FIELD})
    assert answer.status == 409
    for path in (DRAFT, f"{DRAFT}/{FIELD}"):
        words = editor.get(path).words
        assert "“Địa bàn rộng.” (mục Khó khăn, vướng mắc và nguyên nhân ): Huyện Bình Gia đã gửi báo cáo lần 2" in words


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"mau": "0"}, 403),
        ({"cau": ""}, 400),
        ({"cau": f"180/{FIELD}/1/x"}, 400),
        ({"cau": f"180/{FIELD}/1/99"}, 409),
        ({"cau": "180/nham/1/0"}, 409),
        ({"vao": ""}, 400),
        ({"vao": "nham"}, 400),
    ],
)
def test_a_form_that_is_not_the_pages_takes_nothing(editor: Browser, fields: dict[str, str], status: int) -> None:
    assert take(editor, "Thiếu kinh phí.", **fields).status == status
    assert find_text() == ""


def test_a_viewer_reads_and_takes_nothing(editor: Browser) -> None:
    sign_in(editor, "viewer")
    page = editor.get(PAGE)
    assert "Thiếu kinh phí." in page.words
    assert "Đưa vào dự thảo" not in page.words
    assert editor.post(PAGE, {"cau": f"180/{FIELD}/1/0", "vao": FIELD}).status == 403


def test_a_unit_leads_to_its_report(editor: Browser) -> None:
    path = f"ban-nop/{DEMO_CODE}/{DEMO_PERIOD}/{DEMO_FORM}/181?lan=1"
    assert path in editor.get(PAGE).text
    assert editor.get(f"/pv05/{path}").status == 200
