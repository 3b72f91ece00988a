"""Open data: valid by Frictionless, exact, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo, take_snapshot
from chalicelib.domain.period.timeliness import ObligationStatus
from chalicelib.domain.programme.model import Regime
from chalicelib.report.data import make_data_files, read_snapshot
from chalicelib.report.files import JSON, PACKAGE
from tests.report.documents import change


@pytest.fixture(scope="module")
def files(made: Consolidation, edition: EditionInfo) -> dict[str, bytes]:
    return make_data_files(made, edition)


class Looked(tuple[ObligationStatus, ...]):
    """Counts how often it is gone through."""

    times = 0

    def __iter__(self) -> Iterator[ObligationStatus]:
        Looked.times += 1
        return super().__iter__()


def test_the_reports_are_not_gone_through_for_every_figure(made: Consolidation, edition: EditionInfo) -> None:
    """Units by figures would grow with the square of the units."""
    reporting = replace(made.reporting, statuses=Looked(made.reporting.statuses))
    make_data_files(replace(made, reporting=reporting), edition)
    assert 0 < Looked.times < 20


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_frictionless_finds_the_package_valid(files: dict[str, bytes], tmp_path: Path) -> None:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "frictionless", "validate", "datapackage.json", "--json"],
        cwd=tmp_path, capture_output=True, check=False, text=True,
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert report["valid"], report
    assert len(report["tasks"]) == len([name for name in files if name.endswith(".csv")])


def test_csv_bears_the_mark_that_excel_wants_and_exact_numbers(made: Consolidation, files: dict[str, bytes]) -> None:
    assert files["so-lieu.csv"].startswith(b"\xef\xbb\xbf")
    for row in read(files["tong-hop.csv"]):
        total = next(
            each for each in made.tally.totals[row["indicator"]].subtotals if each.unit_type == row["unit_type"]
        )
        assert (Decimal(row["value"]) if row["value"] else None) == total.value


@pytest.mark.promise("disarmed")
def test_no_text_in_csv_can_be_a_formula(files: dict[str, bytes]) -> None:
    seen = 0
    for name, data in files.items():
        if name.endswith(".csv"):
            for row in read(data):
                for value in row.values():
                    assert not value.startswith(("=", "+", "@", "\t", "\r"))
                    assert not value.startswith("-") or Decimal(value)
                    seen += "cmd|" in value
    assert seen


def test_json_is_exact_and_keeps_the_senders_words(made: Consolidation, files: dict[str, bytes]) -> None:
    raw = json.loads(files[JSON], parse_float=lambda text: pytest.fail(f"a float: {text}"))
    assert raw["inputs_hash"] == made.inputs_hash
    assert any(each["text"].startswith("=cmd|") for each in raw["texts"])
    assert [each["value"] for each in raw["figures"] if each["state"] == "missing"].count(None) > 100


def test_a_snapshot_comes_back_as_it_went(made: Consolidation, files: dict[str, bytes]) -> None:
    assert read_snapshot(files[JSON]) == take_snapshot(made)


def test_the_same_inputs_give_the_same_bytes(
    made: Consolidation, edition: EditionInfo, files: dict[str, bytes]
) -> None:
    assert make_data_files(made, edition) == files


def test_the_package_has_the_reporting_regime_and_the_organisation_codes_where_the_programme_says_them(
    made: Consolidation, edition: EditionInfo, files: dict[str, bytes]
) -> None:
    assert "regime" not in json.loads(files[PACKAGE])
    first, *others = made.tally.units
    units = (first.model_copy(update={"organisation_code": "H37.1"}), *others)
    regime = Regime(name="Báo cáo năm")
    told = replace(made, tally=replace(made.tally, units=units, programme=change(made.programme, regime=regime)))
    again = make_data_files(told, edition)
    assert json.loads(again[PACKAGE])["regime"] == {"name": "Báo cáo năm"}
    listed = json.loads(again[JSON])["units"]
    assert [each.get("organisation_code") for each in listed] == ["H37.1", *[None] * len(others)]
