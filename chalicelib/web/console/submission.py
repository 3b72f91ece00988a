"""A submission: what of it deserves a look, its figures beside earlier figures and the workbook's cells, and the forms
to decide on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.issues.telling import tell_issues
from chalicelib.domain.period.plausibility import find_outliers
from chalicelib.domain.period.timeliness import rejudge
from chalicelib.domain.period.worklist import place_review
from chalicelib.domain.programme.model import Form, Unit
from chalicelib.domain.submission.attention import Attention, find_attention
from chalicelib.domain.submission.differences import RevisionDifference, find_differences
from chalicelib.domain.submission.earlier import Earlier
from chalicelib.domain.submission.records import Address, Receipt, State, Submission
from chalicelib.intake.earlier import find_earlier
from chalicelib.intake.passing_on import hand_out_issues
from chalicelib.office import downloads
from chalicelib.office.notes import LONGEST
from chalicelib.store import obligations, receipts, submissions
from chalicelib.store.contacts import find_contact
from chalicelib.store.justifications import list_justifications
from chalicelib.store.notes import list_notes
from chalicelib.store.papers import list_papers
from chalicelib.store.uploads import has_marked_copy
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.period import gather
from chalicelib.web.console.sessions import Session
from chalicelib.web.console.worklist import TRAYS
from chalicelib.web.forms import parse_number
from chalicelib.web.lines import Line, make_sections
from chalicelib.web.problems import PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect, respond_json
from chalicelib.web.unit.visits import Sent, find_sent

_PATIENCE = timedelta(minutes=2)
MOST_UNITS = 500
"""Of more units a page has no time to hold one beside all others; the points of the period do."""


def show_submission(
    request: Request, session: Session, programme: str, *, period: str, form: str, unit: str
) -> Response:
    """Shows the revision that counts, or the requested one."""
    desk = open_desk(request, session, programme, period=period)
    own, sender, address = desk.find_report(form, unit=unit)
    sent, scans = find_sent(address), list_papers(address)
    is_waiting = any(_is_being_checked(one, request.now) for one in sent if one.prepared.upload_id in scans)
    if request.wants_json:
        return respond_json({"state": "waiting" if is_waiting else "done"})
    state = rejudge(obligations.find_state(address), desk.period)
    revisions = submissions.list_revisions(address)
    chosen = _choose(request, state, revisions)
    told = list_justifications(address)
    return desk.show(
        "submission.html",
        menu="ky",
        form=own,
        unit=sender,
        state=state,
        standing=TRAYS[place_review(state.review if state.submission else None)],
        chosen=chosen,
        is_current=bool(chosen and state.submission and chosen.revision == state.submission.revision),
        contact=find_contact(desk.programme.code, unit=sender.code) if desk.may("remind") else None,
        notes=list_notes(address)[::-1] if desk.may("review") else [],
        most=LONGEST,
        neighbours=_find_neighbours(desk, form, unit=unit),
        entries=_list_entries(desk, own, revisions)[::-1],
        justifications=told,
        explained=(told[chosen.revision].text if chosen.revision in told else chosen.justification) if chosen else "",
        sent=sent,
        scans=scans,
        is_waiting=is_waiting,
        tell_issues=tell_issues,
        here=f"ban-nop/{desk.part}/{period}/{form}/{unit}",
        **_describe_contents(desk, chosen, revisions, form=own, unit=sender),
    )


def _describe_contents(
    desk: Desk, chosen: Submission | None, revisions: Sequence[Submission], *, form: Form, unit: Unit
) -> dict[str, Any]:
    """What the revision says beside what the unit said before, and what of it deserves a look."""
    programme, earlier = desk.programme, Earlier({}, {})
    sections: list[tuple[str, list[Line]]] = []
    attention = Attention()
    labels = _name_contents(desk, form)
    if chosen:
        earlier = find_earlier(programme, chosen.address)
        before = earlier.nearest
        sections = make_sections(programme, chosen, form=form, period=desk.period, unit=unit, earlier=before)
        rows = tuple(line.indicator for _, lines in sections for line in lines)
        previous = next((each for each in revisions if each.revision == chosen.revision - 1), None)
        beside = {} if before else _find_beside(desk, unit, chosen)
        attention = find_attention(rows, chosen, earlier, previous=previous, labels=labels, beside=beside)
    return {
        "sections": sections, "attention": attention, "earlier_name": _name_earlier(desk, earlier),
        "lines": {line.indicator.code: line for _, lines in sections for line in lines}, "code_names": labels,
        "tables": programme.tables(form, unit, desk.period), "narratives": programme.narratives(form, desk.period),
    }  # fmt: skip


def _find_beside(desk: Desk, unit: Unit, revision: Submission) -> dict[str, str]:
    """By indicator, what stands out beside the other units, where the unit has nothing of its own to compare with.

    Of a revision that does not count, only figures that count as they are in it."""
    if len(desk.programme.units) > MOST_UNITS:
        return {}
    points = [each for each in find_outliers(gather(desk).tally) if each.unit == unit.code]
    told = {each.indicator: revision.values.get(each.indicator) for each in points}
    return {each.indicator: each.text for each in points
            if (figure := told[each.indicator]) and figure.value == each.figure}  # fmt: skip


def _list_entries(
    desk: Desk, form: Form, revisions: Sequence[Submission]
) -> list[tuple[Submission, tuple[RevisionDifference, ...] | None]]:
    """Each revision, the oldest first, with its changes; None for the first one."""
    labels, pairs = _name_contents(desk, form), zip([None, *revisions], revisions, strict=False)
    return [(after, find_differences(before, after, labels) if before else None) for before, after in pairs]


def _name_contents(desk: Desk, form: Form) -> dict[str, str]:
    return desk.programme.name_codes(form) | {table.code: table.title for table in form.tables}


def _find_neighbours(desk: Desk, form: str, *, unit: str) -> tuple[tuple[str, Unit | None], tuple[str, Unit | None]]:
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
    return "Cùng kỳ của chương trình trước" if earlier.last_year else ""


# Files


def download_original(
    request: Request, session: Session, programme: str, *, period: str, form: str, unit: str, revision: str
) -> Response:
    """The workbook as it was received."""
    desk = open_desk(request, session, programme, period=period)
    _, _, address = desk.find_report(form, unit=unit)
    wanted = parse_number(revision)
    found = submissions.find_revision(address, wanted) if wanted is not None else None
    if found is None:
        raise PageUnknown
    return redirect(downloads.download_original(found, stamp=desk.stamp))


def download_marked(
    request: Request, session: Session, programme: str, *, period: str, form: str, unit: str, upload: str
) -> Response:
    """The marked copy of an upload that was rejected."""
    desk = open_desk(request, session, programme, period=period)
    _, _, address = desk.find_report(form, unit=unit)
    receipt = _find_receipt(address, upload)
    if not has_marked_copy(receipt):
        raise PageUnknown
    return redirect(downloads.download_marked(receipt, stamp=desk.stamp))


def download_issues(
    request: Request, session: Session, programme: str, *, period: str, form: str, unit: str, upload: str
) -> Response:
    """The issues of an upload as a list to pass on."""
    desk = open_desk(request, session, programme, period=period)
    _, sender, address = desk.find_report(form, unit=unit)
    return redirect(hand_out_issues(_find_receipt(address, upload).issues, unit=sender))


def _find_receipt(address: Address, upload: str) -> Receipt:
    """The receipt of an upload of this very obligation."""
    receipt = receipts.find_receipt(upload)
    if receipt is None or receipt.address != address:
        raise PageUnknown
    return receipt
