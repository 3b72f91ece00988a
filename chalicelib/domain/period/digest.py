"""The units' answers to the fields of prose, side by side: what several wrote alike is one answer.

The office writes its report from them, and the appendix of the units' own words prints them. A sentence that the office
takes into its draft keeps the unit, the field and the revision that it was taken from; when the unit no longer says it,
the office is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from chalicelib.domain.language.prose import make_prose_key, split_sentences
from chalicelib.domain.language.spelling import make_search_key
from chalicelib.domain.period.body import Source
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.draft import Taken, disarm, list_taken
from chalicelib.domain.period.figures import UnitText
from chalicelib.domain.period.timeliness import ObligationStatus, Standing
from chalicelib.domain.programme.model import Narrative


class Sentence(NamedTuple):
    """`key` is that of `find_taken`; `units` are all that wrote it under this field, in whichever opinion."""

    text: str
    key: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One text, as the first of its units wrote it; `source` is that unit's report, `places` are all its cells."""

    text: str
    source: Source
    units: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A field of prose with all that was answered to it: most often said first, then in the order of the units.

    `declined` are the units that wrote "Không", `blank` those that wrote nothing, and `missing` those of which no
    report counts: what they would say is not known. `said` are the texts that the opinions were made of.
    """

    narrative: Narrative
    said: tuple[UnitText, ...]
    opinions: tuple[Opinion, ...]
    declined: tuple[str, ...]
    blank: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def silent(self) -> tuple[str, ...]:
        """The units whose report counts and says nothing here."""
        return (*self.declined, *self.blank)

    @cached_property
    def _writers(self) -> dict[tuple[str, str], dict[str, None]]:
        return _list_writers(self.said)

    def split(self, opinion: Opinion) -> tuple[Sentence, ...]:
        """The sentences of one of the opinions. Only who takes single ones needs them."""
        keyed = ((text, make_prose_key(disarm(text))) for text in split_sentences(opinion.text))
        return tuple(Sentence(text, key, tuple(self._writers[self.narrative.code, key])) for text, key in keyed)

    def find_sentence(self, source: Source, place: int) -> str | None:
        """The sentence at this place of the opinion with this source; None if the source is another one by now."""
        opinion = next((each for each in self.opinions if each.source == source), None)
        sentences = self.split(opinion) if opinion else ()
        return sentences[place].text if place < len(sentences) else None


class Outdated(NamedTuple):
    """A sentence of the draft that its unit no longer says.

    `revision` is the one that counts now, 0 if none does; `others` are the units that still say it.
    """

    taken: Taken
    revision: int
    others: tuple[str, ...]


def read_digest(consolidation: Consolidation) -> tuple[Question, ...]:
    """The fields of prose of the period's forms, each once, in printed order."""
    asked: dict[str, Narrative] = {}
    for form in consolidation.tally.forms:
        for narrative in consolidation.programme.narratives(form, consolidation.period):
            asked.setdefault(narrative.code, narrative)
    texts: dict[str, list[UnitText]] = defaultdict(list)
    for each in consolidation.texts:
        texts[each.narrative.code].append(each)
    return tuple(_read_question(consolidation, narrative, texts[code]) for code, narrative in asked.items())


def _read_question(consolidation: Consolidation, narrative: Narrative, texts: Sequence[UnitText]) -> Question:
    said = tuple(each for each in texts if not each.is_idle)
    writers, decliners = {each.unit for each in said}, {each.unit for each in texts}
    counted, owing = _find_asked(consolidation, narrative.code)

    def order(units: Iterable[str]) -> tuple[str, ...]:
        known = set(units)
        return tuple(unit.code for unit in consolidation.tally.units if unit.code in known)

    return Question(
        narrative=narrative,
        said=said,
        opinions=_merge(said, consolidation.reporting.status_by_key),
        declined=order(decliners - writers),
        blank=order(counted - decliners),
        missing=order(owing - counted),
    )


def _find_asked(consolidation: Consolidation, field: str) -> tuple[set[str], set[str]]:
    """The units of which a report with this field counts, and those that owe one."""
    forms = {form.code for form in consolidation.tally.forms if any(each.code == field for each in form.narratives)}
    asked = [each for each in consolidation.reporting.statuses if each.form in forms]
    counted = {each.unit for each in asked if each.standing is not Standing.MISSING}
    return counted, {each.unit for each in asked if each.is_expected}


def _merge(texts: Sequence[UnitText], status_by_key: Mapping[tuple[str, str], ObligationStatus]) -> tuple[Opinion, ...]:
    alike: dict[str, list[UnitText]] = defaultdict(list)
    for each in texts:
        alike[each.key].append(each)
    opinions = [
        Opinion(
            text=first.text,
            source=Source(first.unit, first.narrative.code, status_by_key[first.unit, first.form].revision),
            units=tuple(dict.fromkeys(each.unit for each in own)),
            places=tuple(dict.fromkeys(f"{each.sheet}!{each.cell}" for each in own)),
        )
        for own in alike.values()
        for first in own[:1]
    ]
    return tuple(sorted(opinions, key=lambda opinion: -len(opinion.units)))


# Searching


def search(question: Question, wanted: str, *, names: Mapping[str, str]) -> Question:
    """Only what holds all the wanted words, in its text or in a unit's name; marks do not matter."""
    words = make_search_key(wanted).split()
    keys = {unit: make_search_key(name) for unit, name in names.items()}

    def is_wanted(units: Sequence[str], text: str = "") -> bool:
        told = " ".join([make_search_key(text), *(keys.get(unit, "") for unit in units)])
        return all(word in told for word in words)

    def keep(units: Sequence[str]) -> tuple[str, ...]:
        return tuple(unit for unit in units if is_wanted([unit]))

    return replace(
        question,
        opinions=tuple(each for each in question.opinions if is_wanted(each.units, each.text)),
        declined=keep(question.declined),
        blank=keep(question.blank),
        missing=keep(question.missing),
    )


# Sentences that stand in the office's draft


def find_taken(texts: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """The headings of sentences that were taken already, by field and key, whoever wrote them."""
    return {(each.source.field, each.key): each.heading for each in list_taken(texts)}


def find_outdated(texts: Mapping[str, str], consolidation: Consolidation) -> tuple[Outdated, ...]:
    """The sentences of the draft whose unit has sent a newer report that does not say them, or of which none counts."""
    fields = {form.code: [each.code for each in form.narratives] for form in consolidation.programme.forms}
    current: dict[tuple[str, str], list[int]] = defaultdict(list)
    for each in consolidation.inputs:
        for field in fields[each.form]:
            current[each.unit, field].append(each.revision)
    writers = _list_writers(consolidation.texts)
    found = []
    for taken in list_taken(texts):
        counting = current[taken.source.unit, taken.source.field]
        saying = writers[taken.source.field, taken.key]
        if taken.source.revision not in counting and taken.source.unit not in saying:
            found.append(Outdated(taken, max(counting, default=0), tuple(saying)))
    return tuple(found)


def _list_writers(texts: Iterable[UnitText]) -> dict[tuple[str, str], dict[str, None]]:
    """By field and sentence the units that wrote it, in their order."""
    writers: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for each in texts:
        for sentence in split_sentences(each.text):
            writers[each.narrative.code, make_prose_key(disarm(sentence))][each.unit] = None
    return writers
