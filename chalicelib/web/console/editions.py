"""Editions: requests one now, serves its files, shows its document, compares two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.language.vietnamese import format_count
from chalicelib.domain.period.edition import Difference
from chalicelib.domain.period.headline import HeadlineChange
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Edition
from chalicelib.office.downloads import check_files, download_edition
from chalicelib.office.editions import ask_for_edition
from chalicelib.report.files import DOCUMENT, JSON, describe_file
from chalicelib.store import editions, obligations, uploads
from chalicelib.store.addresses import is_draft_file
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.console.waiting import describe_wait, read_second
from chalicelib.web.forms import check_seal, parse_number, read_text
from chalicelib.web.problems import PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect, respond_json

if TYPE_CHECKING:
    from chalicelib.report.outlook import Outlook

_PATIENCE, _PATIENCE_OF_MANY = timedelta(minutes=2), timedelta(minutes=6)
"""The function ends after five minutes, which only a large period may take."""
MOST_REASON = 500
"""Letters of the reason of a supplement: a sentence or two."""

MOST_LISTED = 2000
"""Figures that differ on one page. Those of further units are counted there, and listed on a page for each unit."""


def show_editions(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """All editions of the period, and whether any input has changed since the last one."""
    desk = open_desk(request, session, programme, period=period)
    published = editions.list_editions(desk.part, period=period)[::-1]
    latest = published[0] if published else None
    asked = read_second(request.query.get("tu", ""))
    return desk.show(
        "editions.html",
        menu="lan-phat-hanh",
        editions=published,
        outlook=_look_ahead(desk, latest) if desk.programme.is_issuing else None,
        most=MOST_REASON,
        waiting=_describe_wait(desk, published, asked) if asked else "",
        asked=request.query.get("tu", ""),
    )


def _look_ahead(desk: Desk, latest: Edition | None) -> Outlook:
    from chalicelib.report.outlook import look_ahead

    return look_ahead(desk.programme, desk.period, latest, now=desk.request.now)


def make_edition(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Requests an edition and redirects at once to a page that shows the progress."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    reason = read_text(request, "ly-do", label="Lý do bổ sung", most=MOST_REASON, needed=False)
    if not desk.programme.is_issuing:
        raise PageUnknown
    ask_for_edition(desk.part, period=period, reason=" ".join(reason.split()), stamp=desk.stamp)
    return desk.go(f"lan-phat-hanh/{desk.part}/{period}?tu={int(request.now.timestamp())}")


def tell_progress(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The progress for the page's script: waiting, done or long."""
    desk = open_desk(request, session, programme, period=period)
    asked = read_second(request.query.get("tu", ""))
    published = editions.list_editions(desk.part, period=period)[::-1]
    return respond_json({"state": _describe_wait(desk, published, asked) if asked else "done"})


def _describe_wait(desk: Desk, published: list[Edition], asked: datetime) -> str:
    from chalicelib.report.shown import is_large

    made = published[0].made if published else None
    patience = _PATIENCE_OF_MANY if is_large(desk.programme, desk.period.code) else _PATIENCE
    return describe_wait(made, asked, patience=patience, now=desk.request.now)


def show_edition(request: Request, session: Session, programme: str, *, period: str, number: str) -> Response:
    """One edition: its files and its inputs."""
    desk = open_desk(request, session, programme, period=period)
    edition = find_edition(desk, number)
    titles = {name: describe_file(name) for name in edition.files}
    fate = editions.find_fate(edition.programme, period=period, number=edition.number)
    removed = [name for name, key in edition.files.items() if fate and fate.removed and is_draft_file(key)]
    return desk.show(
        "edition.html", menu="lan-phat-hanh", edition=edition, titles=titles, document=DOCUMENT,
        fate=fate, removed=removed, can_lose=any(map(is_draft_file, edition.files.values())),
    )  # fmt: skip


def download_file(
    request: Request, session: Session, programme: str, *, period: str, number: str, name: str
) -> Response:
    """Redirects to a file of an edition; the pre-signed address is valid for some minutes."""
    desk = open_desk(request, session, programme, period=period)
    edition = find_edition(desk, number)
    if name not in edition.files:
        raise PageUnknown
    return redirect(download_edition(edition, name, period=desk.period, stamp=desk.stamp))


