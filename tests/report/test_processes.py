"""Work is spread over processes: in order, in batches, and never far ahead of who fetches the results."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import pytest

from chalicelib.report.processes import spread


def double(numbers: Sequence[int]) -> list[int]:
    return [2 * number for number in numbers]


def name_process(numbers: Sequence[int]) -> list[int]:
    return [os.getpid() for _ in numbers]


@pytest.mark.parametrize("count", [0, 1, 7, 40])
def test_results_come_in_the_order_of_the_items(count: int) -> None:
    assert list(spread(double, range(count), at_once=4, workers=2)) == [2 * number for number in range(count)]


@pytest.mark.parametrize(("count", "workers", "is_here"), [(7, 2, True), (8, 2, False), (40, 1, True)])
def test_two_full_batches_are_worth_a_process(count: int, workers: int, is_here: bool) -> None:
    found = set(spread(name_process, range(count), at_once=4, workers=workers))
    assert (found == {os.getpid()}) is is_here


@pytest.mark.parametrize("workers", [1, 2])
def test_items_are_taken_as_results_are_fetched(workers: int) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = spread(double, items(), at_once=4, workers=workers)
    assert next(results) == 0
    assert len(taken) <= 32
    results.close()  # type: ignore[attr-defined]


def test_what_goes_wrong_in_a_process_goes_wrong_here() -> None:
    with pytest.raises(TypeError):
        list(spread(double, [*range(8), None], at_once=4, workers=2))  # type: ignore[list-item]
