"""The whole way of a period with as many units as the country has, on the embedded stack: links from the page, slips as
a file, uploads through the units' own pages, a sweep of those that nothing told of, reminders, pages, an edition.

In CI the programme has few units more than a page of slips holds, and some of them send. What each step took stands in
`out/country.json`.
"""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import openpyxl
import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Receipt
from chalicelib.intake.sweep import find_lost
from chalicelib.office.contacts import put_contacts
from chalicelib.office.letters import MOST_AT_ONCE
from chalicelib.store import table, uploads
from chalicelib.store.addresses import revision_key, state_key
from chalicelib.store.editions import find_latest_edition
from chalicelib.store.errors import StateMoved
from chalicelib.store.letters import list_reminders
from chalicelib.store.links import list_links
from chalicelib.store.receipts import find_receipts
from chalicelib.store.slips import find_slips
from chalicelib.web.console.slips import MOST_SLIPS
from infra.local.stack import Stack
from infra.package import ROOT, Package
from tests.infra.deadline import CODE, Day, Load, import_programme_of_today
from tests.infra.operating import run
from tests.infra.test_deadline_day import check_revisions, opened, set_workers, wait_until_quiet
from tests.infra.test_stack import count_messages, wait_for
from tests.infra.test_wild_requests_of_the_stack import RemoteBrowser, sign_in
from tests.report.samples import make_state
from tests.web.client import Page
from tests.web.test_country import PAGES, UNITS

pytestmark = [pytest.mark.stack, pytest.mark.promise("deadline-day", "nothing-lost")]

REPORT = ROOT / "out" / "country.json"
SENDER = "pv05@bcd138.example"
PERIOD, FORM = "6-thang", "bao-cao-xa"
WORKERS = 2
"""Of pages and of intake: each is set up anew from a package of 21 MB."""

COMMUNES = 65
"""Of the programme as it is shipped; the others are added."""


class Night(NamedTuple):
    """How many units there are; how many of them send, and how many of these while nothing tells of uploads; how many
    have reported before, so that their reports are written without a workbook; to how many others letters can go."""

    units: int
    sending: int
    untold: int
    written: int
    reachable: int


SMALL = Night(units=MOST_SLIPS + 10, sending=12, untold=4, written=30, reachable=MOST_AT_ONCE + 5)
FULL = Night(units=UNITS, sending=100, untold=40, written=UNITS - 400, reachable=300)
"""A workbook takes some tenths of a second to be filled in and a second to be sent through a unit's page here."""


class Asked(NamedTuple):
    """A page that was asked for: its address, its answer's status and bytes, and the seconds it took."""

    path: str
    status: int
    size: int
    seconds: float


class Office:
    """The office's side, over the network: pages, forms, files; and what each step took."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.browser = RemoteBrowser(stack)
        self.pages: list[Asked] = []
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        self.browser.cookies = sign_in(self.stack, "admin")  # a token is good for five minutes
        began = time.monotonic()
        yield
        self.seconds[step] = round(time.monotonic() - began, 1)
        keep({"seconds": self.seconds, "pages": [each._asdict() for each in self.pages]})

    def get(self, path: str) -> Page:
        return self._ask(path, lambda: self.browser.get(f"/pv05/{path}"))

    def post(self, path: str, fields: dict[str, str], *, may_be_cut: bool = False) -> Page:
        right = {303, 502, 504} if may_be_cut else {303}
        return self._ask(f"POST {path}", lambda: self.browser.post(f"/pv05/{path}", fields), right=right)

    def _ask(self, path: str, ask: Callable[[], Page], *, right: Collection[int] = (200, 303)) -> Page:
        began = time.monotonic()
        page = ask()
        self.pages.append(Asked(path, page.status, len(page.text.encode()), round(time.monotonic() - began, 2)))
        assert page.status in right, (path, page.status, page.text[:500])
        return page


@pytest.fixture
def stack(packaged: Package, tmp_path: Path) -> Iterator[Stack]:
    with opened(packaged, tmp_path, MailFrom=SENDER, MailIdentity=SENDER) as stack:
        set_workers(stack, WORKERS)
        let_pages_send(stack)
        yield stack


def let_pages_send(stack: Stack) -> None:
    """The template's right names the sender, whom the embedded stack does not tell to conditions."""
    role = stack.client("lambda").get_function_configuration(FunctionName=stack.outputs["APIHandlerName"])["Role"]
    right = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [right]})
    named = {"RoleName": role.rpartition("/")[2], "PolicyName": "letters", "PolicyDocument": policy}
    stack.client("iam").put_role_policy(**named)
    stack.client("ses").verify_email_identity(EmailAddress=SENDER)


