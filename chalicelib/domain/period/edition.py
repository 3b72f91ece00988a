"""Decides whether a period gets a new edition and under which number, and finds what changed since the last one.

No edition is made if nothing changed, unless the latest one lacks a file. Before the lock an edition is a draft; the
first one made at or after the lock is frozen; each later one is a numbered supplement that states what changed and why.
An edition that lacks a file is supplemented by none: the next one is held against the last whole one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.language.vietnamese import format_count, join_words
from chalicelib.domain.period import words
from chalicelib.domain.period.consolidation import Consolidation, Phase
from chalicelib.domain.period.manifest import hash_manifest, replace_office
from chalicelib.domain.period.points import Points
from chalicelib.domain.period.timeliness import ObligationStatus, Standing
from chalicelib.domain.period.totals import FigureState
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Edition
from chalicelib.domain.values import Value, simplify

_MOST_NAMED = 3
"""Units named in the reason of a supplement; what changed is listed beside it."""

PlainValue = bool | int | str | None
"""A JSON value; decimals are text, which keeps them exact."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The part of an edition that is needed to find what changed: values by indicator and unit (the flag marks
    "ước"), and (standing, revision) by unit and form."""

    figures: Mapping[tuple[str, str], tuple[PlainValue, bool]]
    statuses: Mapping[tuple[str, str], tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Past:
    """A period's editions so far: the latest one, and the last one that has all its files, with its contents.

    `contents` is None if there is no such edition, or if its inputs are those of now.
    """

    latest: Edition | None = None
    whole: Edition | None = None
    contents: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference from the edition before. `indicator` is empty and `form` is set if a submission's standing
    changed. `why` is the reason given for the exception or the revision."""

    unit: str
    indicator: str
    form: str
    before: PlainValue
    after: PlainValue
    why: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether an estimate has become a final figure."""
        return is_estimate(self.before) and self.after is not None and not is_estimate(self.after)


@dataclass(frozen=True, slots=True)
class EditionInfo:
    """What an edition states about itself. `is_frozen`: made at or after the lock. Number 0 is an unnumbered trial.

    `points` are those to look at; `plausibility.py` adds them. `is_retry`: nothing has changed since the latest
    edition, but that one lacks a file.
    """

    number: int
    made: datetime
    is_frozen: bool
    reason: str = ""
    differences: tuple[Difference, ...] = field(default=())
    previous_number: int = 0
    points: Points = field(default_factory=Points)
    is_retry: bool = False

    @property
    def is_supplement(self) -> bool:
        return self.is_frozen and bool(self.reason)

    @property
    def title(self) -> str:
        """The title for people: "Lần phát hành 3 (dự thảo)"."""
        if not self.number:
            return "Bản tổng hợp thử, chưa phát hành"
        kind = "bổ sung sau khi khóa" if self.is_supplement else "chính thức" if self.is_frozen else "dự thảo"
        return f"Lần phát hành {self.number} ({kind})"


def decide_edition(
    consolidation: Consolidation, past: Past, *, reason: str = "", only_changes: bool = False
) -> EditionInfo | None:
    """The edition to make; None if nothing changed since the latest one and that one is whole.

    `only_changes`: the office's own part is no change, nor what only looks otherwise than in a frozen edition.
    """
    latest, before, differences = past.latest, past.whole, _find_changes(consolidation, past)
    has_changed = _has_changed(consolidation, past, differences, only_changes=only_changes)
    if latest and not latest.missing and not has_changed:
        return None
    frozen = consolidation.phase is Phase.LOCKED
    return EditionInfo(
        number=latest.number + 1 if latest else 1,
        made=consolidation.as_of,
        is_frozen=frozen,
        reason=_choose_reason(reason, differences, consolidation, before),
        differences=differences,
        previous_number=before.number if before else 0,
        is_retry=not has_changed,
    )


def _choose_reason(
    given: str, differences: tuple[Difference, ...], consolidation: Consolidation, before: Edition | None
) -> str:
    """A supplement always has a reason; the first frozen edition has none."""
    if consolidation.phase is not Phase.LOCKED:
        return given
    if before is None or not before.frozen:
        return ""
    return given or _explain(differences, consolidation, before)


def _has_changed(
    consolidation: Consolidation, past: Past, differences: tuple[Difference, ...], *, only_changes: bool
) -> bool:
    """Whether anything is other than in the latest edition."""
    latest = past.latest
    if latest is None:
        return True
    if latest.inputs_hash == consolidation.inputs_hash:
        return False
    if not only_changes:
        return True
    is_settled = latest.frozen and past.contents is not None and not differences
    return not (is_settled or is_same_but_for_office(consolidation, latest))


def _find_changes(consolidation: Consolidation, past: Past) -> tuple[Difference, ...]:
    if past.contents is None:
        return ()
    return tuple(find_differences(past.contents, take_snapshot(consolidation), consolidation.reporting.statuses))


def is_same_but_for_office(consolidation: Consolidation, edition: Edition) -> bool:
    """Whether at most the office's own part, such as its draft, has changed since the edition."""
    return hash_manifest(replace_office(consolidation.manifest, edition.office)) == edition.inputs_hash


