"""Checks the submissions of a period anew, by today's rules, and changes nothing; asks units for corrections.

A change of rules never touches what was accepted. This says what would come out otherwise, unit by unit; a person
decides, and asks the unit for a correction by returning its submission.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.anew import Anew, Recheck, Verdict, compare_anew, list_reasons, note_unchecked
from chalicelib.domain.submission.earlier import Earlier
from chalicelib.domain.submission.records import Address, State
from chalicelib.external import functions
from chalicelib.intake.earlier import find_all_earlier
from chalicelib.intake.examine import Check, examine
from chalicelib.office.refusals import Unknown
from chalicelib.office.review import Subject, return_submission
from chalicelib.office.several import try_each
from chalicelib.report.processes import spread
from chalicelib.store import obligations, programmes, rechecks, uploads
from chalicelib.store.audit import append

STATES_AT_ONCE = 25
"""Submissions of a batch: their earlier figures come in one read."""

HEADINGS = ("Đơn vị", "Biểu mẫu", "Lần", "Kết quả kiểm tra lại", "Nội dung khác")
FIELDS = ("unit", "form", "revision", "verdict", "reason")
"""The names of the same columns for scripts."""

VERDICTS = {
    Verdict.CLASSIFIED: "Có dấu chỉ độ mật",
    Verdict.MISSING: "Không còn tệp gốc",
    Verdict.REJECTED: "Sẽ bị từ chối",
    Verdict.OTHER_FIGURES: "Số liệu đọc khác",
    Verdict.OTHER_WARNINGS: "Cảnh báo khác",
    Verdict.SAME: "Không thay đổi",
    Verdict.ERASED: "Tệp đã tiêu hủy, không kiểm tra lại được",
    Verdict.NOT_COUNTED: "Đã trả lại hoặc đã rút, không kiểm tra lại",
}


@dataclass(frozen=True)
class BatchCheck:
    """Checks batches of states, in this process or another one."""

    programme: Programme
    check: Check
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def __call__(self, states: Sequence[State]) -> list[Anew]:
        wanted = [state.address for state in states if state.counts]
        earlier = find_all_earlier(self.programme, wanted) if wanted else {}
        return [self._check(state, earlier.get(state.address)) for state in states]

    def _check(self, state: State, earlier: Earlier | None) -> Anew:
        kept = state.submission
        if kept is None or earlier is None:
            return note_unchecked(state, Verdict.ERASED if kept and kept.purged else Verdict.NOT_COUNTED)
        try:
            stored = uploads.read_upload(kept.key, kept.version_id)
        except uploads.UploadMissing:
            return note_unchecked(state, Verdict.MISSING)
        outcome = examine(stored, state.address, self.programme, earlier=earlier, check=self.check)
        is_paper = uploads.read_particulars(stored).is_paper
        return compare_anew(state, outcome, labels=self._name_codes(state.address.form), is_paper=is_paper)

    def _name_codes(self, form: str) -> dict[str, str]:
        if form not in self.labels:
            found = self.programme.form_by_code.get(form)
            self.labels[form] = self.programme.name_codes(found) if found else {}
        return self.labels[form]


def check_period(
    programme: Programme, *, period: str, check: Check, form: str = "", workers: int = 1
) -> Iterator[Anew]:
    """Every submission that stands in the period, or of one form, checked anew, in the order of forms and units.

    One Query, then each kept workbook by the version that was accepted; none is held longer than its check. `workers`
    0 checks on every processor. Raises Unknown for a period or form that the programme does not have.
    """
    if period not in programme.period_by_code or form not in ("", *programme.form_by_code):
        raise Unknown(f"Chương trình {programme.code} không có kỳ hoặc biểu mẫu này.")
    states = (
        state
        for state in obligations.read_period(programme.code, period=period)
        if state.submission and form in ("", state.address.form)
    )
    return spread(BatchCheck(programme, check), states, at_once=STATES_AT_ONCE, workers=workers)


def gather(
    programme: Programme,
    results: Iterable[Anew],
    *,
    period: str,
    stamp: Stamp,
    progress: Callable[[str, int], None] | None = None,
) -> Recheck:
    """The whole of a run: all are counted, and those that would come out otherwise are listed."""
    counts: Counter[str] = Counter()
    found = []
    for each in results:
        counts[each.verdict] += 1
        if each.is_otherwise:
            found.append(each)
        if progress:
            progress("đã kiểm tra", 1)
    return Recheck(
        programme=programme.code,
        period=period,
        programme_version=programme.version,
        made=stamp.at,
        actor=stamp.actor,
        counts={verdict: counts[verdict] for verdict in Verdict if counts[verdict]},
        found=tuple(found),
    )


# In the background, for the console


def ask_for_recheck(programme: Programme, *, period: str, stamp: Stamp) -> None:
    """Requests a recheck of the period. Another Lambda function makes it; the request does not wait."""
    functions.ask_for_recheck({"programme": programme.code, "period": period, "actor": stamp.actor})
    append(make_line(Action.RECHECK_ASKED, f"{programme.code}/{period}", programme=programme.code, stamp=stamp))


def recheck_period(programme: str, *, period: str, now: datetime, actor: str, check: Check) -> Recheck:
    """Checks a period anew under the programme in force, and keeps the list for the console. No record is written."""
    loaded = programmes.load_in_force(programme)
    results = list(check_period(loaded, period=period, check=check))
    found = gather(loaded, _leave_out_erased(loaded, period, results), period=period, stamp=Stamp(actor, now))
    rechecks.put_recheck(found)
    return found


def _leave_out_erased(programme: Programme, period: str, results: Iterable[Anew]) -> Iterator[Anew]:
    """The same results, without what they quote of submissions that were purged while the others were checked."""
    states = obligations.query_outlines(programme.code, period=period)
    erased = {state.address: state for state in states if state.submission and state.submission.purged}
    for each in results:
        state = erased.get(each.address)
        yield note_unchecked(state, Verdict.ERASED) if state else each


class Correction(NamedTuple):
    """What one unit is asked to correct. The subject names the `change` that the person looked at."""

    subject: Subject
    comment: str


def ask_for_corrections(corrections: Iterable[Correction], *, stamp: Stamp) -> list[tuple[Address, str]]:
    """Returns these submissions to their units, one by one; gives those that could not be, each with the reason."""
    refused = try_each(corrections, lambda each: return_submission(each.subject, each.comment, stamp=stamp))
    return [(each.subject.address, reason) for each, reason in refused]


# As a list


def list_cells(recheck: Recheck, programme: Programme) -> Iterator[tuple[str, ...]]:
    """The rows under `HEADINGS`, one for each thing that would come out otherwise."""
    titles = {form.code: form.title for form in programme.forms}
    for each in recheck.found:
        address = each.address
        for reason in list_reasons(each) or [""]:
            yield (
                programme.name_unit(address.unit),
                titles.get(address.form, address.form),
                str(each.revision),
                VERDICTS[each.verdict] + (" (nhập từ bản giấy)" if each.is_paper else ""),
                reason,
            )


def render_list(recheck: Recheck, programme: Programme) -> bytes:
    """The list as a workbook."""
    from chalicelib.workbook.lists import write_list

    return write_list("Kiểm tra lại", HEADINGS, list_cells(recheck, programme))
