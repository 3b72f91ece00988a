"""A period checked anew: requests the check, lists by unit what would come out otherwise, asks for corrections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.issues.telling import tell_issues
from chalicelib.domain.period import words
from chalicelib.domain.submission.admission import find_lock
from chalicelib.domain.submission.anew import Anew, Recheck, Verdict, write_comment
from chalicelib.domain.submission.records import Address, Review, State
from chalicelib.office import recheck as office
from chalicelib.office.recheck import VERDICTS, Correction
from chalicelib.office.review import Subject
from chalicelib.office.several import NO_ANSWER
from chalicelib.store.obligations import find_states
from chalicelib.store.rechecks import find_recheck
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.console.waiting import describe_wait, read_second
from chalicelib.web.forms import check_seal, parse_number
from chalicelib.web.paging import cut_page
from chalicelib.web.problems import Broken, FormWrong
from chalicelib.web.request import Request
from chalicelib.web.response import Response, respond_json

UNITS_A_PAGE = 50
"""So many are listed on a page, and asked for a correction at once: it must fit into the time of a request."""

_PATIENCE = timedelta(minutes=16)
"""The function ends after fifteen."""

_CHOSEN, _COMMENT = "chon:", "y-kien:"
_TONES = {
    Verdict.CLASSIFIED: "bad", Verdict.MISSING: "bad", Verdict.REJECTED: "bad", Verdict.OTHER_FIGURES: "warn",
    Verdict.OTHER_WARNINGS: "wait",
}  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """One submission of the list, beside what has become of it since; `key` names it in forms."""

    anew: Anew
    unit: str
    form: str
    word: str
    tone: str
    since: str

    @property
    def key(self) -> str:
        return _name(self.anew.address)

    @property
    def may_be_chosen(self) -> bool:
        return self.anew.may_be_asked and not self.since


def ask_for_recheck(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Requests a recheck and redirects at once to the page that waits for it."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    office.ask_for_recheck(desk.programme, period=period, stamp=desk.stamp)
    return desk.go(f"kiem-tra-lai/{programme}/{period}?tu={int(request.now.timestamp())}")


def tell_progress(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The progress for the page's script: waiting, done or long."""
    desk = open_desk(request, session, programme, period=period)
    return respond_json({"state": _describe_wait(desk, find_recheck(programme, period=period)) or "done"})


