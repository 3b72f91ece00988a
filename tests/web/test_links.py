"""The page of the units' links: slips that are shown once, renewing, revoking, filters, search."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.audit import Stamp
from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.link_holders import Holder
from chalicelib.domain.submission.records import LinkState
from chalicelib.external import functions
from chalicelib.intake.links import hash_token, open_link
from chalicelib.office import links as office
from chalicelib.office.slips import forget_slips, make_slips
from chalicelib.operate.backup import back_up
from chalicelib.operate.places import OBJECTS, Folder, check_backup, read_lines
from chalicelib.store import uploads, whole
from chalicelib.store.addresses import SLIPS
from chalicelib.store.audit import query_month
from chalicelib.store.errors import Denied, Unavailable
from chalicelib.store.links import list_links
from chalicelib.store.slips import find_slips
from chalicelib.web.console import links as page_of_links
from chalicelib.web.console import slips as page_of_slips
from chalicelib.web.console.slips import render_file
from chalicelib.web.paging import cut_page
from chalicelib.workbook.lists import read_list
from infra.demo.programme import DEMO_CODE
from tests.links import create_link
from tests.store.engine import Fault, broken_at, counted
from tests.web.client import Browser, Page
from tests.web.conftest import NOW
from tests.web.people import sign_in
from tests.web.test_console import submit

PATH = f"/pv05/duong-dan/{DEMO_CODE}"
SEND = functions.ask_for_slips


def test_links_for_all_are_shown_once_as_slips_and_as_a_workbook(browser: Browser, programme: Programme) -> None:
    sign_in(browser, "editor")
    last = (NOW + timedelta(days=90)).astimezone(VIETNAM).date().isoformat()
    page = submit(browser, PATH, PATH, cho="tat-ca", den_luc=last)
    urls = re.findall(r"https://bao-cao\.test/nop/([\w-]+)", page.text)
    assert len(set(urls)) == page.text.count('<section class="slip"') == 31
    link = open_link(urls[0], NOW)
    assert link
    assert link.expires.astimezone(VIETNAM).date().isoformat() > last
    book = read_list(base64.b64decode(re.search(r"base64,([\w+/=]+)", page.text)[1]))  # type: ignore[index]
    assert book[0][2] == "Đường dẫn nộp"
    assert {row[2].rpartition("/")[2] for row in book[1:]} == set(urls)
    assert not any(url in browser.get(PATH).text for url in urls)


@pytest.mark.parametrize(
    ("host", "is_told"), [("baocao.example.vn", False), ("1a2b.execute-api.ap-southeast-1.amazonaws.com", True)]
)
def test_who_prints_slips_is_told_before_that_the_address_will_not_last(
    browser: Browser, host: str, is_told: bool
) -> None:
    browser.headers["host"] = host
    sign_in(browser, "editor")
    assert ("chưa có tên miền riêng" in browser.get(PATH).words) == is_told


class Background:
    """What the function of slips is asked for, and its work, done when the test says so."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []

    def ask(self, request: Mapping[str, str]) -> None:
        self.asked.append(dict(request))

    def work(self, *, now: datetime = NOW, number: int = -1, meanwhile: Callable[[], object] = lambda: None) -> int:
        """`meanwhile` is done once the links are made, before their file is."""

        def render(*given: Any) -> bytes:
            meanwhile()
            return render_file(*given)

        return make_slips(self.asked[number], now=now, render=render)


@pytest.fixture
def background(monkeypatch: pytest.MonkeyPatch) -> Background:
    """A page holds twelve slips; the programme has 31 units."""
    made = Background()
    monkeypatch.setattr(functions, "ask_for_slips", made.ask)
    for module in (page_of_links, page_of_slips):
        monkeypatch.setattr(module, "MOST_SLIPS", 12)
    return made


def ask(browser: Browser, circle: str = "tat-ca") -> Page:
    return browser.follow(submit(browser, PATH, PATH, cho=circle, den_luc="2037-01-31"))