def show_preview(request: Request, session: Session, programme: str, *, period: str, number: str) -> Response:
    """The Word document of an edition, drawn by the browser, which fetches it as `download_file` gives it out."""
    desk = open_desk(request, session, programme, period=period)
    edition = find_edition(desk, number)
    if DOCUMENT not in edition.files:
        raise PageUnknown
    if is_draft_file(edition.files[DOCUMENT]):
        check_files(edition)
    return desk.show("edition_preview.html", menu="lan-phat-hanh", edition=edition, document=DOCUMENT)


def find_edition(desk: Desk, number: str) -> Edition:
    wanted = parse_number(number)
    edition = editions.find_edition(desk.part, period=desk.period.code, number=wanted) if wanted is not None else None
    if edition is None:
        raise PageUnknown
    return edition


def compare_editions(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The differences between two editions: the province's figures, the units' figures, their submissions."""
    from chalicelib.domain.period.edition import find_differences
    from chalicelib.domain.period.timeliness import find_statuses
    from chalicelib.report.data import read_snapshot

    desk = open_desk(request, session, programme, period=period)
    first, second = sorted((find_edition(desk, request.query.get(name, "")) for name in ("a", "b")), key=_number)
    contents = [uploads.read_report(edition.files[JSON]) for edition in (first, second)]
    before, after = map(read_snapshot, contents)
    states = obligations.query_outlines(desk.programme.code, period=desk.period.code)
    statuses = find_statuses(desk.programme, desk.period.code, states)
    differences = list(find_differences(before, after, statuses))
    only = request.query.get("don-vi", "")
    return desk.show(
        "editions_compared.html",
        menu="lan-phat-hanh",
        first=first,
        second=second,
        headlines=_compare_headlines(desk.programme, *contents),
        units=fold_by_unit(differences, desk.programme, only=only),
        only=only,
        indicators=desk.programme.indicator_by_code,
        forms={form.code: form.title for form in desk.programme.forms},
    )


@dataclass(frozen=True)
class UnitDifferences:
    """All that differs of one unit. `listed` are its figures as the page lists them, None where it only counts them."""

    code: str
    name: str
    reports: tuple[Difference, ...]
    figures: tuple[Difference, ...]
    listed: tuple[Difference, ...] | None

    @property
    def summary(self) -> str:
        """ "03 số đổi, 120 số không còn, 02 số mới"."""
        gone = sum(1 for each in self.figures if each.after is None)
        new = sum(1 for each in self.figures if each.before is None)
        told = ((len(self.figures) - gone - new, "số đổi"), (gone, "số không còn"), (new, "số mới"))
        return ", ".join(f"{format_count(number)} {word}" for number, word in told if number)


def fold_by_unit(differences: Sequence[Difference], programme: Programme, *, only: str = "") -> list[UnitDifferences]:
    """The differences by unit, in the order of the units. All are counted; figures are listed until the page is full,
    or those of `only` one unit."""
    names = {unit.code: programme.name_fully(unit) for unit in programme.units}
    by_unit: dict[str, list[Difference]] = {}
    for each in differences:
        by_unit.setdefault(each.unit, []).append(each)
    folded, left = [], MOST_LISTED
    for code in (each for each in (*names, *sorted(by_unit.keys() - names.keys())) if each in by_unit):
        figures = tuple(each for each in by_unit[code] if each.indicator)
        reports = tuple(each for each in by_unit[code] if not each.indicator)
        is_listed = only == code or (not only and len(figures) <= left)
        left -= len(figures) if is_listed else 0
        folded.append(UnitDifferences(code, names.get(code, code), reports, figures, figures if is_listed else None))
    return folded


def _number(edition: Edition) -> int:
    return edition.number


def _compare_headlines(programme: Programme, before: bytes, after: bytes) -> list[HeadlineChange]:
    """The province's figures that two editions state differently, read from their open data."""
    from chalicelib.domain.period.headline import find_headline_changes
    from chalicelib.report.data import read_headlines

    order = programme.indicator_by_code
    return list(find_headline_changes(read_headlines(before), read_headlines(after), order=order))
