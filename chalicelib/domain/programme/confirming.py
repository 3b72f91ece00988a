"""What the office has still to confirm of a programme, gathered from all its files.

The console's page of the programme and `tonghop programmes` show the same list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from chalicelib.domain.clock import local_date
from chalicelib.domain.issues.laws import ACTS, find_citations
from chalicelib.domain.programme.model import Programme


class Unconfirmed(NamedTuple):
    """One thing to confirm: what it is about, and what of it."""

    about: str
    what: str

    def __str__(self) -> str:
        return f"{self.about}: {self.what}"


def list_unconfirmed(programme: Programme) -> tuple[Unconfirmed, ...]:
    """Everything to confirm, in the order of the programme's files; () if nothing is left."""
    gathered = (_find_head, _find_parts, _find_units, _find_indicators, _find_laws)
    return tuple(chain.from_iterable(find(programme) for find in gathered))


def _find_head(programme: Programme) -> Iterator[Unconfirmed]:
    if not programme.has_number:
        yield Unconfirmed("Chương trình", "chưa có số, ký hiệu văn bản")
    if programme.signed is None:
        yield Unconfirmed("Chương trình", "chưa có ngày ký văn bản")
    if programme.confirm:
        yield Unconfirmed("Chương trình", programme.confirm)
    issuing = [(f"Báo cáo nhánh “{programme.name_unit(each.unit)}”", each.make_office(programme.office))
               for each in programme.branches]  # fmt: skip
    for about, office in (("Cơ quan tổng hợp", programme.office), *issuing):
        if not office.signer_name:
            yield Unconfirmed(about, "chưa có họ tên người ký")
        if office.confirm:
            yield Unconfirmed(about, office.confirm)


def _find_parts(programme: Programme) -> Iterator[Unconfirmed]:
    """Periods, duties, targets and forms, each in its own words."""
    yield from (Unconfirmed(f"Kỳ “{each.name}”", each.confirm) for each in programme.periods if each.confirm)
    for duty in programme.duties:
        if duty.confirm:
            sender, form = programme.unit_types[duty.unit_type], programme.form_by_code[duty.form].title
            period = programme.period_by_code[duty.period].name
            yield Unconfirmed(f"Báo cáo phải nộp “{form}”, {period}, {sender}", duty.confirm)
    yield from (Unconfirmed(f"Chỉ tiêu {each.code}", each.confirm) for each in programme.targets if each.confirm)
    yield from (Unconfirmed(f"Biểu mẫu “{each.title}”", each.confirm) for each in programme.forms if each.confirm)


def _find_units(programme: Programme) -> Iterator[Unconfirmed]:
    names = ((programme.unit_types[unit.type], unit.full_name) for unit in programme.units if not unit.certain)
    return _gather("Đơn vị", names)


def _find_indicators(programme: Programme) -> Iterator[Unconfirmed]:
    codes = ((indicator.group, indicator.code) for indicator in programme.indicators if not indicator.certain)
    return _gather("Chỉ tiêu báo cáo", codes)


def _gather(kind: str, named: Iterable[tuple[str, str]]) -> Iterator[Unconfirmed]:
    """One point for each group, in the order in which the groups first occur."""
    groups: dict[str, list[str]] = {}
    for group, name in named:
        groups.setdefault(group, []).append(name)
    return (Unconfirmed(f"{kind}, {group}", ", ".join(names)) for group, names in groups.items())


def _find_laws(programme: Programme) -> Iterator[Unconfirmed]:
    """Acts that the programme cites: unknown, not certain, or not in force at any time of it."""
    first = min(period.data_from for period in programme.periods)
    last = max(local_date(period.lock) for period in programme.periods)
    cited = find_citations(programme.model_dump_json(exclude={"laws"}), (*programme.laws, *ACTS))
    for words, act in dict.fromkeys((each.act.name if each.act else each.words, each.act) for each in cited):
        if act is None:
            yield Unconfirmed("Viện dẫn", f"{words}: chưa có trong bảng văn bản pháp luật")
        elif not act.is_in_force(first, last):
            yield Unconfirmed("Viện dẫn", f"{words}: không có hiệu lực trong thời gian của chương trình")
        elif not act.certain:
            yield Unconfirmed("Viện dẫn", f"{words}: chưa đối chiếu với văn bản gốc")
