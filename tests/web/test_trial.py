"""A trial on the unit's page: offered for every form, answered as an upload, and nobody else's."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.domain.clock import local_date
from chalicelib.domain.issues.laws import LegalBasis, cite
from chalicelib.domain.issues.telling import tell_issues
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address
from chalicelib.intake import limits
from chalicelib.intake.limits import Use
from chalicelib.office.roles import Role
from chalicelib.store import trials
from chalicelib.store.addresses import TRIALS
from chalicelib.store.clients import s3
from chalicelib.store.settings import read_settings
from chalicelib.web import request as web_request
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD
from tests.links import create_link
from tests.web.client import Browser, Page
from tests.web.intake import DUTY, GOOD, WRONG, make_workbook, send
from tests.web.people import sign_in

PAGE = "kiem-tra-thu"
ADDRESS = Address(programme=DEMO_CODE, period=DEMO_PERIOD, form=DEMO_FORM, unit=GOOD)


def prepare(browser: Browser, token: str, *, accept: str = "application/json", **changed: str) -> Page:
    """What the page's script asks for, or the form without it."""
    seal = browser.get(f"/nop/{token}/{PAGE}/{DUTY}").seal
    fields = {"mau": seal, "nghia-vu": DUTY, "xac-nhan": "co", "ten-tep": "Báo cáo.xlsx"} | changed
    return browser.post(f"/nop/{token}/{PAGE}", fields, accept=accept)


def try_out(browser: Browser, token: str, data: bytes, **changed: str) -> str:
    """Posts the workbook; the path of its answer."""
    minted = prepare(browser, token, **changed).data
    fields, prefix = minted["fields"], "x-amz-meta-"
    metadata = {name.removeprefix(prefix): text for name, text in fields.items() if name.startswith(prefix)}
    s3().put_object(Bucket=read_settings().reports, Key=fields["key"], Body=data, Metadata=metadata)
    return f"/nop/{token}/{minted['outcome']}"


def test_every_form_offers_a_trial_whether_it_is_open_or_not(browser: Browser, token: str) -> None:
    home = browser.get(f"/nop/{token}")
    offered = home.text.count(f"/{PAGE}/")
    assert offered == home.text.count('class="duty"') > 1
    assert "Chưa đến kỳ" in home.words
    assert offered > home.text.count('name="nghia-vu"')
    page = browser.get(f"/nop/{token}/{PAGE}/{DUTY}")
    assert "không tính là đã nộp" in page.words


def test_a_trial_says_that_it_would_be_taken_and_that_nothing_is_sent(
    browser: Browser, token: str, programme: Programme
) -> None:
    page = browser.get(try_out(browser, token, make_workbook(programme, GOOD)))
    assert "Kiểm tra thử – chưa nộp" in page.words
    assert "Nếu gửi bản này sẽ được tiếp nhận" in page.words
    assert "Gửi chính thức" in page.words
    assert "Biên nhận" not in page.words
    home = browser.get(f"/nop/{token}").words
    assert "Chưa nộp" in home
    assert "Các tệp đã gửi gần đây" not in home


