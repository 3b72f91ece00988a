"""A summary judges a report as its state does: what both tell is spelled out once more, from the state's fields."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.issues.issue import make_issue
from chalicelib.domain.period.reminders import list_missing
from chalicelib.domain.period.timeliness import find_statuses, judge, match_reports, rejudge
from chalicelib.domain.submission.records import Review, State
from tests.domain.builders import DUE, HOUR, OPENS, make_period, make_programme, make_submission, make_unit

PERIOD = make_period()
PROGRAMME = make_programme(units=(make_unit("178", "Lạng Sơn"), make_unit("180", "Tràng Định")))
MOMENTS = [OPENS + HOUR, OPENS + 2 * HOUR, DUE + HOUR]
WARNING = make_issue("rule.unusual", indicator="A1")


def maybe(moments: list[datetime]) -> st.SearchStrategy[datetime | None]:
    return st.sampled_from([None, *moments])


@st.composite
def draw_states(draw: st.DrawFn) -> State:
    """Any state, also one that no report leaves behind: sent or not, by an upload or from a folder's file."""
    sent = make_submission(unit="178", received=draw(st.sampled_from(MOMENTS)))
    sent = sent.model_copy(
        update={
            "revision": draw(st.integers(1, 3)),
            "upload_id": draw(st.sampled_from(["", sent.upload_id])),
            "warnings": draw(st.sampled_from([(), (WARNING,), (WARNING, WARNING)])),
            "confirmed": draw(st.sampled_from([(), ("M1",), ("M1", "M2")])),
        }
    )
    return State(
        address=sent.address,
        change=draw(st.integers(0, 9)),
        submission=draw(st.sampled_from([None, sent])),
        first_received=draw(maybe(MOMENTS)),
        last_received=draw(maybe(MOMENTS)),
        timeliness=draw(st.sampled_from([None, *Timeliness])),
        review=draw(st.sampled_from(list(Review))),
        exception_until=draw(maybe(MOMENTS)),
        exception_reason=draw(st.sampled_from(["", "mưa lũ"])),
        last_rejected=draw(maybe(MOMENTS)),
        corrects=draw(st.booleans()),
    )


@given(draw_states())
def test_a_summary_tells_what_its_state_tells(state: State) -> None:
    summary, sent = state.summary, state.submission
    counts = sent is not None and state.review not in (Review.RETURNED, Review.WITHDRAWN)
    latest = state.last_received or (sent.received if sent else None)
    refused = state.last_rejected
    assert (summary.has_report, summary.counts) == (state.has_report, state.counts) == (sent is not None, counts)
    received = sent.received if sent and sent.upload_id and state.timeliness else None
    assert summary.received == state.received == received
    assert summary.is_last_attempt_refused == (refused is not None and (latest is None or refused > latest))
    was_refused = not counts and refused is not None and (sent is None or refused > sent.received)
    assert summary.was_refused == state.was_refused == was_refused


@given(draw_states())
def test_a_summary_is_judged_anew_and_missed_as_its_state_is(state: State) -> None:
    again = rejudge(state, PERIOD)
    assert rejudge(state.summary, PERIOD) == again.summary
    assert rejudge(again, PERIOD) == again
    by_key = {(state.address.unit, state.address.form): state.summary}
    judged = [judge(owed, told, is_expected=due) for owed, told, due in match_reports(PROGRAMME, PERIOD.code, by_key)]
    whole = find_statuses(PROGRAMME, PERIOD.code, [state])
    untold = {
        "upload_id": "",
        "file_name": "",
        "sha256": "",
        "comment": "",
        "justification": "",
        "exception_reason": "",
    }
    assert judged == [status._replace(**untold) for status in whole]
    missing = {each.unit.code: each for each in list_missing(PROGRAMME, PERIOD, by_key, contacts={}, sent=())}
    assert ("178" in missing) == (not state.counts)
    assert not state.submission or state.counts or missing["178"].returned
