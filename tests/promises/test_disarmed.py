"""What a sender wrote is text in every file that is made from it; the makers of files are found in the code."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.audit import AuditLine
from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.issues.issue import make_issue
from chalicelib.domain.issues.telling import HEADINGS, tell_issues
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.period.official_letters import Concerned, Occasion, return_each, return_together
from chalicelib.domain.programme.kinds import Shape
from chalicelib.domain.submission.records import Figure, State
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import make_marked_copy
from chalicelib.report.document.official_letter import render_letters
from chalicelib.report.plain import clean_text, disarm, render_csv
from chalicelib.report.rendering import make_files
from chalicelib.web.console.audit_words import put_into_words
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template
from chalicelib.workbook.lists import write_list
from infra.demo.samples import make_contents
from tests.report.samples import FORMS, make_states, read_programme

pytestmark = pytest.mark.promise("disarmed")

PRODUCT = Path(__file__).parents[2] / "chalicelib"
PERIOD, FORM, UNIT = "6-thang", "bao-cao-6-thang", "181"

STARTS = (
    "=", "+", "-", "@", "\t=", "\r=", "\n=", "\r\n+", " =", "\u00a0=", '"=', '""-', "＝", "＋", "－", "＠", "a;=",
    "a; =", "a;\"=", "a\n=", "a\n- ", "a\t=", "a;\n\t =", "{=", "{{7*7}}", "{% raw %}",
    "<f>=", "</t></si>", "]]>", "&lt;", "'; --", "_x003D_",
    "\x07=", "\ufffe", "😀=", "&C&", "#REF!", "[B05]", "${7*7}", "[x](http://a.test)", "http://a.test/", "=HYPERLINK(",
)  # fmt: skip
HOSTILE = tuple(f"{start}cmd|'/c xau{number}'!A0" for number, start in enumerate(STARTS))
MARKER = re.compile(r"xau\d+")
_ARMED = re.compile(r'[\s"\ufeff]*[=+\-@＝＋－＠]')
_QUOTED = re.compile('"(?:[^"]|"")*"')
"""A text within a formula: the marked copy's colours go when a cell no longer holds what was wrong."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?")

PLAIN_TAGS = {"t", "v"}
"""Of a cell, a shared text, a note or a run of Word. A formula has the tag `f`, a field of Word `instrText`."""


# The makers


@cache
def _make_states() -> list[State]:
    programme = read_programme()
    states = make_states(programme, PERIOD)
    return [_spoil(state, HOSTILE[number % len(HOSTILE)]) for number, state in enumerate(states * 2)][: len(states)]


def _spoil(state: State, text: str) -> State:
    """The state with `text` wherever a sender may write."""
    submission = state.submission
    assert submission
    kinds = {each.code: each.kind for each in read_programme().indicators}
    values = {
        code: figure.model_copy(update={"value": text}) if kinds[code].shape is Shape.TEXT else figure
        for code, figure in submission.values.items()
    }
    tables = {
        code: tuple(
            row.model_copy(update={"values": {each: text if isinstance(value, str) else value
                                              for each, value in row.values.items()}})
            for row in rows
        )
        for code, rows in submission.tables.items()
    }  # fmt: skip
    narratives = {
        code: Figure(value="\n".join(HOSTILE) + text, sheet=text, cell="B4") for code in submission.narratives
    }
    changed = {
        "values": values, "tables": tables, "narratives": narratives, "file_name": f"{text}.xlsx",
        "justification": text, "remarks": dict.fromkeys(values, text),
    }  # fmt: skip
    return state.model_copy(update={"submission": submission.model_copy(update=changed), "comment": text})


@cache
def make_edition() -> Mapping[str, bytes]:
    programme = read_programme()
    now = programme.period_by_code[PERIOD].lock + timedelta(days=1)
    made = consolidate(programme, PERIOD, _make_states(), as_of=now)
    template = (FORMS / programme.code / "bao-cao-tong-hop.docx").read_bytes()
    return make_files(made, EditionInfo(number=1, made=now, is_frozen=True, reason=HOSTILE[0]), template).files


