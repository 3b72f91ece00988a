"""`tonghop programme …`: a programme as a sổ chương trình, the workbook in which an officer writes it.

Exit codes: 0 done, 1 the programme has mistakes, 2 the command could not be run.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click

from chalicelib import folders
from chalicelib.command_words import stop
from chalicelib.domain.issues.issue import Issue, Refused
from chalicelib.domain.programme.loading import ProgrammeInvalid, list_remarks, load_programme, read_parts
from chalicelib.domain.programme.making import Raw
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.writing import write_files
from chalicelib.report.offline.folder import read_file
from chalicelib.workbook.marking.copy import mark_workbook
from chalicelib.workbook.programme.check import check_programme_book
from chalicelib.workbook.programme.write import write_new_book, write_programme_book
from chalicelib.workbook.reading.book import Book
from chalicelib.workbook.reading.reader import read_workbook

_BOOK = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("programme")
def programme() -> None:
    """Sổ chương trình: cả chương trình trong một tệp Excel."""


@programme.command("new")
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), help="tệp .xlsx sẽ ghi")
def new(output: Path) -> None:
    """Ghi một sổ trống để bắt đầu."""
    _write_file(output, write_new_book())
    click.echo(f"{output}: ghi các trang có tiêu đề màu cam trước, rồi chạy tonghop programme check {output}")


@programme.command("export")
@click.argument("code")
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), help="tệp .xlsx sẽ ghi")
def export(code: str, output: Path) -> None:
    """Ghi chương trình CODE (mã hoặc thư mục) thành sổ."""
    folder = folders.find_folder(code)
    if folder is None:
        stop(f"Không có chương trình “{code}”.")
    files = _read_folder(folder)
    _check_files(files)
    _write_file(output, write_programme_book(read_parts(files).raw))
    click.echo(str(output))


@programme.command("check")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--marked", type=click.Path(path_type=Path), help="bản sao của sổ có đánh dấu ô sai sẽ ghi ra đây")
def check(source: Path, marked: Path | None) -> None:
    """Kiểm tra một sổ hoặc một thư mục chương trình."""
    if source.is_dir():
        files = _read_folder(source)
        _show(_check_files(files), list_remarks(files))
    else:
        _, made, remarks = _read_book(source, marked=marked)
        _show(made, remarks)


@programme.command("import")
@click.argument("source", type=_BOOK)
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), help="thư mục chương trình sẽ ghi")
@click.option("--marked", type=click.Path(path_type=Path), help="bản sao của sổ có đánh dấu ô sai sẽ ghi ra đây")
def import_(source: Path, output: Path, marked: Path | None) -> None:
    """Ghi sổ thành thư mục chương trình. Sổ còn lỗi thì không ghi gì."""
    if output.exists():
        stop(f"Thư mục {output} đã có.")
    raw, made, remarks = _read_book(source, marked=marked)
    for name, text in write_files(raw).items():
        _write_file(output / name, text.encode())
    _show(made, remarks)
    click.echo(str(output))


def _read_folder(folder: Path) -> dict[str, str]:
    try:
        return folders.read_folder(folder)
    except (OSError, ProgrammeInvalid) as error:
        stop(f"Không đọc được chương trình “{folder.name}”: {error}")


def _check_files(files: dict[str, str]) -> Programme:
    try:
        return load_programme(files)
    except ProgrammeInvalid as invalid:
        for problem in invalid.problems:
            click.echo(str(problem), err=True)
        raise SystemExit(1) from None


def _read_book(path: Path, *, marked: Path | None) -> tuple[Raw, Programme, list[str]]:
    """The parts of a sổ without mistakes; with any, they are told and the command ends. Its remarks come with it."""
    try:
        data = read_file(path)
        source = read_workbook(data)
    except Refused as refused:
        click.echo("Tệp không phải là sổ chương trình; lệnh tonghop programme new ghi một sổ trống.", err=True)
        _tell((refused.issue,))
    checked = check_programme_book(source)
    if checked.programme is None:
        _mark(data, source, (*checked.issues, *checked.remarks), marked)
        _tell(checked.issues, remarks=checked.remarks)
    return checked.raw, checked.programme, [remark.message for remark in checked.remarks]


def _mark(data: bytes, source: Book, issues: tuple[Issue, ...], marked: Path | None) -> None:
    copy = mark_workbook(data, source, issues) if marked and source.format == "xlsx" else None
    if marked and copy:
        _write_file(marked, copy)
    elif marked:
        click.echo("Không đánh dấu được vào tệp này; xin lưu sổ thành .xlsx rồi chạy lại.", err=True)


def _tell(issues: tuple[Issue, ...], *, remarks: tuple[Issue, ...] = ()) -> NoReturn:
    for issue in (*issues, *remarks):
        click.echo(issue.message, err=True)
    click.echo(f"Sổ còn {len(issues)} chỗ phải sửa.", err=True)
    raise SystemExit(1)


def _show(made: Programme, remarks: Iterable[object]) -> None:
    for remark in remarks:
        click.echo(f"Xin lưu ý: {remark}", err=True)
    click.echo(
        f"{made.title}: {len(made.units)} đơn vị, {len(made.periods)} kỳ, {len(made.indicators)} chỉ tiêu, "
        f"{len(made.forms)} biểu mẫu, {sum(len(form.rules) for form in made.forms)} quy tắc, "
        f"{len(made.targets)} mục tiêu. Không có lỗi."
    )


def _write_file(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        stop(f"Không ghi được “{path}”: {error.strerror}")
