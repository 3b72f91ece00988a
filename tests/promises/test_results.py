"""What runs of the promises' tests found is kept by file or by test, so that a full load can be run in parts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.promises import results

FILE = "tests/promises/test_life.py"
TEST, OTHER = f"{FILE}::test[1]", f"{FILE}::test[2]"


@pytest.mark.parametrize(
    ("before", "now", "left"),
    [
        ([FILE], [FILE], [FILE]), ([TEST], [TEST], [TEST]), ([TEST], [OTHER], [TEST, OTHER]), ([TEST], [FILE], [FILE]),
        ([FILE], [TEST], [TEST]), (["tests/gone.py"], [TEST], [TEST]),
    ],
)  # fmt: skip
def test_a_run_replaces_what_it_tried_again(
    before: list[str], now: list[str], left: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "RESULTS", tmp_path / "promises.json")
    results.keep({"soak": dict.fromkeys(before, 1)})
    results.keep_run("soak", dict.fromkeys(now, 2))
    kept = json.loads((tmp_path / "promises.json").read_text("utf-8"))["soak"]
    assert list(kept) == left
    assert [kept[place] for place in now] == [2] * len(now)
