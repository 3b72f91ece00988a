"""`tonghop …`: the office's command line. Most commands work without any cloud.

Exit codes: 0 done (check: all accepted), 1 a workbook was rejected, 2 the command, or a part of it, could not be run.
"""

from __future__ import annotations

import codecs
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import click

from chalicelib import __version__, folders
from chalicelib.command_words import NOT_RUN, TellingGroup, say_why, speak_vietnamese, stop
from chalicelib.domain.clock import VIETNAM, local_date
from chalicelib.domain.issues.catalogue import CATALOGUE
from chalicelib.domain.issues.issue import Refused, Severity
from chalicelib.domain.language.vietnamese import format_moment
from chalicelib.domain.programme.branches import BranchUnknown, has_branch, list_branches, narrow
from chalicelib.domain.programme.loading import ProgrammeInvalid
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.submission.records import Outcome, Status
from chalicelib.domain.values import Value
from chalicelib.operate.cli import operate
from chalicelib.programme_cli import programme

if TYPE_CHECKING:
    from chalicelib.domain.programme.renewal import Document, Renewal
    from chalicelib.report.offline.edition import FolderResult, Given
    from chalicelib.report.offline.folder import RefusedFile

REJECTED = 1


@click.group(cls=TellingGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tonghop", message="%(prog)s, phiên bản %(version)s")
def main() -> None:
    """Tổng hợp biểu mẫu báo cáo Excel của nhiều đơn vị thành một báo cáo."""


def _load(code: str) -> Programme:
    folder = folders.find_folder(code)
    if folder is None:
        known = ", ".join(dict.fromkeys(each.name for each in folders.find_folders()))
        stop(f"Không có chương trình “{code}”. Các chương trình hiện có: {known}.")
    try:
        return folders.load_folder(folder)
    except ProgrammeInvalid as invalid:
        stop(f"Chương trình “{folder.name}” có lỗi:\n{invalid}")
    except OSError as error:
        stop(f"Không đọc được chương trình “{folder.name}”: {error}")


def _read_documents(code: str) -> dict[str, bytes]:
    """The Word templates of the programme's folder."""
    folder = folders.find_folder(code)
    return folders.read_documents(folder) if folder else {}


# check


class Checked(NamedTuple):
    """One checked file: its outcome, or why it could not be opened."""

    path: Path
    outcome: Outcome | None
    problem: str = ""

    @property
    def exit_code(self) -> int:
        if self.outcome is None:
            return NOT_RUN
        return 0 if self.outcome.status is Status.ACCEPTED else REJECTED


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
@click.option("--programme", help="Mã hoặc thư mục chương trình; mặc định theo dấu nhận biết trong tệp.")
@click.option("--marked", type=click.Path(path_type=Path), help="Ghi bản đánh dấu lỗi ra tệp này (chỉ với một tệp).")
def check(paths: tuple[Path, ...], as_json: bool, programme: str | None, marked: Path | None) -> None:
    """Kiểm tra biểu mẫu đã điền, không cần mạng: một hay nhiều tệp, hoặc cả thư mục.

    Mã thoát: 0 nhận, 1 có tệp không nhận, 2 có tệp không kiểm tra được.
    """
    load = cache(lambda code: _load(programme) if programme else _load_named(code))
    if len(paths) == 1 and not paths[0].is_dir():
        checked = _check_file(paths[0], load)
        if checked.outcome is None:
            stop(checked.problem)
        if marked is not None:
            if marked.exists() and marked.samefile(paths[0]):
                stop("Bản đánh dấu phải ghi ra tệp khác với tệp được kiểm tra.")
            _write_marked(paths[0].read_bytes(), checked.outcome, load, marked)
        click.echo(_render_json(render_outcome(checked.outcome)) if as_json else _describe(checked.outcome))
        sys.exit(checked.exit_code)
    if marked is not None:
        stop("--marked chỉ dùng khi kiểm tra một tệp.")
    _check_many(paths, load, as_json=as_json)


def _check_many(paths: tuple[Path, ...], load: Callable[[str], Programme], *, as_json: bool) -> NoReturn:
    """Prints each file's outcome and a summary, or one JSON document."""
    files = list(_find_files(paths))
    if not files:
        stop(f"Không có tệp Excel nào trong {', '.join(f'“{path}”' for path in paths)}.")
    with click.progressbar(files, label="Kiểm tra", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        results = [_check_file(path, load) for path in bar]
    if as_json:
        click.echo(_render_json({"files": [_render_checked(each) for each in results], "summary": _count(results)}))
    else:
        click.echo(_describe_all(results))
    sys.exit(max(each.exit_code for each in results))


def _find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The named files, and the workbooks of each named folder; no file twice."""
    from chalicelib.report.offline.folder import find_workbooks

    yield from dict.fromkeys(file for path in paths for file in (find_workbooks(path) if path.is_dir() else [path]))


def _check_file(path: Path, load: Callable[[str], Programme]) -> Checked:
    from chalicelib.intake.check import check_workbook

    try:
        data = path.read_bytes()
    except OSError as error:
        return Checked(path, None, f"Không mở được tệp “{path}”: {say_why(error)}.")
    return Checked(path, check_workbook(data, load, file_name=path.name))


def _render_checked(checked: Checked) -> dict[str, Any]:
    if checked.outcome is None:
        return {"file": str(checked.path), "status": "not_run", "message": checked.problem}
    return {"file": str(checked.path)} | render_outcome(checked.outcome)


def _count(results: Iterable[Checked]) -> dict[str, int]:
    found = Counter(each.exit_code for each in results)
    return {"files": found.total(), "accepted": found[0], "rejected": found[REJECTED], "not_run": found[NOT_RUN]}


def _describe_all(results: list[Checked]) -> str:
    parts = [f"{each.path}\n{_describe(each.outcome) if each.outcome else each.problem}\n" for each in results]
    count = _count(results)
    summary = f"Tổng số {count['files']} tệp: {count['accepted']} đạt, {count['rejected']} không đạt"
    parts.append(summary + (f", {count['not_run']} không mở được." if count["not_run"] else "."))
    parts += [f"  {_TOLD[each.exit_code]}  {each.path}" for each in results]
    return "\n".join(parts)


_TOLD = {0: "ĐẠT          ", REJECTED: "KHÔNG ĐẠT    ", NOT_RUN: "KHÔNG MỞ ĐƯỢC"}


def _render_json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1)


def _load_named(code: str) -> Programme:
    """The programme that a workbook names, or the default if it names none that is known here."""
    return _load(code if code and folders.find_folder(code) else folders.find_default())


def render_outcome(outcome: Outcome) -> dict[str, Any]:
    """The outcome in the documented form of `--json`. Numbers are exact: an int, or a decimal as a string."""
    return {
        "status": outcome.status.value,
        "form": outcome.form,
        "version": outcome.version,
        "unit": outcome.unit,
        "period": outcome.period,
        "sha256": outcome.sha256,
        "values": {code: _render_value(figure.value) for code, figure in outcome.values.items()},
        "tables": {
            code: [{column: _render_value(value) for column, value in row.values.items()} for row in rows]
            for code, rows in outcome.tables.items()
        },
        "narratives": {code: figure.value for code, figure in outcome.narratives.items()},
        "remarks": outcome.remarks,
        "confirmed": list(outcome.confirmed),
        "normalisations": [change.model_dump() for change in outcome.normalisations],
        "issues": [issue.model_dump(mode="json") for issue in outcome.issues],
        "notes": list(outcome.notes),
    }


def _render_value(value: Value) -> Value:
    return str(value) if isinstance(value, Decimal) else value


def _describe(outcome: Outcome) -> str:
    accepted = outcome.status is Status.ACCEPTED
    lines = ["ĐẠT: biểu mẫu được nhận." if accepted else "KHÔNG ĐẠT: biểu mẫu chưa được nhận."]
    if outcome.form:
        lines.append(f"Biểu {outcome.form} (phiên bản {outcome.version}), đơn vị {outcome.unit}, kỳ {outcome.period}.")
        lines.append(f"Đã đọc {len(outcome.values)} số liệu, {sum(map(len, outcome.tables.values()))} dòng bảng kê.")
    if outcome.confirmed:
        lines.append(f"Mục xác nhận không phát sinh: {', '.join(outcome.confirmed)}.")
    for severity, title in ((Severity.ERROR, "Lỗi"), (Severity.WARNING, "Cảnh báo")):
        chosen = [issue for issue in outcome.issues if issue.severity is severity]
        if chosen:
            lines += ["", f"{title} ({len(chosen)}):"]
            lines += [f"  {number}. [{issue.code}] {issue.message}" for number, issue in enumerate(chosen, start=1)]
    if outcome.normalisations:
        lines += ["", f"Đã chuẩn hóa ({len(outcome.normalisations)}):"]
        lines += [
            f"  Ô {change.cell}, trang tính “{change.sheet}”: đã đọc “{change.found}” là {change.read_as}"
            for change in outcome.normalisations
        ]
    return "\n".join(lines)


def _write_marked(data: bytes, outcome: Outcome, load: Callable[[str], Programme], path: Path) -> None:
    from chalicelib.intake.check import name_programme
    from chalicelib.intake.copying import make_marked_copy

    told = _tell_unmarked(outcome)
    if not told and (copy := make_marked_copy(data, outcome, load(name_programme(data)))):
        path.write_bytes(copy)
        kind = "cảnh báo; tệp được nhận" if outcome.status is Status.ACCEPTED else "lỗi"
        click.echo(f"Bản đánh dấu {kind}: {path}", err=True)
    else:
        earlier = f" Tệp “{path}” đang có là của lần kiểm tra khác." if path.exists() else ""
        click.echo(f"{told or _NOT_MARKED}{earlier}", err=True)


def _tell_unmarked(outcome: Outcome) -> str:
    """Why there is no marked copy of this workbook; nothing if there may be one."""
    if not outcome.issues:
        return "Tệp được nhận, không có lỗi hay cảnh báo nào để đánh dấu; không ghi bản đánh dấu."
    return "" if outcome.keep_bytes else "Tệp có dấu hiệu bí mật nhà nước nên không ghi bản đánh dấu nào."


_NOT_MARKED = "Không đánh dấu được trên tệp này; các lỗi, cảnh báo được nêu đủ ở kết quả kiểm tra."


# template


@main.command()
@click.option("--form", "form_code", required=True, help="Mã biểu mẫu: tên tệp của biểu trong thư mục chương trình.")
@click.option("--unit", "unit_code", required=True, help="Mã đơn vị trong units.csv.")
@click.option("--period", "period_code", help="Mã kỳ; mặc định là kỳ mà đơn vị phải gửi biểu này.")
@click.option("--programme", help="Mã hoặc thư mục chương trình; mặc định theo biểu mẫu.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="Tệp .xlsx sẽ ghi ra.")
def template(form_code: str, unit_code: str, period_code: str | None, programme: str | None, output: Path) -> None:
    """Tạo biểu mẫu trống cho một đơn vị."""
    from chalicelib.workbook.form.template import make_template

    loaded = _load(programme) if programme else _find_programme(form_code, unit_code=unit_code)
    form, unit, period = _choose(loaded, form_code, unit_code=unit_code, period_code=period_code)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(make_template(loaded, form, unit, period))
    click.echo(f"{output}: {form.title}, {unit.full_name}, {period.name}")


def _find_programme(form_code: str, *, unit_code: str) -> Programme:
    """The shipped default if it has the form, else the first programme that has form and unit."""
    codes = dict.fromkeys((folders.find_default(), *(folder.name for folder in folders.find_folders())))
    loaded = map(_load, codes)
    found = (each for each in loaded if form_code in each.form_by_code and unit_code in each.unit_by_code)
    return next(found, None) or stop(f"Không có chương trình nào có cả biểu “{form_code}” và đơn vị “{unit_code}”.")


def _choose(
    programme: Programme, form_code: str, *, unit_code: str, period_code: str | None
) -> tuple[Form, Unit, Period]:
    form, unit = programme.form_by_code.get(form_code), programme.unit_by_code.get(unit_code)
    if form is None:
        stop(f"Không có biểu mẫu “{form_code}”. Các biểu: {', '.join(programme.form_by_code)}.")
    if unit is None:
        stop(f"Không có đơn vị “{unit_code}” trong chương trình {programme.code}.")
    fitting = [period for period in programme.periods if form in programme.forms_of(unit, period)]
    chosen = [period for period in fitting if period_code in (None, period.code)]
    if len(chosen) != 1:
        known = ", ".join(period.code for period in fitting) or "không có kỳ nào"
        stop(f"{unit.full_name} gửi biểu “{form_code}” ở các kỳ: {known}. Chọn bằng --period.")
    return form, unit, chosen[0]


# consolidate


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="Thư mục sẽ ghi báo cáo tổng hợp.")
@click.option("--period", default="", help="Mã kỳ; mặc định là kỳ duy nhất mà các tệp thuộc về.")
@click.option("--programme", help="Mã hoặc thư mục chương trình; mặc định theo dấu nhận biết trong các tệp.")
@click.option(
    "--before", multiple=True, type=click.Path(path_type=Path, exists=True),
    help="Báo cáo trước đó để so sánh (kỳ trước, cùng kỳ năm trước): thư mục biểu mẫu, hoặc tong-hop.json của một lần "
    "phát hành, của chính kỳ này nếu lập báo cáo bổ sung. Có thể ghi nhiều lần.",
)  # fmt: skip
@click.option("--reason", default="", help="Lý do bổ sung: lập báo cáo bổ sung cho lần phát hành nêu ở --before.")
@click.option(
    "--draft", type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Thư mục dự thảo: một tệp .txt cho mỗi mục của đề cương, tên tệp là mã mục; mặc định là du-thao nằm trong "
    "THƯ_MỤC.",
)  # fmt: skip
@click.option("--branch", default="", help="Mã đơn vị cấp trên: chỉ tổng hợp đơn vị này và các đơn vị trực thuộc.")
@click.option("--pdf", is_flag=True, help="Ghi thêm bản PDF của báo cáo Word, nếu máy có LibreOffice.")
def consolidate(
    folder: Path,
    output: Path,
    period: str,
    programme: str | None,
    before: tuple[Path, ...],
    reason: str,
    draft: Path | None,
    branch: str,
    pdf: bool,
) -> None:
    """Tổng hợp một thư mục biểu mẫu, không cần mạng: cùng mã nguồn, cùng kết quả như trên hệ thống.

    Mã thoát: 0 xong, 2 không tổng hợp được, hoặc thiếu một tệp của báo cáo.
    """
    from chalicelib.report.offline.edition import Given
    from chalicelib.report.offline.folder import find_workbooks, list_other_files

    paths = find_workbooks(folder, without=before) if folder.is_dir() else []
    if not paths:
        _tell_refused(list_other_files(folder) if folder.is_dir() else ())
        stop(f"Không có tệp Excel nào trong “{folder}”.")
    code = programme or _name_common_programme(paths)
    loaded = _narrow(_load(code), branch)
    if period and period not in loaded.period_by_code:
        stop(f"Không có kỳ “{period}”. Các kỳ: {', '.join(loaded.period_by_code)}.")
    _keep_earlier(output, before)
    given = Given(before, _find_followed(loaded, before), draft, reason)
    result = _consolidate(folder, loaded, _read_documents(code), period=period, given=given)
    output.mkdir(parents=True, exist_ok=True)
    for name, data in result.files.items():
        (output / name).write_bytes(data)
    click.echo(f"Đã tổng hợp {len(result.accepted)}/{len(paths)} tệp vào {output}: {', '.join(result.files)}")
    _tell_used(result)
    missing = [f"Chưa lập được {name}. {why}{_tell_old(output / name)}" for name, why in result.missing.items()]
    if pdf and not missing:
        missing = _write_pdf(output)
    if missing:
        stop("\n" + "\n".join(missing))


def _narrow(programme: Programme, branch: str) -> Programme:
    try:
        narrowed = narrow(programme, branch)
        if not narrowed.is_issuing:
            stop(f"Chương trình chưa ghi cơ quan, người ký và nơi nhận báo cáo của {programme.name_unit(branch)}.")
        return narrowed
    except BranchUnknown:
        stop(f"Không có đơn vị nào trực thuộc “{branch}”. Các đơn vị cấp trên: {', '.join(list_branches(programme))}.")


def _tell_used(result: FolderResult) -> None:
    """What beside the workbooks is in the report, and what of the folder is not."""
    if result.written:
        click.echo(f"Dự thảo: lấy lời của {len(result.written)} mục: {', '.join(result.written)}")
    for each in result.compared:
        click.echo(f"Dùng để so sánh: {each.title} ({len(each.files)} tệp): {', '.join(each.files)}")
    _tell_refused(result.refused)


def _keep_earlier(output: Path, before: tuple[Path, ...]) -> None:
    """Nothing is written over an edition that the new one is compared with."""
    from chalicelib.report.files import JSON

    data = (output / JSON).resolve()
    if data.exists() and any(data.is_relative_to(each.resolve()) for each in before):
        stop(f"Thư mục “{output}” có báo cáo trước đó nêu ở --before. Xin ghi báo cáo mới vào thư mục khác.")


def _tell_old(path: Path) -> str:
    return f"\nTệp “{path}” đang có là của lần tổng hợp trước." if path.exists() else ""


def _consolidate(
    folder: Path, programme: Programme, documents: dict[str, bytes], *, period: str, given: Given
) -> FolderResult:
    from chalicelib.intake.check import check_workbook
    from chalicelib.report.offline.draft_folder import DraftInvalid
    from chalicelib.report.offline.edition import NothingToSupplement, PeriodUnclear, consolidate_folder

    with click.progressbar(length=1, label="Đọc và kiểm tra", file=sys.stderr) as bar:

        def show(done: int, *, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        try:
            return consolidate_folder(
                folder, programme, documents, check=check_workbook, as_of=datetime.now(UTC), period=period,
                given=given, progress=show,
            )  # fmt: skip
        except PeriodUnclear as unclear:
            known = ", ".join(unclear.periods) or "không có tệp nào được nhận"
            _tell_refused(unclear.refused)
            stop(f"Chưa rõ kỳ tổng hợp ({known}). Chọn bằng --period.")
        except NothingToSupplement as nothing:
            stop(str(nothing))
        except DraftInvalid as invalid:
            stop(f"Dự thảo có lỗi:\n{invalid}")


def _find_followed(programme: Programme, before: tuple[Path, ...]) -> tuple[Programme, ...]:
    """The programmes of the years before whose folders are here, the latest first; none if nothing is compared with."""
    from chalicelib.report.gather import MOST_YEARS

    found: list[Programme] = []
    wanted = programme.follows if before else ""
    while wanted and len(found) < MOST_YEARS and folders.find_folder(wanted):
        before_it = _load(wanted)
        if not has_branch(before_it, programme.branch):
            break
        found.append(narrow(before_it, programme.branch))
        wanted = before_it.follows
    if wanted and not found:
        click.echo(f"Không có thư mục của chương trình năm trước “{wanted}” nên không so sánh với cùng kỳ.", err=True)
    return tuple(found)


def _write_pdf(output: Path) -> list[str]:
    """Writes the PDF beside the document; or why there is none."""
    from chalicelib.report.files import DOCUMENT, PDF
    from chalicelib.report.pdf import PdfFailed, make_pdf

    target = output / PDF
    try:
        target.write_bytes(make_pdf((output / DOCUMENT).read_bytes()))
    except PdfFailed as failed:
        return [f"Chưa lập được {target.name}. {failed}"]
    click.echo(f"Bản PDF: {target}")
    return []


def _tell_refused(refused: Iterable[RefusedFile]) -> None:
    for refusal in refused:
        click.echo(f"\nKhông tính “{refusal.file}”:")
        for reason in refusal.reasons[:5]:
            click.echo(f"  - {reason}")
        if len(refusal.reasons) > 5:
            click.echo(f"  - và {len(refusal.reasons) - 5} lỗi khác (xem bằng: tonghop check)")


def _name_common_programme(paths: list[Path]) -> str:
    """The programme of the first workbook that names one known here."""
    names = map(_name_programme, paths)
    return next((name for name in names if name and folders.find_folder(name)), folders.find_default())


def _name_programme(path: Path) -> str:
    from chalicelib.intake.check import name_programme
    from chalicelib.report.offline.folder import read_file

    try:
        return name_programme(read_file(path))
    except Refused:
        return ""


# renew, programmes, codes


@main.command()
@click.argument("source")
@click.option("--year", type=int, help="Chương trình của năm này: dời ngày của các kỳ, bỏ những gì đã kết thúc.")
@click.option("--due", help="KỲ=THỜI ĐIỂM: diễn tập, dời mọi ngày sao cho kỳ này đến hạn đúng thời điểm đó.")
@click.option("--code", help="Mã chương trình mới; mặc định là mã cũ với năm mới.")
@click.option("--number", help="Số, ký hiệu của chương trình mới; chưa có thì để trống “…”.")
@click.option("--signed", help="Ngày ký chương trình mới, ví dụ 19/01/2027; chưa có thì để trống “…”.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Thư mục mới; mặc định forms/<mã mới>.")
def renew(
    source: str, year: int | None, due: str | None, *, code: str | None, number: str | None, signed: str | None,
    output: Path | None,
) -> None:  # fmt: skip
    """Lập chương trình cho năm khác từ một chương trình đã có; nêu những gì đã bỏ và những gì phải xem lại."""
    folder = folders.find_folder(source)
    if folder is None or (year is None) == (due is None):
        stop(f"Không có chương trình “{source}”." if folder is None else "Ghi đúng một trong hai: --year hoặc --due.")
    old = _load(source)
    new_code = code or _rename(old.code, old.year, new_year=year or datetime.now(VIETNAM).year)
    target = output or folders.SHIPPED / new_code
    if target.exists():
        stop(f"Thư mục {target} đã có.")
    document = _read_document(number=number, signed=signed)
    renewal = _renew(folders.read_folder(folder), code=new_code, year=year, due=due, document=document)
    _copy_programme(folder, target=target, texts=renewal.files)
    _show_renewed(_load(str(target)), target, renewal)


def _renew(files: dict[str, str], *, code: str, year: int | None, due: str | None, document: Document) -> Renewal:
    from chalicelib.domain.programme.renewal import rehearse, renew_for_year

    try:
        if year is not None:
            return renew_for_year(files, code=code, year=year, document=document)
        period, _, instant = str(due).partition("=")
        return rehearse(files, code=code, period=period, due=_read_instant(instant), document=document)
    except OverflowError:
        stop("Các ngày của chương trình mới không có trong lịch.")
    except (ValueError, ProgrammeInvalid) as error:
        stop(str(error))


def _read_document(*, number: str | None, signed: str | None) -> Document:
    """Number and day of the new programme, asked for where they are not given."""
    from chalicelib.domain.programme.making import read_day
    from chalicelib.domain.programme.renewal import Document

    named = _ask(number, question="Số, ký hiệu của chương trình mới")
    asked = _ask(signed, question="Ngày ký chương trình mới, ví dụ 19/01/2027")
    try:
        return Document(named, read_day(asked))
    except ValueError as error:
        stop(f"--signed: {error}")


def _ask(given: str | None, *, question: str) -> str:
    """What was given, or what a person at a terminal answers; "" where nobody is there or knows."""
    if given is not None or not sys.stdin.isatty():
        return given or ""
    return str(click.prompt(f"{question} (chưa có thì bỏ trống)", default="", show_default=False))


def _show_renewed(renewed: Programme, target: Path, renewal: Renewal) -> None:
    for period in renewed.periods:
        click.echo(f"{period.code}: hạn {format_moment(period.due)}")
    for each in renewal.told:
        click.echo(f"Xin lưu ý: {each}")
    click.echo(f"{target}: {renewed.title}")


def _rename(code: str, old_year: int, *, new_year: int) -> str:
    renamed = code.replace(str(old_year), str(new_year))
    return renamed if renamed != code else f"{code}-{new_year}"


def _read_instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)


def _copy_programme(source: Path, *, target: Path, texts: Mapping[str, str]) -> None:
    """The folder with the texts that changed; every other file byte for byte."""
    before = folders.read_folder(source)
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.is_file():
            text, data = texts.get(path.name, ""), path.read_bytes()
            is_same = text == before.get(path.name, "")
            (target / path.name).write_bytes(data if is_same else _write_as(data, text))


def _write_as(old: bytes, text: str) -> bytes:
    """The text with the byte order mark and the ends of lines that the old file has."""
    mark = codecs.BOM_UTF8 if old.startswith(codecs.BOM_UTF8) else b""
    return mark + (text.replace("\n", "\r\n") if b"\r\n" in old else text).encode()


@main.command()
@click.argument("codes", nargs=-1)
def programmes(codes: tuple[str, ...]) -> None:
    """Kiểm tra dữ liệu và mẫu Word của chương trình; lỗi nêu rõ tệp và dòng hoặc đoạn; nêu những gì cần xác nhận."""
    from chalicelib.domain.programme.confirming import list_unconfirmed
    from chalicelib.report.document.trial import check_documents

    for code in codes or tuple(dict.fromkeys(folder.name for folder in folders.find_folders())):
        loaded = _load(code)
        if problems := check_documents(_read_documents(code), loaded):
            stop(f"Mẫu Word của chương trình “{loaded.code}” có lỗi:\n" + "\n".join(map(str, problems)))
        click.echo(
            f"{loaded.code}: {len(loaded.units)} đơn vị, {len(loaded.indicators)} chỉ tiêu, "
            f"{len(loaded.forms)} biểu mẫu, {len(loaded.periods)} kỳ"
        )
        for each in list_unconfirmed(loaded):
            click.echo(f"  Cần xác nhận – {each}")


@main.command()
def codes() -> None:
    """Liệt kê mã lỗi, nguyên nhân và cách xử lý."""
    for code, entry in CATALOGUE.items():
        cause = entry.explain(local_date(datetime.now(UTC)))
        click.echo(f"{code} ({entry.severity})\n  {entry.message}\n  Nguyên nhân: {cause}\n  {entry.remedy}\n")


main.add_command(operate)
main.add_command(programme)
speak_vietnamese(main)


if __name__ == "__main__":
    main()
