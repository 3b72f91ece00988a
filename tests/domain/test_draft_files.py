"""Of drafts only what nobody needs loses its files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.period.draft_files import EditionOutline, Fate, Keeping, choose_removable

NOW = datetime(2022, 6, 20, 18, tzinfo=UTC)


def choose(
    *ages: int, frozen: int = 0, broken: int = 0, fates: tuple[Fate, ...] = (), latest: int = 1, days: int = 7
) -> list[int]:
    """Editions 1, 2 … of these ages in days; of them so many `frozen` ones at the end, and so many `broken` ones, which
    lack the Word document."""
    editions = [
        EditionOutline(
            number=number, made=NOW - timedelta(days=age), frozen=number > len(ages) - frozen,
            missing={"bao-cao.docx": "hỏng"} if number > len(ages) - broken else {},
        )
        for number, age in enumerate(ages, start=1)
    ]  # fmt: skip
    return list(choose_removable(editions, fates, keeping=Keeping(latest, days), now=NOW))


@pytest.mark.parametrize(
    ("found", "removable"),
    [
        (choose(9, 8, 7, 6, 5), [1, 2, 3]),
        (choose(9, 8, 7, latest=3), []),
        (choose(9, 8, 7, latest=0), [1, 2]),
        (choose(90, 80, 70, 60, broken=2), [1, 3]),
        (choose(90, 80, 70, 60, broken=2, frozen=1), [1, 3]),
        (choose(90, 80, 70, broken=3), [1, 2]),
        (choose(90, 80, 70, broken=1, fates=(Fate(number=2, removed=NOW),)), [2]),
        (choose(9, 8, 8, frozen=1), [1, 2]),
        (choose(90, 80, 70, frozen=3, latest=0), []),
        (choose(9, 8, 7, 6, fates=(Fate(number=2, downloaded=NOW),)), [1, 3]),
        (choose(9, 8, 7, 6, fates=(Fate(number=1, removed=NOW),)), [1, 2, 3]),
        (choose(), []),
    ],
    ids=["old ones", "the latest", "the latest whole one always", "followed by ones without a document",
         "by a frozen one without", "all without", "the latest whole one that has its files",
         "overtaken by a frozen one", "frozen ones", "downloaded ones", "what was removed stays so", "no editions"],
)  # fmt: skip
def test_what_loses_its_files(found: list[int], removable: list[int]) -> None:
    assert found == removable
