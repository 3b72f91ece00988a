"""The programme as a whole: its sổ out and in, what a sổ would change, proposals and who decides them, its versions."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from chalicelib.domain.issues.telling import Told, tell_issues
from chalicelib.domain.programme.making import read_day
from chalicelib.external import accounts
from chalicelib.office import programme_trial
from chalicelib.office import proposals as office
from chalicelib.office.changes import ProgrammeChange, compare_files
from chalicelib.office.programme import make_programme
from chalicelib.store import programmes, proposals
from chalicelib.store.addresses import import_key, is_import_key
from chalicelib.store.handouts import hand_out, presign_import, read_import
from chalicelib.store.programmes import Files
from chalicelib.store.proposals import ProposalState
from chalicelib.web.console.changing import ChangePage, is_confirmed, show_or_make
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.permissions import Permission, find_holders
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, parse_number
from chalicelib.web.problems import FormWrong, PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect

_MENU = "chuong-trinh"
_MOST_ISSUES = 300
STATES = {
    ProposalState.OPEN: "Chờ quyết định", ProposalState.WITHDRAWN: "Đã rút", ProposalState.IN_FORCE: "Đã áp dụng",
}  # fmt: skip


def show_programme(request: Request, session: Session, programme: str) -> Response:
    """What may be done with the programme as a whole, the open proposal, and all versions."""
    desk = open_desk(request, session, programme)
    redirect_to, listed = f"{request.base}/pv05/{find_path(desk)}/tep", proposals.list_proposals(programme)
    return desk.show(
        "programme.html", menu=_MENU, here=find_path(desk), states=STATES, points=office.list_points(desk.programme),
        form=presign_import(import_key(secrets.token_hex(16)), redirect=redirect_to),
        open_proposal=next((each for each in listed if each.is_open), None), proposals=listed[::-1],
        versions=list(reversed(programmes.list_versions(programme))),
    )  # fmt: skip


def find_path(desk: Desk) -> str:
    """Where the pages of the programme as a whole begin."""
    return f"so-chuong-trinh/{desk.programme.code}"


def download_blank(request: Request, session: Session, programme: str) -> Response:
    """A blank sổ, for a programme that is written from the start."""
    open_desk(request, session, programme)
    return _hand_out(office.write_blank_book(), name="trong")


# What comes in


def show_book(request: Request, session: Session, programme: str) -> Response:
    """The page to which S3 redirects the browser: the sổ's issues, or what it would change."""
    desk = open_desk(request, session, programme)
    key = request.query.get("key", "")
    read = office.read_book(desk.programme, _read_sent(key))
    if read.change is None:
        return _show_issues(desk, read, key=key)
    return _preview(desk, read.change, {"viec": "so", "key": key})


def _show_issues(desk: Desk, read: office.ReadBook, *, key: str) -> Response:
    by_sheet: dict[str, list[Told]] = {}
    for each in tell_issues(read.issues[:_MOST_ISSUES]):
        by_sheet.setdefault(each.issue.sheet, []).append(each)
    return desk.show(
        "programme_issues.html", menu=_MENU, here=find_path(desk), key=key, by_sheet=by_sheet, count=len(read.issues),
        shown=_MOST_ISSUES, can_be_marked=read.can_be_marked,
    )  # fmt: skip


def _read_sent(key: str) -> bytes:
    if not is_import_key(key):
        raise PageUnknown
    return read_import(key)


def download_marked(request: Request, session: Session, programme: str) -> Response:
    """The sổ that was sent, with its issues marked in the cells."""
    open_desk(request, session, programme)
    return _hand_out(office.mark_book(_read_sent(request.query.get("key", ""))), name="ban-danh-dau")


def show_next_year(request: Request, session: Session, programme: str) -> Response:
    """What the programme of another year would be, made from this one."""
    desk = open_desk(request, session, programme)
    renewed = office.renew(desk.programme, _read_year(request.query))
    fields = {name: request.query.get(name, "") for name in ("ma", "nam", "so", "ngay")}
    return _preview(desk, renewed.change, {"viec": "nam-sau", **fields}, asked=renewed.told, query=fields)


def download_next_year(request: Request, session: Session, programme: str) -> Response:
    """The sổ of that programme, to be worked on before it is proposed."""
    desk = open_desk(request, session, programme)
    year = _read_year(request.query)
    return _hand_out(office.write_book(office.renew(desk.programme, year).change.files), name=year.code)


def _read_year(given: Any) -> office.NextYear:
    if not given:
        raise PageUnknown
    year = parse_number(given.get("nam", ""))
    if year is None or not given.get("ma"):
        raise FormWrong("Xin ghi mã chương trình mới và năm, ví dụ 2027.")
    try:
        signed: date | None = read_day(given.get("ngay", ""))
    except ValueError:
        raise FormWrong("Ngày ký là ngày, ví dụ 19/01/2027; bỏ trống khi chưa ký.") from None
    return office.NextYear(given["ma"].strip(), year, given.get("so", "").strip(), signed)


def show_version(request: Request, session: Session, programme: str, *, number: str) -> Response:
    """What an older version would change if it were put in force again."""
    desk = open_desk(request, session, programme)
    change = office.take_up(desk.programme, parse_number(number) or 0)
    return _preview(desk, change, {"viec": "phien-ban", "so": number})


def _preview(desk: Desk, change: ProgrammeChange, fields: dict[str, str], **values: Any) -> Response:
    preview = office.preview_proposed(desk.programme, change, now=desk.request.now)
    return desk.show(
        "proposal_preview.html", menu=_MENU, here=find_path(desk), what=change.what, preview=preview,
        fields=fields,
        open_proposal=office.find_open(desk.programme.code), **({"asked": (), "query": {}} | values),
    )  # fmt: skip


