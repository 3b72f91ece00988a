"""One link never reaches another unit: whatever of the other's stands in whatever place of a request."""

from __future__ import annotations

import html
import io
import itertools
import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote, urlencode, urlsplit

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import make_marked_copy
from chalicelib.intake.limits import MOST_AN_HOUR, Use
from chalicelib.intake.links import hash_token
from chalicelib.intake.receive import receive
from chalicelib.office.contacts import change_contact
from chalicelib.office.notes import write_note
from chalicelib.report.publish import publish_edition
from chalicelib.store import whole
from chalicelib.store.clients import dynamodb, s3
from chalicelib.store.settings import read_settings
from chalicelib.web import request as web_request
from chalicelib.web.forms import make_seal
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD
from tests.links import create_link
from tests.store.engine import counted
from tests.web.client import Browser, Page
from tests.web.intake import DUTY, make_workbook, prepare, store
from tests.web.ways_in import COOKIES, ROUTES, Route, find_names

pytestmark = pytest.mark.promise("isolated")

OWN, OTHER = "181", "183"
UNIT_ROUTES = [route for route in ROUTES if route.path.startswith("/nop/")]
MARKERS = ("LO-TEP", "LO-VAN", "LO-GIAI-TRINH", "LO-NGUOI", "4123457", "4.123.457", "Huyện Cao Lộc")
"""They stand in the other's file names, prose, justification, contact, figures and name, and nowhere else."""

STRANGE = ("unit", "don-vi", "token", "period", "form", "upload_id", "trial_id", "link", "bucket", "etag", "version_id")
"""Names that no handler reads."""


OWN_FORM = {
    "mau": "", "nghia-vu": DUTY, "xac-nhan": "co", "ten-tep": "x.xlsx", "giai-trinh": "x", "mot-lan": "0" * 32,
    "nguoi-xac-nhan": "x",
}  # fmt: skip
"""What the unit's forms hold."""


@dataclass
class Unit:
    """A unit's link, and what it sent with it: an accepted and a refused upload, one never sent, and a trial."""

    code: str
    token: str
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        middle = f"{DEMO_CODE}/{DUTY}/{self.code}"
        return [f"{top}/{middle}/{each}" for top in ("inbox", "trial", "marked") for each in self.ids.values()]


@pytest.fixture
def units(browser: Browser, programme: Programme, now: datetime, monkeypatch: pytest.MonkeyPatch) -> tuple[Unit, Unit]:
    """Our unit and the other one, each with everything that a link leads to."""
    passing = (now + timedelta(milliseconds=number) for number in itertools.count(1))
    monkeypatch.setattr(web_request, "read_now", lambda: next(passing))
    own, other = (make_unit(browser, programme, code, now) for code in (OWN, OTHER))
    contact = Contact(unit=OTHER, name="LO-NGUOI", phone="0912345678", mail="lo-nguoi@a.test")
    change_contact(programme, contact, stamp=Stamp("thử", now))
    return own, other


def make_unit(browser: Browser, programme: Programme, code: str, now: datetime) -> Unit:
    token, _ = create_link(programme, code, expires=now + timedelta(days=60), now=now)
    unit, told = Unit(code, token), code == OTHER
    values = {"ket-qua-noi-bat": "LO-VAN", "B06": 4123457} if told else {}
    good = make_workbook(programme, code, **values)
    for name, data in (
        ("good", good),
        ("bad", make_workbook(programme, code, **values, B05="44 lần")),
        ("unsent", b""),
    ):
        minted = prepare(browser, token, file_name="LO-TEP.xlsx" if told else "Báo cáo.xlsx")
        unit.ids[name] = str(minted["outcome"]).rpartition("/")[2]
        if data:
            receive(store(minted, data), now=lambda: now, check=check_workbook, make_copy=make_marked_copy)
    fields = {"mau": make_seal(token), "giai-trinh": "LO-GIAI-TRINH" if told else "Đã kiểm tra"}
    assert browser.post(f"/nop/{token}/giai-trinh/{DUTY}/{unit.ids['good']}", fields).status == 303
    unit.ids["trial"] = _try_out(browser, unit, make_workbook(programme, code, **values, B05="44 lần"), told)
    return unit


