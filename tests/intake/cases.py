"""The kept workbooks of `tests/data/cases`: what each was answered wrongly about, and what has to come of it.

`cases.tsv` has a line for each: file, status (accepted, rejected, either), expectations separated by spaces, and what
it is about. A blank inside a text is written "_".

| expectation | holds if |
|---|---|
| `A03=12` | the value read for an indicator is this |
| `+code`, `+code@E12` | an issue has the code, or has it in this cell |
| `-code` | no issue has the code |
| `@E12`, `@E12|F12` | some issue is in one of the cells |
| `~E12`, `~` | no issue is in the cell, or none at all |
| `count<=3` | so many issues at most |
| `text:…` | the text stands in a narrative, a row of a table or a remark |
| `note:…`, `no:…` | the text stands somewhere in the answer, or nowhere |
| `quick` | the answer and the copy take at most five seconds |
| `copy` | there is a marked copy that opens |
| `copy:kept` | the sender's pictures, charts and drawings are in it, byte for byte |
| `copy:has=…` | the text stands in one of its parts |
| `copy:again` | sent again as it is, it has the same issues in the same cells |
| `copy:E44=17` | with this cell of the sheet of figures corrected it is accepted |
"""

from __future__ import annotations

import csv
import io
import json
import re
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook

from chalicelib.cli import render_outcome
from chalicelib.domain.programme.model import Programme
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import make_marked_copy
from chalicelib.workbook.reading.reader import read_workbook

CASES = Path(__file__).parents[1] / "data" / "cases"
MOST_SECONDS = 5.0
"""Of the processor: other tests run beside this one."""
_OWN_PARTS = re.compile(r"xl/(?:media|charts|drawings)/[^/]+\.(?!vml)")
_TEXT_PARTS = (".xml", ".vml")


class Case(NamedTuple):
    """One kept workbook."""

    file: str
    status: str
    expectations: tuple[str, ...]
    about: str


def read_cases() -> list[Case]:
    with (CASES / "cases.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Case(row["file"], row["status"], tuple(row["expectations"].split()), row["about"]) for row in rows]


@dataclass
class Answer:
    """What the command says of a workbook, with its marked copy; each is made when it is first asked for."""

    data: bytes
    programme: Programme

    @cached_property
    def told(self) -> dict[str, Any]:
        return json.loads(json.dumps(render_outcome(self._outcome)))  # type: ignore[no-any-return]

    @cached_property
    def _outcome(self) -> Any:
        return check_workbook(self.data, self.programme)

    @cached_property
    def copy(self) -> bytes | None:
        return make_marked_copy(self.data, self._outcome, self.programme)

    @property
    def issues(self) -> list[dict[str, Any]]:
        return self.told["issues"]  # type: ignore[no-any-return]

    @property
    def cells(self) -> set[str]:
        return {issue["cell"] for issue in self.issues}

    @property
    def places(self) -> set[tuple[str, str]]:
        return {(issue["code"], issue["cell"]) for issue in self.issues}

    def ask_again(self, data: bytes) -> Answer:
        return Answer(data, self.programme)


def find_missed(case: Case, programme: Programme) -> list[str]:
    """What does not hold of a case: expectations, and the status if it is another."""
    answer = Answer((CASES / case.file).read_bytes(), programme)
    missed = [each for each in case.expectations if not _holds(each, answer)]
    status = answer.told["status"]
    return missed if case.status in ("either", status) else [f"it is {status}", *missed]


def _holds(expectation: str, answer: Answer) -> bool:
    for pattern, holds in _EXPECTATIONS:
        if found := pattern.fullmatch(expectation):
            given = found.groupdict(default="")
            if "text" in given:
                given["text"] = given["text"].replace("_", " ")
            return holds(answer, **given)
    raise ValueError(f"no expectation: {expectation}")


def _has_value(answer: Answer, code: str, value: str) -> bool:
    return str(answer.told["values"].get(code)) == value


def _has_code(answer: Answer, code: str, cell: str) -> bool:
    return any(found == code and cell in ("", place) for found, place in answer.places)


def _lacks_code(answer: Answer, code: str) -> bool:
    return not _has_code(answer, code, "")


def _has_issue_in(answer: Answer, cells: str) -> bool:
    return bool(answer.cells & set(cells.split("|")))


def _is_spared(answer: Answer, cell: str) -> bool:
    return cell not in answer.cells if cell else not answer.issues


def _has_at_most(answer: Answer, count: str) -> bool:
    return len(answer.issues) <= int(count)


def _has_text(answer: Answer, text: str) -> bool:
    return text in _show([answer.told["narratives"], answer.told["tables"], answer.told["remarks"]])


def _says(answer: Answer, text: str) -> bool:
    return text in _show(answer.told)


def _says_nowhere(answer: Answer, text: str) -> bool:
    return not _says(answer, text)


def _show(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False)


def _is_quick(answer: Answer) -> bool:
    started = time.process_time()
    again = answer.ask_again(answer.data)
    _ = again.told, again.copy
    return time.process_time() - started <= MOST_SECONDS


def _opens(answer: Answer) -> bool:
    return answer.copy is not None and bool(read_workbook(answer.copy).sheets)


def _keeps_parts(answer: Answer) -> bool:
    sent, made = _unpack(answer.data), _unpack(answer.copy)
    return all(made.get(name) == part for name, part in sent.items() if _OWN_PARTS.match(name))


def _copy_has(answer: Answer, text: str) -> bool:
    parts = _unpack(answer.copy)
    return any(text.encode() in part for name, part in parts.items() if name.endswith(_TEXT_PARTS))


def _copy_has_the_same_issues(answer: Answer) -> bool:
    return answer.copy is not None and answer.ask_again(answer.copy).places == answer.places


def _copy_is_accepted_with(answer: Answer, cell: str, number: str) -> bool:
    if answer.copy is None:
        return False
    book, out = load_workbook(io.BytesIO(answer.copy)), io.BytesIO()
    book["Số liệu"][cell] = float(number) if "." in number else int(number)
    book.save(out)
    return answer.ask_again(out.getvalue()).told["status"] == "accepted"


def _unpack(data: bytes | None) -> dict[str, bytes]:
    if data is None:
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


_EXPECTATIONS: list[tuple[re.Pattern[str], Callable[..., bool]]] = [
    (re.compile(pattern), holds)
    for pattern, holds in (
        (r"quick", _is_quick),
        (r"copy", _opens),
        (r"copy:kept", _keeps_parts),
        (r"copy:has=(?P<text>.+)", _copy_has),
        (r"copy:again", _copy_has_the_same_issues),
        (r"copy:(?P<cell>[A-Z]+\d+)=(?P<number>[\d.]+)", _copy_is_accepted_with),
        (r"text:(?P<text>.+)", _has_text),
        (r"note:(?P<text>.+)", _says),
        (r"no:(?P<text>.+)", _says_nowhere),
        (r"count<=(?P<count>\d+)", _has_at_most),
        (r"~(?P<cell>.*)", _is_spared),
        (r"\+(?P<code>[^@]+)(?:@(?P<cell>.+))?", _has_code),
        (r"-(?P<code>.+)", _lacks_code),
        (r"@(?P<cells>.+)", _has_issue_in),
        (r"(?P<code>[A-Z]+\d+\w*)=(?P<value>.+)", _has_value),
    )
]
