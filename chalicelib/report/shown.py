"""Where pages take a period's figures from: its reports of this moment, or those of the latest edition.

Adding up thousands of reports takes longer than a page may. Of a period of very many an edition also keeps what pages
show: one object of all figures, and one of pieces, of which a page reads those that it shows.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from io import BytesIO
from typing import NamedTuple

from pydantic import TypeAdapter

from chalicelib.domain.period import shown
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo
from chalicelib.domain.period.shown import ShownFigure, ShownFigures, ShownRow
from chalicelib.domain.programme.branches import name_part
from chalicelib.domain.programme.model import Indicator, Period, Programme
from chalicelib.domain.submission.records import Record
from chalicelib.report.gather import consolidate_standing
from chalicelib.store import editions, obligations, uploads
from chalicelib.store.addresses import read_state_sk
from chalicelib.store.errors import NotFound, missing_is_denied

MOST_LIVE = 300
"""Of a period with more reports due, pages show the figures of the latest edition."""

CONTENTS, PIECES = "trang-muc-luc.zz", "trang.zz"

_ROWS = TypeAdapter(tuple[ShownRow, ...])


class Span(NamedTuple):
    """Where a piece begins, and how long it is, in bytes."""

    start: int
    length: int


class KeptFigure(Record):
    """A figure, and where its rows are: by type of units the spans of its pages."""

    figure: ShownFigure
    rows: dict[str, tuple[Span, ...]]


class KeptFigures(Record):
    """What an edition keeps for pages. `spans` are of the figures, within the object `pieces`; `changes` tells how
    often each state that it was made from had been written, by form, then by unit."""

    number: int
    made: datetime
    programme_version: int
    figures: ShownFigures
    spans: dict[str, Span]
    pieces: str
    changes: dict[str, dict[str, int]]


class News(NamedTuple):
    """How a kept edition stands to this moment: its number and time, how many reports have come or changed since, and
    whether the programme has."""

    number: int
    made: datetime
    changed: int
    is_other_programme: bool


@dataclass(frozen=True)
class Live:
    """The figures of this moment."""

    consolidation: Consolidation
    news: News | None = None

    @cached_property
    def figures(self) -> ShownFigures:
        return shown.show_figures(self.consolidation)

    def find(self, code: str) -> ShownFigure | None:
        indicator = self._find(code)
        return shown.show_figure(self.consolidation, indicator) if indicator else None

    def list_rows(self, code: str, *, unit_type: str, page: int) -> Sequence[ShownRow]:
        """The rows of a page of a figure that there is."""
        indicator = self.consolidation.tally.indicator_by_code[code]
        rows = list(shown.show_rows(self.consolidation, indicator, unit_type))
        return rows[(page - 1) * shown.A_PAGE : page * shown.A_PAGE]

    def _find(self, code: str) -> Indicator | None:
        return self.consolidation.tally.indicator_by_code.get(code)


@dataclass(frozen=True)
class OfEdition:
    """The figures of an edition."""

    kept: KeptFigures
    news: News
    _found: dict[str, KeptFigure] = field(default_factory=dict, repr=False)

    @property
    def figures(self) -> ShownFigures:
        return self.kept.figures

    def find(self, code: str) -> ShownFigure | None:
        found = self._find(code)
        return found.figure if found else None

    def list_rows(self, code: str, *, unit_type: str, page: int) -> Sequence[ShownRow]:
        """The rows of a page of a figure that there is."""
        found = self._find(code)
        return _ROWS.validate_json(self._read(found.rows[unit_type][page - 1])) if found else ()

    def _find(self, code: str) -> KeptFigure | None:
        span = self.kept.spans.get(code)
        if span and code not in self._found:
            self._found[code] = KeptFigure.model_validate_json(self._read(span))
        return self._found.get(code)

    def _read(self, span: Span) -> bytes:
        """Raises NotFound if the edition keeps its pieces no more."""
        with missing_is_denied(self.kept.pieces):
            return zlib.decompress(uploads.read_report_part(self.kept.pieces, start=span.start, most=span.length))


Figures = Live | OfEdition


# Keeping


def is_large(programme: Programme, period: str) -> bool:
    return len(programme.obligations(period)) > MOST_LIVE


def keep(consolidation: Consolidation, edition: EditionInfo) -> str:
    """Keeps what pages show with an edition; returns the key of the contents, "" for a small period."""
    programme, period = consolidation.programme, consolidation.period.code
    if not is_large(programme, period):
        return ""

    def put(name: str, data: bytes) -> str:
        key, _ = uploads.put_report(
            name_part(programme), period=period, number=edition.number, name=name, data=data,
            is_frozen=edition.is_frozen,
        )  # fmt: skip
        return key

    pieces = BytesIO()
    spans = {each.code: _keep_figure(consolidation, each, pieces) for each in consolidation.tally.indicators}
    kept = KeptFigures(
        number=edition.number, made=edition.made, programme_version=programme.version,
        figures=shown.show_figures(consolidation), spans=spans, pieces=put(PIECES, pieces.getvalue()),
        changes={form: dict(own) for form, own in consolidation.changes.items()},
    )  # fmt: skip
    return put(CONTENTS, zlib.compress(kept.model_dump_json().encode()))


def _keep_figure(consolidation: Consolidation, indicator: Indicator, pieces: BytesIO) -> Span:
    figure = shown.show_figure(consolidation, indicator)
    rows = {
        each.unit_type: tuple(
            _add(pieces, _ROWS.dump_json(page)) for page in _cut(consolidation, indicator, each.unit_type)
        )
        for each in figure.types
    }
    return _add(pieces, KeptFigure(figure=figure, rows=rows).model_dump_json().encode())


def _cut(consolidation: Consolidation, indicator: Indicator, unit_type: str) -> Iterator[tuple[ShownRow, ...]]:
    rows = tuple(shown.show_rows(consolidation, indicator, unit_type))
    for start in range(0, len(rows), shown.A_PAGE):
        yield rows[start : start + shown.A_PAGE]


def _add(pieces: BytesIO, data: bytes) -> Span:
    start = pieces.tell()
    return Span(start, pieces.write(zlib.compress(data)))


# Finding


def find_figures(programme: Programme, period: str, *, as_of: datetime, years: int = 1) -> Figures | None:
    """The period's figures, of a small one compared with so many years before it; None of a large one whose latest
    edition keeps none, or keeps none any more. Of a branch that issues no reports there never is an edition."""
    if not is_large(programme, period) or not programme.is_issuing:
        return Live(consolidate_standing(programme, period, as_of=as_of, years=years))
    key = editions.find_shown(name_part(programme), period=period)
    kept = _read_kept(key) if key else None
    if kept is None:
        return None
    changed = _count_changed(programme, programme.period_by_code[period], kept)
    return OfEdition(kept, News(kept.number, kept.made, changed, kept.programme_version != programme.version))


def _read_kept(key: str) -> KeptFigures | None:
    with suppress(NotFound), missing_is_denied(key):
        return KeptFigures.model_validate_json(zlib.decompress(uploads.read_report(key)))
    return None


def _count_changed(programme: Programme, period: Period, kept: KeptFigures) -> int:
    """How many states have been written since; of a branch those of its own units."""
    units = {unit.code for unit in programme.units if unit.is_valid_on(period.data_to)}
    changed = 0
    for mark in obligations.list_marks(programme.code, period=period.code):
        form, unit = read_state_sk(mark.sk)
        is_own = unit in units and form in programme.form_by_code
        changed += is_own and kept.changes.get(form, {}).get(unit) != int(mark.change)
    return changed
