"""Programmes with as many units as the product is for, their reports in every tray, without a workbook being sent."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib import folders
from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.clock import local_date, read_instant
from chalicelib.domain.issues.issue import make_issue
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.programme.loading import PROGRAMME
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.renewal import rehearse
from chalicelib.domain.submission.records import Edition, Review, State
from chalicelib.office.contacts import put_contacts
from chalicelib.office.feedback import write_remark
from chalicelib.office.links import confirm_given, create_links
from chalicelib.office.programme import import_programme
from chalicelib.store import programmes, table
from chalicelib.store.addresses import revision_key, state_key
from chalicelib.store.editions import put_edition
from chalicelib.store.errors import StateMoved
from infra.demo.programme import DEMO_CODE, DEMO_PERIOD, read_demo_files
from tests.report.samples import add_districts, make_state

DISTRICTS = 11
CALLED = "Ông Hoàng Văn Thụ, Phó Trưởng phòng"
WORDS = "Ban Chỉ đạo 138 đã nhận báo cáo; đề nghị đối chiếu lại số mô hình tự quản với bảng kê gửi kèm."


@dataclass(frozen=True)
class Crowd:
    """A programme in force, its period that takes reports, and how many reports are owed."""

    programme: Programme
    period: str
    due: int


def make_crowd(units: int) -> Crowd:
    """65: the communes of 2026, with two offices that report beside them; otherwise 2022's form, asked of so many."""
    stamp = Stamp("thử", datetime.now(UTC))
    due = read_instant(local_date(stamp.at) + timedelta(days=5))
    code = f"dong-{units}-{secrets.token_hex(3)}"
    files = _read_communes(due) if units == 65 else add_districts(read_demo_files(due), units - DISTRICTS)
    programme_file = files[PROGRAMME].replace(f'code = "{DEMO_CODE}"', f'code = "{code}"', 1)
    import_programme({name: text.encode() for name, text in (files | {PROGRAMME: programme_file}).items()}, stamp=stamp)
    programme = programmes.load_in_force(code)
    fill_trays(programme, stamp.at)
    _equip(programme, stamp)
    return Crowd(programme, DEMO_PERIOD, len(programme.obligations(DEMO_PERIOD)))


def _read_communes(due: datetime) -> dict[str, str]:
    files = folders.read_folder(folders.SHIPPED / "ct138-2026")
    return dict(rehearse(files, code=DEMO_CODE, period=DEMO_PERIOD, due=due).files)


def fill_trays(programme: Programme, now: datetime) -> None:
    """Reports of the period lie in each tray of the worklist."""
    for state in _make_states(programme, now):
        sent = state.submission
        assert sent
        writes = [table.put(state_key(state.address), state, broken=StateMoved),
                  table.put(revision_key(state.address, sent.revision), sent, broken=StateMoved)]  # fmt: skip
        table.write(writes, subject="thử")


def _make_states(programme: Programme, now: datetime) -> Iterator[State]:
    """Of seven reports two are missing; one is returned, one approved, one has a warning, one was corrected."""
    period = programme.period_by_code[DEMO_PERIOD]
    for number, owed in enumerate(programme.obligations(period.code)):
        unit, form = programme.unit_by_code[owed.unit], programme.form_by_code[owed.form]
        state = make_state(programme, unit, form, period, received=now - timedelta(hours=5 * (number % 23), minutes=7))
        match number % 7:
            case 0:
                yield state.model_copy(update={"review": Review.RETURNED, "comment": WORDS})
            case 1:
                yield state.model_copy(update={"review": Review.APPROVED})
            case 2 if state.submission:
                warned = state.submission.model_copy(update={"warnings": (make_issue("file.recalculates"),)})
                yield state.model_copy(update={"submission": warned})
            case 3:
                yield state.model_copy(update={"corrects": True})
            case 4:
                yield state


def _equip(programme: Programme, stamp: Stamp) -> None:
    """Links, contacts, remarks, and an official report."""
    made = create_links(programme, programme.units, expires=stamp.at + timedelta(days=60), stamp=stamp)
    confirm_given(programme.code, [new.link.name for new in made[: len(made) // 2]], stamp=stamp)
    contacts = [
        Contact(unit=each.unit.code, name=CALLED, phone="0205 381 0000", mail=f"ubnd.{each.unit.code}@langson.example")
        for each in made
    ]
    put_contacts(programme, contacts, stamp=stamp)
    for new in made[::4]:
        write_remark(programme, programme.period_by_code[DEMO_PERIOD], new.unit.code, text=WORDS, seen=0, stamp=stamp)
    edition = Edition(programme=programme.code, period=DEMO_PERIOD, number=1, made=stamp.at, frozen=True,
                      programme_version=programme.version, inputs=(), inputs_hash="x")  # fmt: skip
    put_edition(edition, make_line(Action.EDITION_PUBLISHED, "edition:1", programme=programme.code, stamp=stamp))
