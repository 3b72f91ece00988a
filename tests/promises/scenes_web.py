"""The scenarios of the pages: what a unit does behind its link, and what a clerk does at the console.

Each is pressed as a browser presses it. A page of an error asks to try again later, and then the same form is pressed
again; so a page may say that storage does not answer (503), and never that it does not know what happened (500).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from chalicelib import folders
from chalicelib.domain.audit import Stamp
from chalicelib.domain.submission.anew import Anew, Recheck, Verdict
from chalicelib.external import identity
from chalicelib.intake.links import hash_token
from chalicelib.office import links, review
from chalicelib.office.undelivered import take_event
from chalicelib.report.points import gather_points
from chalicelib.report.publish import publish_edition
from chalicelib.store import objects, obligations, rechecks
from chalicelib.store.addresses import import_key, trial_key
from chalicelib.store.slips import put_slips
from chalicelib.web.console import links as links_page
from chalicelib.web.console import sessions, sign_in
from chalicelib.web.forms import make_seal
from chalicelib.workbook.lists import read_list, write_list
from tests.links import create_link
from tests.office.returned import make_event as returned
from tests.promises.faults import Act, Scenario, sweep
from tests.promises.scenes_app import COPY_IS_AN_EXTRA, LETTER_BLURS, LETTERS, deliver, enter_paper
from tests.promises.stage import BAD, CLERK, DUTY, FORM, GOOD, OTHER, PERIOD, UNIT, Stage, make_workbook, take
from tests.store.sample import ADDRESS, FIELD, NOON, numbered, send
from tests.web.client import Browser, Page
from tests.web.people import make_claims, make_token

VISIT = "bi-mat-cua-phien"
_PREPARED = (
    (r"'upload\.prepared'", "what was prepared and not sent is nothing to wait for"),
    (r"\('prepared', \{'S': '<time>'\}\)", "the same"),
)


def _is_done(page: Page) -> bool:
    """Whether the page says that it is done, or was done before."""
    assert page.status != HTTPStatus.INTERNAL_SERVER_ERROR, page.words
    if page.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return False
    assert page.status in (HTTPStatus.OK, HTTPStatus.SEE_OTHER, HTTPStatus.CONFLICT), (page.status, page.words)
    return True


def _found(page: Page) -> bool:
    return _is_done(page) and page.status != HTTPStatus.CONFLICT


# Units


def of_unit(method: str, path: str, fields: Mapping[str, str] | None = None, *, unit: str = UNIT) -> Act:
    """What a unit asks for behind its link."""

    def act(stage: Stage) -> bool:
        token = stage.notes["links"][unit]
        with Browser() as browser:
            place = path.replace("{token}", token)
            sent = {"mau": make_seal(token), **(fields or {})}
            return _is_done(browser.get(place) if method == "GET" else browser.post(place, sent))

    return act


def _open_first(stage: Stage) -> None:
    token, _ = create_link(stage.programme, UNIT, expires=NOON + timedelta(days=9), now=NOON)
    stage.notes["links"] = {UNIT: token}


def _post_trial(stage: Stage) -> None:
    data = make_workbook(stage, UNIT, "không rõ")
    objects.put_object(trial_key(ADDRESS, numbered(8)), data, content_type="text/plain", metadata={"confirmed": "yes"})


def _answer_trial(stage: Stage) -> None:
    _post_trial(stage)
    assert of_unit("GET", f"/nop/{{token}}/ket-qua-thu/{DUTY}/{numbered(8)}")(stage)


def _report_period(stage: Stage) -> None:
    """The period is over and reported."""
    lock = stage.programme.period_by_code[PERIOD].lock
    stage.clock.move_to(lock + timedelta(hours=1))
    token, _ = create_link(stage.programme, UNIT, expires=lock + timedelta(days=9), now=stage.now)
    stage.notes["links"] = {UNIT: token}
    publish_edition("mau", period=PERIOD, now=stage.now, actor=CLERK)


_LOOK = (r"'S': 'F#mau#|'feedback\.opened'", "a look that could not be noted is noted the next time")
_TRIAL_COPY = (r"^reports trial/[^ ]+\.xlsx ", COPY_IS_AN_EXTRA[1])
_SENDING = {"nghia-vu": DUTY, "xac-nhan": "co", "ten-tep": "Báo cáo.xlsx"}
_CONFIRMING = {"nguoi-xac-nhan": "Văn thư", "xac-nhan": "co", "mot-lan": numbered(41)}


def list_units() -> Iterator[Scenario]:
    yield Scenario("GET /nop/{token}", of_unit("GET", "/nop/{token}"), _open_first)
    feedback = of_unit("GET", f"/nop/{{token}}/trong-bao-cao/{PERIOD}")
    yield Scenario("GET /nop/{token}/trong-bao-cao/{period}", feedback, _report_period, may_lack=(_LOOK,))
    yield Scenario("POST /nop/{token}/gui", of_unit("POST", "/nop/{token}/gui", _SENDING), may_add=_PREPARED)
    yield Scenario("POST /nop/{token}/kiem-tra-thu", of_unit("POST", "/nop/{token}/kiem-tra-thu", _SENDING))
    path = f"/nop/{{token}}/khong-phat-sinh/{DUTY}"
    confirm = of_unit("POST", path, _CONFIRMING, unit=OTHER)
    yield Scenario("POST /nop/{token}/khong-phat-sinh/{period}/{form}", confirm, settle=sweep)
    path = f"/nop/{{token}}/giai-trinh/{DUTY}/{numbered(GOOD)}"
    yield Scenario("POST /nop/{token}/giai-trinh/{period}/{form}/{upload_id}",
                   of_unit("POST", path, {"giai-trinh": "Do mưa lũ"}))  # fmt: skip
    for page, upload in (("bieu-mau", None), ("danh-sach-loi", BAD)):
        own = f"/{numbered(upload)}" if upload else ""
        entry = f"GET /nop/{{token}}/{page}/{{period}}/{{form}}" + ("/{upload_id}" if upload else "")
        yield Scenario(entry, of_unit("GET", f"/nop/{{token}}/{page}/{DUTY}{own}"))
    for page, prepare in (("ket-qua-thu", _post_trial), ("danh-sach-loi-thu", _answer_trial)):
        path = f"/nop/{{token}}/{page}/{DUTY}/{numbered(8)}"
        yield Scenario(f"GET /nop/{{token}}/{page}/{{period}}/{{form}}/{{trial_id}}", of_unit("GET", path), prepare,
                       may_lack=(_TRIAL_COPY,))  # fmt: skip


UNITS_READ: Mapping[str, tuple[Act, Callable[[Stage], None] | None]] = {
    "GET /nop/{token}/da-gui/{period}/{form}": (
        of_unit("GET", f"/nop/{{token}}/da-gui/{DUTY}?key=inbox/{numbered(GOOD)}"), None),
    "GET /nop/{token}/ket-qua/{period}/{form}/{upload_id}": (
        of_unit("GET", f"/nop/{{token}}/ket-qua/{DUTY}/{numbered(GOOD)}"), None),
    "GET /nop/{token}/ban-danh-dau/{period}/{form}/{upload_id}": (
        of_unit("GET", f"/nop/{{token}}/ban-danh-dau/{DUTY}/{numbered(BAD)}"), None),
    "GET /nop/{token}/lich-su/{period}/{form}": (of_unit("GET", f"/nop/{{token}}/lich-su/{DUTY}"), None),
    "GET /nop/{token}/kiem-tra-thu/{period}/{form}": (of_unit("GET", f"/nop/{{token}}/kiem-tra-thu/{DUTY}"), None),
    "GET /nop/{token}/da-gui-thu/{period}/{form}": (
        of_unit("GET", f"/nop/{{token}}/da-gui-thu/{DUTY}?key=trials/{numbered(8)}"), None),
    "GET /nop/{token}/ban-danh-dau-thu/{period}/{form}/{trial_id}": (
        of_unit("GET", f"/nop/{{token}}/ban-danh-dau-thu/{DUTY}/{numbered(8)}"), _answer_trial),
}  # fmt: skip


# The console


def open_console(browser: Browser) -> None:
    browser.cookies = {sessions.ID: make_token(make_claims("admin")), sessions.VISIT: VISIT}


def at_console(method: str, path: str, fields: Mapping[str, str] | None = None) -> Act:
    """What a clerk asks for."""

    def act(stage: Stage) -> bool:
        with Browser() as browser:
            open_console(browser)
            if method == "GET":
                return _found(browser.get(path))
            return _is_done(browser.post(path, {"mau": make_seal(VISIT), **(fields or {})}))

    return act


_MAU, _OWN = f"mau/{PERIOD}", f"mau/{DUTY}/{UNIT}"
_SEEN = {"lan-doi": "2"}
_WHEN = {"den-luc": "2022-12-31"}
_DOWNLOADED = (
    (r"'(file|edition)\.downloaded'|'audit\.exported'", "each try is written down before its address is given"),
)
_CONFIRMED = {"phien-ban": "1", "xac-nhan": "co"}
_ASKED = ((r"^Invoke|'(edition|recheck)\.asked'", "asked twice it is made once"),)


def _decide(verb: str, *, way: str, prepare: Callable[[Stage], None] | None = None, seen: str = "2") -> Scenario:
    fields = {"viec": verb, "y-kien": "Xin sửa A1", "lan-doi": seen, **_CONFIRMED}
    given = {"prepare": prepare} if prepare else {}
    entry = "POST /pv05/ban-nop/{programme}/{period}/{form}/{unit}/xu-ly"
    return Scenario(entry, at_console("POST", f"/pv05/ban-nop/{_OWN}/xu-ly", fields), way=way, **given)


def withdraw(stage: Stage) -> None:
    review.withdraw_submission(review.Subject(stage.programme, ADDRESS), "nhầm", stamp=Stamp(CLERK, NOON))


def grant(stage: Stage) -> None:
    until = NOON + timedelta(days=60)
    review.grant_exception(review.Subject(stage.programme, ADDRESS), until, "mưa lũ", stamp=Stamp(CLERK, NOON))


def approve(stage: Stage) -> None:
    review.approve_submission(review.Subject(stage.programme, ADDRESS), stamp=Stamp(CLERK, NOON))


def list_several() -> Iterator[Scenario]:
    """What the worklist does to several at once."""
    entry, form = "POST /pv05/ky/{programme}/{period}/", DUTY.partition("/")[2]
    chosen, other = f"chon:{form}/{UNIT}", f"chon:{form}/{OTHER}"

    def at_list(verb: str, **fields: str) -> Act:
        return at_console("POST", f"/pv05/ky/{_MAU}/{verb}", fields)

    yield Scenario(f"{entry}duyet", at_list("duyet", **{chosen: "2"}))
    yield Scenario(f"{entry}bo-duyet", at_list("bo-duyet", **{chosen: "3"}, **_CONFIRMED), approve)
    more = {chosen: "2", other: "0", "ly-do": "mưa lũ", **_WHEN}
    yield Scenario(f"{entry}gia-han", at_list("gia-han", **more))
    yield Scenario(
        f"{entry}nhac", at_list("nhac", **{other: "0"}), settle=send_again, may_add=LETTERS, blurs=LETTER_BLURS
    )
    yield Scenario(f"{entry}xuat", at_list("xuat"), may_add=_DOWNLOADED)


def _keep_recheck(stage: Stage) -> None:
    """A recheck that found the bytes of a submission missing, so that its unit may be asked."""
    submission = obligations.find_state(ADDRESS).submission
    assert submission
    found = Anew(address=ADDRESS, change=2, revision=1, upload_id=submission.upload_id, received=NOON,
                 programme_version=1, verdict=Verdict.MISSING)  # fmt: skip
    rechecks.put_recheck(Recheck(programme="mau", period=PERIOD, programme_version=1, made=NOON, actor=CLERK,
                                 counts={Verdict.MISSING: 1}, found=(found,)))  # fmt: skip


_POINT = f"tenfold/A1/{UNIT}/edition"


def slip(stage: Stage) -> None:
    """A unit's figure is ten times that of the last edition."""
    take(*send(make_workbook(stage, UNIT, 50), numbered(7)))
    points = gather_points(stage.programme, PERIOD, now=stage.now).points.open
    stage.notes["state"] = {point.key: point.state for point in points}[_POINT]