def _try_out(browser: Browser, unit: Unit, data: bytes, told: bool) -> str:
    fields = {
        "mau": make_seal(unit.token),
        "nghia-vu": DUTY,
        "xac-nhan": "co",
        "ten-tep": "LO-TEP.xlsx" if told else "x",
    }
    minted = browser.post(f"/nop/{unit.token}/kiem-tra-thu", fields, accept="application/json").data
    metadata = {name.removeprefix("x-amz-meta-"): text for name, text in minted["fields"].items() if "-meta-" in name}
    s3().put_object(Bucket=read_settings().reports, Key=minted["fields"]["key"], Body=data, Metadata=metadata)
    path = f"/nop/{unit.token}/{minted['outcome']}"
    assert browser.get(path).status == 200
    return path.rpartition("/")[2]


# Requests


@dataclass(frozen=True)
class Place:
    """Where a parameter may stand: in the path, the query, the form, a cookie or a header."""

    where: str
    name: str


def _list_places(route: Route) -> tuple[list[Place], list[Place]]:
    """What the unit's handlers read, and what they do not; the token of the path is the link itself."""
    read = [Place("path", name) for name in route.parameters if name != "token"]
    read += [Place("query", name) for name in ("key", "lan", "xem")]
    posted = (*find_names("form"), *STRANGE) if route.method == "POST" else ()
    read += [Place("form", name) for name in posted if name in OWN_FORM]
    unread = [
        *(Place("query", name) for name in (*find_names("query"), *STRANGE)),
        *(Place("form", name) for name in posted),
        *(Place("cookie", name) for name in (*COOKIES, "token")),
        *(
            Place("header", name)
            for name in ("referer", "authorization", "x-original-url", "x-forwarded-path", "origin")
        ),
    ]
    return read, [place for place in unread if place not in read]


def _list_values(place: Place, own: Unit, other: Unit) -> list[str]:
    """What of the other's fits the place."""
    ids, middle = list(other.ids.values()), f"{DEMO_PERIOD}/{DEMO_FORM}"
    fitting = {
        "upload_id": [*ids, own.ids["trial"]], "trial_id": [*ids, own.ids["good"]],
        "period": ["nam", f"{DEMO_PERIOD}#{DEMO_FORM}#{OTHER}"],
        "form": ["bao-cao-nam", f"{DEMO_FORM}/{OTHER}", f"{DEMO_FORM}#U#{OTHER}", f"../{DEMO_FORM}/{OTHER}"],
        "mau": [make_seal(other.token)], "key": other.keys[::5],
        "token": [other.token], "referer": [f"/nop/{other.token}"],
        "nghia-vu": [f"{middle}/{OTHER}", f"{middle}#{OTHER}", f"{OTHER}/{middle}", f"../{OTHER}/{DEMO_FORM}"],
        "unit": [OTHER], "don-vi": [OTHER], "x-original-url": [f"/nop/{other.token}"], "mot-lan": ids[:1],
    }  # fmt: skip
    if place.name in ("giai-trinh", "ten-tep", "nguoi-xac-nhan", "xac-nhan"):  # free words, kept as our own
        return ["y"]
    return fitting.get(place.name, [other.token if place.where in ("cookie", "header") else ids[0], OTHER])


def _ask(browser: Browser, own: Unit, route: Route, changes: dict[Place, str]) -> Page:
    """What our unit asks for by its link, but for the changes."""
    path = {"token": own.token, "period": DEMO_PERIOD, "form": DEMO_FORM,
            "upload_id": own.ids["bad" if "danh" in route.path else "good"], "trial_id": own.ids["trial"]}  # fmt: skip
    form = OWN_FORM | {"mau": make_seal(own.token)}
    parts: dict[str, dict[str, str]] = {
        "path": path,
        "form": form,
        "query": {"key": own.keys[0]},
        "cookie": {},
        "header": {},
    }
    for place, value in changes.items():
        parts[place.where][place.name] = value
    address = route.fill({name: quote(value, safe="") for name, value in path.items()})
    address += "?" + urlencode(parts["query"]) if parts["query"] else ""
    browser.cookies = parts["cookie"]
    if route.method == "GET":
        return browser.get(address, **parts["header"])
    return browser.post(address, form, **parts["header"])


