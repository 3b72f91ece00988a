"""What units have sent: outcomes of checking, revisions, the states of obligations, receipts, links.

All times are UTC with offset; `values.py` says what a value is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.domain.clock import Timeliness
from chalicelib.domain.issues.issue import Issue, Severity, cap_issues
from chalicelib.domain.values import Value, is_unset


class Record(BaseModel):
    """The base of all records: frozen. Unknown fields are ignored, so that old code can read newer records."""

    model_config = ConfigDict(frozen=True)


class Figure(Record):
    """One value with its cell. `estimated` is the sender's own "ước".

    `confirmed`: the cell is that of a section's mark “không phát sinh”, and the value is 0 because of it.
    """

    value: Value
    sheet: str
    cell: str
    estimated: bool = False
    confirmed: bool = Field(default=False, exclude_if=is_unset)


class TableRow(Record):
    """One filled row of a repeating table: values and cells by column code."""

    sheet: str
    values: dict[str, Value]
    cells: dict[str, str]


class Normalisation(Record):
    """A reading that changed what was typed: “đã đọc '1.234 lượt' là 1234”."""

    sheet: str
    cell: str
    indicator: str
    found: str
    read_as: str
    reason: str


class Status(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"


def calls_for_marks(issues: Iterable[Issue]) -> bool:
    """Whether errors stand in cells or in the form, and not only in the file or the upload as a whole."""
    areas = {issue.code.partition(".")[0] for issue in issues if issue.severity is Severity.ERROR}
    return not areas <= {"file", "upload"}


class Outcome(Record):
    """The result of checking one workbook. Values are included as far as they were read, even if issues reject it."""

    status: Status
    sha256: str
    form: str = ""
    version: int = 0
    unit: str = ""
    period: str = ""
    values: dict[str, Figure] = {}
    tables: dict[str, tuple[TableRow, ...]] = {}
    narratives: dict[str, Figure] = {}
    remarks: dict[str, str] = {}
    """What stands in the column “Ghi chú”, by indicator."""
    confirmed: tuple[str, ...] = ()
    """The sections that are marked “không phát sinh”."""
    normalisations: tuple[Normalisation, ...] = ()
    issues: tuple[Issue, ...] = ()
    notes: tuple[str, ...] = ()
    keep_bytes: bool = True
    """False if the law forbids keeping a copy: the workbook carries a mark of secrecy."""

    @property
    def is_read(self) -> bool:
        """Whether the form's cells were found, so that the figures are those that the sender means."""
        return bool(self.form) and not any(issue.code == "form.mangled" for issue in self.issues)

    def with_issues(self, more: Sequence[Issue]) -> Outcome:
        """The outcome with `more` issues; an error among them rejects it."""
        is_rejected = any(issue.severity is Severity.ERROR for issue in more)
        status = Status.REJECTED if is_rejected else self.status
        return self.model_copy(update={"status": status, "issues": cap_issues([*self.issues, *more])})

    @property
    def can_be_marked(self) -> bool:
        """Whether a marked copy is made: the workbook was read, it has errors, and its bytes may be kept."""
        return self.keep_bytes and calls_for_marks(self.issues)

    @property
    def errors(self) -> tuple[Issue, ...]:
        return tuple(issue for issue in self.issues if issue.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Issue, ...]:
        return tuple(issue for issue in self.issues if issue.severity is Severity.WARNING)


class Address(Record):
    """The parts of an upload's storage key: minted by us, never read from the file."""

    programme: str
    period: str
    form: str
    unit: str


class Turn(Record):
    """An upload's place among those of its obligation that came at one moment, since storage counts in seconds.

    The order is that of storing, of preparing, of keys; two versions under one key have the order of storage's listing.
    """

    stored: datetime
    prepared: datetime
    key: str
    version_id: str

    @property
    def rank(self) -> tuple[datetime, datetime, str]:
        return self.stored, self.prepared, self.key


class Upload(Record):
    """One stored upload. `received` is the storage service's own time; `version_id` names the exact bytes.

    `on_paper` is when the office received the paper that the figures were entered from, as its officer states.
    `confirmed_by` is who confirmed on the unit's page that there is nothing to report, in their own words.
    `prepared` is when its form was made. `followed_by` are the versions under its key that storage lists as newer; they
    are asked for only if they decide something.
    """

    id: str
    address: Address
    key: str
    version_id: str
    received: datetime
    size: int
    sha256: str
    file_name: str = ""
    on_paper: datetime | None = None
    confirmed_by: str = ""
    prepared: datetime | None = None
    followed_by: tuple[str, ...] = ()

    @property
    def turn(self) -> Turn:
        prepared = self.prepared or self.received
        return Turn(stored=self.received, prepared=prepared, key=self.key, version_id=self.version_id)

    @property
    def came(self) -> datetime:
        """The time by which on time, late and locked are judged."""
        return self.on_paper or self.received


