"""Publishes a period: gathers its facts, decides whether anything changed, and writes a new edition if so."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.draft import Draft
from chalicelib.domain.period.edition import EditionInfo, Past, decide_edition
from chalicelib.domain.period.plausibility import add_points
from chalicelib.domain.period.points import Confirmation
from chalicelib.domain.programme.branches import join_branch, name_part
from chalicelib.domain.programme.model import Period, Programme
from chalicelib.domain.submission.records import Edition
from chalicelib.domain.submission.review import LAST_LOOK
from chalicelib.report import shown
from chalicelib.report.data import read_snapshot
from chalicelib.report.files import JSON
from chalicelib.report.gather import (
    MOST_YEARS,
    consolidate_stored,
    describe_confirmations,
    describe_draft,
    load_template,
)
from chalicelib.report.rendering import Rendered, make_files
from chalicelib.store import confirmations, drafts, editions, obligations, programmes, uploads
from chalicelib.store.errors import EditionExists, NotFound

ATTEMPTS = 3
"""Attempts, because another publisher may take the number; each attempt gathers the facts again."""

FREEZE_WITHIN = timedelta(days=7)
"""For this long after its lock, a period without any report still gets its frozen edition."""

DAILY_AT = 18
"""The hour (UTC) in which periods locked long ago are looked at: 01:00 in Viet Nam."""

_log = logging.getLogger(__name__)


class Evidence(NamedTuple):
    """Everything that the decision about an edition is based on."""

    consolidation: Consolidation
    past: Past
    template: bytes
    draft: Draft | None
    confirmations: Sequence[Confirmation]

    @property
    def texts(self) -> Mapping[str, str]:
        """The office's own texts by heading."""
        return self.draft.texts if self.draft else {}

    def without_past(self) -> Evidence:
        """Without the figures of the edition before: they are compared and need not wait while files are made."""
        return self._replace(past=replace(self.past, contents=None))


class PublishingFailed(Exception):
    """Some periods could not be published; the others were. The message names each with its reason."""


def publish_edition(
    programme: str, *, period: str, now: datetime, actor: str = "schedule", reason: str = "", only_changes: bool = False
) -> Edition:
    """Makes a new edition of one period; returns the latest one if nothing changed.

    `programme` is its code, or names one branch of it: such an edition has numbers of its own, is of the branch's units
    alone, and the branch's office signs it.
    A file that the latest edition lacks is tried again: a new edition appears once it can be made.
    `only_changes`: none is made if only the office's own part differs from the latest one, nor a frozen one again if
    only its presentation would differ. Raises NotFound for an unknown programme, KeyError for an unknown period, and
    StorageErrors.
    """
    for _ in range(ATTEMPTS):
        facts = gather(programme, period_code=period, now=now)
        edition = decide(facts, reason=reason, only_changes=only_changes)
        facts = facts.without_past()
        made, latest = facts.consolidation, facts.past.latest
        rendered = make_files(made, edition, facts.template, facts.texts) if edition else Rendered({}, {})
        if latest and (edition is None or (edition.is_retry and rendered.missing)):
            return latest
        if edition is None:
            raise ValueError(f"{programme} {period}: no edition, and none decided")
        try:
            return _write(made, edition, rendered, actor=actor)
        except EditionExists:
            continue
    raise EditionExists(f"{programme} {period}")


def decide(facts: Evidence, *, reason: str = "", only_changes: bool = False) -> EditionInfo | None:
    """The edition to make, with its points to look at; None if nothing has changed."""
    edition = decide_edition(facts.consolidation, facts.past, reason=reason, only_changes=only_changes)
    return edition and add_points(edition, facts.consolidation, facts.confirmations)


def gather(part: str, *, period_code: str, now: datetime) -> Evidence:
    """Everything that the store knows about the period of a programme or of one branch of it."""
    programme = programmes.load_part(part)
    if not programme.is_issuing:
        raise NotFound(f"issuer of {part}")
    template = load_template(programme.code, programme.version, period_code)
    draft, confirmed = find_office(programme, period_code)
    consolidation = consolidate_stored(
        programme, period_code, as_of=now, template=template,
        office=describe_draft(draft) | describe_confirmations(confirmed), years=MOST_YEARS,
    )  # fmt: skip
    return Evidence(consolidation, _find_past(consolidation), template, draft, confirmed)