def _make_requests(route: Route, own: Unit, other: Unit, *, is_soak: bool) -> list[dict[Place, str]]:
    """The other's in one place at a time, in all places that no handler reads, then in several places at once.

    Of those in the path all are tried, of the rest in CI a few of each route.
    """
    read, unread = _list_places(route)
    single = [{place: value} for place in read for value in _list_values(place, own, other)]
    single += [{place: _list_values(place, own, other)[last] for place in unread} for last in (0, -1)]
    places, chance = [*read, *unread], random.Random(repr(route))  # noqa: S311 - the same requests on every run
    several = [
        {place: chance.choice(_list_values(place, own, other)) for place in chance.sample(places, chance.randint(2, 6))}
        for _ in range(2_000 if is_soak else 2)
    ]
    if is_soak:
        return single + several
    in_path = [each for each in single if any(place.where == "path" and "_id" in place.name for place in each)]
    return in_path + chance.sample([each for each in single if each not in in_path], 6) + several


# What must not happen


def is_said(name: str, text: str) -> bool:
    """Whether the text says the name as a whole: digits of it may stand in any hash."""
    before = "(?<![0-9a-zA-Z])" if name[0].isalnum() else ""
    return re.search(before + re.escape(name) + "(?![0-9a-zA-Z])", text) is not None


def find_leak(page: Page, other: Unit) -> str:
    """What of the other's is in the answer, or in what the answer's address serves."""
    told = json.dumps(page.headers, ensure_ascii=False) + page.text
    everything = [told, html.unescape(told), unquote(told), *_read_served(page.header("Location") or "")]
    for marker in (*MARKERS, other.token, hash_token(other.token)):
        if any(is_said(marker, text) for text in everything):
            return marker
    return next((key for key in (*other.keys, f"/{other.code}/") if any(key in text for text in everything[1:3])), "")


def _read_served(address: str) -> Iterator[str]:
    """The texts of the file behind a pre-signed address of our buckets."""
    parts = urlsplit(address)
    if "amazonaws" not in parts.netloc:
        return
    bucket = parts.netloc.partition(".s3")[0]
    yield from _read_texts(s3().get_object(Bucket=bucket, Key=unquote(parts.path.lstrip("/")))["Body"].read())


