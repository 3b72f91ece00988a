"""Publishing: nothing where nothing changed, one frozen edition at the lock, then supplements; the same bytes again."""

from __future__ import annotations

import gc
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock

import docx
import openpyxl
import pytest

from chalicelib import folders
from chalicelib.domain.audit import AuditLine
from chalicelib.domain.clock import Timeliness
from chalicelib.domain.period.consolidate import consolidate
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.draft import Draft
from chalicelib.domain.period.edition import EditionInfo, Snapshot
from chalicelib.domain.period.plausibility import add_points
from chalicelib.domain.period.points import Confirmation
from chalicelib.domain.programme.branches import narrow, split_branch
from chalicelib.domain.programme.model import Branch, Programme
from chalicelib.domain.submission.records import Address, Edition, State, Submission
from chalicelib.domain.submission.review import LAST_LOOK
from chalicelib.report import gather, publish, readable_json, rendering
from chalicelib.report.files import DOCUMENT, WORKBOOK
from chalicelib.report.remake import InputMissing, remake_edition
from chalicelib.report.rendering import Rendered
from chalicelib.store.errors import EditionExists, NotFound, Unavailable
from tests.report.documents import change
from tests.report.samples import make_state, make_states, read_programme

pytestmark = pytest.mark.promise("frozen")

PROGRAMME = read_programme()
YEAR = PROGRAMME.period_by_code["nam"]
DOCUMENTS = folders.read_documents(folders.SHIPPED / "ct138-2022")
BROKEN = {"bao-cao-tong-hop.docx": b"not a docx"}


