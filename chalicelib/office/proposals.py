"""A whole programme that comes in at once: proposed by one person, put in force by a second one, or withdrawn.

It comes as a sổ chương trình, as last year's programme moved to another year, or as an older version taken up again.
Until it is put in force nothing of it applies.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from chalicelib.domain.audit import Action, AuditLine, Stamp, make_line
from chalicelib.domain.issues.issue import Issue, Refused
from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.period.effects import Effect
from chalicelib.domain.programme.confirming import list_unconfirmed
from chalicelib.domain.programme.loading import Problem, ProgrammeInvalid, read_parts
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.renewal import Document, renew_for_year
from chalicelib.domain.programme.writing import write_files
from chalicelib.office.changes import ProgrammeChange, compare_files, find_all_effects
from chalicelib.office.prepared import PreparedChange, Preview
from chalicelib.office.programme import check_proposed, put_proposed
from chalicelib.office.refusals import Mistaken, Moved, Refusal, Unknown
from chalicelib.store import programmes, proposals
from chalicelib.store.programmes import Files, Version
from chalicelib.store.proposals import Proposal, ProposalMoved, ProposalState

# What comes in: a sổ, another year, an older version


@dataclass(frozen=True)
class ReadBook:
    """A sổ as it came: the change that it would be, or its issues. `marked` says whether issues can be marked in it."""

    change: ProgrammeChange | None
    issues: tuple[Issue, ...] = ()
    can_be_marked: bool = False


def read_book(programme: Programme, data: bytes) -> ReadBook:
    """Reads a sổ. Nothing of one with issues is taken over."""
    from chalicelib.workbook.programme.check import check_programme_book
    from chalicelib.workbook.reading.reader import read_workbook

    try:
        book = read_workbook(data)
    except Refused as refused:
        return ReadBook(None, (refused.issue,))
    checked = check_programme_book(book)
    if checked.programme is None:
        return ReadBook(None, checked.issues, can_be_marked=book.format == "xlsx")
    texts = {name: text.encode() for name, text in write_files(checked.raw).items()}
    files = {**_keep_others(programme, made=checked.programme), **texts}
    return ReadBook(ProgrammeChange(files, "sổ chương trình từ tệp Excel", is_whole=True))


def mark_book(data: bytes) -> bytes:
    """The sổ with its issues marked in their cells. Raises Refusal where it cannot be marked."""
    from chalicelib.workbook.marking.copy import mark_workbook
    from chalicelib.workbook.programme.check import check_programme_book
    from chalicelib.workbook.reading.reader import read_workbook

    try:
        book = read_workbook(data)
    except Refused as refused:
        raise Refusal(refused.issue.message) from None
    copy = mark_workbook(data, book, check_programme_book(book).issues) if book.format == "xlsx" else None
    if copy is None:
        raise Refusal("Không đánh dấu được vào tệp này. Xin lưu sổ thành tệp .xlsx rồi gửi lại.")
    return copy


def _keep_others(programme: Programme, *, made: Programme) -> Files:
    """What no sổ holds, Word templates among it: it stays with the programme, and with the one that follows it."""
    if programme.code not in (made.code, made.follows):
        return {}
    files = programmes.load_files(programme.code, programme.version)
    texts = programmes.decode_texts(files)
    return {name: data for name, data in files.items() if name not in texts}


class NextYear(NamedTuple):
    """How the programme for another year is called, and its document as far as it is known."""

    code: str
    year: int
    number: str = ""
    signed: date | None = None


class Renewed(NamedTuple):
    """The change, and what of it has to be confirmed or read again."""

    change: ProgrammeChange
    told: tuple[str, ...]


def renew(programme: Programme, year: NextYear) -> Renewed:
    """This programme moved to another year, under a code of its own. Raises Refusal and Mistaken."""
    if year.code == programme.code:
        raise Refusal("Chương trình của năm khác cần một mã riêng.")
    files = programmes.load_files(programme.code, programme.version)
    try:
        texts = programmes.decode_texts(files)
        renewal = renew_for_year(texts, code=year.code, year=year.year, document=Document(year.number, year.signed))
    except ProgrammeInvalid as invalid:
        raise Mistaken([str(problem) for problem in invalid.problems]) from None
    except ValueError as error:
        raise Refusal(f"Chưa chuyển năm được: {error}.") from None
    written = {name: text.encode() for name, text in renewal.files.items()}
    change = ProgrammeChange(
        {**files, **written}, f"chương trình năm {year.year}, lập từ {programme.code}", is_whole=True
    )
    return Renewed(change, tuple(map(_tell, renewal.told)))


def _tell(problem: Problem) -> str:
    return problem.what[:1].upper() + problem.what[1:]


def take_up(programme: Programme, number: int) -> ProgrammeChange:
    """An older version of the programme, to be put in force again as a new one. Raises Unknown."""
    version = next((each for each in programmes.list_versions(programme.code) if each.number == number), None)
    if version is None or number == programme.version:
        raise Unknown
    what = f"áp dụng lại phiên bản {number} ngày {format_day(version.imported.date())}"
    return ProgrammeChange(programmes.load_files(programme.code, number), what, is_whole=True)


# The programme as a sổ


def write_book(files: Files) -> bytes:
    """The sổ of a programme's files."""
    from chalicelib.workbook.programme.write import write_programme_book

    return write_programme_book(read_parts(programmes.decode_texts(files)).raw)


def write_blank_book() -> bytes:
    """A sổ to begin with."""
    from chalicelib.workbook.programme.write import write_new_book

    return write_new_book()


# What it would do