def find_office(programme: Programme, period: str) -> tuple[Draft | None, Sequence[Confirmation]]:
    """The office's draft and its confirmations, which are of the whole; a branch has none."""
    if programme.branch:
        return None, ()
    draft = drafts.find_latest_draft(programme.code, period=period)
    return draft, confirmations.list_confirmations(programme.code, period=period)


def _find_past(consolidation: Consolidation) -> Past:
    """The editions so far; the contents of the last whole one are read only if its inputs were others."""
    part, period = name_part(consolidation.programme), consolidation.period.code
    latest = whole = editions.find_latest_edition(part, period=period)
    if latest and latest.missing:
        every = editions.list_editions(part, period=period)
        whole = next((each for each in reversed(every) if not each.missing), None)
    if whole is None or whole.inputs_hash == consolidation.inputs_hash:
        return Past(latest, whole)
    return Past(latest, whole, read_snapshot(uploads.read_report(whole.files[JSON])))


def _write(consolidation: Consolidation, info: EditionInfo, rendered: Rendered, *, actor: str) -> Edition:
    part, period = name_part(consolidation.programme), consolidation.period.code
    stored = {
        name: uploads.put_report(
            part,
            period=period,
            number=info.number,
            name=name,
            data=data,
            is_frozen=info.is_frozen,
            is_data=name == JSON,
        )
        for name, data in rendered.files.items()
    }
    edition = Edition(
        programme=part,
        period=period,
        number=info.number,
        made=info.made,
        frozen=info.is_frozen,
        programme_version=consolidation.programme.version,
        inputs=consolidation.inputs,
        inputs_hash=consolidation.inputs_hash,
        files={name: key for name, (key, _) in stored.items()},
        hashes={name: sha256 for name, (_, sha256) in stored.items()},
        office=dict(consolidation.manifest.get("office", {})),
        reason=info.reason,
        missing=rendered.missing,
        shown=shown.keep(consolidation, info),
    )
    lacks = {"unmade": ", ".join(rendered.missing)} if rendered.missing else {}
    of = f"{consolidation.programme.branch} {period}".strip()
    line = make_line(
        Action.EDITION_PUBLISHED, f"{of} {info.number}", programme=consolidation.programme.code,
        stamp=Stamp(actor, info.made),
        inputs_hash=consolidation.inputs_hash, differences=str(len(info.differences)), **lacks,
    )  # fmt: skip
    return editions.put_edition(edition, line)


def publish_due(*, now: datetime, actor: str = "schedule") -> dict[str, int]:
    """Publishes every due period, of each programme and of its branches that issue reports: a new edition if something
    changed. Running it twice is harmless.

    Returns the edition's number by "programme/period", "programme@branch/period". Raises PublishingFailed after all
    others are done.
    """
    numbers: dict[str, int] = {}
    failures: list[str] = []
    for code in programmes.list_programmes():
        with _noting(code, failures):
            for part, period in _find_due(programmes.load_in_force(code), now):
                name = f"{part}/{period.code}"
                with _noting(name, failures):
                    edition = publish_edition(part, period=period.code, now=now, actor=actor, only_changes=True)
                    numbers[name] = edition.number
    if failures:
        raise PublishingFailed("\n".join(failures))
    return numbers


@contextmanager
def _noting(name: str, failures: list[str]) -> Iterator[None]:
    """Notes what fails inside, so that the next one has its turn."""
    try:
        yield
    except Exception as error:
        _log.exception("publishing %s failed", name)
        failures.append(f"{name}: {error}")


def _find_due(programme: Programme, now: datetime) -> Iterator[tuple[str, Period]]:
    """The whole and each branch that issues reports, with each due period."""
    for period in _find_due_periods(programme, now):
        for branch in ("", *(each.unit for each in programme.branches)):
            yield join_branch(programme.code, branch=branch), period


def _find_due_periods(programme: Programme, now: datetime) -> Iterator[Period]:
    """Periods that are open and have data, or whose lock is recent.

    From a week after its lock a period is looked at once a day, for units with an exception; once no exception can
    still run, it is no longer looked at.
    """
    for period in programme.periods:
        if now < period.opens or now >= period.lock + LAST_LOOK:
            continue
        if now >= period.lock + FREEZE_WITHIN and now.hour != DAILY_AT:
            continue
        is_fresh = period.lock <= now < period.lock + FREEZE_WITHIN
        if is_fresh or obligations.is_any_known(programme.code, period=period.code):
            yield period