def _confirm_slip(stage: Stage) -> bool:
    fields = {f"y-kien:{_POINT}": "Đúng", f"so-lieu:{_POINT}": stage.notes["state"]}
    return at_console("POST", f"/pv05/diem-can-xem-lai/{_MAU}", fields)(stage)


def _confirm_before(stage: Stage) -> None:
    slip(stage)
    assert _confirm_slip(stage)
    stage.pass_by(1)


def list_decisions() -> Iterator[Scenario]:
    yield _decide("tra-lai", way="return")
    yield _decide("duyet", way="approve")
    yield _decide("rut", way="withdraw")
    yield _decide("khoi-phuc", way="restore", prepare=withdraw, seen="3")
    entry, path = "POST /pv05/ban-nop/{programme}/{period}/{form}/{unit}/gia-han", f"/pv05/ban-nop/{_OWN}/gia-han"
    granting = {"viec": "cho", "ly-do": "mưa lũ", **_WHEN, **_SEEN}
    yield Scenario(entry, at_console("POST", path, granting), way="grant")
    yield Scenario(entry, at_console("POST", path, {"viec": "thoi", "lan-doi": "3", **_CONFIRMED}), grant, way="end")
    noting = at_console("POST", f"/pv05/ban-nop/{_OWN}/ghi-chu", {"ghi-chu": "Đã gọi"})
    yield Scenario("POST /pv05/ban-nop/{programme}/{period}/{form}/{unit}/ghi-chu", noting)
    chosen = {f"chon:{FORM}/{UNIT}": "2", f"y-kien:{FORM}/{UNIT}": "Xin sửa", "xac-nhan": "co"}
    path = f"/pv05/kiem-tra-lai/{_MAU}"
    asking = at_console("POST", f"{path}/de-nghi-sua", chosen)
    yield Scenario("POST /pv05/kiem-tra-lai/{programme}/{period}/de-nghi-sua", asking, _keep_recheck)
    yield Scenario("POST /pv05/kiem-tra-lai/{programme}/{period}", at_console("POST", path), may_add=_ASKED)
    path = f"/pv05/diem-can-xem-lai/{_MAU}"
    yield Scenario("POST /pv05/diem-can-xem-lai/{programme}/{period}", _confirm_slip, slip)
    reopening = at_console("POST", f"{path}/mo-lai", {"muc": _POINT, **_CONFIRMED})
    yield Scenario("POST /pv05/diem-can-xem-lai/{programme}/{period}/mo-lai", reopening, _confirm_before)
    path, remark = f"/pv05/nhan-xet/{_MAU}", {"don-vi": UNIT, "lan-doi": "0", "nhan-xet": "Số liệu tốt."}
    yield Scenario("POST /pv05/nhan-xet/{programme}/{period}", at_console("POST", path, remark))
    path = f"/pv05/lan-phat-hanh/{_MAU}"
    yield Scenario("POST /pv05/lan-phat-hanh/{programme}/{period}", at_console("POST", path), may_add=_ASKED)