class Submission(Record):
    """One accepted revision, whole. Revisions are numbered from 1 and all are kept; one that was purged is empty.

    `confirmed` are the sections marked “không phát sinh”; `confirmed_by` who did it, if on the unit's page.
    """

    address: Address
    revision: int
    upload_id: str
    programme_version: int
    form_version: int
    sha256: str
    file_name: str
    key: str
    version_id: str
    received: datetime
    values: dict[str, Figure]
    tables: dict[str, tuple[TableRow, ...]]
    narratives: dict[str, Figure]
    remarks: dict[str, str] = {}
    normalisations: tuple[Normalisation, ...] = ()
    warnings: tuple[Issue, ...] = ()
    justification: str = ""
    confirmed: tuple[str, ...] = ()
    confirmed_by: str = ""
    purged: bool = False


class Review(StrEnum):
    """The office's decision about the current revision."""

    RECEIVED = "received"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


_SET_ASIDE = (Review.RETURNED, Review.WITHDRAWN)


class Summary(NamedTuple):
    """What lists of thousands of reports judge a state by. Its fields are those of the state, but `revision`, `sent`,
    `is_uploaded`, `warnings` (how many) and `confirmed`, which are the submission's; `revision` is 0 without one."""

    unit: str
    form: str
    change: int
    revision: int = 0
    sent: datetime | None = None
    is_uploaded: bool = False
    warnings: int = 0
    confirmed: tuple[str, ...] = ()
    first_received: datetime | None = None
    last_received: datetime | None = None
    timeliness: Timeliness | None = None
    review: Review = Review.RECEIVED
    exception_until: datetime | None = None
    last_rejected: datetime | None = None
    corrects: bool = False

    @property
    def has_report(self) -> bool:
        return self.revision > 0

    @property
    def counts(self) -> bool:
        """Whether the figures go into the consolidated report."""
        return self.has_report and self.review not in _SET_ASIDE

    @property
    def received(self) -> datetime | None:
        """When the current revision came; None if no upload brought it (a file of a folder): nobody knows then."""
        return self.sent if self.is_uploaded and self.timeliness else None

    @property
    def is_last_attempt_refused(self) -> bool:
        """Whether the unit's latest upload was rejected, whatever counts."""
        latest = self.last_received or self.sent
        return self.last_rejected is not None and (latest is None or self.last_rejected > latest)

    @property
    def was_refused(self) -> bool:
        """Whether nothing counts and only a rejected upload has come since."""
        if self.last_rejected is None or self.counts:
            return False
        return self.sent is None or self.last_rejected > self.sent

    def judged(self, timeliness: Timeliness) -> Summary:
        return self._replace(timeliness=timeliness)


class State(Record):
    """The current state of one obligation: the revision that counts, and when the first one was accepted.

    `first_received` decides on time or late for good; `exception_until` moves the lock for this obligation.
    `change` counts every write of this state: a write succeeds only if `change` has not moved since it was decided.
    `last_received` is when the newest upload of the current revision came, and `last_turn` its place among those of
    that moment. Sending the same bytes again moves both, so an older upload that arrives later never replaces them.
    """

    address: Address
    change: int
    revision: int = 0
    submission: Submission | None = None
    first_received: datetime | None = None
    last_received: datetime | None = None
    last_turn: Turn | None = None
    timeliness: Timeliness | None = None
    review: Review = Review.RECEIVED
    comment: str = ""
    exception_until: datetime | None = None
    exception_reason: str = ""
    last_rejected: datetime | None = None
    corrects: bool = Field(default=False, exclude_if=is_unset)
    """Whether the current revision came after one that was returned, and nobody has decided on it yet."""

    def moved(self, **changes: Any) -> State:
        """The state after one more write."""
        return self.model_copy(update={"change": self.change + 1, **changes})

    def outline(self) -> State:
        """The same without what the submission says: no figures, rows, texts, remarks or readings."""
        said: dict[str, Any] = {"values": {}, "tables": {}, "narratives": {}, "remarks": {}, "normalisations": ()}
        sent = self.submission
        return self.model_copy(update={"submission": sent.model_copy(update=said)}) if sent else self

    def judged(self, timeliness: Timeliness) -> State:
        return self.model_copy(update={"timeliness": timeliness})

    @property
    def summary(self) -> Summary:
        sent = self.submission
        return Summary(
            unit=self.address.unit,
            form=self.address.form,
            change=self.change,
            revision=sent.revision if sent else 0,
            sent=sent.received if sent else None,
            is_uploaded=bool(sent and sent.upload_id),
            warnings=len(sent.warnings) if sent else 0,
            confirmed=sent.confirmed if sent else (),
            first_received=self.first_received,
            last_received=self.last_received,
            timeliness=self.timeliness,
            review=self.review,
            exception_until=self.exception_until,
            last_rejected=self.last_rejected,
            corrects=self.corrects,
        )

    @property
    def has_report(self) -> bool:
        return self.submission is not None

    @property
    def counts(self) -> bool:
        """Whether the figures go into the consolidated report."""
        return self.has_report and self.review not in _SET_ASIDE

    @property
    def received(self) -> datetime | None:
        """When the current revision came; None if no upload brought it (a file of a folder): nobody knows then."""
        return self.summary.received

    @property
    def was_refused(self) -> bool:
        """Whether nothing counts and only a rejected upload has come since."""
        return self.summary.was_refused