def test_a_night_of_many_units_is_answered_whole(stack: Stack, tried: Callable[[int], None]) -> None:
    live_through(SMALL, stack)
    tried(SMALL.sending)


@pytest.mark.soak
def test_a_night_of_the_whole_country_is_answered_whole(stack: Stack, tried: Callable[[int], None]) -> None:
    live_through(FULL, stack)
    tried(FULL.sending)


def live_through(night: Night, stack: Stack) -> None:
    office = Office(stack)
    with office.timed("programme"):
        programme = import_programme_of_today(period=PERIOD, more=night.units - COMMUNES)
    owing = [each.unit for each in programme.obligations(PERIOD) if each.form == FORM]
    assert len(owing) == night.units
    given = give_links(office, night)
    with office.timed("workbooks"):
        load = Load(night.sending, night.sending, seconds=0, kills=0, period=PERIOD, form=FORM, senders=WORKERS)
        day = Day(load, doors={unit: given[unit] for unit in owing})
    with office.timed("reports written"):
        write_reports(programme, owing[night.sending :][: night.written])
    send_all(office, day, night)
    found = find_receipts(list(day.sent))
    assert set(found) == set(day.sent)
    assert count_messages(stack.client("sqs"), stack.outputs["DeadLetters"]) == 0
    check_revisions(set(day.sent.values()), found)
    look_at_pages(office, day)
    remind(office, day, night)
    with office.timed("edition"):
        publish(office)
    look_at_pages(office, day)
    report(office, night, found)


def give_links(office: Office, night: Night) -> dict[str, str]:
    """Asks for slips for all, downloads the file and confirms its links; the address of each unit's page."""
    path = f"duong-dan/{CODE}"
    with office.timed("slips asked for and made"):
        page = office.get(path)
        expires = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
        asked = office.post(path, page.hidden("mau", "mot-lan") | {"cho": "tat-ca", "den-luc": expires})
        assert "?tu=" in str(asked.header("Location"))
        assert wait_for(lambda: bool((file := find_slips(CODE)) and file.is_ready), seconds=900)
    with office.timed("slips downloaded"):
        address = str(office.get(f"{path}/phieu").header("Location"))
        with urlopen(address) as answer:  # noqa: S310 - the stack's own address
            doors = read_slips(answer.read())
    with office.timed("links confirmed"):
        while find_slips(CODE):  # a press that a slow machine cut off is finished by one more
            page = office.get(path)
            names = ("mau", "cac-dau-moi", "tep", "cac-dau")
            office.post(f"{path}/da-luu", page.hidden(*names) | {"viec": "da-luu"}, may_be_cut=True)
    assert sum(link.given for link in list_links(CODE)) == len(doors) >= night.units
    return doors