def test_a_trial_shows_the_errors_as_the_upload_does(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    data = make_workbook(programme, GOOD, B05="44 lần/704 lượt", B06="1.234 lượt", B07=None)
    path = try_out(browser, token, data)
    tried = browser.get(path)
    outcome, receipt = send(browser, token, data, now)
    sent = browser.get(outcome)
    assert len(receipt.issues) > 1
    start, end = '<h2 id="loi">', "</section>"
    assert (
        tried.text.partition(start)[2]
        .partition(end)[0]
        .replace("ket-qua-thu", "ket-qua")
        .replace(path.rpartition("/")[2], receipt.upload_id)
        == sent.text.partition(start)[2].partition(end)[0]
    )
    for told in tell_issues(receipt.issues):
        assert told.needed in tried.words
    assert f"sẽ chưa được nhận: có {len(receipt.issues)} lỗi" in tried.words
    assert "1.234 lượt 1.234 số viết bằng chữ, kèm chữ" in tried.words
    by_kind = browser.get(path + "?xem=loai")
    assert by_kind.status == 200
    for page in ("ban-danh-dau-thu", "danh-sach-loi-thu"):
        answer = browser.get(path.replace("ket-qua-thu", page))
        assert answer.status == 303
        assert f"/{TRIALS}" in answer.header("Location")  # so that it goes when the answer goes
        assert int(parse_qs(urlsplit(answer.header("Location")).query)["X-Amz-Expires"][0]) <= 900


def test_a_workbook_for_another_form_is_told_from_one_with_errors(
    browser: Browser, programme: Programme, token: str
) -> None:
    words = browser.get(try_out(browser, token, make_workbook(programme, WRONG))).words
    assert "không đúng tệp" in words


def test_the_same_bytes_as_those_that_count_would_change_nothing(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    data = make_workbook(programme, GOOD)
    send(browser, token, data, now)
    words = browser.get(try_out(browser, token, data)).words
    assert "Bản này trùng với bản đã nhận" in words
    assert "không làm thay đổi gì" in words


@pytest.mark.parametrize(("days", "said"), [(-400, "Kỳ này nhận báo cáo từ"), (400, "Kỳ này không còn nhận báo cáo")])
def test_before_the_opening_and_after_the_lock_the_answer_says_when(
    browser: Browser, programme: Programme, monkeypatch: pytest.MonkeyPatch, now: datetime, days: int, said: str
) -> None:
    moment = now + timedelta(days=days)
    token, _ = create_link(programme, GOOD, expires=moment + timedelta(days=9), now=min(now, moment))
    monkeypatch.setattr(web_request, "read_now", lambda: moment)
    words = browser.get(try_out(browser, token, make_workbook(programme, GOOD))).words
    assert said in words
    assert "Gửi chính thức" not in words


@pytest.mark.promise("nothing-left")
def test_a_classified_name_is_refused_and_neither_file_nor_answer_stays(
    browser: Browser, programme: Programme, token: str, now: datetime
) -> None:
    path = try_out(browser, token, make_workbook(programme, GOOD), **{"ten-tep": "Báo cáo (TỐI MẬT).xlsx"})
    words = browser.get(path).words
    assert "Không gửi tệp này qua mạng nữa" in words
    assert f"Căn cứ: {cite(LegalBasis.SECRECY, local_date(now))}." in words
    assert "không giữ kết quả này" in words
    assert list(trials.list_versions()) == []
    assert browser.get(path).status == 404


def test_without_script_the_form_leads_to_storage_and_back(browser: Browser, token: str, programme: Programme) -> None:
    step = prepare(browser, token, accept="text/html")
    assert "Chọn tệp để kiểm tra thử" in step.words
    assert f"https://bao-cao.test/nop/{token}/da-gui-thu/{DUTY}" in step.text
    key = next(word for word in step.text.split('"') if word.startswith("trial/"))
    metadata = {"confirmed": "yes"}
    data = make_workbook(programme, GOOD)
    s3().put_object(Bucket=read_settings().reports, Key=key, Body=data, Metadata=metadata)
    back = browser.get(f"/nop/{token}/da-gui-thu/{DUTY}?bucket=b&key={key}&etag=e")
    assert "sẽ được tiếp nhận" in browser.follow(back).words


@pytest.mark.promise("isolated")
def test_the_minted_post_is_for_one_key_of_this_unit_outside_the_inbox(browser: Browser, token: str) -> None:
    fields = prepare(browser, token).data["fields"]
    policy = json.loads(base64.b64decode(fields["policy"]))
    assert fields["key"].startswith(f"trial/{DEMO_CODE}/{DUTY}/{GOOD}/")
    assert {"key": fields["key"]} in policy["conditions"]
    assert {"bucket": read_settings().reports} in policy["conditions"]
    assert ["content-length-range", 1, 10 * 1024 * 1024] in policy["conditions"]
    assert "starts-with" not in json.dumps(policy)


@pytest.mark.parametrize(("changed", "status"), [({"xac-nhan": ""}, 400), ({"mau": "0" * 64}, 403)])
def test_a_trial_needs_the_confirmation_and_a_form_of_ours(
    browser: Browser, token: str, changed: dict[str, str], status: int
) -> None:
    assert prepare(browser, token, **changed).status == status


@pytest.mark.promise("isolated")
def test_another_units_trial_does_not_exist(browser: Browser, programme: Programme, token: str, now: datetime) -> None:
    other, _ = create_link(programme, WRONG, expires=now + timedelta(days=1), now=now, actor="thử")
    path = try_out(browser, token, make_workbook(programme, GOOD, B07=None))
    foreign = path.replace(token, other)
    assert browser.get(foreign).status == 404
    assert browser.get(path).status == 200
    for page in ("ket-qua-thu", "ban-danh-dau-thu", "danh-sach-loi-thu"):
        assert browser.get(foreign.replace("ket-qua-thu", page)).status == 404
        assert browser.get(path.replace("ket-qua-thu", page).replace(DUTY, "nam/bao-cao-nam")).status == 404
        assert browser.get(path.replace("ket-qua-thu", page).rpartition("/")[0] + "/..%2f..").status == 404
        assert browser.get(path.replace("ket-qua-thu", page).replace(token, "never-was")).status == 404


def test_pv05_sees_nothing_of_a_trial(browser: Browser, token: str, programme: Programme) -> None:
    sign_in(browser, Role.ADMIN)
    pages = [f"/pv05/ky/{DEMO_CODE}/{DEMO_PERIOD}", f"/pv05/nhat-ky/{DEMO_CODE}",
             f"/pv05/ban-nop/{DEMO_CODE}/{DUTY}/{GOOD}"]  # fmt: skip
    browser.get(f"/nop/{token}")  # the opening of the link is noted
    before = [browser.get(page).words for page in pages]
    browser.get(try_out(browser, token, make_workbook(programme, GOOD)))
    assert [browser.get(page).words for page in pages] == before


def test_too_many_trials_are_told_so_and_sending_is_not_limited(
    browser: Browser, programme: Programme, token: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.MOST_AN_HOUR, Use.TRIAL, 1)
    path, late = (try_out(browser, token, make_workbook(programme, GOOD)) for _ in range(2))
    assert browser.get(path).status == 200
    for page in (browser.get(late), prepare(browser, token, accept="text/html")):
        assert page.status == 429
        assert "việc gửi báo cáo chính thức không bị giới hạn" in page.words
    assert browser.get(path).status == 200
    send(browser, token, make_workbook(programme, GOOD), now)


def test_trials_that_are_prepared_and_never_looked_at_are_limited_too(
    browser: Browser, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form that was given out may fill the bucket, whether its answer is asked for or not."""
    monkeypatch.setitem(limits.MOST_AN_HOUR, Use.TRIAL_FORM, 2)
    assert [prepare(browser, token, accept="text/html").status for _ in range(3)] == [200, 200, 429]


def test_a_check_that_fails_is_a_page_and_the_workbook_is_gone(
    browser: Browser, token: str, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    path = try_out(browser, token, make_workbook(programme, GOOD))
    monkeypatch.setattr("chalicelib.intake.check.check_workbook", fail)
    assert browser.get(path).status == 500
    assert list(trials.list_versions()) == []
