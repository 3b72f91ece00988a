"""The product in a world of its own: stores in memory, a clock, every verb of units, office and operators, and faults.

A verb is named and has numbers for what it chooses, so that a whole sequence is data. Whatever a verb raises in words
is an answer to the person who called it. What was written is read from the engine's journal, in the order of commits,
and held against the model.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from chalicelib.domain.audit import Stamp
from chalicelib.domain.issues.issue import Refused as RefusedInWords
from chalicelib.domain.submission.records import Address, Link, Receipt, State
from chalicelib.intake import confirm, receive, trial
from chalicelib.intake.limits import TooOften
from chalicelib.intake.sweep import sweep
from chalicelib.office import duties, paper, purge, review
from chalicelib.office.changes import make_change
from chalicelib.office.refusals import Mistaken, Moved, Refusal, SentBefore, Unknown
from chalicelib.operate.verify import verify
from chalicelib.report import publish
from chalicelib.report.data import make_data_files
from chalicelib.report.files import JSON
from chalicelib.report.rendering import Rendered
from chalicelib.store import objects, programmes
from chalicelib.store.addresses import find_kind, posted_scan_key, trial_key, upload_key
from chalicelib.store.errors import StorageError
from chalicelib.store.names import encode_text
from chalicelib.store.records import from_wire, unfold
from chalicelib.workbook.form.filling import Contents as Typed
from tests.promises.model import Model, Sent
from tests.store.engine import SENT_TWICE, Killed, hooked, spell_out
from tests.store.memory import Contents, Memory, open_memory
from tests.store.sample import ADDRESS, DUE, LOCK, NOON, check, import_sample, numbered, workbook

UNITS = ("178", "180")
PERIOD = ADDRESS.period
LOCKS = (LOCK, LOCK + timedelta(days=5), DUE + timedelta(hours=2))
WAITS = (timedelta(seconds=1), timedelta(hours=1), timedelta(days=5), timedelta(days=33))

IN_WORDS = (RefusedInWords, Refusal, Moved, Unknown, SentBefore, Mistaken, TooOften, StorageError, receive.Busy)
"""What a verb may answer: refusals in words, and failures of storage after which a person or a queue tries again."""


class Act(NamedTuple):
    """A verb with its numbers: `unit` of two, `pick` for whatever it chooses among."""

    verb: str
    unit: int
    pick: int


class Fault(NamedTuple):
    """What happens at the call of this number, if there are so many. `other` is done between two calls."""

    kind: str
    at: int
    other: Act


NO_FAULT = Fault("none", 0, Act("wait", 0, 0))


@contextmanager
def open_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], World]]:
    """Gives a function that makes the world anew; what is ornament is left out, as dear as it is."""
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    monkeypatch.setattr(receive, "_PAUSES", (0.0,) * 6)
    monkeypatch.setattr(publish, "make_files", lambda *given: Rendered({JSON: make_data_files(*given[:2])[JSON]}, {}))
    monkeypatch.setattr(paper, "write_workbook", lambda *_, typed: workbook(**typed.values))
    monkeypatch.setattr(confirm, "_make_workbook", lambda *_, **__: (workbook(A1=0), "Xác nhận không phát sinh.xlsx"))
    with open_memory(monkeypatch) as memory:
        memory.now = lambda: NOON
        import_sample()
        start = memory.contents.copy()
        yield lambda: World(memory, start)


class World:
    """One sequence: what was done, and what is known of it without asking the product."""

    def __init__(self, memory: Memory, start: Contents) -> None:
        self.memory = memory
        memory.contents, memory.journal, memory.arrived = start.copy(), [], []
        self.clock, self.numbers = NOON, 0
        memory.now = lambda: self.clock
        self.model = Model(UNITS, LOCK)
        self.asked: Counter[str] = Counter()
        self.papers: dict[str, paper.PaperEntry] = {}
        self.forms: dict[tuple[int, str], paper.PaperEntry] = {}
        self.unfinished: dict[str, Act] = {}
        self.frozen: dict[tuple[str, str], Any] = {}
        self.trials: list[tuple[int, str]] = []

    def do(self, act: Act, fault: Fault = NO_FAULT) -> None:
        """Does one act with its fault, then holds what was written against the model."""
        self.model.begin()
        self._do(act, fault)
        self.look()

    def _do(self, act: Act, fault: Fault = NO_FAULT) -> bool:
        """Whether the act came to its end."""
        with self._broken(fault):
            try:
                getattr(self, act.verb)(act.unit, act.pick)
            except (*IN_WORDS, Killed):
                return False
        return True

    @contextmanager
    def _broken(self, fault: Fault) -> Iterator[None]:
        left = fault.at

        def strike(model: Any, context: dict[str, Any], **_: Any) -> None:
            nonlocal left
            left -= 1
            if left == -1:
                self._strike(fault, model.name, context)

        with ExitStack() as stack:
            if fault.kind != "none":
                event = "after-call" if fault.kind in ("ended after", "answer lost") else "before-call"
                stack.enter_context(hooked(event, strike))
            yield

    def _strike(self, fault: Fault, name: str, context: dict[str, Any]) -> None:
        match fault.kind:
            case "ended before" | "ended after":
                raise Killed
            case "throttled":
                raise ClientError({"Error": {"Code": "ThrottlingException"}}, name)
            case "answer lost":
                raise ReadTimeoutError(endpoint_url="aws")
            case "sent twice":
                context[SENT_TWICE] = True
            case "overtaken":
                self._do(fault.other)

    def _stamp(self, who: str = "pv05:an") -> Stamp:
        """No two people act in the same microsecond."""
        return Stamp(who, self._tick())

    def _tick(self) -> datetime:
        self.numbers += 1
        return self.clock + timedelta(microseconds=self.numbers)

    def _address(self, unit: int) -> Address:
        return ADDRESS.model_copy(update={"unit": UNITS[unit]})

    def _link(self, unit: int) -> Link:
        expires = NOON + timedelta(days=300)
        return Link(token_hash="0" * 64, programme="mau", unit=UNITS[unit], created=NOON, expires=expires)

    # What units do

    def send(self, unit: int, pick: int) -> None:
        """Figures of their own, figures that came before, noise, or a secret; in a new form or in one used before."""
        data = self._make_data(pick % 5, unit)
        own = [one for one in self._list_inbox() if f"/{UNITS[unit]}/" in one.key and "posted" in one.metadata]
        again = own[-1] if own and pick >= 5 else None
        self.numbers += 1
        key = again.key if again else upload_key(self._address(unit), numbered(self.numbers * 7919 % 10007))
        prepared = again.metadata["prepared"] if again else self._tick().isoformat()
        name = encode_text("kế hoạch.xlsx" if data.startswith(b"secret") else f"báo cáo {data.decode()}.xlsx")
        metadata = {"file-name": name, "confirmed": "yes", "prepared": prepared, "posted": "yes"}
        objects.put_object(key, data, bucket="inbox", content_type="application/octet-stream", metadata=metadata)

    def _make_data(self, kind: int, unit: int) -> bytes:
        self.numbers += 1
        mark = 7_000_000 + self.numbers
        same = [one.data for one in self._list_inbox() if one.data and one.data.startswith(b"{")]
        if kind == 4 and same:
            return bytes(same[-1])
        return (workbook(A1=mark), workbook(A1=mark + unit), b"bad %d" % mark, b"secret %d" % mark, workbook(A1=mark))[
            kind
        ]

    def confirm(self, unit: int, pick: int) -> None:
        """“Không phát sinh” for the whole form; the page's form may be sent again."""
        confirm.confirm_nothing(
            self._link(unit), self._programme(), period=PERIOD, form="bc", confirmed_by="Nguyễn An",
            form_number=str(pick % 3), now=self._tick(),
        )  # fmt: skip

    def trial(self, unit: int, pick: int) -> None:
        """A workbook is checked without being sent."""
        data, number = self._make_data(pick % 5, unit), numbered(self.numbers)
        key = trial_key(self._address(unit), number)
        metadata = {"confirmed": "yes", "file-name": ""}
        objects.put_object(key, data, content_type="application/octet-stream", metadata=metadata)
        self.trials.append((unit, number))
        trial.answer_trial(
            self._link(unit), self._programme(), address=self._address(unit), trial_id=number, now=self.clock,
            check=check, make_copy=_make_copy,
        )  # fmt: skip

    # What the machine does

    def deliver(self, _: int, pick: int) -> None:
        """The event of any version, the newest first; it may have come before."""
        known = self._list_inbox()[::-1] + list(self.model.sent.values())[::-1]
        if known:
            one = known[pick % len(known)]
            receive.receive(one.key, one.version_id, now=self._tick, check=check, make_copy=_make_copy)

    def sweep(self, *_: int) -> None:
        sweep(now=self._tick, check=check, make_copy=_make_copy, patience=timedelta(seconds=-1))

    def publish(self, *_: int) -> None:
        publish.publish_edition("mau", period=PERIOD, now=self._tick())

    def wait(self, _: int, pick: int) -> None:
        self.clock += WAITS[pick % len(WAITS)]

    # What the office does

    def review(self, unit: int, pick: int) -> None:
        verb = ("return", "approve", "withdraw", "restore")[pick % 4]
        subject = review.Subject(self._programme(), self._address(unit))
        self.asked[f"submission.{_PAST[verb]} {UNITS[unit]}"] += 1
        allowed = self.model.life[self.model.duties[UNITS[unit]].state, verb] != "–"
        own, stamp = f"{verb}_submission", self._stamp()
        reason = ("Xin xem lại.",) if verb in ("return", "withdraw") else ()
        try:
            getattr(review, own)(subject, *reason, stamp=stamp)
        except Refusal:
            assert not allowed or self.memory.journal, f"{verb} was refused"
            raise

    def grant(self, unit: int, pick: int) -> None:
        """An exception, or its end."""
        subject = review.Subject(self._programme(), self._address(unit))
        self.asked[f"exception {UNITS[unit]}"] += 1
        if pick % 4 == 3:
            review.end_exception(subject, stamp=self._stamp())
        else:
            until = max(self.clock, LOCK) + timedelta(days=1 + pick)
            review.grant_exception(subject, until, "mưa lũ", stamp=self._stamp())

    def enter(self, unit: int, pick: int) -> None:
        """A report on paper is typed in; a form that was cut off is sent again as it was, or changed."""
        form_number = str(pick % 2)
        entry = self.forms.get((unit, form_number)) or self._type_in(unit, pick)
        if pick >= 8:
            entry = entry._replace(typed=self._make_contents())
        self.forms[unit, form_number] = entry
        self.papers[paper.find_upload_id(entry, form_number)] = entry
        paper.enter(entry, form_number=form_number, stamp=self._stamp())

    def _make_contents(self) -> Typed:
        self.numbers += 1
        return Typed({"A1": 7_000_000 + self.numbers})

    def _type_in(self, unit: int, pick: int) -> paper.PaperEntry:
        self.numbers += 1
        scan = posted_scan_key(numbered(self.numbers))
        objects.put_object(scan, b"%%PDF-%d" % (7_000_000 + self.numbers), content_type="application/pdf")
        programme = self._programme()
        return paper.PaperEntry(
            programme, programme.period_by_code[PERIOD], programme.form_by_code["bc"],
            programme.unit_by_code[UNITS[unit]], paper.read_scan(scan), self._make_contents(),
            received=self.clock - timedelta(hours=pick), is_unclassified=True,
        )  # fmt: skip

    def purge(self, _: int, pick: int) -> None:
        answered = sorted(key[0].removeprefix("U#") for key in self.memory.contents.items if key[1] == "RECEIPT")
        if answered:
            upload_id = answered[pick % len(answered)]
            self.unfinished[upload_id] = Act("purge", 0, pick)
            self._purge(upload_id)

    def _purge(self, upload_id: str) -> None:
        self.asked[f"upload.purged {upload_id}"] += 1
        purged = purge.purge(upload_id, reason="mật", stamp=self._stamp("operator:root"))
        if not purged.is_being_answered:
            self.unfinished.pop(upload_id, None)

    def amend(self, _: int, pick: int) -> None:
        """The programme is changed: another lock."""
        programme = self._programme()
        period = programme.period_by_code[PERIOD]
        clocks = duties.Clocks(period.opens, period.due, LOCKS[pick % len(LOCKS)])
        make_change(programme, duties.move_clocks(programme, period, clocks), stamp=self._stamp())

    def _programme(self) -> Any:
        return programmes.load_in_force("mau")

    # What is seen

    def _list_inbox(self) -> list[Any]:
        return [one for one in self.memory.contents.versions.get("inbox", []) if one.data is not None]

    def look(self) -> None:
        """Tells the model what came into the inbox, and holds every transaction since against it."""
        arrived, self.memory.arrived = self.memory.arrived, []
        self.model.sent |= {one.version_id: self._see(one) for bucket, one in arrived if bucket == "inbox" and one.data}
        journal, self.memory.journal = self.memory.journal, []
        for writes in journal:
            self._hold(writes)
        self._check_frozen()

    def _see(self, one: Any) -> Sent:
        unit, upload_id = one.key.split("/")[-2:]
        entry = self.papers.get(upload_id) if "paper" in one.metadata else None
        return Sent(
            duty=unit, key=one.key, version_id=one.version_id, data=one.data, place=int(one.version_id[1:]),
            stored=one.stored, prepared=datetime.fromisoformat(one.metadata["prepared"]),
            came=entry.received if entry else one.stored, is_confirmation="confirmed-by" in one.metadata,
        )  # fmt: skip

    def _hold(self, writes: dict[tuple[str, str], Any]) -> None:
        """One transaction: at most one line, and what the line tells is what the other items hold."""
        by_kind: dict[str, Any] = {}
        for key, item in writes.items():
            by_kind.setdefault(find_kind(key[0]), []).append(item and unfold(from_wire(item)))
        lines = by_kind.get("A", [])
        assert len(lines) <= 1
        if not lines:
            assert not set(by_kind) & set("PSUEG") or set(by_kind) == {"N"}, f"{set(by_kind)} without a line"
            return
        line = lines[0]
        area = line["action"].partition(".")[0]
        told = {"upload": self._hold_upload, "submission": self._hold_review, "exception": self._hold_exception}
        told |= {"edition": self._hold_edition, "programme": self._hold_programme}
        told[area](line, by_kind)
        for state in by_kind.get("P", []):
            self._hold_state(State.model_validate(state))

    def _hold_upload(self, line: Any, found: dict[str, Any]) -> None:
        action = line["action"].partition(".")[2]
        if action == "purged":
            return self._hold_purge(line, found)
        assert action != "prepared"
        sent = self.model.sent[line["details"]["version_id"]]
        receipt = Receipt.model_validate(found["U"][0])
        revision = self.model.take(sent, action)
        assert (receipt.answer, receipt.revision, receipt.version_id) == (action, revision, sent.version_id)
        assert receipt.bytes_kept == sent.may_be_kept
        assert bool(found.get("S")) == (action == "accepted")
        for submission in found.get("S", []):
            assert (submission["revision"], submission["version_id"]) == (revision, sent.version_id)
            assert submission["values"]["A1"]["value"] == json.loads(sent.data)["A1"]
        return None

    def _hold_purge(self, line: Any, found: dict[str, Any]) -> None:
        self._take_asked(f"upload.purged {line['subject']}")
        receipt = Receipt.model_validate(found["U"][0])
        assert not receipt.bytes_kept
        self.model.purge(receipt.version_id)

    def _hold_review(self, line: Any, _: Any) -> None:
        action = line["action"].partition(".")[2]
        if action in ("entered", "confirmed"):
            return
        unit = line["subject"].rpartition("/")[2]
        self._take_asked(f"{line['action']} {unit}")
        self.model.review(unit, next(verb for verb, past in _PAST.items() if past == action))

    def _hold_exception(self, line: Any, _: Any) -> None:
        unit = line["subject"].rpartition("/")[2]
        self._take_asked(f"exception {unit}")
        until = line["details"]["until"]
        self.model.duties[unit].until = datetime.fromisoformat(until) if until else None

    def _hold_edition(self, _: Any, found: dict[str, Any]) -> None:
        edition = found["E"][0]
        inputs = frozenset((each["unit"], int(each["revision"])) for each in edition["inputs"])
        assert inputs in self.model.counted, f"{inputs} of {self.model.counted}"

    def _hold_programme(self, line: Any, _: Any) -> None:
        number = int(line["subject"].rpartition("V")[2])
        self.model.locks.append(programmes.load_version("mau", number).period_by_code[PERIOD].lock)

    def _take_asked(self, what: str) -> None:
        """A decision is written once each time that somebody asked for it."""
        assert self.asked[what] > 0, f"{what}: nobody asked, or it was done twice"
        self.asked[what] -= 1

    def _hold_state(self, state: State) -> None:
        duty = self.model.duties[state.address.unit]
        current = state.submission
        told = "nothing" if current is None else "purged" if current.purged else str(state.review)
        assert (told, state.revision) == (duty.state, len(duty.revisions)), f"{duty}"
        assert (state.first_received, state.exception_until) == (duty.first, duty.until)
        assert state.counts == duty.counts
        if current:
            assert duty.current
            assert (current.version_id, current.revision) == (duty.current.version_id, duty.number)

    def _check_frozen(self) -> None:
        """Records of editions and their files stay as they were first seen."""
        for key, item in self.memory.contents.items.items():
            if key[0].startswith("E#"):
                assert self.frozen.setdefault(key, item) == item
                for name, file in from_wire(item)["files"].items():
                    lying = [one.data for one in self.memory.contents.versions["reports"] if one.key == file]
                    assert lying, name
                    assert set(lying) == {self.frozen.setdefault(("file", file), lying[-1])}

    # The end

    def finish(self, fault: Fault = NO_FAULT) -> None:
        """One more sweep, one more run of each purge that was cut off; then everything is as promised, and stays.

        Before that comes a recovery with a `fault` of its own.
        """
        self.clock += timedelta(hours=2)
        for act in [Act("sweep", 0, 0), *self.unfinished.values()]:
            self.do(act, fault)
        self._step(self.sweep)
        for upload_id in list(self.unfinished):
            self._step(lambda *_, one=upload_id: self._purge(one))
        self._check_answers()
        self._check_bytes()
        self._check_order()
        trial.forget_trials(now=self.clock + timedelta(days=2))
        self._check_marks()
        assert verify(self.clock + timedelta(hours=2)).findings == []
        self._check_that_more_changes_nothing()

    def _step(self, verb: Callable[..., None]) -> None:
        self.model.begin()
        verb(0, 0)
        self.look()

    def _check_answers(self) -> None:
        receipts = [from_wire(item) for key, item in self.memory.contents.items.items() if key[1] == "RECEIPT"]
        assert sorted(one["version_id"] for one in receipts) == sorted(self.model.sent)
        assert set(self.model.answers) == set(self.model.sent)
        for name, duty in self.model.duties.items():
            numbers = [int(key[1][2:]) for key in self.memory.contents.items if key[0] == f"S#mau#{PERIOD}#bc#{name}"]
            assert sorted(numbers) == list(range(1, len(duty.revisions) + 1))

    def _check_bytes(self) -> None:
        lying = {one.version_id: one.data for one in self._list_inbox()}
        for version_id, sent in self.model.sent.items():
            is_kept = sent.may_be_kept and version_id not in self.model.purged
            assert lying.get(version_id) == (sent.data if is_kept else None)

    def _check_order(self) -> None:
        for name, duty in self.model.duties.items():
            newest = None if duty.is_reviewed else self.model.newest(name)
            assert newest is None or (duty.current and duty.current.data == newest.data)

    def _check_marks(self) -> None:
        """What a purged or classified upload said is nowhere, unless another upload says the same."""
        gone = [one for one in self.model.sent.values() if not one.may_be_kept or one.version_id in self.model.purged]
        left = {one.data for one in self.model.sent.values() if one not in gone}
        marks = {one.data[-8:-1] if one.is_good else one.data[-7:] for one in gone if one.data not in left}
        text = spell_out(str(self.memory.contents.items)) + "".join(self._list_texts())
        for mark in marks - {b'"A1": 0'}:
            assert mark.decode() not in text, mark

    def _list_texts(self) -> Iterator[str]:
        for bucket in ("inbox", "reports"):
            for one in self.memory.contents.versions.get(bucket, []):
                if not one.key.startswith(("editions/", "drafts/")):
                    yield str((one.key, one.data, one.metadata))

    def _check_that_more_changes_nothing(self) -> None:
        self._step(self.publish)
        self.model.begin()
        self.publish(0, 0)
        self.sweep(0, 0)
        for one in self._list_inbox():
            receive.receive(one.key, one.version_id, now=self._tick, check=check)
        assert self.memory.journal == []


_PAST = {"return": "returned", "approve": "approved", "withdraw": "withdrawn", "restore": "restored"}


def _make_copy(data: bytes, *_: object) -> bytes:
    return b"marked " + data
