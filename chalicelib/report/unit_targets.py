"""The targets of one unit as an edition has them: read from the edition's own file, so that they are what it says."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from chalicelib.domain.period.targets import ConditionResult, TargetState
from chalicelib.domain.submission.records import Edition
from chalicelib.domain.values import Number, simplify
from chalicelib.report.files import TARGETS
from chalicelib.store import uploads


class UnitTarget(NamedTuple):
    """One condition of a target with the unit's result."""

    title: str
    result: ConditionResult


def read_unit_targets(edition: Edition, unit: str) -> list[UnitTarget]:
    """The unit's results in the order of the file; none where the edition has no such file. One read of S3."""
    if TARGETS not in edition.files:
        return []
    text = uploads.read_report(edition.files[TARGETS]).decode("utf-8-sig")
    return list(_pick(text, unit=unit))


def _pick(text: str, *, unit: str) -> Iterator[UnitTarget]:
    for row in csv.DictReader(io.StringIO(text, newline="")):
        if row["unit"] == unit:
            yield UnitTarget(
                row["title"],
                ConditionResult(
                    indicator=row["indicator"], value=_read(row["value"]), at_least=_read(row["at_least"]),
                    state=TargetState(row["state"]), estimated=row["estimated"] == "true",
                ),
            )  # fmt: skip


def _read(text: str) -> Number | None:
    return simplify(Decimal(text)) if text else None