class Answer(StrEnum):
    """How an upload ended: one answer per upload, in one receipt."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ALREADY_RECEIVED = "already_received"


def name_receipt(upload_id: str) -> str:
    """The number of the receipt that an upload gets, by which people call it."""
    return f"BN-{upload_id[:8].upper()}"


class Receipt(Record):
    """The one receipt of an upload (biên nhận). `revision` is 0 if nothing was accepted.

    `version_id` names the stored bytes it is about; `bytes_kept` is False if the law required deleting them.
    """

    number: str
    upload_id: str
    address: Address
    answer: Answer
    received: datetime
    decided: datetime
    sha256: str
    size: int
    file_name: str
    revision: int = 0
    timeliness: Timeliness | None = None
    issues: tuple[Issue, ...] = ()
    marked_copy_key: str = ""
    version_id: str = ""
    bytes_kept: bool = True

    @property
    def can_be_marked(self) -> bool:
        """Whether a marked copy is made, as `Outcome.can_be_marked` has it."""
        return self.answer is Answer.REJECTED and self.bytes_kept and calls_for_marks(self.issues)


class Trial(Record):
    """The answer to a workbook that a unit had checked without sending it (kiểm tra thử). Nothing else comes of it."""

    outcome: Outcome
    checked: datetime
    file_name: str
    size: int


class LinkState(StrEnum):
    """Whether a link opens, and why not. One that was made but not given opens, if anybody has it."""

    VALID = "valid"
    NOT_GIVEN = "not_given"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Link(Record):
    """A unit's link (đường dẫn nộp). Only the hash of its token is kept."""

    token_hash: str
    programme: str
    unit: str
    created: datetime
    expires: datetime
    revoked: datetime | None = None
    last_opened: datetime | None = None
    given: bool = True
    """False from the making of a link until the office confirms that it has it, printed or in a file: the only answer
    that shows a link may be lost. Those of earlier versions of the product were given."""
    downloaded: dict[str, int] = {}
    """The version of each blank form that was last downloaded with it, by "period/form"."""

    @property
    def name(self) -> str:
        """The first letters of the hash: they tell links apart on pages and in the audit, and open none."""
        return self.token_hash[:12]

    def state(self, now: datetime) -> LinkState:
        if self.revoked:
            return LinkState.REVOKED
        if now >= self.expires:
            return LinkState.EXPIRED
        return LinkState.VALID if self.given or self.last_opened else LinkState.NOT_GIVEN

    def is_valid(self, now: datetime) -> bool:
        """Whether it opens."""
        return self.state(now) in (LinkState.VALID, LinkState.NOT_GIVEN)

    def is_held(self, now: datetime) -> bool:
        """Whether it opens, and somebody has it: it was given, or it was opened before."""
        return self.state(now) is LinkState.VALID


class EditionInput(Record):
    """One submission that an edition was made from."""

    unit: str
    form: str
    revision: int
    sha256: str
    timeliness: Timeliness


class Edition(Record):
    """One numbered, frozen edition of a period's consolidated report, with all that it was made from.

    `programme` is the programme's code; of one branch "mau@B1" (`programme/branches.py`).
    `inputs_hash` covers the inputs and everything else that decides the contents (states of review,
    exceptions, the programme's version, the code's version): an equal hash means nothing changed.
    `files` maps a file's name to its storage key, `hashes` to its SHA-256; `missing` says of a file that could not be
    made why. An edition without such a file is whole. `office` names the office's own part of the inputs, which by
    itself makes no edition ("draft": "3").
    """

    programme: str
    period: str
    number: int
    made: datetime
    frozen: bool
    programme_version: int
    inputs: tuple[EditionInput, ...]
    inputs_hash: str
    files: dict[str, str] = {}
    hashes: dict[str, str] = {}
    office: dict[str, str] = {}
    reason: str = ""
    missing: dict[str, str] = Field(default={}, exclude_if=is_unset)
    shown: str = Field(default="", exclude_if=is_unset)
    """The key of what pages show, where the period has so many reports that an edition keeps it."""

    @property
    def is_supplement(self) -> bool:
        return self.frozen and bool(self.reason)
