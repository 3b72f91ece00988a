"""What was accepted, held against what the same workbook comes out as today: by other rules, or beside other figures.

Nothing here changes a submission. What would come out otherwise is shown, and a person decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.issues.issue import Issue, shorten, tell_place
from chalicelib.domain.issues.telling import Told
from chalicelib.domain.language.vietnamese import render_value
from chalicelib.domain.submission.differences import RevisionDifference, compare_figures
from chalicelib.domain.submission.records import Address, Figure, Outcome, Record, State, Status, Submission, TableRow

MOST_TOLD = 20
"""At most this many issues and differences of a submission are kept; `left_out` counts the others."""

_LONGEST_COMMENT = 1000
"""What a comment to a unit may have (`review.py`)."""
_LONGEST_REASON = 220


class Verdict(StrEnum):
    """What came of checking a submission anew, the gravest first."""

    CLASSIFIED = "classified"
    """A mark of secrecy is found today: the law forbids keeping these bytes."""

    MISSING = "missing"
    """The bytes that were accepted are not there any more, or are others."""

    REJECTED = "rejected"
    OTHER_FIGURES = "other_figures"
    OTHER_WARNINGS = "other_warnings"
    SAME = "same"

    ERASED = "erased"
    """The bytes were purged, as the law requires: nothing is left to check."""

    NOT_COUNTED = "not_counted"
    """Returned or withdrawn: it counts nowhere, so it is not checked."""


class CellDifference(Record):
    """A value that is read otherwise today; a side that does not have it is empty."""

    code: str
    label: str
    cell: str
    before: str
    after: str


class Anew(Record):
    """One submission, checked anew. `change` is that of the state that was looked at: a decision may name it.

    `errors` would reject it today; `differences` are its figures and texts that would be read otherwise; warnings are
    those that it would have or no longer have.
    """

    address: Address
    change: int
    revision: int
    upload_id: str
    received: datetime
    programme_version: int
    verdict: Verdict
    is_paper: bool = False
    errors: tuple[Issue, ...] = ()
    differences: tuple[CellDifference, ...] = ()
    new_warnings: tuple[Issue, ...] = ()
    gone_warnings: tuple[Issue, ...] = ()
    left_out: int = 0

    @property
    def is_otherwise(self) -> bool:
        return self.verdict not in (Verdict.SAME, Verdict.ERASED, Verdict.NOT_COUNTED)

    @property
    def may_be_asked(self) -> bool:
        """Whether there is something to correct, and the unit can: not in a paper that the office typed in, nor in
        a workbook that has to be purged."""
        if self.is_paper or self.verdict is Verdict.CLASSIFIED:
            return False
        return self.verdict is Verdict.MISSING or bool(self.errors or self.differences or self.new_warnings)


class Recheck(Record):
    """One run over a period: when, by whose wish, under which version of the programme, and what it found.

    `counts` has every submission by its verdict; `found` only those that would come out otherwise.
    """

    programme: str
    period: str
    programme_version: int
    made: datetime
    actor: str = ""
    counts: dict[str, int]
    found: tuple[Anew, ...]


# Holding one against the other


def note_unchecked(state: State, verdict: Verdict) -> Anew:
    """A submission without an outcome: its bytes are missing or erased, or it does not count."""
    return _make(state, _submission(state), verdict)


def compare_anew(state: State, outcome: Outcome, *, labels: Mapping[str, str], is_paper: bool = False) -> Anew:
    """The submission of `state` beside the outcome of the same bytes today. `labels` name codes."""
    before = _submission(state)
    if outcome.sha256 != before.sha256:
        return _make(state, before, Verdict.MISSING)
    if outcome.status is Status.REJECTED:
        verdict = Verdict.REJECTED if outcome.keep_bytes else Verdict.CLASSIFIED
        return _make(state, before, verdict, is_paper=is_paper, errors=outcome.errors)
    differences = tuple(map(_tell_difference, _find_differences(before, outcome, labels)))
    new = _leave_out(outcome.warnings, known=before.warnings)
    gone = _leave_out(before.warnings, known=outcome.warnings)
    verdict = Verdict.OTHER_FIGURES if differences else Verdict.OTHER_WARNINGS if new or gone else Verdict.SAME
    return _make(
        state, before, verdict, is_paper=is_paper, differences=differences, new_warnings=new, gone_warnings=gone
    )


def _submission(state: State) -> Submission:
    if state.submission is None:
        raise ValueError("an obligation without a submission has nothing to check")
    return state.submission


def _make(
    state: State, before: Submission, verdict: Verdict, *, is_paper: bool = False, **told: tuple[object, ...]
) -> Anew:
    return Anew.model_validate(
        {
            "address": state.address,
            "change": state.change,
            "revision": before.revision,
            "upload_id": before.upload_id,
            "received": before.received,
            "programme_version": before.programme_version,
            "verdict": verdict,
            "is_paper": is_paper,
            "left_out": sum(len(each[MOST_TOLD:]) for each in told.values()),
            **{name: each[:MOST_TOLD] for name, each in told.items()},
        }
    )


def _find_differences(before: Submission, after: Outcome, labels: Mapping[str, str]) -> Iterator[RevisionDifference]:
    """Both were read from the same bytes, so rows of tables are told apart by their cells."""
    yield from compare_figures(_mark_estimates(before.values), _mark_estimates(after.values), labels)
    yield from compare_figures(before.narratives, after.narratives, labels)
    yield from compare_figures(_take_remarks(before), _take_remarks(after), _name_remarks(labels))
    yield from compare_figures(_take_marks(before), _take_marks(after), {})
    old, new = _take_cells(before.tables), _take_cells(after.tables)
    names = {key: labels.get(key.partition(" ")[0], key) for key in old | new}
    yield from compare_figures(old, new, names)


def _mark_estimates(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """A figure that counts as an estimate is another one, though its number is the same."""
    return {
        code: figure.model_copy(update={"value": f"ước {render_value(figure.value)}"}) if figure.estimated else figure
        for code, figure in figures.items()
    }


def _take_remarks(of: Submission | Outcome) -> dict[str, Figure]:
    return {
        code: Figure(value=text, sheet=of.values[code].sheet if code in of.values else "", cell="")
        for code, text in of.remarks.items()
    }


def _take_marks(of: Submission | Outcome) -> dict[str, Figure]:
    """The sections that are marked “không phát sinh”."""
    return {f"Không phát sinh: mục {section}": Figure(value=True, sheet="", cell="") for section in of.confirmed}


def _name_remarks(labels: Mapping[str, str]) -> dict[str, str]:
    return {code: f"Ghi chú: {label}" for code, label in labels.items()}


def _take_cells(tables: Mapping[str, Iterable[TableRow]]) -> dict[str, Figure]:
    """The filled cells of tables by column and cell."""
    return {
        f"{column} {row.sheet}!{row.cells.get(column, '')}": Figure(
            value=value, sheet=row.sheet, cell=row.cells.get(column, "")
        )
        for rows in tables.values()
        for row in rows
        for column, value in row.values.items()
    }


def _tell_difference(found: RevisionDifference) -> CellDifference:
    return CellDifference(
        code=found.code,
        label=found.label,
        cell=found.cell.removesuffix("!"),
        before=shorten(render_value(found.before)),
        after=shorten(render_value(found.after)),
    )


def _leave_out(issues: Iterable[Issue], *, known: Iterable[Issue]) -> tuple[Issue, ...]:
    """The issues that have no like among `known`: the same code at the same place, whatever its words."""
    left = Counter(_place_issue(issue) for issue in known)
    kept = []
    for issue in issues:
        place = _place_issue(issue)
        if not left[place]:
            kept.append(issue)
        left[place] -= left[place] > 0
    return tuple(kept)


def _place_issue(issue: Issue) -> tuple[str, str, str, str, str]:
    return issue.code, issue.sheet, issue.cell, issue.indicator, issue.rule


# What is said of it


def list_reasons(anew: Anew) -> list[str]:
    """What would come out otherwise, a phrase each: what asks for a correction first."""
    if anew.verdict is Verdict.MISSING:
        return ["không còn đọc được tệp gốc đã nhận"]
    return [
        *(_tell_issue(issue) for issue in anew.errors),
        *(_tell_reading(each) for each in anew.differences),
        *(f"cảnh báo: {_tell_issue(issue)}" for issue in anew.new_warnings),
        *(f"không còn cảnh báo: {_tell_issue(issue)}" for issue in anew.gone_warnings),
    ]


def _tell_issue(issue: Issue) -> str:
    said = f"{tell_place(issue.sheet, issue.cell, label=issue.label)} {issue.sentence or issue.message}"
    return shorten(said, _LONGEST_REASON).rstrip(".")


def _tell_reading(difference: CellDifference) -> str:
    place = f", ô {difference.cell}" if difference.cell else ""
    return shorten(
        f"{difference.label}{place}: trước đọc là {difference.before}, nay đọc là {difference.after}", _LONGEST_REASON
    )


def write_comment(anew: Anew) -> str:
    """What the unit is told when it is asked for a correction: as many places as fit, and how many more there are.

    The comment stands in the audit too, so it names cells and what to do, and quotes nothing that stands in them.
    """
    reasons = _list_requests(anew)
    for told in range(len(reasons), 0, -1):
        comment = _write_comment(reasons[:told], left=len(reasons) - told + anew.left_out)
        if len(comment) <= _LONGEST_COMMENT:
            return comment
    return _write_comment((), left=len(reasons) + anew.left_out)


def _list_requests(anew: Anew) -> list[str]:
    if anew.verdict is Verdict.MISSING:
        return ["hệ thống không còn đọc được tệp gốc đã nhận"]
    return [
        *(_ask(Told(0, issue)) for issue in (*anew.errors, *anew.new_warnings)),
        *(
            shorten(f"{each.label}{f', ô {each.cell}' if each.cell else ''}: nay được đọc khác trước", _LONGEST_REASON)
            for each in anew.differences
        ),
    ]


def _ask(told: Told) -> str:
    """The place, what the programme's own rule asks or else the kind of the issue, and the remedy."""
    issue = told.issue
    asked = issue.needed if issue.rule else f"{told.kind}."
    parts = (tell_place(issue.sheet, issue.cell, label=issue.label), asked, issue.remedy)
    return shorten(" ".join(part for part in parts if part), _LONGEST_REASON).rstrip(".")


def _write_comment(reasons: Iterable[str], *, left: int) -> str:
    listed = [f"({number}) {reason}" for number, reason in enumerate(reasons, start=1)]
    if left:
        listed.append(f"và {left} nội dung khác" if listed else f"{left} nội dung")
    said = "; ".join(listed)
    return (
        f"Kiểm tra lại theo quy tắc hiện hành, báo cáo đã nhận có nội dung cần xem lại: {said}. Đề nghị sửa và nộp lại."
    )
