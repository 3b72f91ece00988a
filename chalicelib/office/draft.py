"""The office's own text of a period's report: reads its draft, keeps a heading's text, takes in a unit's sentence.

Keeping a text makes no edition. The version that stands when an edition is made is one of its inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.period.body import Source
from chalicelib.domain.period.draft import (
    Draft,
    HeadingMoved,
    TextTooLong,
    add_sentence,
    change_heading,
    list_periods_before,
    take_over,
)
from chalicelib.domain.programme.model import Heading, Outline, Period, Programme
from chalicelib.domain.programme.outline import MOST_LETTERS, find_text_mistakes
from chalicelib.office.refusals import Mistaken, Moved, Refusal, Unknown
from chalicelib.store import drafts, programmes
from chalicelib.store.drafts import DraftMoved

_ATTEMPTS = 5

Change = Callable[[dict[str, str]], dict[str, str]]
"""Makes the texts of the next version from those of the latest."""


class HeadingTaken(Moved):
    """Somebody else has changed the heading since. The text that was not kept must not be lost: show both."""

    sentence = "Mục này vừa được người khác sửa. Xin xem lại hai bản, rồi lưu bản cần giữ."


class OutlinedReport(NamedTuple):
    """The report of a period, with its outline."""

    programme: Programme
    period: Period
    outline: Outline


class Start(NamedTuple):
    """A text to begin with: another period's, where this one has no draft yet."""

    period: Period
    texts: dict[str, str]


def find_draft(programme: str, *, period: str) -> Draft | None:
    """The version that stands; None if the office has kept none."""
    return drafts.find_latest_draft(programme, period=period)


def find_start(report: OutlinedReport) -> Start | None:
    """The texts of the nearest earlier period that has a draft, under the headings that are here too.

    Where the programme has none, those of the same period of the programme that it follows. A period with another
    outline, as that of a plan, comes last: it shares few headings.
    """
    programme, outline = report.programme, report.programme.find_outline(report.period.code)
    before = list_periods_before(programme, report.period)
    alike = [each for each in before if programme.find_outline(each.code) == outline]
    others = [each for each in before if each not in alike]
    return _find_among(report, alike) or _find_start_before(report) or _find_among(report, others)


def _find_among(report: OutlinedReport, periods: Sequence[Period]) -> Start | None:
    for each in periods:
        if draft := drafts.find_latest_draft(report.programme.code, period=each.code):
            return _start_from(draft, each, report)
    return None


def _find_start_before(report: OutlinedReport) -> Start | None:
    followed, code = report.programme.follows, report.period.code
    draft = drafts.find_latest_draft(followed, period=code) if followed else None
    before = programmes.load_followed(report.programme) if draft else None
    period = before.period_by_code.get(code) if before else None
    return _start_from(draft, period, report) if draft and period else None


def _start_from(draft: Draft, period: Period, report: OutlinedReport) -> Start:
    return Start(period, take_over(draft.texts, report.outline))


def save_heading(
    report: OutlinedReport, *, heading: str, text: str | None, based_on: int, stamp: Stamp
) -> Draft | None:
    """Keeps the text of one heading as a new version; None, or the outline's own text, takes the outline's again.

    Returns the version, or None if the text stands there already: then nothing is written.
    `based_on` is the number of the version that the writer saw, 0 for none. Another heading's change in between does
    not matter; one of the same heading raises HeadingTaken. Raises Mistaken, with the line of each mistake.
    """
    if mistakes := [f"dòng {number}: {what}" for number, what in find_text_mistakes(report.programme, text or "")]:
        raise Mistaken(mistakes)
    known = _find_heading(report, heading)
    code, period = report.programme.code, report.period.code
    seen = drafts.find_draft(code, period=period, number=based_on) if based_on else None
    before = seen.texts if seen else {}

    def change(latest: dict[str, str]) -> dict[str, str]:
        return change_heading(latest, based_on=before, heading=known, text=text)

    return _keep(report, known, change, stamp)


def take_sentence(report: OutlinedReport, *, heading: str, sentence: str, source: Source, stamp: Stamp) -> Draft | None:
    """Adds a unit's sentence to a heading as its last point, with its source; None if it stands there already."""
    known = _find_heading(report, heading)

    def change(latest: dict[str, str]) -> dict[str, str]:
        return add_sentence(latest, heading=known, sentence=sentence, source=source)

    return _keep(report, known, change, stamp)


def _find_heading(report: OutlinedReport, code: str) -> Heading:
    if code not in report.outline.heading_by_code:
        raise Unknown
    return report.outline.heading_by_code[code]


def _keep(report: OutlinedReport, heading: Heading, change: Change, stamp: Stamp) -> Draft | None:
    """Keeps the next version, made again from the latest one as long as another process is faster; None if nothing
    changes."""
    for _ in range(_ATTEMPTS):
        latest = drafts.find_latest_draft(report.programme.code, period=report.period.code)
        before = latest.texts if latest else {}
        texts = _apply(change, before)
        if texts == before:
            return None
        draft = _make_draft(report, latest, heading=heading.code, texts=texts, stamp=stamp)
        line = make_line(
            Action.DRAFT_SAVED,
            f"{draft.period} {draft.number}",
            programme=draft.programme,
            stamp=stamp,
            heading=heading.code,
        )
        try:
            drafts.put_draft(draft, line)
        except DraftMoved:
            continue
        return draft
    raise Moved


def _apply(change: Change, texts: dict[str, str]) -> dict[str, str]:
    try:
        return change(texts)
    except HeadingMoved as moved:
        raise HeadingTaken from moved
    except TextTooLong as long:
        raise Refusal(f"Mỗi mục không được quá {format_number(MOST_LETTERS)} ký tự.") from long


def _make_draft(
    report: OutlinedReport, latest: Draft | None, *, heading: str, texts: dict[str, str], stamp: Stamp
) -> Draft:
    return Draft(
        programme=report.programme.code,
        period=report.period.code,
        number=latest.number + 1 if latest else 1,
        by=stamp.actor,
        at=stamp.at,
        heading=heading,
        texts=texts,
    )