def list_lying() -> list[str]:
    return sorted({version.key for version in whole.list_versions(whole.REPORTS, prefix=SLIPS)})


def fetch() -> dict[str, bytes]:
    """What is in the one file that is there."""
    (key,) = list_lying()
    with zipfile.ZipFile(io.BytesIO(uploads.read_report(key))) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_links_of_many_units_are_a_file_made_in_the_background(browser: Browser, background: Background) -> None:
    sign_in(browser, "editor")
    page = ask(browser)
    assert "Đang lập đường dẫn và phiếu" in page.words
    (progress,) = re.findall('data-wait="([^"]+)"', page.text)
    assert browser.get(urljoin(page.path, progress)).data == {"state": "waiting"}
    assert not list_links(DEMO_CODE)
    assert background.work() == 31
    assert browser.get(urljoin(page.path, progress)).data == {"state": "done"}
    assert "Đã có tệp phiếu của 31 đường dẫn" in browser.get(PATH).words
    page = browser.get(f"{PATH}/phieu")
    assert (page.status, "X-Amz-Expires=120&" in f"{page.header('Location')}&") == (303, True)
    parts = fetch()
    slips = "".join(data.decode() for name, data in parts.items() if name.startswith("phieu-"))
    urls = re.findall(r'<p class="mono">https://bao-cao\.test/nop/([\w-]+)', slips)
    assert [*parts] == ["danh-sach.xlsx", "phieu-01.html", "phieu-02.html", "phieu-03.html"]
    assert len(set(urls)) == slips.count('<section class="slip"') == slips.count("<svg") == 31
    assert [row[2].rpartition("/")[2] for row in read_list(parts["danh-sach.xlsx"])[1:]] == urls
    assert all(open_link(url, NOW) for url in urls)


def test_the_file_is_asked_for_from_its_own_function_which_is_told_no_secret(
    browser: Browser, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, dict[str, str]]] = []

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        asked.append((request.url.split("/")[-2], json.loads(request.body or "")))
        return AWSResponse(request.url, 202, {}, io.BytesIO())

    monkeypatch.setenv("TONGHOP_SLIPS", "phieu")
    monkeypatch.setattr(page_of_links, "MOST_SLIPS", 12)
    functions._lambda.cache_clear()
    functions._lambda().meta.events.register_first("before-send.lambda.Invoke", answer)
    sign_in(browser, "editor")
    ask(browser, "chua-co")
    ((function, event),) = asked
    assert (function, re.fullmatch("[0-9a-f]{32}", event.pop("asked_id")) is not None) == ("phieu", True)
    assert event == {
        "programme": DEMO_CODE, "circle": "chua-co", "expires": "2037-02-01T00:00:00+07:00",
        "pages": "https://bao-cao.test", "actor": "pv05:can-bo-editor",
    }  # fmt: skip


def test_a_part_of_the_file_is_printed_as_it_is(browser: Browser, background: Background) -> None:
    sign_in(browser, "editor")
    ask(browser)
    background.work()
    page = fetch()["phieu-03.html"].decode()
    assert "<title>Phiếu giao đường dẫn 25 đến 31</title>" in page
    assert ".slip-sheet {" in page
    assert not re.findall(r'(?:src|href)="|url\(|@import', page)  # it needs nobody, and tells nobody


def test_once_its_links_are_confirmed_the_file_is_gone(browser: Browser, background: Background, token: str) -> None:
    sign_in(browser, "editor")
    browser.get(f"/nop/{token}")
    ask(browser)
    background.work(now=NOW + timedelta(seconds=1))
    page = browser.get(PATH)
    assert "còn 1 đường dẫn cũ đang dùng" in page.words
    fields = page.hidden("mau", "tep", "cac-dau-moi", "cac-dau") | {"viec": "thu-hoi-cu"}
    assert "Đã có tệp phiếu" not in browser.follow(browser.post(f"{PATH}/da-luu", fields)).words
    assert not list_lying()
    assert browser.get(f"{PATH}/phieu").status == 404
    assert [link.state(NOW) for link in list_links(DEMO_CODE)].count(LinkState.VALID) == 31
    assert open_link(token, NOW) is None


