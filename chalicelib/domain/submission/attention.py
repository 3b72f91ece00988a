"""What of a submission deserves a look before it is approved: the figures that the checks warned of, those that its
unit has changed since its last revision, and those that lie far from what it said before, or from what other units say.

Nothing is judged wrong here, and nothing that is missing is held against anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from chalicelib.domain.issues.issue import Issue
from chalicelib.domain.programme.model import Indicator
from chalicelib.domain.submission.differences import RevisionDifference, find_differences
from chalicelib.domain.submission.earlier import Earlier
from chalicelib.domain.submission.filled_form import Rows
from chalicelib.domain.submission.records import Submission
from chalicelib.domain.values import read_number

FACTOR = 2
"""A figure that has doubled or halved is worth a look. At five times the sender is asked already (`earlier.py`)."""

LEAST = 20
LEAST_IN_DONG = 20_000_000
"""Figures that are less apart than this are not: small counts jump by themselves."""


def find_least(indicator: Indicator) -> int:
    """The least by which two of its figures must be apart to be looked at."""
    return LEAST_IN_DONG if indicator.kind.is_in_dong else LEAST


@dataclass(frozen=True, slots=True)
class Concern:
    """A figure to look at, and why: the warnings about it, its change since the last revision, its distance from before
    and, in words, from the other units."""

    code: str
    warnings: tuple[Issue, ...] = ()
    change: RevisionDifference | None = None
    is_far: bool = False
    beside: str = ""

    @property
    def rank(self) -> int:
        """By its first reason: a warning, a change, a distance."""
        return 0 if self.warnings else 1 if self.change else 2


@dataclass(frozen=True, slots=True)
class Attention:
    """The figures to look at, in the order of their reasons and then of the form; `warnings` about no single figure;
    `changes` of texts and lists."""

    concerns: tuple[Concern, ...] = ()
    warnings: tuple[Issue, ...] = ()
    changes: tuple[RevisionDifference, ...] = ()

    @property
    def number(self) -> int:
        return len(self.concerns) + len(self.warnings) + len(self.changes)


def find_attention(
    rows: Rows,
    revision: Submission,
    earlier: Earlier,
    *,
    previous: Submission | None,
    labels: Mapping[str, str],
    beside: Mapping[str, str] | None = None,
) -> Attention:
    """What to look at in `revision`. `previous` is the revision before it, `labels` name what may have changed, and
    `beside` says by indicator what stands out beside other units."""
    differences = find_differences(previous, revision, labels) if previous and not previous.purged else ()
    changes = {each.code: each for each in differences}
    codes = {row.code for row in rows}
    concerns = (
        Concern(
            row.code,
            tuple(each for each in revision.warnings if each.indicator == row.code),
            changes.get(row.code),
            _is_far(row, revision, earlier),
            (beside or {}).get(row.code, ""),
        )
        for row in rows
    )
    found = [each for each in concerns if each.warnings or each.change or each.is_far or each.beside]
    return Attention(
        concerns=tuple(sorted(found, key=lambda each: each.rank)),
        warnings=tuple(each for each in revision.warnings if each.indicator not in codes),
        changes=tuple(each for code, each in changes.items() if code not in codes),
    )


def _is_far(row: Indicator, revision: Submission, earlier: Earlier) -> bool:
    """Whether a number has doubled or halved. What adds up over the year is not held against a part of the year."""
    before = earlier.last_year if earlier.included and row.kind.is_accumulated else earlier.nearest
    figure, other = revision.values.get(row.code), before.get(row.code)
    new, old = (read_number(each.value) if each else None for each in (figure, other))
    if new is None or old is None or not row.kind.is_number:
        return False
    low, high = sorted((Fraction(new), Fraction(old)))
    return high - low >= find_least(row) and high >= FACTOR * low