def make_lists() -> Mapping[str, bytes]:
    """Lists of issues, of the audit and of anything else: all are made by one function."""
    issues = [make_issue("cell.not_a_number", found=text, sheet=text[:31], cell="E9", label=text) for text in HOSTILE]
    at = datetime(2022, 5, 10, tzinfo=VIETNAM)
    lines = [
        put_into_words(
            AuditLine(at=at, actor=text, action=text, subject=text, programme="mau", details={"comment": text}),
            read_programme(),
        )
        for text in HOSTILE
    ]
    return {
        "lỗi.xlsx": write_list("Lỗi", HEADINGS, [told.parts for told in tell_issues(issues)]),
        "nhật ký.xlsx": write_list("Nhật ký", ["a", "b", "c", "d", "e"], lines),
        "đường dẫn.csv": render_csv(["a", "b"], [(text, text) for text in HOSTILE]),
    }


def make_forms() -> Mapping[str, bytes]:
    """A blank form beside earlier texts, a form filled in from paper, and the copies of a workbook with errors."""
    programme = read_programme()
    form, period, unit = programme.form_by_code[FORM], programme.period_by_code[PERIOD], programme.unit_by_code[UNIT]
    codes = [row.code for row in programme.rows(form, unit, period)]
    texts = {code: HOSTILE[number % len(HOSTILE)] for number, code in enumerate(codes)}
    contents = make_contents(programme, form, unit, period)
    wide = Contents(
        contents.values | texts | dict.fromkeys((each.code for each in form.narratives), "\n".join(HOSTILE)),
        {code: [dict.fromkeys(row, HOSTILE[number]) for number, row in enumerate(rows)]
         for code, rows in contents.tables.items()},
    )  # fmt: skip
    filled = fill_in(make_template(programme, form, unit, period), wide)
    outcome = check_workbook(filled, programme)
    assert outcome.can_be_marked
    lost = outcome.with_issues([make_issue("form.row_missing", label=HOSTILE[0], code_missing="B05")])
    copies = {"bản đánh dấu.xlsx": make_marked_copy(filled, outcome, programme),
              "biểu mới.xlsx": make_marked_copy(filled, lost, programme)}  # fmt: skip
    return {
        "biểu trống.xlsx": make_template(programme, form, unit, period, previous=texts),
        "từ bản giấy.xlsx": filled,
        **{name: data for name, data in copies.items() if data},
    }


def make_letters() -> Mapping[str, bytes]:
    """Letters of the office, whose reasons quote what a unit wrote; names of units come from a workbook too."""
    programme = read_programme()
    unit, form = programme.unit_by_code[UNIT].model_copy(update={"full_name": HOSTILE[0]}), programme.form_by_code[FORM]
    period = programme.period_by_code[PERIOD]
    occasion = Occasion(programme, period, period.due, None)
    returned = [Concerned(unit, form, text) for text in HOSTILE]
    letters = [return_together(occasion, returned), *return_each(occasion, returned)]
    return {"công văn.docx": render_letters(letters, programme, now=period.due)}


MAKERS: dict[str, Callable[[], Mapping[str, bytes]] | str] = {
    "report/plain.py": make_edition,
    "report/document/render.py": make_edition,
    "report/document/official_letter.py": make_letters,
    "report/sheets/workbook.py": make_edition,
    "workbook/lists.py": make_lists,
    "workbook/form/template.py": make_forms,
    "workbook/form/filling.py": make_forms,
    "workbook/marking/parts.py": make_forms,
    "domain/programme/amendments.py": "its files are what a programme is read from; no sender writes into them",
    "domain/programme/writing.py": "its files are what a programme is read from; no sender writes into them",
    "web/console/slips.py": "a list of `workbook/lists.py` and pages like all others; no sender writes into them",
    "workbook/programme/write.py": "a sổ has what the office itself wrote; its texts are written as strings",
}
"""Every module that writes CSV, Excel, Word or a package of them; a text says why nothing of a sender comes there."""

WRITERS = {"Workbook", "load_workbook", "DocxTemplate", "ZipFile", "DictWriter", "writer"}


def _find_makers() -> set[str]:
    return {
        str(path.relative_to(PRODUCT))
        for path in PRODUCT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and _is_writer(node)
    }