def _read_texts(data: bytes) -> Iterator[str]:
    """What a file says, packed or not."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        yield data.decode(errors="replace")
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield from (archive.read(name).decode(errors="replace") for name in archive.namelist())


def find_belongings(other: Unit) -> dict[str, str]:
    """Every item and every version of an object that is of the other."""
    names = [
        f"#{other.code}",
        f"/{other.code}",
        f"unit:{other.code}",
        f'"{other.code}"',
        hash_token(other.token),
        *other.ids.values(),
    ]
    kept = {}
    for page in dynamodb().get_paginator("scan").paginate(TableName=read_settings().table):
        for item in page["Items"]:
            text = json.dumps(item, sort_keys=True, default=str)
            if any(is_said(name, text) for name in names):
                kept[f"{item['pk']['S']} {item['sk']['S']}"] = text
    for bucket in (read_settings().inbox, read_settings().reports):
        for page in s3().get_paginator("list_object_versions").paginate(Bucket=bucket):
            for kind in ("Versions", "DeleteMarkers"):
                for each in page.get(kind, []):
                    if any(is_said(name, each["Key"]) for name in names):
                        kept[f"{each['Key']} {each['VersionId']}"] = each.get("ETag", kind)
    return kept


def test_nothing_of_another_unit_is_shown_changed_or_served(
    browser: Browser, units: tuple[Unit, Unit], is_soak: bool, tried: Callable[[int], None]
) -> None:
    own, other = units
    _see_what_is_ones_own(browser, own, other)
    before = find_belongings(other)
    assert len(before) > 10
    for route in UNIT_ROUTES:
        for number, changes in enumerate(_make_requests(route, own, other, is_soak=is_soak)):
            browser.headers["accept"] = ("text/html", "application/json")[number % 2]
            page = _ask(browser, own, route, changes)
            assert not find_leak(page, other), (route, changes, page.status)
            assert page.status < 500, (route, changes)
            tried(1)
        assert dict(find_belongings(other).items() ^ before.items()) == {}, route


def _see_what_is_ones_own(browser: Browser, own: Unit, other: Unit) -> None:
    """Without changes each unit is answered, and what is looked for is there; else all might simply be refused."""
    refused = {route.path for route in UNIT_ROUTES if _ask(browser, own, route, {}).status not in (200, 303)}
    assert refused == {
        "/nop/{token}/khong-phat-sinh/{period}/{form}",  # something must be reported in this form
        "/nop/{token}/trong-bao-cao/{period}",  # the period is open; `test_talking.py` asks for it after the lock
    }
    pages = [_ask(browser, other, route, {}) for route in UNIT_ROUTES if route.method == "GET"]
    told = "".join("".join(_read_served(page.header("Location") or "")) + html.unescape(page.text) for page in pages)
    assert [marker for marker in MARKERS if marker not in told] == ["LO-NGUOI"]
    assert all(find_leak(page, other) for page in pages if page.status == 200)


def test_what_the_office_notes_of_a_unit_is_on_none_of_its_pages_nor_in_any_file_or_edition(
    browser: Browser, programme: Programme, units: tuple[Unit, Unit], now: datetime, tried: Callable[[int], None]
) -> None:
    for unit in units:
        address = Address(programme=DEMO_CODE, period=DEMO_PERIOD, form=DEMO_FORM, unit=unit.code)
        write_note(programme, address, "LO-GHI-CHU", stamp=Stamp("pv05:an", now))
    for unit, route in itertools.product(units, UNIT_ROUTES):
        page = _ask(browser, unit, route, {})
        told = html.unescape(page.text) + json.dumps(page.headers, ensure_ascii=False)
        assert "LO-GHI-CHU" not in told + "".join(_read_served(page.header("Location") or "")), route
        tried(1)
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now)
    kept = [(bucket, each) for bucket in (whole.INBOX, whole.REPORTS) for each in whole.list_versions(bucket)]
    data = {
        each.key: whole.read_version(bucket, key=each.key, version_id=each.version_id).data for bucket, each in kept
    }
    assert len(data) > 10
    assert [key for key, each in data.items() if any("LO-GHI-CHU" in text for text in _read_texts(each))] == []


READING = {"GetItem", "BatchGetItem", "Query", "GetObject", "HeadObject", "ListObjectVersions"}
COUNTING = {"UpdateItem"}


def test_whatever_a_link_leaves_behind_it_leaves_a_limited_number_of_times(
    browser: Browser, programme: Programme, now: datetime, monkeypatch: pytest.MonkeyPatch, tried: Callable[[int], None]
) -> None:
    passing = (now + timedelta(milliseconds=number) for number in itertools.count(1))
    monkeypatch.setattr(web_request, "read_now", lambda: next(passing))
    own = make_unit(browser, programme, OWN, now)
    leaving = {route.path for route in UNIT_ROUTES if _list_writes(browser, own, route)}
    assert len(leaving) == 5  # a form, two lists of issues, an upload, a justification; all of them by this very test
    for use in MOST_AN_HOUR:
        monkeypatch.setitem(MOST_AN_HOUR, use, 0)
    for route in UNIT_ROUTES:
        assert _list_writes(browser, own, route) == [], route
        page = _ask(browser, own, route, {})
        if route.path in leaving | {"/nop/{token}/kiem-tra-thu"}:  # by whose form a browser writes
            assert page.status == 429
            assert "trong một giờ. Xin chờ đến giờ sau" in page.words
        tried(1)


def _list_writes(browser: Browser, own: Unit, route: Route) -> list[str]:
    with counted() as calls:
        _ask(browser, own, route, {})
    return [call for call in calls if call not in READING | COUNTING]


def test_a_deadline_day_in_earnest_stays_far_below_the_limits(programme: Programme) -> None:
    """Every form of the year sent, corrected and explained ten times within one hour by one link."""
    page = (Path(__file__).parents[2] / "docs" / "pages.md").read_text("utf-8")
    assert all(f"{number} " in page for number in MOST_AN_HOUR.values())
    forms = max(len(programme.forms_of(unit, period)) for unit in programme.units for period in programme.periods)
    for use in (Use.UPLOAD, Use.CONFIRMATION, Use.JUSTIFICATION, Use.DOWNLOAD):
        assert MOST_AN_HOUR[use] >= 10 * forms * len(programme.periods)


def test_a_name_is_looked_for_as_a_whole() -> None:
    """The hash of our own link may begin with the other's number."""
    assert is_said("#183", "U#183")
    assert is_said("#183", '"U#183#x"')
    assert is_said("4123457", "<v>4123457</v>")
    assert not is_said("#183", "K#tai#18307358de7b")
    assert not is_said("4123457", "a4123457c")