# The draft of the report

_DRAFT, _WRITING = "/pv05/du-thao/mau", {"viec": "luu", "ban": "0", "loi": "Lời của cơ quan."}
_write = at_console("POST", f"{_DRAFT}/{PERIOD}/muc-1", _WRITING)


def _write_before(stage: Stage) -> None:
    """The period before has a draft."""
    assert _write(stage)


def list_drafts() -> Iterator[Scenario]:
    yield Scenario("POST /pv05/du-thao/{programme}/{period}/{heading}", _write)
    sentence = {"cau": f"{UNIT}/{FIELD}/1/0", "vao": FIELD}
    yield Scenario("POST /pv05/y-kien/{programme}/{period}", at_console("POST", f"/pv05/y-kien/{_MAU}", sentence))
    taking = at_console("POST", f"{_DRAFT}/nam", {"muc:muc-1": "co"})
    yield Scenario("POST /pv05/du-thao/{programme}/{period}", taking, _write_before)


# Links


def name_link(stage: Stage, unit: str) -> str:
    return hash_token(stage.notes["links"][unit])[:12]


def _on_link(fields: Mapping[str, str]) -> Act:
    def act(stage: Stage) -> bool:
        marked = {f"chon:{name_link(stage, OTHER)}": "co"}
        return at_console("POST", f"{_LINKS}/da-chon", marked | fields)(stage)

    return act