def _is_writer(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "ZipFile" and not any(isinstance(each, ast.Constant) and each.value == "w" for each in call.args):
        return False  # reads
    return name in WRITERS


def test_every_maker_of_files_is_among_those_that_are_tried() -> None:
    own = {"workbook/marking/copy.py"}  # its `Workbook` is the sender's, read part by part
    assert _find_makers() - own == set(MAKERS)


# What they make


@pytest.mark.parametrize("make", [make_edition, make_lists, make_forms, make_letters], ids=lambda make: make.__name__)
def test_no_file_runs_what_a_sender_wrote(
    make: Callable[[], Mapping[str, bytes]], tried: Callable[[int], None]
) -> None:
    files = make()
    faults = {name: list(_find_faults(name, data)) for name, data in files.items()}
    assert {name: found for name, found in faults.items() if found} == {}
    assert any(MARKER.search(text) for data in files.values() for text in _read_texts(data))
    tried(len(files) * len(HOSTILE))


def test_in_the_file_for_machines_every_text_is_as_it_was_written() -> None:
    told = json.loads(make_edition()["tong-hop.json"])
    assert {each["text"].split("\n")[0] for each in told["texts"]} == {HOSTILE[0]}
    assert {each["comment"] for each in told["statuses"]} <= {*HOSTILE, ""}


def _find_faults(name: str, data: bytes) -> Iterator[str]:
    if name.endswith(".csv"):
        yield from _find_armed_cells(data.decode("utf-8-sig"))
    elif not name.endswith(".json"):
        yield from _find_armed_parts(data)


def _find_armed_cells(text: str) -> Iterator[str]:
    """Cells that begin as formulas, separated by commas as we write them, or by semicolons or tabs as Excel may."""
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    for end in (";", "\t"):
        cells += [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=end) for cell in row]
        cells += [cell for line in re.split(r"[\r\n]", text) for cell in line.split(end)]
    yield from (cell for cell in cells if _ARMED.match(cell) and not _NUMBER.fullmatch(cell))


def _find_armed_parts(data: bytes) -> Iterator[str]:
    """Where the sender's words stand in a package and are not the text of a cell, a note or a run."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.namelist():
            if not part.endswith((".xml", ".rels", ".vml")):
                continue
            for element in ElementTree.fromstring(archive.read(part)).iter():
                tag = element.tag.rpartition("}")[2]
                said = _QUOTED.sub("", element.text or "") if tag == "formula" else element.text or ""
                if MARKER.search(said) and tag not in PLAIN_TAGS:
                    yield f"{part}: {tag}: {element.text}"
                if tag == "c" and element.get("t") == "e" and MARKER.search("".join(element.itertext())):
                    yield f"{part}: an error"
                yield from (f"{part}: {tag}@{key}" for key, value in element.items() if MARKER.search(value))


def _read_texts(data: bytes) -> Iterator[str]:
    if not data.startswith(b"PK"):
        yield data.decode("utf-8-sig")
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield from (archive.read(part).decode(errors="replace") for part in archive.namelist() if part.endswith(".xml"))


def test_a_text_that_looks_like_a_formula_stays_a_text_when_its_cell_is_edited() -> None:
    """Excel makes a formula of a text that is typed again, unless its format says that it is one."""
    with zipfile.ZipFile(io.BytesIO(make_edition()["bao-cao-tong-hop.xlsx"])) as archive:
        assert 'quotePrefix="1"' in archive.read("xl/styles.xml").decode()


# CSV, whatever the text


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="=+-@＝;\t\n\r\"' \u00a0a,1\ufeff"), max_size=3))
def test_whatever_was_written_no_cell_of_a_csv_begins_as_a_formula(texts: list[str]) -> None:
    text = render_csv(["ma", "noi-dung"], [["181", each] for each in texts]).decode("utf-8-sig")
    assert list(_find_armed_cells(text)) == []
    for each in texts:
        assert disarm(each).replace("'", "") == clean_text(each).replace("'", "")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("=1", "'=1"), ("a=1", "a=1"), ("a; b", "a; b"), ("a;=1", "a;'=1"), ("a; =1", "a;' =1"), ('a";"=1', 'a";\'"=1'),
        ("a\n- b", "a\n'- b"), ("Tày - Nùng", "Tày - Nùng"), ("＝1", "'＝1"), (" -", "' -"), ("\ta", "'\ta"), ("", ""),
        ("2022-05-14", "2022-05-14"),
    ],
)  # fmt: skip
def test_an_apostrophe_stands_only_where_a_cell_would_begin_as_a_formula(written: str, shown: str) -> None:
    assert disarm(written) == shown


def test_a_long_text_of_separators_is_disarmed_in_time_that_grows_with_its_length() -> None:
    assert disarm("\n" * 300_000 + "=") == "'" + "\n" * 300_000 + "'="
