"""The main job end to end: what the demonstration leaves is held against the sample workbooks by other programs."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas
import pytest

from infra.demo.__main__ import DRAFT
from infra.demo.samples import LATE, MISSING, WITH_ERRORS
from infra.package import ROOT

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make demo` leaves, made in a directory of its own. On a busy machine sending takes its time."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "infra.demo", "--out", str(folder / "out"), "--var", str(folder / "var")]
    done = subprocess.run([*command, "--time-to-due", "45"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder / "out"


def read_table(out: Path, name: str) -> list[dict[str, str]]:
    with (out / "edition" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_unit_stands_as_it_really_reported(out: Path) -> None:
    standing = {row["unit"]: row["standing"] for row in read_table(out, "tinh-hinh-nop.csv")}
    assert len(standing) == 11
    assert {unit for unit, found in standing.items() if found == "late"} == {LATE}
    assert {unit for unit, found in standing.items() if found == "missing"} == {MISSING, WITH_ERRORS}
    refused = {row["unit"] for row in read_table(out, "tinh-hinh-nop.csv") if row["refused"] == "true"}
    assert refused == {WITH_ERRORS}


def rows_of(path: Path) -> list[list[Any]]:
    """Sheet "Số liệu" as pandas reads it."""
    engine = "openpyxl" if path.suffix == ".xlsx" else "calamine"
    frame = pandas.read_excel(path, sheet_name="Số liệu", header=None, engine=engine, dtype=object)
    return [[None if pandas.isna(value) else value for value in row] for row in frame.to_numpy()]


def number(value: Any) -> Decimal | None:
    """The samples' few typed figures: "935 lượt người", "186 triệu đồng", "không"."""
    if isinstance(value, str):
        match = re.match(r"([\d.]+)( triệu)?", value)
        if match is None:
            return Decimal(0) if value == "không" else None
        return Decimal(match[1].replace(".", "")) * (1_000_000 if match[2] else 1)
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None


def test_every_total_equals_the_sum_over_the_sample_workbooks(out: Path) -> None:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for path in (out / "samples").iterdir():
        if path.name.startswith(WITH_ERRORS):
            continue
        for code, _, _, _, value, *_ in rows_of(path):  # code, number, label, unit of measure, figure
            if isinstance(code, str) and re.fullmatch(r"[A-I]\d\d[a-k]?", code) and number(value) is not None:
                sums[code] += number(value) or 0
    totals = {
        row["indicator"]: Decimal(row["value"])
        for row in read_table(out, "tong-hop.csv")
        if row["unit_type"] == "district" and row["kind"] in ("flow", "stock", "measure", "money") and row["value"]
    }
    computed = {"C29", "F60", "I91", "I92"}  # formulas: openpyxl's samples hold no stored value for them
    assert len(totals) > 100
    assert {code: total for code, total in totals.items() if code not in computed} == {
        code: sums[code] for code in totals if code not in computed
    }
    assert totals["I91"] == sum(totals[f"I91{part}"] for part in "abcde")


def test_the_edition_names_its_inputs_with_their_hashes(out: Path) -> None:
    edition = json.loads((out / "edition" / "tong-hop.json").read_text("utf-8"))
    states = edition["inputs"]["states"]
    assert len([state for state in states if state["sha256"]]) == 9
    assert edition["edition"]["number"] == 1


def test_the_workbook_and_the_document_are_there(out: Path) -> None:
    sheets = openpyxl.load_workbook(out / "edition" / "bao-cao-tong-hop.xlsx").sheetnames
    assert len(sheets) >= 6
    assert (out / "edition" / "bao-cao-tong-hop.docx").read_bytes()[:2] == b"PK"


def test_the_report_has_the_offices_draft_and_no_sentence_of_nought(out: Path) -> None:
    said = [each.text for each in docx.Document(str(out / "edition" / "bao-cao-tong-hop.docx")).paragraphs]
    for path in DRAFT.iterdir():
        for line in path.read_text("utf-8").splitlines():
            known = [part for part in re.split(r"\[[^]]*\]|\*\*", line) if part.strip()]
            assert any(all(part in text for part in known) for text in said), line
    assert [text for text in said if re.search(r"(?<![\w.,/-])0+ (?!giờ|%)", text)] == []


def test_the_command_line_tells_a_right_sample_from_a_wrong_one(out: Path) -> None:
    for unit, code in (("185", 0), (WITH_ERRORS, 1)):
        path = next((out / "samples").glob(f"{unit} *"))
        assert subprocess.run([sys.executable, "-m", "chalicelib.cli", "check", str(path)], cwd=ROOT, check=False,
                              capture_output=True).returncode == code  # fmt: skip
