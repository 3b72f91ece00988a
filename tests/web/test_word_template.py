"""The report's Word template at the console: checked with its places, looked at with today's figures, put in force."""

from __future__ import annotations

import html
import io
import re
import secrets
from datetime import datetime

import docx
import pytest

from chalicelib.domain.clock import local_date
from chalicelib.domain.programme.model import Programme
from chalicelib.report.files import DOCUMENT
from chalicelib.report.publish import publish_edition
from chalicelib.store import editions, objects, programmes, uploads
from chalicelib.store.addresses import import_key
from infra.demo.programme import DEMO_CODE, DEMO_PERIOD
from tests.office.audit import read_audit
from tests.web.client import Browser
from tests.web.intake import GOOD, make_workbook, read_handout, send
from tests.web.people import sign_in

PAGE = f"/pv05/mau-word/{DEMO_CODE}/{DEMO_PERIOD}"


@pytest.fixture
def admin(browser: Browser, programme: Programme, token: str, now: datetime) -> Browser:
    """One report is in, and an administrator at work."""
    send(browser, token, make_workbook(programme, GOOD, B05=1234), now)
    sign_in(browser, "admin")
    return browser


def post_template(*paragraphs: str) -> str:
    """A template with these paragraphs besides the body, as a browser has posted it to S3: its key."""
    document = docx.Document()
    for each in (*paragraphs, "{{ noi_dung }}"):
        document.add_paragraph(each)
    data = io.BytesIO()
    document.save(data)
    key = import_key(secrets.token_hex(16))
    objects.put_object(key, data.getvalue(), content_type="application/octet-stream")
    return key


def test_a_template_with_mistakes_is_told_each_with_its_paragraph_and_not_put_in_force(admin: Browser) -> None:
    key = post_template("Báo cáo", "Có [X99] cuộc.", "{{ khong_co }}")
    page = admin.get(f"{PAGE}?key={key}")
    assert "đoạn 2" in page.words
    assert "X99" in page.words
    assert "đoạn 3" in page.words
    assert "Lưu thay đổi" not in page.words
    version = programmes.load_in_force(DEMO_CODE).version
    answer = admin.post(PAGE, {"mau": page.seal, "phien-ban": str(version), "key": key, "xac-nhan": "co"})
    assert answer.status in (400, 409)
    assert programmes.load_in_force(DEMO_CODE).version == version


def test_a_template_is_looked_at_with_todays_figures_then_used_from_the_next_edition_on(
    admin: Browser, programme: Programme, now: datetime
) -> None:
    first = publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now, actor="thử")
    key = post_template("Mẫu của PV05: [B05] cuộc.")
    page = admin.get(f"{PAGE}?key={key}")
    assert f"Báo cáo của {len(programme.periods)} kỳ in theo mẫu Word khác từ lần phát hành tới" in page.words
    (link,) = re.findall(r'href="([^"]+xem-thu[^"]+)"', page.text)
    trial = docx.Document(io.BytesIO(read_handout(admin.get(html.unescape(link[link.index("/pv05") :])))))
    assert "Mẫu của PV05: 1.234 cuộc." in [each.text for each in trial.paragraphs]
    version = programmes.load_in_force(DEMO_CODE).version
    shown = admin.post(PAGE, {"mau": page.seal, "phien-ban": str(version), "key": key})
    assert "Xem trước khi thực hiện" in shown.words
    assert programmes.load_in_force(DEMO_CODE).version == version
    answer = admin.post(PAGE, {"mau": page.seal, "phien-ban": str(version), "key": key, "xac-nhan": "co"})
    assert "Đã cập nhật chương trình." in admin.follow(answer).words
    second = publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now, actor="thử")
    assert (first.programme_version, second.programme_version) == (version, version + 1)
    document = docx.Document(io.BytesIO(uploads.read_report(second.files[DOCUMENT])))
    assert document.paragraphs[0].text == "Mẫu của PV05: 1.234 cuộc."
    assert editions.find_edition(DEMO_CODE, period=DEMO_PERIOD, number=first.number) == first
    lines = read_audit("programme.imported", programme=DEMO_CODE, month=f"{local_date(now):%Y-%m}")
    changes = [(actor, details.get("what")) for actor, _, _, details in lines]
    assert ("pv05:can-bo-admin", "mẫu Word của báo cáo, chung của các kỳ không có mẫu riêng") in changes


def test_the_template_that_is_in_force_already_changes_nothing(admin: Browser) -> None:
    data = read_handout(admin.get(f"{PAGE}/mau-word.docx"))
    key = import_key(secrets.token_hex(16))
    objects.put_object(key, data, content_type="application/octet-stream")
    page = admin.get(f"{PAGE}?key={key}")
    assert "Nội dung này không khác chương trình đang dùng." in page.words
    assert "Lưu thay đổi" not in page.words


def test_the_template_in_force_is_fetched_and_other_names_are_no_files(admin: Browser) -> None:
    fetched = docx.Document(io.BytesIO(read_handout(admin.get(f"{PAGE}/mau-word.docx"))))
    assert any("{{ noi_dung }}" in each.text for each in fetched.paragraphs)
    for path in ("khac.docx", "xem-thu.docx", "xem-thu.docx?key=handouts/la"):
        assert admin.get(f"{PAGE}/{path}").status == 404
