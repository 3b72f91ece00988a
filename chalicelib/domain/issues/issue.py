"""Issues: what is wrong with a workbook, as values with a place, a description and a remedy.

A wrong cell is data: an `Issue`. `Refused` is raised for a whole upload if only the sender can correct it; it
becomes a receipt and is never retried. Any other exception is a fault of this system: the message is
delivered again, and finally goes to the dead-letter queue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from chalicelib.domain.issues.catalogue import CATALOGUE


class Severity(StrEnum):
    """An error rejects the workbook; a warning asks the sender to look again."""

    ERROR = "error"
    WARNING = "warning"


class Issue(BaseModel):
    """One thing wrong, with its address.

    `cell` is an A1 reference in `sheet`; both are empty if the issue concerns the whole file. `found` and `expected`
    are short texts for people; `needed` is what the cell must hold, if that can be stated separately. `message` is
    Vietnamese: where, what (`sentence`), and what to do (`remedy`); only the message names the form's own `rule`.
    `related` are other cells of the same sheet that the issue refers to.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    severity: Severity
    sheet: str = ""
    cell: str = ""
    indicator: str = ""
    label: str = ""
    found: str = ""
    expected: str = ""
    message: str
    sentence: str = ""
    remedy: str = ""
    needed: str = ""
    related: tuple[str, ...] = ()
    rule: str = ""


class Refused(Exception):
    """The upload as a whole cannot be accepted, and only its sender can change that."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.code)
        self.issue = issue


MOST_ISSUES = 200
"""At most this many issues of a workbook are listed; one more states how many were left out."""

MOST_ALIKE = 5
"""If a sheet has more issues of the same kind than this, they are merged into one."""

_MORE = "form.more_issues"
_MOST_SHOWN = 120
_LONGEST_OWN = 1000
"""`text` is the programme's own sentence and is shown in full."""


def shorten(text: str, most: int = _MOST_SHOWN) -> str:
    """`text` on one line, cut to at most `most` characters, for showing to people."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def make_issue(
    code: str,
    *,
    sheet: str = "",
    cell: str = "",
    indicator: str = "",
    label: str = "",
    found: str = "",
    expected: str = "",
    severity: Severity | None = None,
    related: Iterable[str] = (),
    takes_estimates: bool = False,
    **details: Any,
) -> Issue:
    """Makes an issue: the catalogue supplies the text, the caller the place and what was found.

    `takes_estimates`: the form allows estimates; some codes have another remedy then.
    Raises KeyError for a code that is not in the catalogue.
    """
    entry = CATALOGUE[code]
    found = shorten(found)
    words = {"found": found, "expected": expected, "cell": cell, "sheet": sheet, "label": label} | _shorten_all(details)
    sentence, rule = entry.message.format_map(words), words.get("rule", "")
    remedy = (takes_estimates and entry.remedy_with_estimates) or entry.remedy
    return Issue(
        code=code,
        severity=severity or Severity(entry.severity),
        sheet=sheet,
        cell=cell,
        indicator=indicator,
        label=label,
        found=found,
        expected=expected,
        message=_join(tell_place(sheet, cell, label=label), sentence, remedy, rule and f"(Quy tắc {rule}.)"),
        sentence=sentence,
        remedy=remedy,
        needed=entry.needed.format_map(words),
        related=tuple(related),
        rule=rule,
    )


def _shorten_all(details: Mapping[str, Any]) -> dict[str, str]:
    """The details as texts short enough to show; the programme's own sentence may be longer."""
    return {key: shorten(str(value), _LONGEST_OWN if key == "text" else _MOST_SHOWN) for key, value in details.items()}


def refuse(code: str, **details: Any) -> Refused:
    """The exception for an upload that cannot be accepted: `raise refuse("file.empty")`."""
    return Refused(make_issue(code, **details))


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def tell_place(sheet: str, cell: str, *, label: str) -> str:
    """The known parts of the place: “Ô E12, trang tính “Số liệu” (Lượt người tham gia):”."""
    if not sheet:
        return ""
    where = f"Ô {cell}, trang tính “{sheet}”" if cell else f"Trang tính “{sheet}”"
    return f"{where} ({shorten(label, 80)}):" if label else f"{where}:"


def gather_alike(issues: Iterable[Issue], codes: Set[str]) -> list[Issue]:
    """Merges issues with one of these codes if a sheet has more than MOST_ALIKE; the first lists all their cells."""
    ordered, alike = [], defaultdict[tuple[str, str, str], list[Issue]](list)
    for issue in issues:
        same = alike[issue.code, issue.severity, issue.sheet]
        if issue.code not in codes or not same:
            ordered.append(issue)
        same.append(issue)
    return [each for issue in ordered for each in _gather(issue, alike[issue.code, issue.severity, issue.sheet], codes)]


def _gather(issue: Issue, same: list[Issue], codes: Set[str]) -> list[Issue]:
    if issue.code not in codes:
        return [issue]
    if len(same) <= MOST_ALIKE:
        return same
    sentence = f"{issue.sentence} Còn {len(same) - 1} chỗ khác như vậy trong trang tính này."
    message = _join(tell_place(issue.sheet, issue.cell, label=issue.label), sentence, issue.remedy)
    related = tuple(cell for each in same for cell in (each.cell, *each.related) if cell != issue.cell)
    return [issue.model_copy(update={"sentence": sentence, "needed": "", "message": message, "related": related})]


def cap_issues(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Errors first, in the order they were found; beyond the limit one issue states how many more there are.

    `issues` may include some that were capped before: those left out then are still counted.
    """
    found = list(issues)
    ordered = sorted(
        (issue for issue in found if issue.code != _MORE), key=lambda issue: issue.severity is not Severity.ERROR
    )
    left_out = sum(int(issue.found) for issue in found if issue.code == _MORE) + len(ordered[MOST_ISSUES:])
    more = (make_issue(_MORE, found=str(left_out)),) if left_out else ()
    return (*ordered[:MOST_ISSUES], *more)