NEW_LINKS: Mapping[str, Any] = {
    "may_add": (
        (r"\('revoked', \{'S'", "a link of which the answer was lost is nobody's; it is revoked"),
        (r"'link\.(created|revoked)'|\('pk', \{'S': 'L#mau'\}\)", "the same"),
    ),
}
"""What may be left of links that were made and never seen."""

_LINKS = "/pv05/duong-dan/mau"


def _make_links(stage: Stage) -> bool:
    """The clerk opens the page, which gives the form its number, presses, and says that the slips are printed.

    The page with the slips stays open until that is answered.
    """
    with Browser() as browser:
        open_console(browser)
        if "slips" not in stage.notes:
            page = browser.get(_LINKS)
            if not _found(page):
                return False
            fields = {"mau": make_seal(VISIT), "mot-lan": _read_field(page, "mot-lan"), "cho": OTHER, **_WHEN}
            slips = browser.post(_LINKS, fields)
            if not _found(slips):
                return False
            stage.notes["slips"] = _read_field(slips, "cac-dau-moi")
        return _is_done(browser.post(f"{_LINKS}/da-luu", _confirm_given(stage.notes["slips"])))


def _read_field(page: Page, name: str) -> str:
    return page.text.partition(f'name="{name}" value="')[2].partition('"')[0]


def _confirm_given(name: str) -> dict[str, str]:
    return {"mau": make_seal(VISIT), "cac-dau-moi": name, "viec": "con"}


def _make_unseen(stage: Stage) -> None:
    """A link on the page of slips, and one of which the page was lost."""
    unit = stage.programme.unit_by_code[OTHER]
    for _ in range(2):
        (new,) = links.create_links(stage.programme, [unit], expires=NOON + timedelta(days=9), stamp=Stamp(CLERK, NOON))
        stage.notes["slips"] = new.link.name


def _say_printed(stage: Stage) -> bool:
    fields = {"cac-dau-moi": stage.notes["slips"], "cac-dau": name_link(stage, OTHER), "viec": "thu-hoi-cu"}
    return at_console("POST", f"{_LINKS}/da-luu", fields)(stage)


def _hold_fewer_slips(stage: Stage) -> None:
    """So that two units are more than a page holds; and a file of slips is there from before."""
    stage.monkeypatch.setattr(links_page, "MOST_SLIPS", 1)
    _keep_slips(stage)


def _keep_slips(stage: Stage) -> None:
    put_slips("mau", b"PK", asked_id=numbered(52), made=NOON, links=2)


