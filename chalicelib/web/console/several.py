"""Several reports of the worklist at once: approved, no longer approved, reminded of, given more time, exported.

What was not done to one of them is said with its name, and it stays chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

from chalicelib.domain.language.vietnamese import render_instant
from chalicelib.domain.period import words
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.period.timeliness import Standing
from chalicelib.domain.period.worklist import Row
from chalicelib.domain.submission.records import State
from chalicelib.office import reminders, review
from chalicelib.office.contacts import COLUMNS, list_cells
from chalicelib.office.refusals import Refusal
from chalicelib.office.review import Subject, Verb
from chalicelib.office.several import NO_ANSWER
from chalicelib.store.contacts import find_contacts
from chalicelib.store.handouts import hand_out
from chalicelib.store.obligations import query_outlines
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_loss
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.period import show_worklist
from chalicelib.web.console.sessions import Session
from chalicelib.web.console.worklist import FLAGS, ROWS_A_PAGE, Worklist, go_to_list, open_worklist, read_list, say_done
from chalicelib.web.forms import check_seal, parse_number, read_moment, read_text
from chalicelib.web.problems import FormWrong, Stale
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect
from chalicelib.workbook.lists import write_list

_CHOSEN = "chon:"
_TYPED = ("den-luc", "ly-do")

HEADINGS = (
    "Đơn vị", "Mã", "Loại đơn vị", "Biểu mẫu", "Tình trạng", "Lưu ý", "Nhận lần đầu", "Nhận bản hiện tại", "Lần nộp",
    "So với hạn", "Số cảnh báo", "Gia hạn đến", "Lý do gia hạn", "Ý kiến trả lại hoặc rút", "Nhắc lần cuối",
)  # fmt: skip


Refused = list[tuple[Subject, str]]
"""The reports to which it was not done, with the reason."""


def approve(request: Request, session: Session, programme: str, *, period: str) -> Response:
    desk = _open(request, session, programme, period=period)
    return _do(desk, "duyet", lambda chosen: review.decide_each(chosen, review.APPROVING, stamp=desk.stamp))


def restore(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Undoes approvals, while no frozen edition holds them, once it is confirmed what that does."""
    desk = _open(request, session, programme, period=period)
    return _show_or_do(desk, "bo-duyet", review.unapproving, "Bỏ duyệt")


def remind(request: Request, session: Session, programme: str, *, period: str) -> Response:
    desk = _open(request, session, programme, period=period)
    return _do(desk, "nhac", lambda chosen: _remind(desk, chosen))


def _remind(desk: Desk, chosen: Sequence[Subject]) -> Refused:
    by_key = {(each.address.unit, each.address.form): each for each in chosen}
    refused = reminders.remind_now(desk.programme, desk.period, list(by_key), stamp=desk.stamp)
    return [(by_key[key], reason) for key, reason in refused.items()]


