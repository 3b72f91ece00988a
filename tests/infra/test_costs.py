"""The calls that docs/costs.md counts are those that the code makes, and its tables are those of infra/costs.py."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.clock import local_date
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.period.draft_files import Keeping
from chalicelib.domain.programme.model import Programme
from chalicelib.external import accounts
from chalicelib.intake.check import check_workbook
from chalicelib.intake.receive import receive
from chalicelib.intake.sweep import sweep
from chalicelib.intake.trial import forget_trials
from chalicelib.office import outcome_letters
from chalicelib.office.draft_files import remove_drafts
from chalicelib.office.recheck import recheck_period
from chalicelib.office.slips import Circle, make_slips
from chalicelib.office.undelivered import take_event
from chalicelib.operate.backup import back_up_due
from chalicelib.report.publish import DAILY_AT, publish_due
from chalicelib.store.contacts import put_contact
from chalicelib.web.console.slips import render_file
from chalicelib.web.forms import make_seal
from infra.costs import ALARMS, COUNTED, COUNTED_OF_PROGRAMMES, render, render_counts
from infra.demo.programme import DEMO_CODE, DEMO_PERIOD
from infra.package import ROOT, Package
from tests.office.channel import Fake
from tests.office.returned import RETURNED, make_event
from tests.store.engine import counted, stores
from tests.web.client import Browser, Page
from tests.web.conftest import browser, now, pool, programme, token
from tests.web.intake import DUTY, GOOD, make_workbook, send, store
from tests.web.people import open_pool, sign_in
from tests.web.test_draft import DRAFT, HEADING, read_number
from tests.web.test_programme import PAGE, PROPOSAL, post_book, rename
from tests.web.test_trial import try_out

__all__ = ["browser", "now", "pool", "programme", "stores", "token"]


def test_calls_do_not_drift(browser: Browser, programme: Programme, token: str, now: datetime) -> None:
    line = make_line(Action.CONTACT_CHANGED, f"unit:{GOOD}", programme=programme.code, stamp=Stamp("thử", now))
    put_contact(programme.code, Contact(unit=GOOD, phone="0205", mail=RETURNED), line)
    browser.get(f"/nop/{token}")  # the first opening of an hour is noted besides
    seal = browser.get(f"/nop/{token}").seal
    found: dict[str, dict[str, int]] = {}

    def keep(what: str, calls: list[str]) -> None:
        found[what] = dict(Counter(calls))

    with counted() as calls:
        browser.get(f"/nop/{token}")
    keep("a unit opens its page", calls)
    for what in ("a blank form is downloaded, and that is noted", "it is downloaded again"):
        with counted() as calls:
            browser.get(f"/nop/{token}/bieu-mau/{DUTY}")
        keep(what, calls)
    fields = {"mau": seal, "nghia-vu": DUTY, "xac-nhan": "co", "ten-tep": "a.xlsx"}
    with counted() as calls:
        minted = dict(browser.post(f"/nop/{token}/gui", fields, accept="application/json").data)
    keep("it prepares an upload", calls)
    key = store(minted, make_workbook(programme, GOOD))
    with counted() as calls:
        receive(key, now=lambda: now, check=check_workbook)
    keep("an accepted upload is taken in", calls)
    with counted() as calls:
        browser.get(f"/nop/{token}")
    keep("its page is opened again", calls)
    with counted() as calls:
        browser.get(f"/nop/{token}/{minted['outcome']}")
    keep("the answer is looked at", calls)
    answer = try_out(browser, token, make_workbook(programme, GOOD))
    with counted() as calls:
        browser.get(answer)
    keep("a workbook is checked without being sent", calls)
    first, second = find_ordinary_passes(now)
    with counted() as calls:
        publish_due(now=first)
    keep("a new edition", calls)
    with counted() as calls:
        publish_due(now=second)
    keep("the clock finds that nothing changed", calls)
    with counted() as calls:
        recheck_period(DEMO_CODE, period=DEMO_PERIOD, now=now, actor="thử", check=check_workbook)
    keep("a period with one report is checked anew", calls)
    with counted() as calls:
        sweep(now=lambda: now + timedelta(hours=1), check=check_workbook)
        forget_trials(now=now + timedelta(hours=1))
    keep("a sweep of up to 100 recent uploads", calls)
    channel = Fake()
    with counted() as calls:
        outcome_letters.send_due(now=now, channels=[channel])
    keep("the clock sends one letter with an outcome", [*calls, *["SendEmail" for _ in channel.sent]])
    with counted() as calls:
        outcome_letters.send_due(now=now, channels=[channel])
    keep("the clock finds no letter to send", calls)
    with counted() as calls:
        take_event(make_event(RETURNED), now=now)
    keep("a letter comes back, and its contact is marked", calls)
    with counted() as calls:
        back_up_due(now=leave_turn_of_month(first), hours=1)
    keep("the clock makes a backup of the table", calls)
    sign_in(browser, "editor")
    for number in range(3):
        page = browser.get(HEADING)
        browser.post(HEADING, write(page, f"Lời {number}.", task="luu"))
    send(browser, token, make_workbook(programme, GOOD, B05=1234), now)
    with counted() as calls:
        browser.get(DRAFT)
    keep("the draft is looked at after a report has come", calls)
    with counted() as calls:
        browser.get(DRAFT)
    keep("it is looked at again", calls)
    with counted() as calls:
        browser.post(HEADING, write(page, "Có [B05] buổi.", task="xem-truoc"))
    keep("a heading is previewed", calls)
    for what, page in {
        "a submission is looked at": f"ban-nop/{DEMO_CODE}/{DUTY}/{GOOD}",
        "the page of its unit": f"don-vi/{DEMO_CODE}/{GOOD}",
        "the page of one of its figures": f"so-lieu/{DEMO_CODE}/{DEMO_PERIOD}/B05",
    }.items():
        with counted() as calls:
            assert browser.get(f"/pv05/{page}").status == 200
        keep(what, calls)
    publish_due(now=second)  # of the report that came last
    with counted() as calls:
        assert remove_drafts(now=first + timedelta(days=8), keeping=Keeping(latest=1, days=7)) == 1
    keep("the clock removes the files of a draft", calls)
    asked = {"programme": DEMO_CODE, "circle": Circle.ALL, "asked_id": "0" * 32, "actor": "thử",
             "pages": "https://bao-cao.test", "expires": (now + timedelta(days=60)).isoformat()}  # fmt: skip
    with counted() as calls:
        assert make_slips(asked, now=now, render=render_file) == 31
    keep("a file of the slips of 31 new links is made", calls)
    assert found == COUNTED


def test_calls_of_the_programmes_pages_do_not_drift(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    open_pool(monkeypatch, {"can-bo-planner": ["planner"], "can-bo-admin": ["admin"]})
    pool, found = [accounts._administration()], {}
    sign_in(browser, "planner")
    book = post_book(browser, rename)
    sent = {"viec": "so", "key": book, "phien-ban": "1"}
    withdrawing = {"mau": make_seal("bi-mat-cua-phien"), "viec": "rut", "so": "1"}
    for what, act in {
        "the programme's page is opened": lambda: browser.get(PAGE),
        "what a sổ would change is looked at": lambda: browser.get(f"{PAGE}/tep?key={book}"),
        "it is proposed": lambda: browser.post(PROPOSAL, sent | {"mau": make_seal("bi-mat-cua-phien")}),
        "the proposal is looked at": lambda: browser.get(PROPOSAL),
        "what withdrawing it does is looked at": lambda: browser.post(f"{PROPOSAL}/quyet-dinh", withdrawing),
        "it is withdrawn": lambda: browser.post(f"{PROPOSAL}/quyet-dinh", withdrawing | {
            "xac-nhan": "co", "phien-ban": "1"}),
    }.items():  # fmt: skip
        with counted(others=pool) as calls:
            assert act().status in (200, 303)
        found[what] = dict(sorted(Counter(calls).items()))
    assert found == COUNTED_OF_PROGRAMMES


def write(page: Page, text: str, *, task: str) -> dict[str, str]:
    """The fields of the form in which a heading is written."""
    return {"mau": page.seal, "ban": read_number(page), "loi": text, "viec": task}


def leave_turn_of_month(moment: datetime) -> datetime:
    """The moment, or one a day later: while a month ends, the audit of two of them is read."""
    days = [local_date(moment + timedelta(hours=hours)) for hours in (-1, 1)]
    return moment + timedelta(days=1) if days[0].month != days[1].month else moment


def find_ordinary_passes(now: datetime) -> list[datetime]:
    """The next two passes; not the daily one, which looks at periods that were locked long ago as well."""
    passes = (now + timedelta(hours=number) for number in range(3))
    return [each for each in passes if each.hour != DAILY_AT][:2]


def test_the_page_has_the_tables_as_they_are_worked_out(packaged: Package) -> None:
    page = (ROOT / "docs" / "costs.md").read_text("utf-8")
    assert render() in page
    assert render_counts() in page
    resources = json.loads(packaged.template.read_text())["Resources"].values()
    assert sum(each["Type"] == "AWS::CloudWatch::Alarm" for each in resources) == ALARMS
