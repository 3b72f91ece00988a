"""A submission: its figures beside earlier figures and the workbook's cells, and the forms to decide on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.language.vietnamese import format_change
from chalicelib.domain.period.timeliness import rejudge
from chalicelib.domain.programme.model import Form, Indicator, Unit
from chalicelib.domain.submission.differences import find_differences
from chalicelib.domain.submission.earlier import Earlier
from chalicelib.domain.submission.records import Figure, Normalisation, State, Submission
from chalicelib.domain.values import Value, read_number
from chalicelib.intake.earlier import find_earlier
from chalicelib.office import downloads
from chalicelib.store import obligations, receipts, submissions
from chalicelib.store.justifications import list_justifications
from chalicelib.store.papers import list_papers
from chalicelib.store.uploads import has_marked_copy
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import parse_number
from chalicelib.web.problems import PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect, respond_json
from chalicelib.web.unit.visits import Sent, find_sent, group_errors

_PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class Line:
    """One indicator of the form: the figure, the earlier figure, and the typed text if it was read otherwise."""

    indicator: Indicator
    figure: Figure | None
    before: Value | None
    normalisation: Normalisation | None

    @property
    def change(self) -> str:
        """The change in words, if both are numbers."""
        after = read_number(self.figure.value if self.figure else None)
        before = read_number(self.before)
        return format_change(before, after) if before is not None and after is not None else ""


def show_submission(request: Request, session: Session, programme: str, period: str, form: str, unit: str) -> Response:
    """Shows the revision that counts, or the requested one."""
    desk = open_desk(request, session, programme, period)
    own, sender, address = desk.find_report(form, unit)
    sent, scans = find_sent(address), list_papers(address)
    is_waiting = any(_is_being_checked(one, request.now) for one in sent if one.prepared.upload_id in scans)
    if request.wants_json:
        return respond_json({"state": "waiting" if is_waiting else "done"})
    state = rejudge(obligations.find_state(address), desk.period)
    revisions = submissions.list_revisions(address)
    chosen = _choose(request, state, revisions)
    earlier = find_earlier(desk.programme, address)
    labels = {code: indicator.label for code, indicator in desk.programme.indicator_by_code.items()}
    pairs = zip([None, *revisions], revisions, strict=False)  # each revision with the one before it
    told = list_justifications(address)
    return desk.show(
        "submission.html",
        menu="ky",
        form=own,
        unit=sender,
        state=state,
        chosen=chosen,
        is_current=bool(chosen and state.submission and chosen.revision == state.submission.revision),
        sections=_make_sections(desk, own, sender, chosen, earlier.nearest) if chosen else (),
        earlier_name=_name_earlier(desk, earlier),
        neighbours=_find_neighbours(desk, form, unit),
        entries=[(after, find_differences(before, after, labels) if before else None) for before, after in pairs][::-1],
        justifications=told,
        explained=(told[chosen.revision].text if chosen.revision in told else chosen.justification) if chosen else "",
        tables=desk.programme.tables(own, sender),
        sent=sent,
        scans=scans,
        is_waiting=is_waiting,
        group_errors=group_errors,
        here=f"ban-nop/{programme}/{period}/{form}/{unit}",
    )


def _find_neighbours(desk: Desk, form: str, unit: str) -> tuple[tuple[str, Unit | None], tuple[str, Unit | None]]:
    """The previous and the next unit among those that owe the same form, to go through them in order."""
    owing = [each.unit for each in desk.programme.obligations(desk.period.code) if each.form == form]
    place = owing.index(unit) if unit in owing else -1
    if place < 0:
        return ("Đơn vị trước", None), ("Đơn vị sau", None)
    before, after = owing[place - 1 : place] if place else [], owing[place + 1 : place + 2]
    found = [desk.programme.find_unit(codes[0], desk.period) if codes else None for codes in (before, after)]
    return ("Đơn vị trước", found[0]), ("Đơn vị sau", found[1])


def _is_being_checked(sent: Sent, now: datetime) -> bool:
    """Whether figures entered from paper moments ago have no receipt yet. The sweep handles those that take longer."""
    return sent.receipt is None and now - sent.prepared.prepared < _PATIENCE


def _choose(request: Request, state: State, revisions: list[Submission]) -> Submission | None:
    wanted = request.query.get("lan", "")
    if not wanted:
        return state.submission
    found = next((revision for revision in revisions if str(revision.revision) == wanted), None)
    if found is None:
        raise PageUnknown
    return found


def _name_earlier(desk: Desk, earlier: Earlier) -> str:
    """The heading of the column of earlier figures; "" if there are none."""
    if earlier.included:
        return desk.programme.period_by_code[desk.period.compare_with].name
    return f"{desk.period.name} của chương trình trước" if earlier.last_year else ""


def _make_sections(
    desk: Desk, form: Form, unit: Unit, chosen: Submission, earlier: Mapping[str, Figure]
) -> list[tuple[str, list[Line]]]:
    rows = {row.code: row for row in desk.programme.rows(form, unit, desk.period)}
    read = {each.indicator: each for each in chosen.normalisations}
    sections = []
    for section in form.sections:
        lines = [
            Line(rows[code], chosen.values.get(code), earlier[code].value if code in earlier else None, read.get(code))
            for code in section.indicators
            if code in rows
        ]
        if lines:
            sections.append((section.title, lines))
    return sections


# Files


def download_original(
    request: Request, session: Session, programme: str, period: str, form: str, unit: str, revision: str
) -> Response:
    """The workbook as it was received."""
    desk = open_desk(request, session, programme, period)
    _, _, address = desk.find_report(form, unit)
    wanted = parse_number(revision)
    found = submissions.find_revision(address, wanted) if wanted is not None else None
    if found is None:
        raise PageUnknown
    return redirect(downloads.download_original(found, stamp=desk.stamp))


def download_marked(
    request: Request, session: Session, programme: str, period: str, form: str, unit: str, upload: str
) -> Response:
    """The marked copy of an upload that was rejected."""
    desk = open_desk(request, session, programme, period)
    _, _, address = desk.find_report(form, unit)
    receipt = receipts.find_receipt(upload)
    if receipt is None or receipt.address != address or not has_marked_copy(receipt):
        raise PageUnknown
    return redirect(downloads.download_marked(receipt, stamp=desk.stamp))