def test_a_request_that_comes_twice_makes_one_file(browser: Browser, background: Background) -> None:
    sign_in(browser, "editor")
    ask(browser)
    assert (background.work(), background.work(now=NOW + timedelta(minutes=1))) == (31, 0)
    assert len(list_links(DEMO_CODE)) == 31


def test_of_two_at_once_only_the_first_makes_links(browser: Browser, background: Background) -> None:
    sign_in(browser, "editor")
    ask(browser)
    second: list[int] = []
    later = NOW + timedelta(seconds=1)
    assert background.work(meanwhile=lambda: second.append(background.work(now=later))) == 31
    assert second == [0]
    assert {link.created for link in list_links(DEMO_CODE)} == {NOW}
    assert "Đã có tệp phiếu của 31 đường dẫn" in browser.get(PATH).words


def test_while_a_file_is_made_nobody_is_asked_about_links_but_told_of_it(
    browser: Browser, background: Background, programme: Programme
) -> None:
    create_link(programme, "178", expires=NOW + timedelta(days=30), now=NOW - timedelta(hours=1))  # and lost
    sign_in(browser, "editor")
    assert "1 đơn vị có đường dẫn đã lập nhưng chưa được xác nhận" in browser.get(PATH).words
    ask(browser)
    pages: list[Page] = []
    background.work(
        meanwhile=lambda: pages.extend(browser.get(f"{PATH}{end}") for end in ("", "/tien-trinh", "/phieu"))
    )
    page, progress, file = pages
    assert "Đang lập đường dẫn và phiếu" in page.words
    assert "/da-luu" not in page.text
    assert (progress.data, file.status) == ({"state": "waiting"}, 404)
    assert browser.get(f"{PATH}/tien-trinh").data == {"state": "done"}