# Proposals


def propose(request: Request, session: Session, programme: str) -> Response:
    """Keeps what a page has shown as a proposal."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    desk.check_version()
    change, told = _read_change(desk)
    office.propose(desk.programme, change, told=told, stamp=desk.stamp)
    return desk.go(f"{find_path(desk)}/de-nghi?xong=proposed")


def _read_change(desk: Desk) -> tuple[ProgrammeChange, tuple[str, ...]]:
    form = desk.request.form
    match form.get("viec", ""):
        case "so":
            change = office.read_book(desk.programme, _read_sent(form.get("key", ""))).change
            if change is None:
                raise FormWrong("Sổ còn lỗi, chưa đề nghị được.")
            return change, ()
        case "nam-sau":
            return office.renew(desk.programme, _read_year(form))
        case "phien-ban":
            return office.take_up(desk.programme, parse_number(form.get("so", "")) or 0), ()
    raise FormWrong


def show_proposal(request: Request, session: Session, programme: str) -> Response:
    """The open proposal: what it changes and does, and who may put it in force."""
    desk = open_desk(request, session, programme)
    proposal = office.find_open(programme)
    if proposal is None:
        return desk.go(find_path(desk))
    change = office.load_change(proposal)
    preview, keepers = office.preview_proposed(desk.programme, change, now=request.now), _list_keepers()
    proposed = None if preview.mistakes else make_programme(change.files)
    return desk.show(
        "proposal.html", menu=_MENU, here=find_path(desk), proposal=proposal, is_behind=office.is_behind(proposal),
        preview=preview, points=office.list_points(proposed) if proposed else (), blank=_BLANK, proposed=proposed,
        sample=_SAMPLE, document=_DOCUMENT, list_trials=programme_trial.list_trials,
        needs_another=office.needs_another(proposal, session.actor, keepers), is_alone=len(keepers) < 2,
    )  # fmt: skip


def _list_keepers() -> frozenset[str]:
    """Everybody who may change the programme, by their names in the audit."""
    members = {each.name: each.groups for each in accounts.list_accounts() if each.is_enabled}
    return frozenset(f"pv05:{name}" for name in find_holders(members, Permission.CHANGE_PROGRAMME))


def decide(request: Request, session: Session, programme: str) -> Response:
    """Puts the open proposal in force, or withdraws it once it is confirmed what that does."""
    check_seal(request, session.secret)
    desk = open_desk(request, session, programme)
    number = parse_number(request.form.get("so", "")) or 0
    match request.form.get("viec", ""):
        case "ap-dung":
            version = office.put_in_force(desk.programme, number, keepers=_list_keepers(), stamp=desk.stamp)
            return desk.go(f"so-chuong-trinh/{version.programme}?xong=imported")
        case "rut":
            change = office.prepare_withdrawal(desk.programme, number, stamp=desk.stamp)
            page = ChangePage(find_path(desk), menu=_MENU, done="proposal_withdrawn", button="Rút đề nghị")
            return show_or_make(desk, change, page, confirmed=is_confirmed(desk))
    raise FormWrong


def download_proposal(request: Request, session: Session, programme: str) -> Response:
    """The sổ of the open proposal."""
    open_desk(request, session, programme)
    proposal = office.find_open(programme)
    if proposal is None:
        raise PageUnknown
    return _hand_out(office.write_book(office.load_change(proposal).files), name=f"{proposal.code}-de-nghi")


# The trial of what is proposed

_BLANK, _SAMPLE, _DOCUMENT = "bieu-mau-trong.xlsx", "bao-cao-thu.xlsx", "bao-cao-tong-hop-thu.docx"


def download_trial(request: Request, session: Session, programme: str, *, name: str) -> Response:
    """A file that the proposed programme would hand out or print: a blank form, a report that is filled in by itself,
    the Word document of such reports."""
    open_desk(request, session, programme)
    proposal, query = office.find_open(programme), request.query
    if proposal is None:
        raise PageUnknown
    files = office.load_change(proposal).files
    proposed = make_programme(files)
    if name == _DOCUMENT:
        data = programme_trial.make_document(proposed, files, period=query.get("ky", ""))
    elif name in (_BLANK, _SAMPLE):
        trial = programme_trial.find_trial(proposed, unit_type=query.get("loai", ""), form=query.get("bieu", ""))
        make = programme_trial.make_blank if name == _BLANK else programme_trial.make_sample
        data = make(proposed, trial)
    else:
        raise PageUnknown
    return redirect(hand_out(data, file_name=f"{proposal.code}-{name}"))


# Versions


def download_version(request: Request, session: Session, programme: str, *, number: str) -> Response:
    """The sổ of a version, the one in force among them."""
    desk = open_desk(request, session, programme)
    files = _load_version(desk, number)
    return _hand_out(office.write_book(files), name=f"{programme}-phien-ban-{number}")


def compare_versions(request: Request, session: Session, programme: str) -> Response:
    """What differs between two versions."""
    desk = open_desk(request, session, programme)
    before, after = (request.query.get(name, "") for name in ("tu", "den"))
    sheets = compare_files(_load_version(desk, before), _load_version(desk, after))
    return desk.show("versions_compared.html", menu=_MENU, here=find_path(desk), changes=sheets, before=before,
                     after=after)  # fmt: skip


def _load_version(desk: Desk, number: str) -> Files:
    """Raises NotFound, which is an unknown page."""
    return programmes.load_files(desk.programme.code, parse_number(number) or 0)


def _hand_out(data: bytes, *, name: str) -> Response:
    return redirect(hand_out(data, file_name=f"so-chuong-trinh-{name}.xlsx"))