def _explain(differences: tuple[Difference, ...], consolidation: Consolidation, before: Edition) -> str:
    """The sentence that explains a supplement for which no reason was given."""
    if is_same_but_for_office(consolidation, before):
        is_text = consolidation.manifest.get("office", {}).get("draft") != before.office.get("draft")
        done = "Sửa lời văn của báo cáo" if is_text else "Bổ sung ý kiến về các điểm cần xem lại"
        return f"{done}; số liệu giữ nguyên."
    units = {each.unit: each.why for each in differences}
    if not units:
        return "Thông tin của chương trình hoặc cách trình bày thay đổi; số liệu giữ nguyên."
    names = [consolidation.tally.name_shortly(unit) for unit in units]
    given = sorted({why for why in units.values() if why})
    whose = join_words(names) if len(names) <= _MOST_NAMED else f"{format_count(len(names))} đơn vị"
    done = "Chính thức hóa số ước" if _settle_estimates(differences) else "Bổ sung, điều chỉnh số liệu"
    return f"{done} của {whose}{': ' if given else ''}{'; '.join(given)}."


def _settle_estimates(differences: tuple[Difference, ...]) -> bool:
    """Whether every figure that changed was an estimate and is none any more."""
    changed = [each for each in differences if each.indicator]
    return bool(changed) and all(each.is_settled for each in changed)


def take_snapshot(consolidation: Consolidation) -> Snapshot:
    return Snapshot(
        figures={
            (code, unit): (plain_value(figure.value), figure.estimated)
            for code, by_unit in consolidation.tally.figures.items()
            for unit, figure in by_unit.items()
            if figure.state is FigureState.KNOWN
        },
        statuses={
            (each.unit, each.form): (str(each.standing), each.revision) for each in consolidation.reporting.statuses
        },
    )


def find_differences(before: Snapshot, after: Snapshot, statuses: Iterable[ObligationStatus]) -> Iterator[Difference]:
    """Every changed standing and figure of every unit, in the order of forms, then of indicators; with the reason that
    stands beside the unit's report now, which the statuses tell."""
    why = {each.unit: each.exception_reason or each.justification for each in statuses}
    for unit, form in sorted(before.statuses.keys() | after.statuses.keys()):
        old, new = before.statuses.get((unit, form)), after.statuses.get((unit, form))
        if old != new:
            yield Difference(unit, "", form, _show_status(old), _show_status(new), why.get(unit, ""))
    for code, unit in sorted(before.figures.keys() | after.figures.keys()):
        figures = before.figures.get((code, unit)), after.figures.get((code, unit))
        if figures[0] != figures[1]:
            yield Difference(unit, code, "", _show_figure(figures[0]), _show_figure(figures[1]), why.get(unit, ""))


def name_subject(difference: Difference, programme: Programme) -> str:
    """The figure or the form that a difference is about; the code of one that the programme no longer has."""
    if difference.indicator:
        indicator = programme.indicator_by_code.get(difference.indicator)
        return indicator.label if indicator else difference.indicator
    form = programme.form_by_code.get(difference.form)
    return form.title if form else difference.form


def _show_status(status: tuple[str, int] | None) -> str | None:
    if status is None:
        return None
    standing, revision = Standing(status[0]), status[1]
    if not revision:
        return words.STANDING[standing]
    return (
        f"{words.STANDING[standing]} (bản nộp {revision}{' không được tính' if standing is Standing.MISSING else ''})"
    )


def _show_figure(figure: tuple[PlainValue, bool] | None) -> PlainValue:
    if figure is None:
        return None
    return f"{figure[0]}{words.ESTIMATED}" if figure[1] else figure[0]


def plain_value(value: Value | None) -> PlainValue:
    return str(value) if isinstance(value, Decimal) else value


def is_estimate(value: PlainValue) -> bool:
    return isinstance(value, str) and value.endswith(words.ESTIMATED)


def read_kept(value: PlainValue) -> Value | None:
    """A figure as a difference keeps it, where a decimal and an estimate are text; other text stays text.

    >>> read_kept(3), read_kept("12.5 (ước)"), read_kept("2022-05-14")
    (3, Decimal('12.5'), '2022-05-14')
    """
    if not isinstance(value, str):
        return value
    try:
        return simplify(Decimal(value.removesuffix(words.ESTIMATED)))
    except ArithmeticError:
        return value