class Shelf:
    """A store in memory with as much of its functions as publishing calls."""

    def __init__(self) -> None:
        self.states: dict[tuple[str, str], list[State]] = {}
        self.editions: list[Edition] = []
        self.objects: dict[str, bytes] = {}
        self.locked: set[str] = set()
        self.lines: list[AuditLine] = []
        self.drafts: list[Draft] = []
        self.confirmations: list[Confirmation] = []
        self.programmes = {PROGRAMME.code: PROGRAMME}
        self.taken = 0
        self.broken: set[str] = set()

    def load_in_force(self, code: str) -> Programme:
        if code not in self.programmes:
            raise NotFound(code)
        return self.programmes[code]

    def load_part(self, part: str) -> Programme:
        code, branch = split_branch(part)
        return narrow(self.load_in_force(code), branch)

    def load_followed(self, programme: Programme) -> Programme | None:
        return self.programmes.get(programme.follows)

    def list_followed(self, programme: Programme, most: int) -> tuple[Programme, ...]:
        before = self.load_followed(programme) if most else None
        return (before, *self.list_followed(before, most - 1)) if before else ()

    def load_files(self, code: str, _number: int) -> dict[str, bytes]:
        return BROKEN if code in self.broken else DOCUMENTS

    def list_programmes(self) -> tuple[str, ...]:
        return tuple(self.programmes)

    def is_any_known(self, programme: str, period: str) -> bool:
        return bool(self.states.get((programme, period)))

    def read_period(self, programme: str, period: str) -> Iterator[State]:
        return iter(self.states.get((programme, period), []))

    def find_latest_draft(self, programme: str, period: str) -> Draft | None:
        own = [each for each in self.drafts if (each.programme, each.period) == (programme, period)]
        return own[-1] if own else None

    def list_confirmations(self, programme: str, period: str) -> list[Confirmation]:
        return list(self.confirmations) if (programme, period) == (PROGRAMME.code, "nam") else []

    def find_latest_edition(self, programme: str, period: str) -> Edition | None:
        own = [each for each in self.editions if (each.programme, each.period) == (programme, period)]
        return own[-1] if own else None

    def list_editions(self, programme: str, period: str) -> list[Edition]:
        return [each for each in self.editions if (each.programme, each.period) == (programme, period)]

    def put_edition(self, edition: Edition, line: AuditLine) -> Edition:
        if self.taken:
            self.taken -= 1
            raise EditionExists(str(edition.number))
        self.editions.append(edition)
        self.lines.append(line)
        return edition

    def put_report(
        self, programme: str, period: str, number: int, name: str, data: bytes, is_frozen: bool, **_: bool
    ) -> tuple[str, str]:
        key = f"{programme}/{period}/{number}/{name}"
        if is_frozen:
            self.locked.add(key)
        self.objects[key] = data
        return key, hashlib.sha256(data).hexdigest()

    def read_report(self, key: str) -> bytes:
        return self.objects[key]


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    shelf = Shelf()
    for module, names in (
        (publish, ("confirmations", "drafts", "editions", "obligations", "programmes", "uploads")),
        (gather, ("obligations", "programmes")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, shelf)
    return shelf


def run(now: datetime, **more: Any) -> Edition:
    return publish.publish_edition(PROGRAMME.code, period="nam", now=now, **more)


def test_an_edition_is_made_once_and_again_only_when_something_changed(shelf: Shelf) -> None:
    states = make_states(PROGRAMME, "nam", missing=["189"])
    shelf.states[PROGRAMME.code, "nam"] = states[:5]
    first = run(YEAR.opens)
    assert run(YEAR.opens + timedelta(hours=1)) == first
    shelf.states[PROGRAMME.code, "nam"] = states
    second = run(YEAR.opens + timedelta(hours=2), actor="pv05")
    assert [first.number, second.number] == [1, 2]
    assert not second.frozen
    assert len(second.inputs) == 10
    assert shelf.lines[-1].actor == "pv05"
    assert second.hashes == {name: hashlib.sha256(shelf.objects[key]).hexdigest() for name, key in second.files.items()}


def test_the_figures_of_the_edition_before_are_read_in_pieces_and_gone_when_files_are_made(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = make_states(PROGRAMME, "nam")
    shelf.states[PROGRAMME.code, "nam"] = states[:10]
    run(YEAR.opens)
    pieces = Mock(side_effect=json.loads)
    monkeypatch.setattr(readable_json, "_BYTES_AT_ONCE", 2_000)
    monkeypatch.setattr(readable_json, "json", Mock(wraps=json, loads=pieces))
    waiting: list[Snapshot] = []

    def make_files(*given: Any) -> Rendered:
        waiting.extend(each for each in gc.get_objects() if isinstance(each, Snapshot))
        return rendering.make_files(*given)

    monkeypatch.setattr(publish, "make_files", make_files)
    shelf.states[PROGRAMME.code, "nam"] = states
    assert run(YEAR.opens + timedelta(hours=1)).number == 2
    assert waiting == []
    assert max(len(call.args[0]) for call in pieces.call_args_list) < 3_000


def test_at_the_lock_the_schedule_freezes_and_a_supplement_says_why(shelf: Shelf) -> None:
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam", missing=["189"])
    assert publish.publish_due(now=YEAR.due) == {"ct138-2022/nam": 1}
    assert publish.publish_due(now=YEAR.lock)["ct138-2022/nam"] == 2
    assert shelf.editions[-1].frozen
    assert shelf.locked == set(shelf.editions[-1].files.values())  # no draft's file is under Object Lock
    assert shelf.editions[-1].reason == ""
    assert publish.publish_due(now=YEAR.lock + timedelta(hours=1))["ct138-2022/nam"] == 2
    shelf.states[PROGRAMME.code, "nam"].append(_late_comer())
    late = YEAR.lock + timedelta(days=20)  # by now a period is looked at once a day
    assert publish.publish_due(now=late) == {}
    assert publish.publish_due(now=late + timedelta(hours=1))["ct138-2022/nam"] == 3
    assert publish.publish_due(now=YEAR.lock + publish.LAST_LOOK + timedelta(hours=1)) == {}
    assert shelf.editions[-1].reason == "Bổ sung, điều chỉnh số liệu của Đình Lập: mưa lũ."


DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
SETTLED = YEAR.lock + publish.FREEZE_WITHIN
DAILY = SETTLED.replace(hour=publish.DAILY_AT) + DAY


@pytest.mark.parametrize(
    ("now", "with_reports", "without"),
    [
        (YEAR.opens - MOMENT, False, False),
        (YEAR.opens, True, False),
        (YEAR.lock - MOMENT, True, False),
        (YEAR.lock, True, True),
        (SETTLED - MOMENT, True, True),
        (DAILY, True, False),
        (DAILY + timedelta(hours=1), False, False),
        (DAILY + LAST_LOOK, False, False),
    ],
    ids=["not open", "open", "before the lock", "at the lock", "the week after", "once a day", "the day's other hours",
         "when no exception can still run"],
)  # fmt: skip
def test_a_period_without_a_report_is_frozen_at_its_lock_and_looked_at_no_other_time(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, now: datetime, with_reports: bool, without: bool
) -> None:
    edition = Edition(programme=PROGRAMME.code, period="nam", number=1, made=now, frozen=False, programme_version=1,
                      inputs=(), inputs_hash="")  # fmt: skip
    monkeypatch.setattr(publish, "publish_edition", lambda *_, **__: edition)
    assert ("ct138-2022/nam" in publish.publish_due(now=now)) is without
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam")[:1]
    assert ("ct138-2022/nam" in publish.publish_due(now=now)) is with_reports


def test_a_new_version_of_the_code_makes_no_supplement_by_itself(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam")
    publish.publish_due(now=YEAR.lock)
    monkeypatch.setattr("chalicelib.report.gather.__version__", "9.9")
    assert publish.publish_due(now=YEAR.lock + timedelta(days=1))["ct138-2022/nam"] == 1
    asked = run(YEAR.lock + timedelta(days=2))
    assert asked.number == 2
    assert "số liệu giữ nguyên" in asked.reason


def write_draft(shelf: Shelf, text: str) -> Draft:
    number = len(shelf.drafts) + 1
    draft = Draft(
        programme=PROGRAMME.code, period="nam", number=number, by="pv05:an", at=YEAR.opens, heading="kho-khan",
        texts={"kho-khan": text},
    )  # fmt: skip
    shelf.drafts.append(draft)
    return draft


def read_text(shelf: Shelf, edition: Edition) -> list[str]:
    document = docx.Document(io.BytesIO(shelf.objects[edition.files[DOCUMENT]]))
    return [paragraph.text for paragraph in document.paragraphs]


def test_the_draft_that_stands_is_in_the_edition_and_by_itself_makes_none(shelf: Shelf) -> None:
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam", missing=["189"])
    publish.publish_due(now=YEAR.due)
    write_draft(shelf, "Lời thứ nhất.")
    assert publish.publish_due(now=YEAR.due + timedelta(hours=1))["ct138-2022/nam"] == 1
    asked = run(YEAR.due + timedelta(hours=2))
    assert (asked.number, asked.office) == (2, {"draft": "1"})
    assert "Lời thứ nhất." in read_text(shelf, asked)
    assert run(YEAR.due + timedelta(hours=3)) == asked
    write_draft(shelf, "Lời thứ hai: [B05] cuộc.")
    assert publish.publish_due(now=YEAR.due + timedelta(hours=4))["ct138-2022/nam"] == 2
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam")
    assert publish.publish_due(now=YEAR.due + timedelta(hours=5))["ct138-2022/nam"] == 3
    assert [text for text in read_text(shelf, shelf.editions[-1]) if text.startswith("Lời thứ hai: ")]
    assert shelf.editions[-1].office == {"draft": "2"}


def test_a_draft_changed_after_the_lock_makes_a_supplement_that_says_so(shelf: Shelf) -> None:
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam")
    publish.publish_due(now=YEAR.lock)
    write_draft(shelf, "Lời.")
    assert publish.publish_due(now=YEAR.lock + timedelta(hours=1))["ct138-2022/nam"] == 1
    assert run(YEAR.lock + timedelta(hours=2)).reason == "Sửa lời văn của báo cáo; số liệu giữ nguyên."


def confirm(shelf: Shelf, edition: Edition) -> str:
    """The office stands by the first open point of an edition; gives what the point says."""
    points = add_points(EditionInfo(0, edition.made, is_frozen=False), consolidate_shelf(shelf, edition)).points
    point, number = points.open[0], len(shelf.confirmations) + 1
    shelf.confirmations.append(
        Confirmation(
            number=number, point=point.key, state=point.state, note="=Đã hỏi", at=edition.made, actor="pv05:an"
        )
    )
    return point.text


def consolidate_shelf(shelf: Shelf, edition: Edition) -> Consolidation:
    return consolidate(PROGRAMME, "nam", shelf.states[PROGRAMME.code, "nam"], as_of=edition.made)


def read_points(shelf: Shelf, edition: Edition) -> dict[str, str]:
    """The state of each point of the edition's sheet, by what it says."""
    book = openpyxl.load_workbook(io.BytesIO(shelf.objects[edition.files[WORKBOOK]]))
    return {str(row[4]): str(row[0]) for row in book["Điểm cần xem lại"].iter_rows(min_row=5, values_only=True)}


def test_the_confirmations_that_stand_are_in_the_edition_and_by_themselves_make_none(shelf: Shelf) -> None:
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam", missing=["189"])
    first = run(YEAR.due)
    assert set(read_points(shelf, first).values()) == {"Chưa xác nhận"}
    assert first.office == {}
    said = confirm(shelf, first)
    assert publish.publish_due(now=YEAR.due + timedelta(hours=1))["ct138-2022/nam"] == 1
    asked = run(YEAR.due + timedelta(hours=2))
    assert (asked.number, asked.office) == (2, {"confirmations": "1"})
    found = read_points(shelf, asked)
    assert [text for text, state in found.items() if state == "Đã xác nhận"] == [said]
    assert found.keys() == read_points(shelf, first).keys()
    assert run(YEAR.due + timedelta(hours=3)) == asked


def test_confirmations_after_the_lock_make_a_supplement_that_says_so(shelf: Shelf) -> None:
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam")
    publish.publish_due(now=YEAR.lock)
    confirm(shelf, shelf.editions[-1])
    assert publish.publish_due(now=YEAR.lock + timedelta(hours=1))["ct138-2022/nam"] == 1
    asked = run(YEAR.lock + timedelta(hours=2))
    assert asked.reason == "Bổ sung ý kiến về các điểm cần xem lại; số liệu giữ nguyên."


def test_a_taken_number_means_gathering_again(shelf: Shelf) -> None:
    shelf.taken = 2
    assert run(YEAR.lock).number == 1
    shelf.taken = 3
    with pytest.raises(EditionExists):
        publish.publish_edition(PROGRAMME.code, period="6-thang", now=YEAR.lock)


def test_a_broken_template_costs_the_word_document_alone_and_the_edition_says_why(shelf: Shelf) -> None:
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam", missing=["189"])
    shelf.broken = {PROGRAMME.code}
    edition = run(YEAR.due)
    assert edition.missing.keys() == {"bao-cao-tong-hop.docx"}
    assert "cần tệp .docx" in edition.missing["bao-cao-tong-hop.docx"]
    assert {"bao-cao-tong-hop.xlsx", "tong-hop.json", "tong-hop.csv"} <= edition.files.keys()
    assert "bao-cao-tong-hop.docx" not in edition.files
    assert shelf.lines[-1].details["unmade"] == "bao-cao-tong-hop.docx"


def test_what_was_missing_is_tried_every_hour_and_makes_an_edition_only_when_it_is_there(shelf: Shelf) -> None:
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam", missing=["189"])
    shelf.broken = {PROGRAMME.code}
    first = run(YEAR.lock, only_changes=True)
    assert run(YEAR.lock + timedelta(hours=1), only_changes=True) == first
    shelf.broken = set()
    second = run(YEAR.lock + timedelta(hours=2), only_changes=True)
    assert (second.number, second.frozen, second.reason, second.missing) == (2, True, "", {})
    assert run(YEAR.lock + timedelta(hours=3), only_changes=True) == second


def test_a_document_that_fails_in_an_unknown_way_is_made_once_it_can_be(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam", missing=["189"])
    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.report.document.render.render_document", lambda *_: 1 / 0)
        first = run(YEAR.lock)
    assert "ZeroDivisionError" in first.missing["bao-cao-tong-hop.docx"]
    second = run(YEAR.lock + timedelta(hours=1))
    assert (second.number, second.inputs_hash, second.missing) == (2, first.inputs_hash, {})


def test_a_supplement_whose_document_failed_is_one_again_when_the_template_is_mended(shelf: Shelf) -> None:
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam", missing=["189"])
    run(YEAR.lock)
    shelf.states[PROGRAMME.code, "nam"].append(_late_comer())
    shelf.broken = {PROGRAMME.code}
    lacking = run(YEAR.lock + timedelta(hours=1))
    shelf.broken = set()
    whole = run(YEAR.lock + timedelta(hours=2))
    assert [lacking.number, whole.number] == [2, 3]
    assert lacking.reason == whole.reason == "Bổ sung, điều chỉnh số liệu của Đình Lập: mưa lũ."
    told = json.loads(shelf.objects[whole.files["tong-hop.json"]])
    assert told["edition"]["previous"] == 1
    assert {each["unit"] for each in told["differences"]} == {"189"}


def test_one_programme_that_fails_does_not_hold_up_the_others(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    other = PROGRAMME.model_copy(update={"code": "khac"})
    shelf.programmes = {"khac": other, PROGRAMME.code: PROGRAMME}
    for code in shelf.programmes:
        shelf.states[code, "nam"] = make_states(shelf.programmes[code], "nam", missing=["189"])
    put = shelf.put_report

    def put_report(programme: str, **more: Any) -> tuple[str, str]:
        if programme == "khac":
            raise Unavailable(programme)
        return put(programme, **more)

    monkeypatch.setattr(shelf, "put_report", put_report)
    with pytest.raises(publish.PublishingFailed, match="khac/nam"):
        publish.publish_due(now=YEAR.due)
    assert [each.programme for each in shelf.editions] == [PROGRAMME.code]


def test_one_programme_that_cannot_be_loaded_does_not_hold_up_the_others(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam", missing=["189"])
    monkeypatch.setattr(shelf, "list_programmes", lambda: ("hong", PROGRAMME.code))
    with pytest.raises(publish.PublishingFailed, match="hong: "):
        publish.publish_due(now=YEAR.due)
    assert [each.programme for each in shelf.editions] == [PROGRAMME.code]


def test_the_year_before_is_compared_with_where_the_store_has_it(shelf: Shelf) -> None:
    before = PROGRAMME.model_copy(update={"code": "ct138-2021"})
    shelf.programmes["ct138-2021"] = before
    follower = PROGRAMME.model_copy(update={"follows": "ct138-2021"})
    shelf.programmes[PROGRAMME.code] = follower
    shelf.states["ct138-2021", "nam"] = make_states(before, "nam", seed=3)
    shelf.states[PROGRAMME.code, "nam"] = make_states(PROGRAMME, "nam")
    made = publish.gather(PROGRAMME.code, period_code="nam", now=YEAR.due).consolidation
    assert made.comparison is not None
    assert made.comparison.changes["B05"].is_whole


def _late_comer() -> State:
    unit, form = PROGRAMME.unit_by_code["189"], PROGRAMME.form_by_code["bao-cao-nam"]
    state = make_state(PROGRAMME, unit, form, YEAR, received=YEAR.lock + timedelta(days=1))
    return state.model_copy(update={"timeliness": Timeliness.LATE, "exception_reason": "mưa lũ"})


def test_an_edition_is_made_again_from_its_recorded_inputs_byte_for_byte(shelf: Shelf) -> None:
    for period in ("6-thang", "nam"):
        shelf.states[PROGRAMME.code, period] = make_states(
            PROGRAMME, period, missing=["189"], late=["186"], returned=["187"], estimated=["G74c"]
        )
    run(YEAR.lock)
    confirm(shelf, shelf.editions[-1])
    shelf.states[PROGRAMME.code, "nam"].append(_late_comer())
    edition = run(YEAR.lock + timedelta(days=2))
    assert "Đã xác nhận" in read_points(shelf, edition).values()
    kept = {
        (each.address.period, each.address.unit): each.submission
        for states in shelf.states.values() for each in states
    }  # fmt: skip

    def find(address: Address, revision: int) -> Submission | None:
        return kept.get((address.period, address.unit)) if revision == 1 else None

    files = {name: shelf.objects[key] for name, key in edition.files.items()}
    again, missing = remake_edition(
        files["tong-hop.json"],
        template=DOCUMENTS["bao-cao-tong-hop.docx"],
        load=lambda _code, _number: PROGRAMME,
        find=find,
        confirmations=shelf.confirmations,
    )
    assert (again, missing) == (files, {})
    with pytest.raises(InputMissing):
        remake_edition(
            files["tong-hop.json"], template=DOCUMENTS["bao-cao-tong-hop.docx"],
            load=lambda _code, _number: PROGRAMME, find=lambda _address, _revision: None,
        )  # fmt: skip


def test_an_edition_has_the_years_before_and_is_made_again_with_them(shelf: Shelf) -> None:
    """As many as trends reach back; a page compares with the last one alone."""
    years = [
        PROGRAMME.model_copy(update={"code": f"ct138-{year}", "year": year, "follows": f"ct138-{year - 1}"})
        for year in range(2022, 2022 - gather.MOST_YEARS - 3, -1)
    ]
    shelf.programmes = {each.code: each for each in years}
    shelf.states = {(each.code, "nam"): make_states(each, "nam", seed=each.year) for each in years}
    edition = run(YEAR.lock)
    files = {name: shelf.objects[key] for name, key in edition.files.items()}
    raw = json.loads(files["tong-hop.json"])
    recorded, depth = raw["inputs"]["compared"][0], 0
    while recorded:
        recorded, depth = recorded["compared"][0], depth + 1
    assert (depth, len(raw["older"])) == (gather.MOST_YEARS, gather.MOST_YEARS - 1)
    kept = {each.address: each.submission for states in shelf.states.values() for each in states}
    again, missing = remake_edition(
        files["tong-hop.json"],
        template=DOCUMENTS["bao-cao-tong-hop.docx"],
        load=lambda code, _number: shelf.programmes[code],
        find=lambda address, _revision: kept[address],
    )
    assert (again, missing) == (files, {})
    shown = gather.consolidate_stored(shelf.programmes[PROGRAMME.code], "nam", as_of=YEAR.lock)
    assert (len(shown.past), shown.older) == (1, ())


def test_a_year_without_reports_ends_the_line(shelf: Shelf) -> None:
    years = [
        PROGRAMME.model_copy(update={"code": f"ct138-{year}", "year": year, "follows": f"ct138-{year - 1}"})
        for year in (2022, 2021, 2020, 2019)
    ]
    shelf.programmes = {each.code: each for each in years}
    shelf.states = {(each.code, "nam"): make_states(each, "nam") for each in years if each.year != 2020}
    made = gather.consolidate_stored(years[0], "nam", as_of=YEAR.lock, years=gather.MOST_YEARS)
    assert [each.programme.code for each in made.past] == ["ct138-2021"]


# Editions of one branch

CITY = Branch(
    unit="178", name="BAN CHỈ ĐẠO THÀNH PHỐ", abbreviation="BCĐTP", signer_title="TRƯỞNG BAN", signer_name="Trần Thị B",
    addressee="Ban Chỉ đạo tỉnh", recipients=("BCĐ tỉnh", "Lưu: VT"),
)  # fmt: skip
BELOW = {"180", "181"}
BRANCHED = change(
    PROGRAMME, branches=(CITY,),
    units=tuple(each.model_copy(update={"parent": "178"}) if each.code in BELOW else each for each in PROGRAMME.units),
)  # fmt: skip
PART = "ct138-2022@178"


@pytest.fixture
def branched(shelf: Shelf) -> Shelf:
    shelf.programmes[PROGRAMME.code] = BRANCHED
    shelf.states[PROGRAMME.code, "nam"] = make_states(BRANCHED, "nam", missing=["189"])
    return shelf


def test_a_branch_has_editions_of_its_own_beside_the_whole(branched: Shelf) -> None:
    assert publish.publish_due(now=YEAR.due) == {"ct138-2022/nam": 1, f"{PART}/nam": 1}
    whole, own = branched.editions
    assert {each.unit for each in own.inputs} == BELOW | {"178"}
    assert len(whole.inputs) == 10
    branched.states[PROGRAMME.code, "nam"].append(_late_comer())
    assert publish.publish_due(now=YEAR.due + DAY) == {"ct138-2022/nam": 2, f"{PART}/nam": 1}
    assert publish.publish_due(now=YEAR.lock) == {"ct138-2022/nam": 3, f"{PART}/nam": 2}
    assert branched.editions[-1].frozen


def test_a_branch_signs_its_edition_which_tells_of_no_other_unit(branched: Shelf) -> None:
    edition = publish.publish_edition(PART, period="nam", now=YEAR.lock)
    files = {name: branched.objects[key] for name, key in edition.files.items()}
    text = docx.Document(io.BytesIO(files[DOCUMENT])).element.xpath("string(//w:body)")
    assert all(said in text for said in ("BAN CHỈ ĐẠO THÀNH PHỐ", "TRƯỞNG BAN", "Trần Thị B", "BCĐ tỉnh"))
    others = [each.name for each in BRANCHED.units if each.code not in BELOW | {"178"}]
    told = text + "".join(data.decode("utf-8-sig") for name, data in files.items() if name.endswith((".csv", ".json")))
    book = openpyxl.load_workbook(io.BytesIO(files[WORKBOOK]), data_only=True)
    told += "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
    assert "Tràng Định" in told
    assert not [name for name in others if name in told]
    assert "Là số chung của Thành phố Lạng Sơn" in told
    assert "toàn tỉnh" not in told.lower()


def test_an_edition_of_a_branch_is_remade_byte_for_byte(branched: Shelf) -> None:
    edition = publish.publish_edition(PART, period="nam", now=YEAR.lock)
    files = {name: branched.objects[key] for name, key in edition.files.items()}
    states = {state.address: state.submission for state in branched.states[PROGRAMME.code, "nam"]}
    again = remake_edition(
        files["tong-hop.json"], template=DOCUMENTS["bao-cao-tong-hop.docx"], load=lambda *_: BRANCHED,
        find=lambda address, _: states[address],
    )  # fmt: skip
    assert again.files == files


@pytest.mark.parametrize(("years", "is_read"), [((2022, 2021), False), ((2022, 2021, 2020), True)])
def test_years_are_read_anew_only_where_there_are_more_than_a_page_compares_with(
    years: tuple[int, ...], is_read: bool, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [
        PROGRAMME.model_copy(update={"code": f"ct138-{year}", "year": year, "follows": f"ct138-{year - 1}"})
        for year in years
    ]
    shelf.programmes = {each.code: each for each in made}
    shelf.states = {(each.code, "nam"): make_states(each, "nam") for each in made}
    monkeypatch.setattr(gather, "read_settings", lambda: Mock(table="bang"))
    monkeypatch.setattr(shelf, "list_marks", lambda _code, **_: (), raising=False)
    gather.forget()
    gather.consolidate_standing(made[0], "nam", as_of=YEAR.lock)
    read: list[str] = []
    monkeypatch.setattr(shelf, "read_period", lambda code, **_: read.append(code) or [])
    gather.consolidate_standing(made[0], "nam", as_of=YEAR.lock, years=gather.MOST_YEARS)
    assert bool(read) is is_read
    gather.forget()