def _ask_for_slips(stage: Stage) -> bool:
    """The clerk opens the page, which gives the form its number, and presses."""
    with Browser() as browser:
        open_console(browser)
        page = browser.get(_LINKS)
        fields = {"mau": make_seal(VISIT), "mot-lan": _read_field(page, "mot-lan"), "cho": "tat-ca", **_WHEN}
        return _found(page) and _is_done(browser.post(_LINKS, fields))


def list_links_scenes() -> Iterator[Scenario]:
    yield Scenario("POST /pv05/duong-dan/{programme}", _make_links, **NEW_LINKS)
    yield Scenario("POST /pv05/duong-dan/{programme}/da-luu", _say_printed, _make_unseen)
    yield Scenario("POST /pv05/duong-dan/{programme}", _ask_for_slips, _hold_fewer_slips, may_add=_ASKED, way="many")
    for name in ("phieu", "tien-trinh"):
        get = at_console("GET", f"{_LINKS}/{name}")
        yield Scenario(f"GET /pv05/duong-dan/{{programme}}/{name}", get, _keep_slips, may_add=_DOWNLOADED)
    change = "POST /pv05/duong-dan/{programme}/da-chon"
    yield Scenario(change, _on_link({"viec": "thu-hoi", **_CONFIRMED}), way="revoke")
    yield Scenario(change, _on_link({"viec": "gia-han", **_WHEN}), way="renew")


# The programme, contacts, letters


CHANGED_AGAIN = (
    (r"'(contact\.changed|texts\.changed|link\.renewed)'", "pressed again, the same is written again, and noted again"),
)
_TEMPLATE = "/pv05/mau-word/mau/6-thang"
_CLOCKS = {"mo": "2022-04-15T00:00", "han": "2022-05-20T00:00", "khoa": "2022-06-15T00:00", "an-han": "0"}


def _return_letter(_: Stage) -> None:
    assert take_event(returned(f"{UNIT}@example.vn"), now=NOON)


def _post_import(stage: Stage) -> None:
    """A workbook of the roster that closes nothing, opens a unit and brings a contact."""
    with Browser() as browser:
        open_console(browser)
        browser.get("/pv05/don-vi/mau/xuat")
    (key,) = (each.key for each in _list_handouts())
    sheet = read_list(objects.read_body(key))
    headings, *rows = sheet
    rows.append(["181", "Bình Gia", "Huyện Bình Gia", *rows[0][3:]])
    rows[0] = [cell.replace("178@", "moi@") for cell in rows[0]]
    objects.put_object(import_key(numbered(6)), write_list("Đơn vị", headings, rows), content_type="text/plain")


def _list_handouts() -> Iterator[objects.StoredVersion]:
    from chalicelib.store import whole

    return (each for each in whole.list_versions(whole.REPORTS, prefix="handouts/") if each.key.endswith(".xlsx"))


def _import_roster(stage: Stage) -> bool:
    """The page that S3 leads to shows the version in force and what would change; the clerk confirms it."""
    key = import_key(numbered(6))
    with Browser() as browser:
        open_console(browser)
        page = browser.get(f"/pv05/don-vi/mau/xem-truoc?key={key}")
        if not _found(page):
            return False
        version = page.text.partition('name="phien-ban" value="')[2].partition('"')[0]
        fields = {"mau": make_seal(VISIT), "viec": "nhap", "key": key, "xac-nhan": "co", "phien-ban": version}
        return _is_done(browser.post("/pv05/don-vi/mau", fields))


def _post_template(stage: Stage) -> None:
    shipped = (folders.SHIPPED / "bao-cao-tong-hop.docx").read_bytes()
    objects.put_object(import_key(numbered(6)), shipped, content_type="text/plain")


def list_programme_scenes() -> Iterator[Scenario]:
    closing = {"viec": "dong", "ma-cu": OTHER, "ngay": "2022-09-30", **_CONFIRMED}
    roster = "POST /pv05/don-vi/{programme}"
    yield Scenario(roster, at_console("POST", "/pv05/don-vi/mau", closing), way="close a unit")
    yield Scenario(roster, _import_roster, _post_import, way="a workbook with contacts")
    duties = "/pv05/nghia-vu/mau/6-thang"
    yield Scenario("POST /pv05/nghia-vu/{programme}/{period}/thoi-han",
                   at_console("POST", f"{duties}/thoi-han", _CLOCKS | _CONFIRMED))  # fmt: skip
    switching = {"loai": "district", "bieu": FORM, "viec": "tat", **_CONFIRMED}
    yield Scenario("POST /pv05/nghia-vu/{programme}/{period}/nghia-vu",
                   at_console("POST", f"{duties}/nghia-vu", switching))  # fmt: skip
    sent = {"key": import_key(numbered(6)), **_CONFIRMED}
    yield Scenario("POST /pv05/mau-word/{programme}/{period}", at_console("POST", _TEMPLATE, sent), _post_template)
    yield Scenario("POST /pv05/don-vi/{programme}/{unit}/lien-he",
                   at_console("POST", f"/pv05/don-vi/mau/{UNIT}/lien-he", {"thu": "khac@example.vn"}),
                   may_add=CHANGED_AGAIN)  # fmt: skip
    yield Scenario("POST /pv05/don-vi/{programme}/{unit}/lien-he",
                   at_console("POST", f"/pv05/don-vi/mau/{UNIT}/lien-he",
                              {"thu": f"{UNIT}@example.vn", "gui-lai": "co"}),
                   _return_letter, may_add=CHANGED_AGAIN, way="an address that is believed again")  # fmt: skip