def grant_exceptions(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """More time for each, until one moment and for one reason; what shortens the time of one is shown first."""
    desk = _open(request, session, programme, period=period)

    def read() -> Verb:
        until = read_moment(request, "den-luc", label="Gia hạn đến")
        return review.granting(until, read_text(request, "ly-do", label="Lý do", most=1000), now=desk.stamp.at)

    return _show_or_do(desk, "gia-han", read, "Gia hạn")


def _open(request: Request, session: Session, programme: str, *, period: str) -> Desk:
    check_seal(request, session.secret)
    return open_desk(request, session, programme, period=period)


def _show_or_do(desk: Desk, done: str, read: Callable[[], Verb], button: str) -> Response:
    """Shows what is taken away from those that were chosen, and does it once that is confirmed, or at once if nothing
    is. What can be done to none of them the list tells, as `_do` does."""
    confirmed = is_confirmed(desk)

    def act(chosen: Sequence[Subject]) -> Refused | Response:
        change = review.prepare_decisions(chosen, read(), stamp=desk.stamp)
        if not confirmed and (shown := show_loss(desk, change, ChangePage(_find_back(desk), menu="ky", button=button))):
            return shown
        refused: Refused = change.make()
        return refused

    return _do(desk, done, act)


def _do(desk: Desk, done: str, act: Callable[[Sequence[Subject]], Refused | Response]) -> Response:
    """Does it and goes back to the list, or shows the list with those to which it was not done."""
    chosen = _read_chosen(desk)
    try:
        if not chosen:
            raise FormWrong("Xin chọn ít nhất một báo cáo trong danh sách.")
        refused = act(chosen)
    except (FormWrong, Refusal) as wrong:
        return _show(desk, chosen, mistake=str(wrong), status=HTTPStatus.BAD_REQUEST)
    if isinstance(refused, Response):
        return refused
    if refused:
        said = say_done(f"{done}-{len(chosen) - len(refused)}") if len(refused) < len(chosen) else ""
        is_broken = any(reason == NO_ANSWER for _, reason in refused)
        status = HTTPStatus.SERVICE_UNAVAILABLE if is_broken else HTTPStatus.CONFLICT
        return _show(desk, [each for each, _ in refused], refused=refused, said=said, status=status)
    return desk.go(_find_back(desk, done=f"{done}-{len(chosen)}"))


def _find_back(desk: Desk, *, done: str = "") -> str:
    """The list that the user came from."""
    return f"ky/{desk.part}/{desk.period.code}{go_to_list(_read_origin(desk), done=done)}"


def _show(
    desk: Desk,
    stay: Sequence[Subject],
    *,
    status: int,
    mistake: str = "",
    refused: Refused | None = None,
    said: str = "",
) -> Response:
    """The list again. What was typed is still there, and what was not done is still chosen."""
    worklist = open_worklist(desk, _read_origin(desk), chosen=set(map(_name_key, stay)))
    name = desk.programme.name_unit
    return show_worklist(
        desk, worklist, status=status, mistake=mistake, said=said,
        refused=[(_name_key(each), name(each.address.unit), reason) for each, reason in refused or ()],
        typed={field: desk.request.form.get(field, "") for field in _TYPED},
    )  # fmt: skip


def _name_key(chosen: Subject | State) -> str:
    """As rows of the worklist are named."""
    return f"{chosen.address.form}/{chosen.address.unit}"


def _read_chosen(desk: Desk) -> list[Subject]:
    found = []
    for name, text in desk.request.form.items():
        if name.startswith(_CHOSEN):
            form, _, unit = name.removeprefix(_CHOSEN).partition("/")
            seen = parse_number(text)
            if seen is None:
                raise Stale
            found.append(Subject(desk.programme, desk.make_address(form, unit=unit), seen))
    if len(found) > ROWS_A_PAGE:
        raise FormWrong(f"Mỗi lần chọn nhiều nhất {ROWS_A_PAGE} báo cáo.")
    return found


def _read_origin(desk: Desk) -> dict[str, str]:
    return read_list(desk.request.form.get("loc", ""))


# As a workbook


def export(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The chosen reports as a workbook; all that the list shows on all its pages, if none is chosen."""
    desk = _open(request, session, programme, period=period)
    chosen = set(map(_name_key, _read_chosen(desk)))
    worklist = open_worklist(desk, _read_origin(desk), chosen=chosen)
    rows = [row for row in worklist.rows if row.key in chosen] if chosen else worklist.found
    contacts = find_contacts(desk.programme.code) if desk.may("remind") else None
    states = {_name_key(state): state for state in query_outlines(desk.programme.code, period=period)}
    headings = (*HEADINGS, *(COLUMNS.values() if contacts is not None else ()))
    cells = [_list_cells(desk, worklist, row, states.get(row.key), contacts) for row in rows]
    data = write_list("Danh sách", headings, cells)
    return redirect(hand_out(data, file_name=f"bao-cao-{desk.part}-{period}.xlsx"))


def _list_cells(
    desk: Desk, worklist: Worklist, row: Row, state: State | None, contacts: Mapping[str, Contact] | None
) -> list[str]:
    status = row.status
    moments = (status.first_received, status.received)
    return [
        row.name, status.unit, desk.programme.unit_types[row.unit.type], row.form, worklist.label(row).text,
        "; ".join(label.text for flag, label in FLAGS.items() if flag in row.flags),
        *(render_instant(moment) if moment else "" for moment in moments),
        str(status.revision or ""), words.STANDING[status.standing] if status.standing is not Standing.MISSING else "",
        str(row.warnings or ""), render_instant(status.exception_until) if status.exception_until else "",
        *((state.exception_reason, state.comment) if state else ("", "")),
        render_instant(row.reminded) if row.reminded else "",
        *(list_cells(contacts.get(status.unit)) if contacts is not None else ()),
    ]  # fmt: skip