def show_recheck(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The latest recheck: how many of each kind, and a page of those that would come out otherwise."""
    return _show(open_desk(request, session, programme, period=period))


def _show(desk: Desk, refused: Sequence[tuple[str, str]] = (), *, asked: int = 0, status: int = 200) -> Response:
    query = desk.request.query
    recheck = find_recheck(desk.programme.code, period=desk.period.code)
    found = recheck.found if recheck else ()
    chosen = next((verdict for verdict in VERDICTS if verdict == query.get("loai")), None)
    listed = [each for each in found if chosen in (None, each.verdict)]
    page = cut_page(listed, query.get("trang", ""), most=UNITS_A_PAGE)
    return desk.show(
        "recheck.html", menu="ky", status=status, recheck=recheck, waiting=_describe_wait(desk, recheck),
        since=query.get("tu", ""), counts=_count(recheck) if recheck else [], ways=_list_ways(desk, found, chosen),
        entries=list(_make_entries(desk, page.rows)),
        chosen=chosen, page=page, refused=refused, asked=asked, tell_issues=tell_issues,
    )  # fmt: skip


def _describe_wait(desk: Desk, recheck: Recheck | None) -> str:
    asked = read_second(desk.request.query.get("tu", ""))
    if asked is None:
        return ""
    return describe_wait(recheck.made if recheck else None, asked, patience=_PATIENCE, now=desk.request.now)


def _count(recheck: Recheck) -> list[tuple[str, int]]:
    return [(word, recheck.counts[verdict]) for verdict, word in VERDICTS.items() if recheck.counts.get(verdict)]


def _list_ways(desk: Desk, found: Sequence[Anew], chosen: Verdict | None) -> list[tuple[str, str, bool]]:
    """The choices of the filter: all, and each verdict that occurs."""
    here = f"{desk.request.root}pv05/kiem-tra-lai/{desk.programme.code}/{desk.period.code}"
    numbers = {verdict: sum(each.verdict is verdict for each in found) for verdict in VERDICTS}
    return [
        (here, f"Tất cả ({len(found)})", chosen is None),
        *(
            (f"{here}?loai={verdict}", f"{word} ({numbers[verdict]})", chosen is verdict)
            for verdict, word in VERDICTS.items()
            if numbers[verdict]
        ),
    ]


def _make_entries(desk: Desk, listed: Sequence[Anew]) -> Iterator[Listed]:
    """The submissions with what was decided or sent since: one batch of reads."""
    states = find_states(each.address for each in listed)
    titles = {form.code: form.title for form in desk.programme.forms}
    for each in listed:
        address = each.address
        yield Listed(
            anew=each,
            unit=desk.programme.name_unit(address.unit),
            form=titles.get(address.form, address.form),
            word=VERDICTS[each.verdict],
            tone=_TONES.get(each.verdict, "none"),
            since=_tell_since(each, states.get(address)),
        )


def _tell_since(anew: Anew, state: State | None) -> str:
    """What has happened to the obligation since it was checked; "" for nothing."""
    if state is None or state.change == anew.change:
        return ""
    if state.review is not Review.RECEIVED and state.revision == anew.revision:
        return words.REVIEW[state.review]
    return "Đã có bản nộp khác" if state.revision != anew.revision else "Đã có thay đổi"


# Asking for corrections


def ask_for_corrections(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Shows what the chosen units would be asked; returns their submissions once that is confirmed."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme, period=period)
    recheck = find_recheck(programme, period=period)
    chosen = {name.removeprefix(_CHOSEN): seen for name, seen in request.form.items() if name.startswith(_CHOSEN)}
    found = [each for each in (recheck.found if recheck else ()) if each.may_be_asked and _name(each.address) in chosen]
    if not found or len(found) > UNITS_A_PAGE:
        raise FormWrong(
            "Xin chọn ít nhất một bản nộp." if not found else f"Mỗi lần chọn nhiều nhất {UNITS_A_PAGE} bản nộp."
        )
    if request.form.get("xac-nhan") != "co":
        return _preview(desk, found)
    wanted = [_read_correction(desk, each, seen=chosen[_name(each.address)]) for each in found]
    refused = office.ask_for_corrections(wanted, stamp=desk.stamp)
    if not refused:
        return desk.go(f"kiem-tra-lai/{programme}/{period}?xong=asked")
    named = [(desk.programme.name_unit(address.unit), sentence) for address, sentence in refused]
    is_broken = any(reason == NO_ANSWER for _, reason in refused)
    return _show(desk, named, asked=len(wanted) - len(refused), status=Broken.status if is_broken else 200)


def _read_correction(desk: Desk, anew: Anew, *, seen: str) -> Correction:
    """A form made from an older state is refused by the verb, as anywhere else."""
    subject = Subject(desk.programme, anew.address, parse_number(seen) or 0)
    return Correction(subject, desk.request.form.get(_COMMENT + _name(anew.address), ""))


def _preview(desk: Desk, found: Sequence[Anew]) -> Response:
    states = find_states(each.address for each in found)
    entries = list(_make_entries(desk, found))
    locked = [
        entry.unit
        for entry in entries
        if entry.anew.address in states and find_lock(states[entry.anew.address], desk.period, at=desk.request.now)
    ]
    return desk.show(
        "recheck_preview.html", menu="ky", locked=locked,
        entries=[(entry, write_comment(entry.anew)) for entry in entries],
    )  # fmt: skip


def _name(address: Address) -> str:
    return f"{address.form}/{address.unit}"