_REMINDERS = f"/pv05/nhac/{_MAU}"


def _send(task: str, stage: Stage) -> bool:
    """The page says how many letters went out, and how many failed: of those it asks to press again."""
    with Browser() as browser:
        open_console(browser)
        page = browser.post(_REMINDERS, {"mau": make_seal(VISIT), "viec": task})
    return _is_done(page) and "hong=0" in (page.header("Location") or "")


def send_again(stage: Stage) -> None:
    """An hour later a person has the letters sent of which nobody knows whether they were."""
    stage.pass_by(60)
    for task in ("", "gui-lai", "gui-ket-qua"):
        assert _send(task, stage)


def list_letters() -> Iterator[Scenario]:
    entry = "POST /pv05/nhac/{programme}/{period}"
    for way, task in (("the round", ""), ("how uploads ended", "gui-ket-qua")):
        yield Scenario(entry, partial(_send, task), _wait, way=way, settle=send_again,
                       may_add=LETTERS, blurs=LETTER_BLURS)  # fmt: skip
    texts = {"luc": "midway", "tieu-de": "Nhắc nộp", "noi-dung": "Xin gửi báo cáo."}
    yield Scenario("POST /pv05/nhac/{programme}/{period}/loi-nhac",
                   at_console("POST", f"{_REMINDERS}/loi-nhac", texts), may_add=CHANGED_AGAIN)  # fmt: skip


def _wait(stage: Stage) -> None:
    """Letters that are due for longer than the schedule takes may be sent by a person."""
    stage.pass_by(30)


# Paper


def _type_in(stage: Stage) -> bool:
    fields = {"o:A1": "11", "key": f"handouts/scans/{numbered(5)}", "nhan-luc": "2022-05-09", "xac-nhan": "co",
              "mot-lan": numbered(40)}  # fmt: skip
    return at_console("POST", f"/pv05/nhap-giay/mau/{DUTY}/{OTHER}/so-lieu", fields)(stage)


def _take_paper(stage: Stage) -> None:
    enter_paper(stage)
    deliver(stage)
    stage.notes["paper"] = stage.notes["arrivals"][0][0].rpartition("/")[2]


def _see_scan(stage: Stage) -> bool:
    return at_console("GET", f"/pv05/nhap-giay/mau/{DUTY}/{OTHER}/ban-quet/{stage.notes['paper']}")(stage)


PAPER = Scenario("POST /pv05/nhap-giay/{programme}/{period}/{form}/{unit}/so-lieu", _type_in, settle=sweep)


# Downloads


def list_downloads() -> Iterator[Scenario]:
    own, page = f"/pv05/ban-nop/{_OWN}", "GET /pv05/ban-nop/{programme}/{period}/{form}/{unit}"
    downloads = {
        f"{page}/goc/{{revision}}": f"{own}/goc/1",
        f"{page}/danh-dau/{{upload}}": f"{own}/danh-dau/{numbered(BAD)}",
        f"{page}/danh-sach-loi/{{upload}}": f"{own}/danh-sach-loi/{numbered(BAD)}",
        "GET /pv05/lan-phat-hanh/{programme}/{period}/{number}/{name}": f"/pv05/lan-phat-hanh/{_MAU}/1/tong-hop.csv",
        "GET /pv05/so-lieu/{programme}/{period}/{indicator}/xuat": f"/pv05/so-lieu/{_MAU}/A1/xuat",
        "GET /pv05/don-vi/{programme}/xuat": "/pv05/don-vi/mau/xuat",
        "GET /pv05/mau-word/{programme}/{period}/{name}": f"{_TEMPLATE}/mau-word.docx",
    }
    for entry, path in downloads.items():
        yield Scenario(entry, at_console("GET", path), may_add=_DOWNLOADED)
    yield Scenario("GET /pv05/nhac/{programme}/{period}/cong-van", at_console("GET", f"{_REMINDERS}/cong-van"),
                   may_add=(_LETTER,), may_lack=(_LETTER,))  # fmt: skip
    yield Scenario("GET /pv05/nhat-ky/{programme}/xuat", at_console("GET", "/pv05/nhat-ky/mau/xuat"),
                   may_add=(*_DOWNLOADED, _AUDIT_GROWS), may_lack=(_AUDIT_GROWS,))  # fmt: skip
    yield Scenario("GET /pv05/nhap-giay/{programme}/{period}/{form}/{unit}/ban-quet/{upload}", _see_scan, _take_paper,
                   may_add=_DOWNLOADED)  # fmt: skip