@pytest.mark.promise("told", "finished")
def test_a_run_that_fails_is_told_and_asked_for_again(
    browser: Browser, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(browser, "editor")
    ask(browser)
    with pytest.raises(ZeroDivisionError):
        background.work(meanwhile=lambda: 1 // 0)
    later = NOW + timedelta(minutes=17)
    monkeypatch.setattr("chalicelib.web.request.read_now", lambda: later)
    words = browser.get(PATH).words
    assert "Việc lập phiếu lâu hơn thường lệ" in words
    assert "31 đơn vị có đường dẫn đã lập nhưng chưa được xác nhận" in words
    ask(browser)
    assert background.work(now=later) == 31
    page = browser.get(PATH)
    assert "Đã có tệp phiếu của 31 đường dẫn, lập lúc" in page.words
    assert "chưa được xác nhận là đã in" not in page.words


def test_what_is_asked_for_again_while_it_is_made_is_kept_only_once(browser: Browser, background: Background) -> None:
    sign_in(browser, "editor")
    ask(browser)
    assert background.work(meanwhile=lambda: ask(browser)) == 0
    assert not list_lying()
    assert background.work(now=NOW + timedelta(minutes=1)) == 31


def test_links_that_are_revoked_meanwhile_get_no_slip(browser: Browser, background: Background) -> None:
    sign_in(browser, "editor")
    ask(browser)

    def revoke_one() -> None:
        valid = [link for link in list_links(DEMO_CODE) if not link.revoked]
        if len(valid) > 29:
            office.revoke_links(valid[:1], stamp=Stamp("pv05:an", NOW))

    assert background.work(meanwhile=revoke_one) == 29
    page = browser.get(PATH)
    assert "Đã có tệp phiếu của 29 đường dẫn" in page.words
    texts = b"".join(data for name, data in fetch().items() if name.endswith(".html")).decode()
    assert texts.count('<section class="slip"') == 29


def test_a_file_of_which_every_link_was_revoked_meanwhile_is_not_kept(browser: Browser, background: Background) -> None:
    sign_in(browser, "editor")
    ask(browser)
    with pytest.raises(office.AlreadyClosed):
        background.work(meanwhile=lambda: office.revoke_links(list_links(DEMO_CODE), stamp=Stamp("pv05:an", NOW)))
    assert browser.get(f"{PATH}/phieu").status == 404


@pytest.mark.promise("finished")
def test_a_run_of_which_a_call_is_sent_twice_makes_its_file(browser: Browser, background: Background) -> None:
    sign_in(browser, "editor")
    ask(browser)
    with counted() as calls:
        assert background.work() == 31
    claimed = calls.index("PutObject")
    ask(browser)
    with broken_at(claimed, Fault.REPEATED):
        assert background.work(now=NOW + timedelta(minutes=1)) == 31


def test_a_request_that_may_have_been_taken_is_not_sent_again_and_the_file_before_stays(
    browser: Browser, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(browser, "editor")
    ask(browser)
    background.work()
    sent: list[str] = []

    def lose(request: AWSPreparedRequest, **_: object) -> None:
        sent.append(request.url)
        raise ReadTimeoutError(endpoint_url=request.url)

    monkeypatch.setattr(functions, "ask_for_slips", SEND)
    monkeypatch.setenv("TONGHOP_SLIPS", "phieu")
    functions._lambda.cache_clear()
    functions._lambda().meta.events.register_first("before-send.lambda.Invoke", lose)
    assert submit(browser, PATH, PATH, cho="tat-ca", den_luc="2037-01-31").status == 503
    functions._lambda.cache_clear()
    assert len(sent) == 1
    assert len(list_lying()) == 1


@pytest.mark.promise("finished")
def test_a_confirmation_that_was_cut_off_is_finished_by_one_more_press(
    browser: Browser, background: Background, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(browser, "editor")
    browser.get(f"/nop/{token}")
    ask(browser)
    background.work(now=NOW + timedelta(seconds=1))
    with monkeypatch.context() as broken:
        broken.setattr(office, "revoke_links", refuse_to_revoke)
        assert confirm_file(browser).status == 503
    assert open_link(token, NOW)
    confirm_file(browser)
    assert open_link(token, NOW) is None
    assert not list_lying()
    assert [link.is_held(NOW + timedelta(seconds=2)) for link in list_links(DEMO_CODE)].count(True) == 31


def confirm_file(browser: Browser) -> Page:
    fields = browser.get(PATH).hidden("mau", "tep", "cac-dau-moi", "cac-dau") | {"viec": "thu-hoi-cu"}
    return browser.post(f"{PATH}/da-luu", fields)


def refuse_to_revoke(*_: object, **__: object) -> None:
    raise Unavailable("links")


def test_who_confirms_one_file_leaves_a_newer_one(browser: Browser, background: Background) -> None:
    sign_in(browser, "editor")
    ask(browser)
    background.work()
    fields = browser.get(PATH).hidden("mau", "tep", "cac-dau-moi") | {"viec": "da-luu"}
    ask(browser)
    background.work(now=NOW + timedelta(minutes=1))
    (newer,) = list_lying()
    browser.post(f"{PATH}/da-luu", fields)
    assert list_lying() == [newer]


def test_a_file_that_is_deleted_while_the_page_looks_is_none(
    browser: Browser, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the right to list a bucket S3 says of what is not there that it is denied."""
    sign_in(browser, "editor")
    ask(browser)
    background.work()

    def deny(*_: object, **__: object) -> None:
        raise Denied("slips")

    monkeypatch.setattr("chalicelib.store.slips.objects.read_object", deny)
    assert find_slips(DEMO_CODE) is None


def test_a_further_file_takes_the_place_of_the_one_before(browser: Browser, background: Background) -> None:
    sign_in(browser, "editor")
    ask(browser)
    background.work()
    (before,) = list_lying()
    ask(browser, "chua-co")
    assert not list_lying()
    background.work(now=NOW + timedelta(minutes=1))
    assert list_lying() != [before]


def test_the_page_does_not_compare_every_unit_with_every_other_where_a_file_lies(
    browser: Browser, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(browser, "editor")
    ask(browser)
    background.work()
    compared: list[object] = []
    monkeypatch.setattr(Holder, "__eq__", lambda *both: bool(compared.append(both)))
    assert "Đã có tệp phiếu của 31 đường dẫn" in browser.get(PATH).words
    assert compared == []


@pytest.mark.promise("told")
def test_a_file_that_nobody_fetches_is_gone_after_a_day_and_its_links_count_as_not_given(
    browser: Browser, background: Background
) -> None:
    sign_in(browser, "editor")
    ask(browser)
    background.work()
    assert forget_slips(now=datetime.now(UTC) + timedelta(hours=23)) == 0
    assert forget_slips(now=datetime.now(UTC) + timedelta(hours=25)) == 1
    assert not list_lying()
    page = browser.get(PATH)
    assert "31 đơn vị có đường dẫn đã lập nhưng chưa được xác nhận" in page.words
    assert "các đơn vị chưa có (31)" in page.words


def test_who_may_not_hand_out_links_gets_no_file(browser: Browser, background: Background) -> None:
    sign_in(browser, "editor")
    ask(browser)
    background.work()
    sign_in(browser, "viewer")
    assert browser.get(f"{PATH}/phieu").status == 403
    assert "tệp phiếu" not in browser.get(PATH).words


def test_who_fetched_the_file_is_in_the_audit(browser: Browser, background: Background) -> None:
    sign_in(browser, "editor")
    ask(browser)
    background.work()
    browser.get(f"{PATH}/phieu")
    month = f"{NOW.astimezone(VIETNAM):%Y-%m}"
    lines = [line for line in query_month(DEMO_CODE, month=month) if "copy" in line.details]
    assert [(line.action, line.details) for line in lines] == [("file.downloaded", {"copy": "slips", "links": "31"})]


def test_no_backup_has_the_file(browser: Browser, background: Background, tmp_path: Path) -> None:
    sign_in(browser, "editor")
    ask(browser)
    background.work()
    (key,) = list_lying()
    back_up(tmp_path / "sao-luu", now=NOW)
    place = Folder(tmp_path / "sao-luu")
    kept = [line["key"] for line in read_lines(place, check_backup(place), OBJECTS)]
    assert kept
    assert key not in kept


def test_a_long_wait_is_told(browser: Browser, background: Background, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(browser, "editor")
    page = ask(browser)
    monkeypatch.setattr("chalicelib.web.request.read_now", lambda: NOW + timedelta(minutes=17))
    assert "Việc lập phiếu lâu hơn thường lệ" in browser.get(page.path).words


def test_a_link_is_renewed_and_revoked(browser: Browser, programme: Programme, token: str) -> None:
    sign_in(browser, "editor")
    (link,) = list_links(DEMO_CODE)
    marked = {f"chon:{link.name}": "co"}
    assert "Đã gia hạn 1 đường dẫn" in change_links(browser, viec="gia-han", den_luc="2037-01-31", **marked).words
    assert list_links(DEMO_CODE)[0].expires.year == 2037
    change_links(browser, viec="thu-hoi", phien_ban=str(programme.version), xac_nhan="co", **marked)
    assert browser.get(f"/nop/{token}").status == 404
    assert "Đã thu hồi 1 đường dẫn" in browser.get(PATH).words


def test_after_one_units_link_is_revoked_the_next_slip_is_offered_for_that_unit(
    browser: Browser, programme: Programme, token: str
) -> None:
    """Not for all that have none: they may have none for a reason."""
    sign_in(browser, "editor")
    create_link(programme, "180", expires=NOW + timedelta(days=9), now=NOW)
    other, own = sorted(list_links(DEMO_CODE), key=lambda link: link.unit)
    confirmed = {"viec": "thu-hoi", "phien_ban": str(programme.version), "xac_nhan": "co"}
    page = change_links(browser, **confirmed, **{f"chon:{own.name}": "co"})
    assert re.findall(r'<option value="(\w+)" selected>', page.text) == [own.unit]
    create_link(programme, "181", expires=NOW + timedelta(days=9), now=NOW)
    both = {f"chon:{link.name}": "co" for link in list_links(DEMO_CODE) if not link.revoked}
    assert len(both) == 2
    assert " selected>" not in change_links(browser, **confirmed, **both).text
    assert other.unit == "180"


@pytest.mark.promise("told")
def test_revoking_shows_first_who_could_send_nothing_any_more(
    browser: Browser, programme: Programme, token: str
) -> None:
    sign_in(browser, "editor")
    create_link(programme, "180", expires=NOW + timedelta(days=9), now=NOW)
    _, second = create_link(programme, "180", expires=NOW + timedelta(days=9), now=NOW)
    first = next(link for link in list_links(DEMO_CODE) if link.unit == "181")
    page = change_links(browser, viec="thu-hoi", **{f"chon:{link.name}": "co" for link in (first, second)})
    name, other = (programme.name_fully(programme.unit_by_code[code]) for code in ("181", "180"))
    assert (
        f"1 đơn vị không còn đường dẫn nào để nộp, cho đến khi được giao đường dẫn mới. Xem 1 mục {name}" in page.words
    )
    assert f"1 đơn vị vẫn nộp được bằng đường dẫn khác. Xem 1 mục {other}" in page.words
    assert not any(link.revoked for link in list_links(DEMO_CODE))
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    browser.post(f"{PATH}/da-chon", fields | {"xac-nhan": "co"})
    assert {link.name for link in list_links(DEMO_CODE) if link.revoked} == {first.name, second.name}


def change_links(browser: Browser, **fields: str) -> Page:
    page = submit(browser, PATH, f"{PATH}/da-chon", **fields)
    return browser.follow(page) if page.status == 303 else page


@pytest.mark.promise("told")
def test_a_link_is_never_shortened_whatever_day_the_form_holds(
    browser: Browser, programme: Programme, token: str
) -> None:
    sign_in(browser, "editor")
    (link,) = list_links(DEMO_CODE)
    earlier = (link.expires - timedelta(days=10)).astimezone(VIETNAM).date().isoformat()
    refused = change_links(browser, viec="gia-han", den_luc=earlier, **{f"chon:{link.name}": "co"})
    assert "Gia hạn không rút ngắn thời hạn" in refused.words
    assert list_links(DEMO_CODE) == [link]
    suggested = re.search(r'id="gia-han-den" name="den-luc" value="([\d-]+)"', browser.get(PATH).text)
    assert suggested
    assert suggested[1] >= (link.expires - timedelta(microseconds=1)).astimezone(VIETNAM).date().isoformat()


@pytest.mark.parametrize(
    ("query", "units"),
    [
        ("loc=chua-mo", {"181", "180"}), ("loc=sap-het", {"180"}), ("tim=binh+gia", {"181"}),
        ("tim=BÌNH++gia", {"181"}),
        ("loc=sap-het&tim=binh+gia", set()), ("tim=khong-co-don-vi-nay", set()),
    ],
)  # fmt: skip
def test_links_are_filtered_and_searched_by_the_address_of_the_page(
    browser: Browser, programme: Programme, token: str, query: str, units: set[str]
) -> None:
    sign_in(browser, "editor")
    create_link(programme, "180", expires=NOW + timedelta(days=9), now=NOW)
    page = browser.get(f"{PATH}?{query}")
    assert f"Danh sách ({len(units)} đơn vị)" in page.words
    names = {programme.name_fully(programme.unit_by_code[code]) for code in units}
    assert set(re.findall(r'<th scope="row(?:group)?"[^>]*>([^<]+)', page.text)) == names


def test_an_unknown_filter_of_links_is_refused(browser: Browser, programme: Programme) -> None:
    sign_in(browser, "editor")
    assert browser.get(f"{PATH}?loc=khac").status == 400


def test_all_links_that_end_soon_are_renewed_at_once_and_no_others(
    browser: Browser, programme: Programme, token: str
) -> None:
    sign_in(browser, "editor")
    create_link(programme, "180", expires=NOW + timedelta(days=9), now=NOW)
    change_links(browser, viec="gia-han", den_luc="2037-01-31", loc="sap-het", pham_vi="loc")
    assert {link.unit: link.expires.year == 2037 for link in list_links(DEMO_CODE)} == {"180": True, "181": False}


@pytest.mark.parametrize(
    ("asked", "number", "rows"), [("", 1, 50), ("2", 2, 50), ("3", 3, 1), ("9", 3, 1), ("-1", 1, 50), ("x", 1, 50)]
)
def test_a_long_list_has_fifty_rows_to_a_page(asked: str, number: int, rows: int) -> None:
    page = cut_page(range(101), asked)
    assert (page.number, len(page.rows), page.pages, page.total) == (number, rows, 3, 101)


def test_a_list_without_rows_has_one_page() -> None:
    assert cut_page([], "2") == ((), 1, 1, 0)


def test_old_links_go_on_until_the_new_ones_are_in_hand(browser: Browser, programme: Programme, token: str) -> None:
    sign_in(browser, "editor")
    browser.get(f"/nop/{token}")
    page = submit(browser, PATH, PATH, cho="181", den_luc="2037-01-31")
    (new,) = set(re.findall(r"https://bao-cao\.test/nop/([\w-]+)", page.text))
    assert "thu hồi 1 đường dẫn cũ" in page.words
    assert browser.get(f"/nop/{token}").status == 200
    assert confirm(browser, page, viec="thu-hoi-cu").status == 303
    assert (browser.get(f"/nop/{token}").status, browser.get(f"/nop/{new}").status) == (404, 200)


def confirm(browser: Browser, page: Page, **fields: str) -> Page:
    """Says of the links that the page lists whether the office has them."""
    listed = dict(re.findall(r'name="(mau|cac-dau|cac-dau-moi)" value="([^"]*)"', page.text))
    return browser.post(f"{PATH}/da-luu", listed | fields)


@pytest.mark.promise("told")
def test_links_whose_page_was_lost_are_shown_as_such_and_made_again(browser: Browser, programme: Programme) -> None:
    sign_in(browser, "editor")
    submit(browser, PATH, PATH, cho="chua-co", den_luc="2037-01-31")  # and its answer never comes
    page = browser.get(PATH)
    assert "các đơn vị chưa có (31)" in page.words
    assert "31 đơn vị có đường dẫn đã lập nhưng chưa được xác nhận" in page.words
    made = submit(browser, PATH, PATH, cho="chua-co", den_luc="2037-01-31")
    assert confirm(browser, made, viec="da-luu").status == 303
    valid = {link.token_hash for link in list_links(DEMO_CODE) if link.is_valid(NOW)}
    assert valid == {hash_token(token) for token in re.findall(r"https://bao-cao\.test/nop/([\w-]+)", made.text)}
    page = browser.get(PATH)
    assert "các đơn vị chưa có (0)" in page.words
    assert "chưa được xác nhận" not in page.words


@pytest.mark.promise("told")
@pytest.mark.parametrize(("task", "without", "state"), [("da-luu", 30, "Đang dùng"), ("khong-co", 31, "Đã thu hồi")])
def test_the_list_of_links_asks_whether_the_office_has_them(
    browser: Browser, programme: Programme, task: str, without: int, state: str
) -> None:
    sign_in(browser, "editor")
    submit(browser, PATH, PATH, cho="181", den_luc="2037-01-31")
    page = browser.get(PATH)
    assert "Chưa xác nhận đã lưu" in page.words
    answer = confirm(browser, page, viec=task)
    if task == "khong-co":  # what is lost by it is shown first
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
        answer = browser.post(f"{PATH}/da-chon", fields | {"xac-nhan": "co"})
    assert answer.status == 303
    after = browser.get(PATH)
    assert f"các đơn vị chưa có ({without})" in after.words
    assert state in after.words
    assert "Chưa xác nhận đã lưu" not in after.words
