"""Whoever holds a unit's code is looked up, however many units there are."""

from __future__ import annotations

import pytest

from chalicelib.domain.programme.loading import load_programme
from chalicelib.domain.programme.model import Unit
from tests.report.samples import FORMS, add_districts


def test_of_thousands_of_units_only_those_of_the_code_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = [path for path in (FORMS / "ct138-2022").iterdir() if path.suffix in (".toml", ".csv")]
    files = add_districts({path.name: path.read_text(encoding="utf-8") for path in folder}, 3_000)
    programme = load_programme(files)
    looked: list[str] = []
    is_valid_on = Unit.is_valid_on
    monkeypatch.setattr(Unit, "is_valid_on", lambda unit, day: looked.append(unit.code) or is_valid_on(unit, day))
    period = programme.periods[0]
    for code in ("90000", "92999"):
        assert programme.find_unit(code, period) is programme.find_holder(code, period.data_to)
    assert programme.find_unit("x", period) is None
    assert looked == ["90000", "90000", "92999", "92999"]