def preview_proposed(programme: Programme, change: ProgrammeChange, *, now: datetime) -> Preview:
    """What differs from the programme in force, and what that does; a new programme does nothing to what is there."""
    files = change.complete(programme)
    sheets = compare_files(programmes.load_files(programme.code, programme.version), files)
    try:
        after, _ = _check(programme, files)
    except Mistaken as mistaken:
        return Preview((), mistaken.mistakes, sheets)
    if after.code != programme.code:
        return Preview((), (), sheets, new_code=after.code)
    return Preview(find_all_effects(programme, files, now=now), (), sheets)


def _check(programme: Programme, files: Files) -> tuple[Programme, Programme | None]:
    """What the files make, and what they would replace: the programme on whose page they came, or nothing."""
    after, before = check_proposed(files)
    if before and before.code != programme.code:
        raise Mistaken([f"chương trình mã {after.code} đã có, xin mở trang của chương trình đó để sửa"])
    return after, before


def list_points(programme: Programme) -> list[str]:
    """What the office has still to confirm of the programme."""
    return [str(point) for point in list_unconfirmed(programme)]


# The proposal


def find_open(programme: str) -> Proposal | None:
    """The proposal that waits to be decided."""
    latest = proposals.find_latest_proposal(programme)
    return latest if latest and latest.is_open else None


def propose(programme: Programme, change: ProgrammeChange, *, told: tuple[str, ...] = (), stamp: Stamp) -> Proposal:
    """Keeps the change for a second person to decide; one that its maker asks for again is there already.

    Raises Refusal, Mistaken and Moved.
    """
    latest, files = proposals.find_latest_proposal(programme.code), change.complete(programme)
    if latest and latest.is_open:
        if latest.holds(files) and latest.actor == stamp.actor:
            return latest
        raise Refusal("Đang có một đề nghị chờ quyết định. Xin áp dụng hoặc rút đề nghị đó trước.")
    after, before = _check(programme, files)
    if before and programmes.load_files(before.code, before.version) == files:
        raise Refusal("Nội dung này không khác chương trình đang dùng.")
    proposal = _make_proposal(programme, change, files, before=before, code=after.code,
                              number=latest.number + 1 if latest else 1, told=told, stamp=stamp)  # fmt: skip
    line = _make_line(Action.PROGRAMME_PROPOSED, proposal, stamp)
    try:
        proposals.put_proposal(proposal, files, line)
    except ProposalMoved:
        raise Moved from None
    return proposal


def _make_proposal(
    programme: Programme, change: ProgrammeChange, files: Files, *, before: Programme | None, code: str, number: int,
    told: tuple[str, ...], stamp: Stamp,
) -> Proposal:  # fmt: skip
    key, sha256 = proposals.name_files(programme.code, number, files)
    return Proposal(
        programme=programme.code, number=number, code=code, based_on=before.version if before else 0, what=change.what,
        key=key, sha256=sha256, proposed=stamp.at, actor=stamp.actor, told=told,
    )  # fmt: skip


def load_change(proposal: Proposal) -> ProgrammeChange:
    """The change that was proposed."""
    return ProgrammeChange(proposals.load_proposed(proposal), proposal.what, is_whole=True)


def is_behind(proposal: Proposal) -> bool:
    """Whether the programme was changed since, so that the proposal can only be withdrawn."""
    latest = programmes.find_latest_version(proposal.code)
    return (latest.number if latest else 0) != proposal.based_on


def needs_another(proposal: Proposal, actor: str, keepers: Collection[str]) -> bool:
    """Whether somebody else than `actor` has to decide: who proposed it may do so only where nobody else may."""
    return actor == proposal.actor and bool(set(keepers) - {actor})


def put_in_force(programme: Programme, number: int, *, keepers: Collection[str], stamp: Stamp) -> Version:
    """Puts the open proposal in force. `keepers` are all who may. Raises Refusal, Mistaken and Moved."""
    proposal = _find_decided(programme, number)
    if needs_another(proposal, stamp.actor, keepers):
        raise Refusal("Đề nghị do chính anh/chị lập. Xin người thứ hai cùng phụ trách chương trình xem và áp dụng.")
    if is_behind(proposal):
        raise Refusal("Chương trình đã có thay đổi sau khi đề nghị. Xin rút đề nghị, lấy sổ mới và đề nghị lại.")
    return put_proposed(proposal, stamp=stamp)


def prepare_withdrawal(programme: Programme, number: int, *, stamp: Stamp) -> PreparedChange:
    """Withdrawing the open proposal, ready to be shown and made. The preview raises Moved."""

    def preview() -> Preview:
        proposal = _find_decided(programme, number)
        sentence = "Đề nghị không áp dụng được nữa; muốn áp dụng phải lập đề nghị mới"
        kept = Effect("Chương trình đang dùng không thay đổi")
        return Preview((Effect(sentence, (proposal.what,), is_loss=True), kept))

    return PreparedChange("rút đề nghị", preview, lambda: withdraw(programme, number, stamp=stamp))


def withdraw(programme: Programme, number: int, *, stamp: Stamp) -> None:
    """Withdraws the open proposal; whoever may change the programme may. Raises Moved."""
    proposal = _find_decided(programme, number)
    closed = proposal.close(ProposalState.WITHDRAWN, stamp=stamp)
    try:
        proposals.put_closed(closed, _make_line(Action.PROPOSAL_WITHDRAWN, proposal, stamp))
    except ProposalMoved:
        raise Moved from None


def _find_decided(programme: Programme, number: int) -> Proposal:
    """The open proposal, if it is the one that the page has shown."""
    proposal = find_open(programme.code)
    if proposal is None or proposal.number != number:
        raise Moved
    return proposal


def _make_line(action: Action, proposal: Proposal, stamp: Stamp) -> AuditLine:
    return make_line(action, proposal.name, programme=proposal.programme, stamp=stamp, what=proposal.what)
