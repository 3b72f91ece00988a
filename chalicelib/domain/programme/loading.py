"""Makes a `Programme` from the texts of its folder and reports every misfit with its file and row.

Pure: the caller reads the files. A folder holds `programme.toml`, `units.csv`, `indicators.csv`, one `.toml` per
form, `de-cuong.toml` for the report's outline, `successions.csv` if units were reformed, and `laws.csv` for the acts
that its texts cite. CSV may be separated by commas or semicolons, with or without a byte order mark, as Excel saves it.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, NamedTuple

from chalicelib.domain.issues.issue import shorten
from chalicelib.domain.language.legacy_text import OLD_ENCODINGS, repair_text
from chalicelib.domain.programme.assembly import assemble, put_together
from chalicelib.domain.programme.making import COLUMNS, MAIN_FILE, Misfit, PartsInvalid, Path, Raw, Row
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.outline_files import find_period_of_outline, is_outline

PROGRAMME = MAIN_FILE
UNITS = "units.csv"
INDICATORS = "indicators.csv"
SUCCESSIONS = "successions.csv"
LAWS = "laws.csv"

TABLES = {UNITS: "units", INDICATORS: "indicators", SUCCESSIONS: "successions", LAWS: "laws"}
"""Each CSV file to the part whose rows it has."""
_BETWEEN_VALUES = re.compile(r"[,;|\"'=]")
_NAMES = {
    "periods": "kỳ", "recurring": "kỳ lặp lại", "duties": "báo cáo phải nộp", "targets": "chỉ tiêu",
    "conditions": "điều kiện", "sections": "mục", "tables": "bảng", "columns": "cột", "narratives": "thuyết minh",
    "rules": "quy tắc", "headings": "mục",
}  # fmt: skip
"""What an entry of a list is called."""


class Problem(NamedTuple):
    """One thing to mend or to look at in a programme's files; `row` counts lines as Excel shows them, 0 for a file."""

    file: str
    row: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, dòng {self.row}: {self.what}" if self.row else f"{self.file}: {self.what}"


class ProgrammeInvalid(Exception):
    """The files do not make a valid programme; `problems` lists every misfit."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass
class FolderParts:
    """What the files of a folder say: the parts, the file of each form and outline, and the line of each row."""

    raw: Raw = field(default_factory=dict)
    files: dict[str, list[str]] = field(default_factory=lambda: {"forms": [], "outlines": []})
    lines: dict[str, list[int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def locate(self, misfit: Misfit) -> Problem:
        """The misfit at its file and row."""
        part, *rest = misfit.path or ("",)
        for name, table in TABLES.items():
            if part == table and rest:
                column = f"cột {rest[1]}: " if rest[1:] else ""
                return Problem(name, self.lines[table][int(rest[0])], column + misfit.what)
        below, file, path = self.raw, PROGRAMME, misfit.path
        if part in self.files and rest:
            below, file, path = self.raw[str(part)][rest[0]], self.files[str(part)][int(rest[0])], tuple(rest[1:])
        where = ", ".join(_name_steps(below, path))
        return Problem(file, 0, f"{where}: {misfit.what}" if where else misfit.what)


def _name_steps(below: Any, path: Path) -> list[str]:
    """The way to a value in words: an entry of a list by its code, title or number, a line of a text by its number."""
    words: list[str] = []
    for step in path:
        if isinstance(below, str):
            words.append(f"dòng {int(step) + 1}")
        elif isinstance(step, str):
            words.append(step)
            below = below.get(step) if isinstance(below, dict) else None
        else:
            below = below[step]
            words[-1] = _name_entry(words[-1], step, below)
    return words


def _name_entry(part: str, number: int, entry: Any) -> str:
    """An entry that is a record; of a list of values, the list is enough."""
    if not isinstance(entry, dict):
        return part
    name = entry.get("title" if part == "sections" else "code") or entry.get("code") or entry.get("id")
    return f"{_NAMES.get(part, part)} {f'“{name}”' if name else f'thứ {number + 1}'}"


def decode_text(name: str, data: bytes) -> str:
    """A file's text without its byte order mark. Raises ProgrammeInvalid for one that is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        saved = "lưu theo UTF-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "không phải UTF-8"
        raise ProgrammeInvalid([Problem(name, 0, f"tệp {saved}; trong Excel chọn “CSV UTF-8”")]) from None


def load_programme(files: Mapping[str, str], *, version: int = 0) -> Programme:
    """The programme in `files` (name to text). Raises ProgrammeInvalid."""
    missing = [Problem(name, 0, "thiếu tệp này") for name in (PROGRAMME, UNITS, INDICATORS) if name not in files]
    if missing:
        raise ProgrammeInvalid(missing)
    folder = read_parts(files)
    folder.problems += (each for name in sorted(files) for each in _find_old_fonts(name, text=files[name]))
    programme, misfits = None, list[Misfit]()
    if PROGRAMME not in {problem.file for problem in folder.problems}:
        programme, misfits, _ = assemble(folder.raw, version=version)
    if programme and folder.problems:
        misfits = []  # of files that could be read; what is missing in them may stand in the others
    problems = [*map(folder.locate, misfits), *folder.problems]
    if programme is None or problems:
        raise ProgrammeInvalid(problems)
    return programme


