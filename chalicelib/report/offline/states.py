"""Decides which files of a folder count, and makes the states of a period of them, without receipt times."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.earlier import YEARS_HELD, find_places, hold_against, take_earlier
from chalicelib.domain.submission.records import Address, Outcome, Review, State, Status, Submission
from chalicelib.report.offline.folder import ReadFile
from chalicelib.report.recorded import Place, Recorded

Reasons = Mapping[str, tuple[str, ...]]
"""Why a file does not count, by its name."""


@dataclass(frozen=True)
class Sources:
    """Workbooks by name, of which `own` may count for the period itself, and the data of editions by place, each with
    the name of its file."""

    read: Mapping[str, ReadFile]
    own: Collection[str]
    data: Mapping[Place, tuple[str, Recorded]] = field(default_factory=dict)

    def choose(self, place: Place) -> dict[str, Outcome]:
        """The outcomes of the workbooks of one place."""
        return {
            name: each.outcome for name, each in self.read.items()
            if name in self.own and (each.programme, each.outcome.period) == place
        }  # fmt: skip

    def find_data(self, place: Place) -> tuple[str, Recorded] | tuple[str, None]:
        return self.data.get(place, ("", None))


@dataclass(frozen=True)
class Gathered:
    """The states of one period, the names of the files that they are made of, why others of the period do not count,
    and the same of the periods that it is compared with."""

    programme: Programme
    period: str
    states: tuple[State, ...]
    files: tuple[str, ...]
    reasons: Reasons
    compared: tuple[Gathered, ...] = ()

    @property
    def place(self) -> Place:
        return self.programme.code, self.period


def gather_states(
    programme: Programme, period: str, sources: Sources, *, as_of: datetime, followed: Sequence[Programme] = ()
) -> Gathered:
    """The states of one period. Each file is held against what its unit said before: in the period that this one
    includes, and in the same period of the programme that this one follows (the first of `followed`)."""
    compared = tuple(_gather_compared(programme, period, sources, as_of=as_of, followed=followed))
    before = {state.address: state for each in compared for state in each.states}
    place = programme.code, period
    held = {}
    for name, outcome in sources.choose(place).items():
        earlier = take_earlier(find_places(_address(programme, outcome), programme, *followed[:YEARS_HELD]), before)
        held[name] = hold_against(outcome, programme, earlier)
    _, recorded = sources.find_data(place)
    known = {state.address: state for state in recorded.states} if recorded else {}
    states, files, reasons = _choose_files(programme, held, known=known, as_of=as_of)
    return Gathered(programme, period, states, files, reasons, compared)


def _gather_compared(
    programme: Programme, period: str, sources: Sources, *, as_of: datetime, followed: Sequence[Programme]
) -> Iterator[Gathered]:
    """The periods to compare with. The data of an edition stand before its workbooks."""
    every = Sources(sources.read, sources.read.keys(), sources.data)
    included = programme.period_by_code[period].compare_with
    for other, code in ((programme, included), *((each, period) for each in followed)):
        if code not in other.period_by_code:
            continue
        name, recorded = sources.find_data((other.code, code))
        if recorded is None:
            yield gather_states(other, code, every, as_of=as_of)
        else:
            reason = (f"Đã dùng dữ liệu của lần phát hành trong tệp {name} để so sánh.",)
            yield Gathered(
                other, code, recorded.states, (name,), dict.fromkeys(every.choose((other.code, code)), reason)
            )


def _address(programme: Programme, outcome: Outcome) -> Address:
    return Address(programme=programme.code, period=outcome.period, form=outcome.form, unit=outcome.unit)


def _choose_files(
    programme: Programme, outcomes: Mapping[str, Outcome], *, known: Mapping[Address, State], as_of: datetime
) -> tuple[tuple[State, ...], tuple[str, ...], Reasons]:
    """The states, the names of their files, and the reasons of the others.

    `known` are the states in an earlier edition of the period; one without a submission stays.
    """
    by_address: dict[Address, list[str]] = {}
    reasons: dict[str, tuple[str, ...]] = {}
    for name, outcome in outcomes.items():
        if outcome.status is Status.REJECTED:
            reasons[name] = tuple(issue.message for issue in outcome.errors)
        else:
            by_address.setdefault(_address(programme, outcome), []).append(name)
    states = {address: state for address, state in known.items() if state.submission is None}
    files: list[str] = []
    for address, names in by_address.items():
        if len({_content(outcomes[name]) for name in names}) > 1:
            listed = ", ".join(names)
            reason = f"{len(names)} tệp khác nhau của cùng đơn vị cho cùng biểu, chưa rõ dùng tệp nào: {listed}"
            reasons |= dict.fromkeys(names, (reason,))
            continue
        sent = _make_submission(address, names[0], outcomes[names[0]], programme=programme, as_of=as_of)
        states[address] = _place(sent, known.get(address))
        if states[address].counts:
            files += names
        else:
            reasons |= dict.fromkeys(names, ("Bản nộp này đã được trả lại ở lần phát hành trước.",))
    return tuple(states.values()), tuple(files), reasons


def _content(outcome: Outcome) -> str:
    """A key that is equal for files with the same contents, even if one of them was saved again."""
    said = outcome.model_copy(update={"sha256": "", "normalisations": (), "issues": (), "notes": ()})
    return said.model_dump_json()


def _make_submission(
    address: Address, name: str, outcome: Outcome, *, programme: Programme, as_of: datetime
) -> Submission:
    """The submission without a receipt time: its own is the consolidation's moment and is not shown."""
    return Submission(
        address=address, revision=1, upload_id="", programme_version=programme.version, form_version=outcome.version,
        sha256=outcome.sha256, file_name=name, key="", version_id="", received=as_of, values=outcome.values,
        tables=outcome.tables, narratives=outcome.narratives, remarks=outcome.remarks,
        normalisations=outcome.normalisations, warnings=outcome.warnings,
        confirmed=outcome.confirmed,
    )  # fmt: skip


def _place(sent: Submission, known: State | None) -> State:
    """The state of a file. What an earlier edition tells of the very same file holds for it; another file is the next
    revision, on time or late as the first one was."""
    known = known or State(address=sent.address, change=1)
    before = known.submission
    if before and before.sha256 == sent.sha256:
        told = {name: getattr(before, name) for name in ("revision", "upload_id", "file_name", "received")}
        return known.model_copy(update={"submission": sent.model_copy(update=told)})
    revision = known.revision + 1
    return known.model_copy(
        update={
            "revision": revision, "submission": sent.model_copy(update={"revision": revision}),
            "review": Review.RECEIVED, "comment": "",
        }
    )  # fmt: skip
