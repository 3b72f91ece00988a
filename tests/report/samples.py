"""States of a period made without a single workbook: deterministic figures that keep the forms' own rules."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.domain.period.totals import find_names_table, read_name
from chalicelib.domain.programme import kinds
from chalicelib.domain.programme.amendments import read_rows, write_rows
from chalicelib.domain.programme.kinds import Method
from chalicelib.domain.programme.loading import UNITS, load_programme
from chalicelib.domain.programme.model import Form, Indicator, Period, Programme, Table, Unit
from chalicelib.domain.submission.records import Address, Figure, Review, State, Submission, TableRow
from chalicelib.domain.values import Value

FORMS = Path(__file__).resolve().parents[2] / "forms"
_LARGEST = {"B06": 4000, "B12": 9000, "D33": 900, "C21": 2500, "G80a": 20000, "E46c": 800}
_ADJUSTED = {"C22": (1, 4), "D34": (1, 5), "D35": (0, 3), "D36a": (0, 4), "D36b": (0, 2), "D37a": (0, 3)}


@cache
def read_programme(code: str = "ct138-2022") -> Programme:
    folder = FORMS / code
    names = [path for path in folder.iterdir() if path.suffix in (".toml", ".csv")]
    return load_programme({path.name: path.read_text(encoding="utf-8") for path in names})


def add_districts(files: Mapping[str, str], number: int, *, kind: str = "district") -> dict[str, str]:
    """The programme with so many more units, which owe what its districts (communes) owe: codes from 90000 on."""
    rows = read_rows(files[UNITS])
    own = next(row for row in rows if row["type"] == kind)
    rows += [
        own | {"code": f"{90_000 + each}", "name": f"Số {each}", "full_name": f"Xã số {each}"} for each in range(number)
    ]
    return {**files, UNITS: write_rows(rows)}


def make_states(programme: Programme, period_code: str, **more: Any) -> list[State]:
    """All that `iter_states` makes."""
    return list(iter_states(programme, period_code, **more))


def iter_states(
    programme: Programme,
    period_code: str,
    *,
    seed: int = 1,
    missing: Sequence[str] = (),
    late: Sequence[str] = (),
    returned: Sequence[str] = (),
    estimated: Sequence[str] = (),
    texts: Mapping[str, str] | None = None,
) -> Iterator[State]:
    """One state per obligation. `missing`, `late` and `returned` are unit codes, `estimated` indicator codes."""
    period = programme.period_by_code[period_code]
    for number, obligation in enumerate(programme.obligations(period_code)):
        if obligation.unit in missing:
            continue
        unit = programme.unit_by_code[obligation.unit]
        hours = 30 if obligation.unit in late else -24 * (number % 6 + 1)
        state = make_state(
            programme,
            unit,
            programme.form_by_code[obligation.form],
            period,
            received=period.due + timedelta(hours=hours, minutes=number),
            seed=seed,
            estimated=estimated,
            texts=texts,
        )
        if obligation.unit in returned:
            state = state.model_copy(update={"review": Review.RETURNED, "comment": "Đề nghị bổ sung bảng kê"})
        yield state


def make_state(
    programme: Programme,
    unit: Unit,
    form: Form,
    period: Period,
    *,
    received: datetime,
    seed: int = 1,
    estimated: Sequence[str] = (),
    texts: Mapping[str, str] | None = None,
    revision: int = 1,
    values: Mapping[str, Value] | None = None,
) -> State:
    address = Address(programme=programme.code, period=period.code, form=form.code, unit=unit.code)
    key = f"{programme.code}/{period.code}/{form.code}/{unit.code}/{seed}/{revision}"
    chance = random.Random(key)  # noqa: S311 - figures for tests, not secrets
    tables = {table.code: table for table in programme.tables(form, unit, period)}
    figures = _fill(programme, form, unit, period, chance, estimated) | _place(values or {})
    submission = Submission(
        address=address,
        revision=revision,
        upload_id=hashlib.sha256(key.encode()).hexdigest()[:32],
        programme_version=programme.version,
        form_version=form.version,
        sha256=hashlib.sha256(b"file" + key.encode()).hexdigest(),
        file_name=f"{form.code} {unit.name}.xlsx",
        key=f"inbox/{key}.xlsx",
        version_id="1",
        received=received,
        values=figures,
        tables={code: tuple(_fill_table(table, figures, unit, chance)) for code, table in tables.items()},
        narratives={
            narrative.code: Figure(value=_write(unit, narrative.label, texts), sheet="Thuyết minh", cell=f"B{4 + row}")
            for row, narrative in enumerate(programme.narratives(form, period))
        },
    )
    return State(
        address=address,
        change=revision,
        revision=revision,
        submission=submission,
        first_received=received,
        timeliness=period.judge(received),
    )


def count_names(programme: Programme, state: State) -> State:
    """The same report, which counts as many different names as it lists."""
    assert state.submission
    table = find_names_table(programme.form_by_code[state.address.form])
    assert table
    names = {read_name(table, row) for row in state.submission.tables[table.code]} - {""}
    counted = next(each.code for each in programme.indicators if each.kind.method is Method.NAMES)
    values = dict(state.submission.values)
    values[counted] = values[counted].model_copy(update={"value": len(names)})
    return state.model_copy(update={"submission": state.submission.model_copy(update={"values": values})})


def empty_state(state: State) -> State:
    """The same report with nought for every number, "không" for every flag, and no list."""
    assert state.submission
    values = {code: figure.model_copy(update={"value": _empty(figure.value)})
              for code, figure in state.submission.values.items()}  # fmt: skip
    submission = state.submission.model_copy(update={"values": values, "tables": {}})
    return state.model_copy(update={"submission": submission})


def _empty(value: Value) -> Value:
    return False if isinstance(value, bool) else value if isinstance(value, str) else 0


def _place(values: Mapping[str, Value]) -> dict[str, Figure]:
    return {code: Figure(value=value, sheet="Số liệu", cell="E99") for code, value in values.items()}


def _fill(
    programme: Programme, form: Form, unit: Unit, period: Period, chance: random.Random, estimated: Sequence[str]
) -> dict[str, Figure]:
    values: dict[str, Value] = {}
    rows = programme.rows(form, unit, period)
    for row in rows:
        if row.kind == kinds.RATIO or (row.code in form.optional and chance.random() < 0.5):
            continue
        values[row.code] = _invent(row, values, chance)
    for row in rows:
        if row.formula:
            values[row.code] = sum(int(values[code]) for code in row.formula.codes)
    for letter in ("G74", "G75", "G76", "G77", "G78"):
        if f"{letter}b" in values and f"{letter}c" in values:
            values[f"{letter}d"] = int(values[f"{letter}b"]) - int(values[f"{letter}c"])
    return {
        code: Figure(value=value, sheet="Số liệu", cell=f"E{number + 8}", estimated=code in estimated)
        for number, (code, value) in enumerate(values.items())
    }


def _invent(row: Indicator, values: Mapping[str, Value], chance: random.Random) -> Value:
    if row.kind == kinds.FLAG:
        return chance.random() < 0.8
    if row.kind == kinds.TEXT:
        return f"{chance.randint(1, 90):02}/KH-{chance.choice(['BCĐ', 'UBND', 'SYT'])}"
    if row.kind == kinds.DATE:
        return f"2022-0{chance.randint(1, 2)}-{chance.randint(10, 28)}"
    if row.kind == kinds.MEASURE:
        return Decimal(chance.randint(0, 800)) / 10
    if row.kind == kinds.MONEY:
        return chance.randint(0, 90) * 1_500_000
    if row.code in _ADJUSTED:
        return chance.randint(*_ADJUSTED[row.code])
    largest = values.get(row.part_of, _LARGEST.get(row.code, 60)) if row.part_of else _LARGEST.get(row.code, 60)
    share = 9 if row.code.startswith(("D38", "D39", "D40")) else 1
    return chance.randint(0, int(largest) // share)


def _fill_table(table: Table, figures: Mapping[str, Figure], unit: Unit, chance: random.Random) -> Iterable[TableRow]:
    wanted = {"Xây dựng mới": "D34", "Nhân rộng": "D35", "Duy trì": "", "": "C22"}
    forms = table.column("hinh_thuc").choices if any(each.code == "hinh_thuc" for each in table.columns) else ("",)
    number = 0
    for way in forms:
        code = wanted.get(way, "")
        for _ in range(int(figures[code].value) if code in figures else 1):
            number += 1
            values = {
                each.code: _invent_cell(each.code, each.choices, way, number, unit, chance) for each in table.columns
            }
            yield TableRow(
                sheet=table.title[:31],
                values=values,
                cells={each.code: f"{chr(66 + place)}{number + 6}" for place, each in enumerate(table.columns)},
            )


def _invent_cell(code: str, choices: Sequence[str], way: str, number: int, unit: Unit, chance: random.Random) -> Value:
    if code == "hinh_thuc":
        return way
    if choices:
        return chance.choice(list(choices))
    if code == "ngay":
        return f"2022-03-{chance.randint(10, 28)}"
    if code in ("so_nguoi", "diem", "to", "thanh_vien"):
        return chance.randint(1, 40)
    return f"Thôn {number}, {unit.name}"


def _write(unit: Unit, label: str, texts: Mapping[str, str] | None) -> str:
    if texts and unit.code in texts:
        return texts[unit.code]
    if label.startswith("Kiến nghị"):
        asked = "Đề nghị cấp thêm kinh phí cho mô hình tự quản ở các xã biên giới."
        return "Không" if int(unit.code[-1], 36) % 2 else asked
    return (
        f"{unit.full_name} đã chủ động tham mưu cấp ủy, chính quyền tổ chức thực hiện phong trào toàn dân bảo vệ an "
        "ninh Tổ quốc; phối hợp với Mặt trận Tổ quốc và các đoàn thể tuyên truyền đến từng thôn, khối phố.\n"
        "Một số nơi còn thiếu kinh phí cho hoạt động của tổ tự quản."
    )