def load_kept(files: Mapping[str, str], *, version: int) -> Programme:
    """The programme in the files of a version, in which nothing was wrong when it was put in force: they are read, and
    not held against each other again. Raises ProgrammeInvalid where they cannot be read any more."""
    folder = read_parts(files)
    try:
        programme, _ = put_together(folder.raw, version=version)
    except PartsInvalid as invalid:
        folder.problems += map(folder.locate, invalid.misfits)
    if folder.problems:
        raise ProgrammeInvalid(folder.problems)
    return programme


def list_remarks(files: Mapping[str, str]) -> list[Problem]:
    """What is to be looked at again in the files of a programme that is valid."""
    folder = read_parts(files)
    return [folder.locate(remark) for remark in assemble(folder.raw).remarks]


# Reading the files


def read_parts(files: Mapping[str, str]) -> FolderParts:
    """What the files say, as it is written: not yet held against each other, `{year}` not yet filled in."""
    folder = FolderParts()
    files = {name: unicodedata.normalize("NFC", text) for name, text in files.items()}
    main = _read_toml(PROGRAMME, text=files[PROGRAMME], problems=folder.problems)
    folder.raw = main | {"forms": [], "outlines": []}
    for name in filter(files.__contains__, TABLES):
        _read_table(name, text=files[name], folder=folder)
    for name in sorted(files):
        if name.endswith(".toml") and name != PROGRAMME:
            _read_record(name, text=files[name], folder=folder)
    return folder


def _find_old_fonts(name: str, *, text: str) -> Iterator[Problem]:
    """The lines that were typed in a Vietnamese font from before Unicode."""
    for number, line in enumerate(unicodedata.normalize("NFC", text).splitlines(), start=1):
        letters = (part for part in _BETWEEN_VALUES.split(line) if not part.isascii())
        for part in map(repair_text, letters):
            if part.converted_from in OLD_ENCODINGS:
                what = f"chữ gõ bằng phông cũ (TCVN3 hoặc VNI); gõ lại bằng Unicode: “{shorten(part.text)}”"
                yield Problem(name, number, what)


def _read_record(name: str, *, text: str, folder: FolderParts) -> None:
    """A form or an outline, of which the file's name is a part."""
    known = len(folder.problems)
    raw = _read_toml(name, text=text, problems=folder.problems)
    if len(folder.problems) > known:
        return
    part = "outlines" if is_outline(name) else "forms"
    if is_outline(name):
        if "period" in raw:
            folder.problems.append(Problem(name, 0, "period: không ghi ở đây, kỳ là phần sau của tên tệp"))
        raw["period"] = find_period_of_outline(name)
    elif "code" in raw and f"{raw['code']}.toml" != name:
        folder.problems.append(Problem(name, 0, f"code “{raw['code']}” phải trùng với tên tệp"))
    folder.raw[part].append(raw)
    folder.files[part].append(name)


def _read_toml(name: str, *, text: str, problems: list[Problem]) -> dict[str, Any]:
    try:
        return tomllib.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:  # beside TOML's own: a number too long, brackets too deep
        line = re.search(r"line (\d+)", str(error))
        problems.append(Problem(name, int(line[1]) if line else 0, f"sai cú pháp TOML ({error})"))
        return {}


def read_csv(text: str) -> list[tuple[int, Row]]:
    """The rows of a CSV as (line, values by heading), without blank rows; "," or ";" as Excel saves it.

    A short row has "" in its last columns, because Excel drops trailing separators. Values beyond the last
    heading are kept under the heading "".
    """
    text = text.lstrip("\ufeff")
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    headings = [heading.strip() for heading in next(reader, [])]
    rows: list[tuple[int, Row]] = []
    for line, cells in enumerate(reader, start=2):
        row = dict.fromkeys(headings, "")
        for heading, cell in zip_longest(headings, cells[: len(headings)], fillvalue=""):
            row[heading] = cell.strip()
        if surplus := " ".join(cells[len(headings) :]).strip():
            row[""] = surplus
        if any(row.values()):
            rows.append((line, row))
    return rows


def _read_table(name: str, *, text: str, folder: FolderParts) -> None:
    rows, part = read_csv(text), TABLES[name]
    missing = [column for column in COLUMNS[part] if rows and column not in rows[0][1]]
    if not rows or missing:
        what = f"thiếu cột {', '.join(missing)}" if missing else "không có dòng dữ liệu nào"
        folder.problems.append(Problem(name, 1, what))
        return
    for line, row in rows:
        if surplus := row.get(""):
            what = f"thừa ô “{surplus}” sau cột cuối: ô có dấu phân cách phải đặt trong ngoặc kép"
            folder.problems.append(Problem(name, line, what))
    folder.raw[part] = [row for _, row in rows]
    folder.lines[part] = [line for line, _ in rows]
