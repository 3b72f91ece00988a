"""A programme of two units, one form and one period, and what is sent to it: made of values alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.domain.language.sentences import Words, find_edits
from chalicelib.domain.programme.model import Duty, Form, Indicator, Office, Period, Programme, Section, Unit
from chalicelib.domain.submission.records import (
    Address,
    Figure,
    Outcome,
    Review,
    State,
    Status,
    Submission,
    Upload,
)
from chalicelib.domain.values import Value

OPENS = datetime(2022, 4, 15, tzinfo=UTC)
DUE = datetime(2022, 5, 15, tzinfo=UTC)
GRACE = timedelta(hours=12)
LATE = DUE + GRACE
LOCK = datetime(2022, 6, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
NOW = LOCK + timedelta(days=300)
"""When things are decided: long after they were sent, so that a test notices where this clock is asked instead."""

ADDRESS = Address(programme="mau", period="nam", form="bc", unit="178")

OFFICE = Office(
    parent="UBND TỈNH", name="BAN CHỈ ĐẠO", abbreviation="BCĐ", place="Lạng Sơn", contact="PV05",
    signer_authority="KT. TRƯỞNG BAN", signer_title="PHÓ TRƯỞNG BAN", signer_name="Người ký", addressee="Cấp trên",
    recipients=(),
)  # fmt: skip


def make_indicator(code: str, kind: str = "flow", **more: Any) -> Indicator:
    given = {"group": "A", "label": f"Chỉ tiêu {code}", "measure_unit": "lượt", "senders": ("district",)}
    return Indicator.model_validate({"code": code, "kind": kind, **given, **more})


def make_period(**more: Any) -> Period:
    given = {"code": "nam", "name": "Năm 2022", "data_from": date(2021, 11, 15), "data_to": date(2022, 5, 14)}
    clocks = {"opens": OPENS, "due": DUE, "grace": GRACE, "lock": LOCK}
    return Period.model_validate({**given, **clocks, **more})


def make_form(indicators: Sequence[Indicator], **more: Any) -> Form:
    section = Section(title="Số liệu", indicators=tuple(each.code for each in indicators))
    given = {"code": "bc", "version": 1, "title": "Báo cáo năm", "heading": "BÁO CÁO", "sections": (section,)}
    return Form.model_validate({**given, **more})


def make_unit(code: str, name: str, unit_type: str = "district") -> Unit:
    return Unit(code=code, name=name, full_name=f"Huyện {name}", type=unit_type)


def make_programme(
    indicators: Sequence[Indicator] = (make_indicator("A1"),), *, form: Mapping[str, Any] | None = None, **more: Any
) -> Programme:
    given = {
        "code": "mau", "title": "Chương trình mẫu", "year": 2022, "number": "01", "signed": date(2022, 1, 19),
        "office": OFFICE, "unit_types": {"district": "Huyện", "department": "Sở"}, "headline": "district",
        "units": (make_unit("178", "Lạng Sơn"), make_unit("180", "Tràng Định")), "indicators": tuple(indicators),
        "periods": (make_period(),), "forms": (make_form(indicators, **(form or {})),),
        "duties": (Duty(unit_type="district", period="nam", form="bc"),), "targets": (), "version": 4,
    }  # fmt: skip
    return Programme.model_validate({**given, **more})


def hash_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def make_upload(number: int, content: str = "A1=5", *, received: datetime = OPENS, **more: Any) -> Upload:
    """Equal contents are equal bytes."""
    given = {"id": f"{number:032x}", "address": ADDRESS, "key": f"inbox/{number}", "version_id": f"v{number}"}
    fixed = {"size": len(content), "sha256": hash_of(content), "file_name": f"{content}.xlsx"}
    return Upload.model_validate({**given, **fixed, "received": received, **more})


def place(**values: Value) -> dict[str, Figure]:
    """Figures, each in a cell of its own."""
    return {
        code: Figure(value=value, sheet="Số liệu", cell=f"C{row}")
        for row, (code, value) in enumerate(values.items(), 4)
    }


def make_outcome(status: Status = Status.ACCEPTED, **more: Any) -> Outcome:
    given = {"status": status, "sha256": "", "form": "bc", "version": 1, "unit": "178", "period": "nam"}
    return Outcome.model_validate({**given, **more})


def make_submission(revision: int = 1, *, unit: str = "178", received: datetime = OPENS, **more: Any) -> Submission:
    given = {
        "address": ADDRESS.model_copy(update={"unit": unit}),
        "revision": revision,
        "upload_id": f"{revision:032x}",
    }
    fixed = {"programme_version": 4, "form_version": 1, "sha256": hash_of(f"{unit} {revision}"), "file_name": "bc.xlsx"}
    stored = {"key": f"inbox/{revision}", "version_id": "v1", "received": received}
    read = {"values": place(A1=5), "tables": {}, "narratives": {}}
    return Submission.model_validate({**given, **fixed, **stored, **read, **more})


def make_state(submission: Submission | None = None, *, review: Review = Review.RECEIVED, **more: Any) -> State:
    """The state of an obligation; with a submission, as if it had been accepted when it was received."""
    if submission is None:
        return State.model_validate({"address": ADDRESS, "change": 0, "review": review, **more})
    came = submission.received
    given = {"address": submission.address, "change": 7, "revision": submission.revision, "submission": submission}
    judged = {"first_received": came, "last_received": came, "timeliness": make_period().judge(came)}
    return State.model_validate({**given, **judged, "review": review, **more})


def say_sentence(text: str, words: Words) -> str:
    """The sentence as the report says it, or "" if nothing is left of it."""
    edits = find_edits(text, words)
    for edit in reversed(edits or ()):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return "" if edits is None else text
