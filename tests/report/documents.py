"""The situations in which a province signs its report, each with its states and what is made of them.

Tests read the documents of all of them back; `python -m tests.report.documents FOLDER` writes them to be looked at.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from chalicelib import folders
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.edition import EditionInfo, Past, decide_edition, take_snapshot
from chalicelib.domain.period.plausibility import add_points
from chalicelib.domain.programme.loading import PROGRAMME, load_programme
from chalicelib.domain.programme.model import Duty, Programme, Unit
from chalicelib.domain.submission.records import Edition, State
from chalicelib.domain.values import Value
from chalicelib.report.document.template import find_template
from chalicelib.report.gather import consolidate_compared
from chalicelib.report.rendering import make_files
from tests.forms.conftest import switch_on
from tests.invented import ministry
from tests.invented.officer import load_book
from tests.report.samples import FORMS, count_names, empty_state, make_state, make_states, read_programme

OUT = FORMS.parent / "out" / "documents"

States = dict[tuple[str, str], list[State]]
"""By programme and period."""

LONG = "Tình hình an ninh, trật tự trên địa bàn cơ bản ổn định. " * 40
DRAFT = {
    "tham-muu": (
        "Ban Chỉ đạo 138 tỉnh chỉ đạo các huyện, thành phố ban hành **[A01] văn bản**[A01+]; tổ chức [A03] cuộc kiểm "
        "tra[A03+], nhiều nhất là [A03:cao nhất]. Đã tổ chức [A04] hội nghị sơ kết, tổng kết[A04%=]."
    ),
    "mo-hinh": (
        "- Hiện có [D30] loại mô hình, gồm: [D30:gồm].\n"
        "- Xây dựng mới [D34] mô hình[D34+], [D34:so chỉ tiêu]; nhân rộng [D35] mô hình[D35+], [D35:so chỉ tiêu].\n"
        "- Đã xây dựng ở [D37b/D37a] xã được chọn về đích nông thôn mới, đạt [D37b/D37a%]."
    ),
    "kho-khan": "Ít tuyên truyền nhất là [B05:thấp nhất].",
}
"""What the office writes of its own: each kind of marker that the outline does not have."""


@dataclass(frozen=True)
class Situation:
    """One report: `states` are those of its period and of the periods that it is compared with."""

    consolidation: Consolidation
    edition: EditionInfo
    states: States
    template: bytes = field(repr=False)
    followed: Programme | None = None
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def own_states(self) -> list[State]:
        return self.states[self.consolidation.programme.code, self.consolidation.period.code]

    def make_files(self) -> dict[str, bytes]:
        rendered = make_files(self.consolidation, self.edition, self.template, self.texts)
        assert not rendered.missing, rendered.missing
        return rendered.files


def report(
    programme: Programme, period: str, states: States, *, followed: Programme | None = None, past: Past | None = None,
    texts: Mapping[str, str] | None = None,
) -> Situation:  # fmt: skip
    """The report of a period on the day after its lock."""
    folder = FORMS / programme.code
    template = find_template(folders.read_documents(folder) if folder.is_dir() else {}, period)
    made = consolidate_compared(
        programme, period, lambda code, *, period: states.get((code, period), []),
        as_of=programme.period_by_code[period].lock + timedelta(days=1), followed=(followed,) if followed else (),
        template=template,
    )  # fmt: skip
    edition = decide_edition(made, past or Past())
    assert edition
    return Situation(made, add_points(edition, made), states, template, followed, texts or {})


def send(programme: Programme, *periods: str, **samples: Any) -> States:
    return {(programme.code, period): make_states(programme, period, **samples) for period in periods}


def change(programme: Programme, **changes: Any) -> Programme:
    """The programme with these fields; a copy would keep what is computed of the old ones."""
    return Programme(**{name: getattr(programme, name) for name in Programme.model_fields} | changes)


def ask_all(programme: Programme) -> Programme:
    """The programme with every duty switched on."""
    return change(programme, duties=tuple(each.model_copy(update={"enabled": True}) for each in programme.duties))


# The situations


def make_full() -> Situation:
    """Every part of every form is asked, and every type of unit has reported."""
    programme = read_whole_programme()
    return report(programme, "nam", send(programme, "nam", "6-thang", estimated=["G74c", "D31"]))


def make_noughts() -> Situation:
    """The same, and nothing has happened anywhere."""
    programme = read_whole_programme()
    states = send(programme, "nam")
    return report(programme, "nam", {key: list(map(empty_state, own)) for key, own in states.items()})


def read_whole_programme() -> Programme:
    """The programme of 2026 with everything switched on, for every fifth commune and all other units."""
    programme = ask_all(switch_on(read_programme("ct138-2026")))
    left_out = {unit.code for number, unit in enumerate(programme.units) if unit.type == "commune" and number % 5}
    return change(programme, units=tuple(unit for unit in programme.units if unit.code not in left_out))


def make_few() -> Situation:
    programme = read_programme()
    missing = [unit.code for unit in programme.units if unit.type == "district"][4:]
    return report(programme, "nam", send(programme, "nam", missing=missing, late=["180"]))


def make_communes() -> Situation:
    """Each of the 65 communes has written 2,000 characters per field; before the reform there were districts."""
    programme, followed = read_programme("ct138-2026"), read_programme()
    texts = {unit.code: LONG[:2000] for unit in programme.units}
    states = send(programme, "nam", texts=texts, missing=["06040"]) | send(followed, "nam")
    return report(programme, "nam", states, followed=followed)


def make_supplement() -> Situation:
    """After the lock a missing district has reported, another one has corrected figures, and estimates are settled."""
    programme = read_programme()
    first = report(programme, "nam", send(programme, "nam", missing=["189"], estimated=["G74c"]))
    made, edition = first.consolidation, first.edition
    kept = Edition(
        programme=programme.code, period="nam", number=edition.number, made=edition.made, frozen=True,
        programme_version=0, inputs=made.inputs, inputs_hash=made.inputs_hash, files={},
    )  # fmt: skip
    states = [_correct(each) for each in make_states(programme, "nam", late=["189"])]
    past = Past(kept, kept, take_snapshot(made))
    return report(programme, "nam", {(programme.code, "nam"): states}, past=past)


def _correct(state: State) -> State:
    """The second revision, in which one unit has other figures, and nothing is an estimate any more."""
    if state.address.unit == "189":
        return state
    assert state.submission
    changed: dict[str, Value] = {"B05": 62, "F63": 45_000_000, "D34": 3} if state.address.unit == "180" else {}
    said = state.submission.values
    values = said | {code: said[code].model_copy(update={"value": value}) for code, value in changed.items()}
    submission = state.submission.model_copy(update={"revision": 2, "values": values})
    return state.model_copy(update={"change": 2, "revision": 2, "submission": submission})


def make_year_on_year() -> Situation:
    """All districts have reported in both years, and the office has written texts of its own."""
    programme, followed = read_programme(), read_year_before()
    states = send(programme, "nam", "6-thang") | send(followed, "nam", seed=7)
    states[programme.code, "nam"] = [count_names(programme, each) for each in states[programme.code, "nam"]]
    return report(programme, "nam", states, followed=followed, texts=DRAFT)


def read_year_before() -> Programme:
    """The programme of 2022 with its days a year earlier."""
    files = folders.read_folder(FORMS / "ct138-2022")
    files[PROGRAMME] = re.sub(r"\b202[1-3](?=\b)", lambda match: str(int(match[0]) - 1), files[PROGRAMME])
    return load_programme(files)


def make_plan() -> Situation:
    """Districts register their targets, departments only send their plans."""
    programme = ask_all(read_programme())
    return report(programme, "ke-hoach", send(programme, "ke-hoach", missing=["SYT", "187"], late=["SCT"]))


def make_two_levels() -> Situation:
    """Beside the districts the communes of some of them report; communes of different districts have one name."""
    programme = read_programme()
    districts = {"184", "185", "187"}
    with (FORMS / "dia-gioi" / "units_2022_communes.csv").open(encoding="utf-8-sig") as file:
        communes = tuple(
            Unit(code=row["code"], name=row["name"], full_name=row["full_name"], type="commune", certain=True,
                 parent=row["district_code"])
            for row in csv.DictReader(file) if row["district_code"] in districts
        )  # fmt: skip
    duty = Duty(unit_type="commune", period="6-thang", form="bao-cao-6-thang")
    indicators = tuple(
        each.model_copy(update={"senders": (*each.senders, "commune")}) if "district" in each.senders else each
        for each in programme.indicators
    )
    programme = change(
        programme, units=programme.units + communes, duties=(*programme.duties, duty), indicators=indicators,
        unit_types=programme.unit_types | {"commune": "Xã, phường, thị trấn"},
    )  # fmt: skip
    late = [unit.code for unit in communes[:2]]
    return report(programme, "6-thang", send(programme, "6-thang", late=late, missing=[communes[2].code, "189"]))


def make_without_targets() -> Situation:
    programme = change(read_programme(), targets=())
    return report(programme, "6-thang", send(programme, "6-thang"))


def make_ministry() -> Situation:
    """3,319 units on two levels: 34 provinces, of which one is late, and their communes, of which two are missing and
    one is late in every fifty."""
    programme = load_book(ministry.write_ministry())
    period = programme.period_by_code[ministry.PERIOD]
    states = []
    for number, owed in enumerate(programme.obligations(period.code)):
        if number % 50 not in (7, 8):
            unit, hours = programme.unit_by_code[owed.unit], 30 if number % 50 == 0 else -30
            form, received = programme.form_by_code[owed.form], period.due + timedelta(hours=hours)
            values = ministry.make_values(unit)
            states.append(make_state(programme, unit, form, period, received=received, values=values))
    return report(programme, period.code, {(programme.code, period.code): states})


SITUATIONS: Mapping[str, Callable[[], Situation]] = {
    "full": make_full,
    "noughts": make_noughts,
    "four-of-eleven": make_few,
    "sixty-five-communes": make_communes,
    "supplement": make_supplement,
    "year-on-year": make_year_on_year,
    "plan": make_plan,
    "two-levels": make_two_levels,
    "no-targets": make_without_targets,
}


PRINTED = {**SITUATIONS, "ministry": make_ministry}
"""What is looked at; the largest is read back by tests of its own."""


def write_documents(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        for file, data in PRINTED[name]().make_files().items():
            (place / file).write_bytes(data)


if __name__ == "__main__":
    write_documents(OUT, sys.argv[1:] or PRINTED)
