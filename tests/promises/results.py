"""What the recorded runs found, for the page of the docs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.promises.catalogue import PROMISES

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "promises.json"


@dataclass
class Tried:
    """How a promise came through: tests, the cases within them, and tests that failed."""

    tests: int = 0
    cases: int = 0
    failures: int = 0


def add_up(files: Iterable[Mapping[str, Tried]]) -> dict[str, Tried]:
    """Each promise of the catalogue to what all files found of it."""
    files = list(files)
    return {code: _add([found[code] for found in files if code in found]) for code in PROMISES}


def _add(found: list[Tried]) -> Tried:
    return Tried(
        tests=sum(one.tests for one in found),
        cases=sum(one.cases for one in found),
        failures=sum(one.failures for one in found),
    )


def read_results() -> dict[str, Any]:
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}


def keep(found: dict[str, Any]) -> None:
    """Replaces what was kept of runs of the same name."""
    RESULTS.write_text(json.dumps(read_results() | found, indent=1, ensure_ascii=False) + "\n", "utf-8")


def keep_run(name: str, found: dict[str, Any]) -> None:
    """Replaces what was kept of the same files of tests and the tests in them; what is gone from tests/ goes."""
    kept = {place: run for place, run in read_results().get(name, {}).items() if not _is_among(place, found)} | found
    keep({name: {place: kept[place] for place in sorted(kept) if (ROOT / place.partition("::")[0]).exists()}})


def _is_among(place: str, others: Iterable[str]) -> bool:
    """Whether one of the others is the same file or test, or holds it, or stands in it."""
    return any(f"{one}::".startswith(f"{two}::") for other in others for one, two in ((place, other), (other, place)))
