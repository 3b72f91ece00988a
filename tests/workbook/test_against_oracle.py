"""The reader agrees with its oracle on mutated workbooks: on the refusal, or on every cell.

`tests/workbook/oracle` says what the oracle is, `mutations.py` what is mutated and how.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from chalicelib.domain.issues.issue import Refused
from chalicelib.workbook.reading.book import Book
from chalicelib.workbook.reading.reader import read_xlsx
from tests.workbook.mutations import make_bases, mutate
from tests.workbook.oracle.reader import read_by_oracle
from tests.workbook.packages import Parts

CASES, CASES_OF_SOAK, SHARDS = 1_000, 20_000, 4


def read(reader: Callable[[bytes], Book], data: bytes) -> Book | tuple[str, ...]:
    """The book, or the code of the refusal with the sheet and the cell that it names."""
    try:
        return reader(data)
    except Refused as refused:
        return (refused.issue.code, refused.issue.sheet, refused.issue.cell)


@pytest.fixture(scope="module")
def bases(make_workbook: Callable[..., bytes]) -> list[Parts]:
    return make_bases(make_workbook())


@pytest.mark.promise("as-it-stands")
@pytest.mark.parametrize("shard", range(SHARDS))
def test_mutated_workbooks_are_read_or_refused_as_by_the_oracle(
    shard: int, bases: list[Parts], is_soak: bool, tried: Callable[[int], None]
) -> None:
    number = (CASES_OF_SOAK if is_soak else CASES) // SHARDS
    ends: Counter[str] = Counter()
    for case in range(shard * number, (shard + 1) * number):
        data, told = mutate(Random(case), bases)  # noqa: S311 - the same on every run
        found = read(read_xlsx, data)
        assert found == read(read_by_oracle, data), f"case {case}: {told}"
        ends["read" if isinstance(found, Book) else found[0]] += 1
    tried(number)
    # Mutations of which all are refused, or none, would show nothing.
    assert ends["read"] > number / 6, ends
    assert len(ends) >= 4, ends