_LETTER = (r"^reports handouts/|'letter\.written'", "a letter says at what moment it was written")
_AUDIT_GROWS = (r"^reports handouts/|'audit\.exported'", "the audit that is exported has the line of the first try")

CONSOLE_READS: Mapping[str, str] = {
    "GET /pv05": "/pv05",
    "GET /pv05/chuong-trinh/{programme}": "/pv05/chuong-trinh/mau",
    "GET /pv05/chuong-trinh": "/pv05/chuong-trinh",
    "GET /pv05/ky/{programme}/{period}": f"/pv05/ky/{_MAU}",
    "GET /pv05/chi-tieu/{programme}/{period}": f"/pv05/chi-tieu/{_MAU}",
    "GET /pv05/ban-nop/{programme}/{period}/{form}/{unit}": f"/pv05/ban-nop/{_OWN}",
    "GET /pv05/so-lieu/{programme}/{period}": f"/pv05/so-lieu/{_MAU}",
    "GET /pv05/so-lieu/{programme}/{period}/{indicator}": f"/pv05/so-lieu/{_MAU}/A1",
    "GET /pv05/y-kien/{programme}/{period}": f"/pv05/y-kien/{_MAU}",
    "GET /pv05/du-thao/{programme}/{period}": f"/pv05/du-thao/{_MAU}",
    "GET /pv05/du-thao/{programme}/{period}/{heading}": f"/pv05/du-thao/{_MAU}/muc-1",
    "GET /pv05/kiem-tra-lai/{programme}/{period}": f"/pv05/kiem-tra-lai/{_MAU}",
    "GET /pv05/kiem-tra-lai/{programme}/{period}/tien-trinh": f"/pv05/kiem-tra-lai/{_MAU}/tien-trinh",
    "GET /pv05/quy-tac/{programme}/{period}": f"/pv05/quy-tac/{_MAU}",
    "GET /pv05/diem-can-xem-lai/{programme}/{period}": f"/pv05/diem-can-xem-lai/{_MAU}",
    "GET /pv05/lan-phat-hanh/{programme}/{period}": f"/pv05/lan-phat-hanh/{_MAU}",
    "GET /pv05/lan-phat-hanh/{programme}/{period}/tien-trinh": f"/pv05/lan-phat-hanh/{_MAU}/tien-trinh",
    "GET /pv05/lan-phat-hanh/{programme}/{period}/so-sanh": f"/pv05/lan-phat-hanh/{_MAU}/so-sanh?a=1&b=1",
    "GET /pv05/lan-phat-hanh/{programme}/{period}/{number}": f"/pv05/lan-phat-hanh/{_MAU}/1",
    "GET /pv05/lan-phat-hanh/{programme}/{period}/{number}/xem": f"/pv05/lan-phat-hanh/{_MAU}/1/xem",
    "GET /pv05/nhan-xet/{programme}/{period}": f"/pv05/nhan-xet/{_MAU}",
    "GET /pv05/duong-dan/{programme}": "/pv05/duong-dan/mau",
    "GET /pv05/nhat-ky/{programme}": "/pv05/nhat-ky/mau",
    "GET /pv05/don-vi/{programme}": "/pv05/don-vi/mau",
    "GET /pv05/don-vi/{programme}/{unit}": f"/pv05/don-vi/mau/{UNIT}",
    "GET /pv05/don-vi/{programme}/xem-truoc": f"/pv05/don-vi/mau/xem-truoc?key={import_key(numbered(6))}",
    "GET /pv05/nghia-vu/{programme}": "/pv05/nghia-vu/mau",
    "GET /pv05/mau-word/{programme}/{period}": _TEMPLATE,
    "GET /pv05/nhac/{programme}/{period}": _REMINDERS,
    "GET /pv05/nhap-giay/{programme}/{period}/{form}/{unit}": f"/pv05/nhap-giay/mau/{DUTY}/{OTHER}",
    "GET /pv05/nhap-giay/{programme}/{period}/{form}/{unit}/so-lieu":
        f"/pv05/nhap-giay/mau/{DUTY}/{OTHER}/so-lieu?key=handouts/scans/{numbered(5)}",
    "GET /static/{name}": "/static/trang.css",
    "GET /.well-known/security.txt": "/.well-known/security.txt",
    "GET /huong-dan": "/huong-dan",
    "GET /huong-dan/{name}": "/huong-dan/pv05",
    "GET /pv05/dang-nhap": "/pv05/dang-nhap",
}  # fmt: skip
"""Pages that only show something."""