def read_slips(data: bytes) -> dict[str, str]:
    """The address of each unit's page, as the list and the slips of a file give it."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        slips = "".join(file.read(name).decode() for name in file.namelist() if name.startswith("phieu-"))
        sheet = openpyxl.load_workbook(io.BytesIO(file.read("danh-sach.xlsx"))).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    doors = {str(row[0]): str(row[2]) for row in rows if "/nop/" in str(row[2])}
    assert set(re.findall(r'<p class="mono">(http[^<]+)', slips)) == set(doors.values())
    return doors


def write_reports(programme: Programme, units: list[str]) -> None:
    """One report of each of these units, all alike."""
    form, period = programme.form_by_code[FORM], programme.period_by_code[PERIOD]
    sample = make_state(programme, programme.unit_by_code[units[0]], form, period, received=datetime.now(UTC))
    assert sample.submission
    writes = []
    for unit in units:
        address = sample.address.model_copy(update={"unit": unit})
        sent = sample.submission.model_copy(update={"address": address})
        state = sample.model_copy(update={"address": address, "submission": sent})
        writes.append(table.put(state_key(address), state, broken=StateMoved))
        writes.append(table.put(revision_key(address, sent.revision), sent, broken=StateMoved))
    for start in range(0, len(writes), 50):
        table.write(writes[start : start + 50], subject="thử")


def send_all(office: Office, day: Day, night: Night) -> None:
    """The units send; of the last of them nothing tells, until the sweep takes them in."""
    told = night.sending - night.untold
    with office.timed("sent"):
        day.send(range(told))
    with office.timed("answered after that"):
        wait_until_quiet(day, told)
    with office.timed("sent untold"), silenced(office.stack):
        day.send(range(told, night.sending))
    assert len(find_lost(list(uploads.list_uploads()))) >= night.untold
    with office.timed("swept"):
        while find_lost(list(uploads.list_uploads())):
            run(office.stack, "sweep", "--minutes", "0")


@contextmanager
def silenced(stack: Stack) -> Iterator[None]:
    """The inbox tells of nothing, as after a restore that was cut off."""
    bucket, client = stack.outputs["Inbox"], stack.client("s3")
    before = client.get_bucket_notification_configuration(Bucket=bucket)
    client.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    yield
    kept = {name: told for name, told in before.items() if name.endswith(("Configurations", "Configuration"))}
    client.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=kept)


def remind(office: Office, day: Day, night: Night) -> None:
    """Letters to those that sent nothing and can be reached, as many as a press sends, until none is left."""
    silent = [*day.doors][night.sending + night.written :][: night.reachable]
    contacts = [Contact(unit=code, mail=f"ubnd.{code}@langson.example") for code in silent]
    with office.timed("contacts"):
        put_contacts(day.programme, contacts, stamp=Stamp("thử", datetime.now(UTC)))
    path = f"nhac/{CODE}/{PERIOD}"
    with office.timed("reminded"):
        seal = {"mau": office.get(path).seal}
        for _ in range(-(-len(silent) // MOST_AT_ONCE)):
            answer = str(office.post(path, seal).header("Location"))
            assert "&hong=0&" in answer, (answer, list(office.stack.logs("api"))[-3:])
    assert {each.unit for each in list_reminders(CODE, period=PERIOD) if each.progress == "sent"} == set(silent)


def publish(office: Office) -> None:
    """An edition, asked for as the office does."""
    office.post(f"lan-phat-hanh/{CODE}/{PERIOD}", {"mau": office.get(f"duong-dan/{CODE}").seal})
    assert wait_for(lambda: find_latest_edition(CODE, period=PERIOD) is not None, seconds=900)


def look_at_pages(office: Office, day: Day) -> None:
    """The pages whose calls, items and bytes `tests/web/test_country.py` holds."""
    names = {"programme": CODE, "period": PERIOD, "form": FORM, "unit": day.units[0]}
    with office.timed(f"pages, {'with' if find_latest_edition(CODE, period=PERIOD) else 'without'} an edition"):
        for path in PAGES:
            if "B05" not in path:  # another programme's figure
                office.get(path.format(**names))


def report(office: Office, night: Night, found: dict[str, Receipt]) -> None:
    waits = sorted((each.decided - each.received).total_seconds() for each in found.values())
    told = {
        "night": night._asdict(),
        "answers": Counter(each.answer for each in found.values()),
        "wait_s": {"p50": waits[len(waits) // 2], "p95": waits[len(waits) * 95 // 100], "max": waits[-1]},
        "seconds": office.seconds,
        "pages": [each._asdict() for each in office.pages],
    }
    keep(told)


def keep(told: dict[str, Any]) -> None:
    """What is known so far: a night that was cut off tells it too."""
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