# Signing in

_SESSION = "s" * 40
_SIGNED_IN = (
    (r"^(InitiateAuth|RespondToAuth|AssociateSoft|VerifySoft|SetUserMFA|RevokeToken)", "one signs in from the start"),
    (r"'console\.signed_in'", "and each time is noted"),
)


def _answer(**answers: object) -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        stage.notes["answers"] = answers

    return prepare


def _challenge(name: str) -> dict[str, object]:
    return {"ChallengeName": name, "Session": _SESSION, "ChallengeParameters": {"USER_ID_FOR_SRP": "an"}}


def _sign(path: str, fields: Mapping[str, str], *, step: str = "", secret: str = "") -> Act:
    """One step of a sign-in, with the cookie of the step before."""

    def act(_: Stage) -> bool:
        with Browser() as browser:
            browser.cookies = {sessions.VISIT: VISIT, sessions.REFRESH: "r" * 20}
            if step:
                kept = sign_in.Step(identity.Challenge(step, _SESSION, "an"), secret=secret)
                browser.cookies[sessions.STEP] = sign_in._dump(kept)
            return _is_done(browser.post(path, {"mau": make_seal(VISIT), **fields}))

    return act


def list_sign_in() -> Iterator[Scenario]:
    tokens = {"IdToken": make_token(make_claims("admin", exp=2**33, iat=0)), "AccessToken": "a" * 20}
    responded = {"RespondToAuthChallenge": {"AuthenticationResult": {**tokens, "RefreshToken": "r" * 20}}}
    asked = {"InitiateAuth": _challenge(identity.CODE)}
    associated = {"AssociateSoftwareToken": {"SecretCode": "ABCDEFGH", "Session": _SESSION}}
    verified = {"VerifySoftwareToken": {"Session": _SESSION, "Status": "SUCCESS"}}
    new, path = "Mat-khau-moi-1", "/pv05/dang-nhap"
    yield Scenario(f"POST {path}", _sign(path, {"ten": "an", "mat-khau": "x"}), _answer(**asked), may_add=_SIGNED_IN)
    yield Scenario(f"POST {path}/ma", _sign(f"{path}/ma", {"ma": "123456"}, step=identity.CODE), _answer(**responded),
                   may_add=_SIGNED_IN)  # fmt: skip
    before = {"RespondToAuthChallenge": _challenge(identity.SETUP), **associated}
    passwords = _sign(f"{path}/mat-khau", {"mat-khau-moi": new, "nhap-lai": new}, step=identity.PASSWORD)
    yield Scenario(f"POST {path}/mat-khau", passwords, _answer(**before), may_add=_SIGNED_IN)
    setup = _sign(f"{path}/thiet-lap", {"ma": "123456"}, step=identity.SETUP, secret="ABCDEFGH")  # noqa: S106
    yield Scenario(f"POST {path}/thiet-lap", setup, _answer(**responded, **verified), may_add=_SIGNED_IN)
    yield Scenario("POST /pv05/dang-xuat", _sign("/pv05/dang-xuat", {}), may_add=_SIGNED_IN, may_lack=_SIGNED_IN)


def _show(path: str, name: str) -> Act:
    def act(_: Stage) -> bool:
        with Browser() as browser:
            kept = sign_in.Step(identity.Challenge(name, _SESSION, "an"), secret="ABCDEFGH")  # noqa: S106
            browser.cookies = {sessions.VISIT: VISIT, sessions.STEP: sign_in._dump(kept)}
            return _found(browser.get(path))

    return act


SIGN_IN_READS: Mapping[str, Act] = {
    f"GET /pv05/dang-nhap/{page}": _show(f"/pv05/dang-nhap/{page}", name)
    for page, name in (("ma", identity.CODE), ("mat-khau", identity.PASSWORD), ("thiet-lap", identity.SETUP))
}


def list_reads() -> Iterator[tuple[str, Act, Callable[[Stage], None] | None]]:
    """The pages that only show something, with what has to be there before."""
    yield from ((entry, act, prepare) for entry, (act, prepare) in UNITS_READ.items())
    prepared = {"GET /pv05/don-vi/{programme}/xem-truoc": _post_import}
    yield from ((entry, at_console("GET", path), prepared.get(entry)) for entry, path in CONSOLE_READS.items())
    yield from ((entry, act, None) for entry, act in SIGN_IN_READS.items())


def list_scenarios() -> Iterator[Scenario]:
    yield from list_sign_in()
    yield from list_units()
    yield from list_decisions()
    yield from list_drafts()
    yield from list_links_scenes()
    yield from list_programme_scenes()
    yield from list_letters()
    yield from list_several()
    yield PAPER
    yield from list_downloads()
