"""Every number of the report is the one that the units' reports give, in each situation in which it is signed.

The sentences are read back from the Word document by the marks around their figures, the tables from all files. What
they should say is computed by other code (`sums.py`).
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import docx
import pandas
import pytest

from chalicelib.domain.programme.kinds import Method
from chalicelib.domain.programme.model import Indicator, Period, Programme
from chalicelib.report import files
from tests.report.documents import DRAFT, SITUATIONS, Situation
from tests.report.reading import MARK, Read, find_blunders, read_body, read_paragraphs
from tests.report.sums import Sums, compare, shown

NUMBER = r"\d[\d.]*(?:,\d+)?"
SCALES = {"": 1, " triệu": 10**6, " tỷ": 10**9}
WHOLES = {"D37b": "D37a"}
"""What the office's draft holds figures against."""
FEWEST = {"full": 250, "noughts": 0, "plan": 3}
"""Marked figures that a body has at the least; of the others 80."""
HAS_CHANGES = {"full": 15, "sixty-five-communes": 30, "year-on-year": 60}


@dataclass
class Made:
    """A situation with its files, made once."""

    name: str
    situation: Situation = field(repr=False)
    files: dict[str, bytes] = field(repr=False)

    @cached_property
    def document(self) -> Any:
        return docx.Document(io.BytesIO(self.files[files.DOCUMENT]))

    @cached_property
    def body(self) -> list[Read]:
        return read_body(self.document)

    @property
    def programme(self) -> Programme:
        return self.situation.consolidation.programme

    @property
    def period(self) -> Period:
        return self.situation.consolidation.period

    @cached_property
    def sums(self) -> Sums:
        return self._add_up(self.programme, self.period)

    @cached_property
    def earlier(self) -> dict[str, Sums]:
        """What this period is compared with: the words for it in a sentence, "" for the year before."""
        found = {}
        for code, period in self.situation.states:
            if code != self.programme.code:
                programme = self.situation.followed
                assert programme
                found[""] = self._add_up(programme, programme.period_by_code[period])
            elif period != self.period.code:
                found[self.programme.period_by_code[period].name] = self._add_up(
                    self.programme, self.programme.period_by_code[period]
                )
        return found

    def _add_up(self, programme: Programme, period: Period) -> Sums:
        sums = Sums(programme, period, tuple(self.situation.states[programme.code, period.code]))
        assert len(sums.cells)
        return sums

    def read_csv(self, name: str) -> pandas.DataFrame:
        return pandas.read_csv(io.BytesIO(self.files[name]), dtype=str, keep_default_na=False, encoding="utf-8-sig")


@pytest.fixture(scope="module", params=SITUATIONS)
def made(request: pytest.FixtureRequest) -> Made:
    situation = SITUATIONS[request.param]()
    return Made(request.param, situation, situation.make_files())


# The sentences


def test_each_figure_of_a_sentence_is_the_one_that_the_reports_give(made: Made) -> None:
    wrong = [
        f"{code}{text!r}: {each.text[:160]}"
        for each in made.body for code, text in each.figures
        if not is_right(made, find_sender(made, each), code, text=text)
    ]  # fmt: skip
    assert wrong == []
    assert sum(len(each.figures) for each in made.body) >= FEWEST.get(made.name, 80)


def test_changes_are_said_where_there_is_something_to_compare_with(made: Made) -> None:
    said = [text for each in made.body for _, text in each.figures if re.match(r",? \(?(tăng|giảm) ", text)]
    assert len(said) >= HAS_CHANGES.get(made.name, 0)
    assert bool(said) == (made.name in HAS_CHANGES)


def find_sender(made: Made, paragraph: Read) -> str:
    """The type of units that the sentence names before its colon; without one, the headline's."""
    lead = paragraph.words.partition(MARK)[0].lower()
    types = [code for code, name in made.programme.unit_types.items() if name.lower() in lead]
    return max(types, key=lambda code: len(made.programme.unit_types[code]), default=made.programme.headline)


def is_right(made: Made, sender: str, code: str, *, text: str) -> bool:
    readers: tuple[tuple[str, Callable[..., bool]], ...] = (
        (rf"(?P<estimate>ước (?:có )?)?(?P<number>{NUMBER})(?P<scale> triệu| tỷ)?(?P<percent>%)?", is_total),
        (rf"ít nhất (?P<number>{NUMBER})", is_least),
        (rf" \((?P<way>tăng|giảm) (?P<number>{NUMBER})(?P<unit>%| điểm phần trăm)?(?: so với (?P<period>.+))?\)",
         is_change),
        (rf", (?P<way>tăng|giảm) (?P<number>{NUMBER}) (?P<of>\D+?) \((?P<percent>[+−]{NUMBER})%\)", is_counted_change),
        (rf"(?P<part>{NUMBER})/(?P<whole>{NUMBER})", is_part),
        (rf"(?P<way>vượt|đạt) (?P<number>{NUMBER})%(?: so với)? chỉ tiêu", is_share_of_target),
        (rf"[^();]+ \({NUMBER}\)(?:, [^();]+ \({NUMBER}\))*", is_rank),
        (r"[^;]+(?:; [^;]+)+", is_list_of_names),
        (r"[^;,()]+(?:, [^;,()]+)*", is_list_of_units),
    )  # fmt: skip
    found = ((re.fullmatch(pattern, text), check) for pattern, check in readers)
    return next((check(made, sender, code, match=match) for match, check in found if match), False)


def read_number(text: str, scale: str | None = "") -> Decimal:
    return Decimal(text.replace(".", "").replace(",", ".")) * SCALES[scale or ""]


def find_indicator(made: Made, code: str, sender: str) -> tuple[Indicator, str]:
    """The indicator, and whose figure it is: that of the only type of units that is asked, whatever is named."""
    others = [each for each in made.programme.unit_types if made.sums.units_asked(code, each)]
    return made.programme.indicator_by_code[code], sender if sender in others or len(others) != 1 else others[0]


def is_total(made: Made, sender: str, code: str, *, match: re.Match[str]) -> bool:
    indicator, unit_type = find_indicator(made, code, sender)
    number, total = read_number(match["number"], match["scale"]), made.sums.total(code, unit_type)
    if match["percent"] and not indicator.quotient:
        whole = made.sums.total(WHOLES[code], unit_type)
        return bool(total and whole) and number == shown(100 * total / whole)  # type: ignore[operator]
    if total is None or bool(match["estimate"]) != made.sums.is_estimated(code, unit_type):
        return False
    return number != 0 and number == (shown(100 * total) if match["percent"] else total)


def is_least(made: Made, sender: str, code: str, *, match: re.Match[str]) -> bool:
    total, least = made.sums.count_names(sender)
    return total is None and read_number(match["number"]) == least


def is_change(made: Made, sender: str, code: str, *, match: re.Match[str]) -> bool:
    indicator, unit_type = find_indicator(made, code, sender)
    before, after = compare(find_earlier(made, match["period"] or ""), made.sums, code, unit_type)
    assert before is not None
    assert after is not None
    moved, number = after - before, read_number(match["number"])
    if (moved > 0) != (match["way"] == "tăng"):
        return False
    if indicator.quotient:
        return match["unit"] == " điểm phần trăm" and number == shown(100 * abs(moved))
    if match["unit"] is None:
        return number == abs(moved) and (not before or not shown(100 * abs(moved) / before))
    return number == shown(100 * abs(moved) / before)


def find_earlier(made: Made, name: str) -> Sums:
    """The period of that name; without a name the year before, or the only one that there is."""
    by_name = {known.lower(): sums for known, sums in made.earlier.items()}
    return by_name[name.lower()] if name or "" in by_name else next(iter(by_name.values()))


def is_counted_change(made: Made, sender: str, code: str, *, match: re.Match[str]) -> bool:
    before, after = compare(find_earlier(made, ""), made.sums, code, sender)
    assert before
    assert after == made.sums.total(code, sender)
    assert after is not None
    unit = made.programme.indicator_by_code[code].measure_unit
    return (
        read_number(match["number"]) == abs(after - before)
        and Decimal(match["percent"].replace(",", ".").replace("−", "-")) == shown(100 * (after - before) / before)
        and (match["way"] == "tăng") == (after > before)
        and match["of"] == unit.partition(" (")[0]
    )


def is_part(made: Made, sender: str, code: str, *, match: re.Match[str]) -> bool:
    figures = made.sums.total(code, sender), made.sums.total(WHOLES[code], sender)
    return figures == (read_number(match["part"]), read_number(match["whole"]))


def is_share_of_target(made: Made, sender: str, code: str, *, match: re.Match[str]) -> bool:
    """Of the year's targets each district has to reach a number."""
    each = next(
        condition.at_least for target in made.programme.targets for condition in target.conditions
        if condition.indicator == code
    )  # fmt: skip
    total = made.sums.total(code, sender)
    assert total is not None
    needed = int(each) * len(made.sums.units_asked(code, sender))
    share = 100 * total / needed
    return read_number(match["number"]) == shown(share - 100 if match["way"] == "vượt" else share)


def is_rank(made: Made, sender: str, code: str, *, match: re.Match[str]) -> bool:
    """Those named are the first of all, whether from above or from below."""
    said = [(name.strip(), read_number(number)) for name, number in re.findall(rf"([^(),]+) \(({NUMBER})\)", match[0])]
    column = made.sums.column(code, made.sums.units_asked(code, sender)).astype(int)
    ranks = (column.nlargest(len(said), keep="all"), column.nsmallest(len(said), keep="all"))
    names = {unit: made.programme.unit_by_code[unit].name for unit in column.index}
    return any(
        Counter(said) == Counter((names[unit], Decimal(number)) for unit, number in each.items()) for each in ranks
    )


def is_list_of_names(made: Made, sender: str, code: str, *, match: re.Match[str]) -> bool:
    names = {name for unit in made.sums.units_asked(code, sender) for name in made.sums.names_of(unit)}
    return (
        made.programme.indicator_by_code[code].kind.method is Method.NAMES
        and sorted(match[0].split("; ")) == sorted(names)
        and made.sums.total(code, sender) == len(names)
    )


def is_list_of_units(made: Made, sender: str, code: str, *, match: re.Match[str]) -> bool:
    """Those that say "có"."""
    column = made.sums.column(code, made.sums.units_asked(code, sender))
    return match[0].split(", ") == [made.programme.unit_by_code[unit].name for unit in column[column == 1].index]


def test_a_number_that_is_not_marked_is_one_of_the_outlines_own_words(made: Made) -> None:
    outline = made.programme.find_outline(made.period.code)
    assert outline
    written = " ".join([*(heading.text for heading in outline.headings), *DRAFT.values()])
    own = set(re.findall(r"\d+", re.sub(r"\[[^\[\]]*\]", "", written)))
    paragraphs = [each for each in made.body if each.text not in passages(made) and not each.is_heading]
    assert not {number for each in paragraphs for number in re.findall(r"\d+", each.words)} - own


@pytest.mark.parametrize("part", ["body", "whole"])
def test_no_sentence_has_lost_its_words_or_tells_a_nought(made: Made, part: str) -> None:
    """Beyond the body the template's own sentences; what units have written stands in quotation marks."""
    paragraphs = made.body if part == "body" else list(read_paragraphs(made.document))
    texts = [
        each.text for each in paragraphs if each.text.strip() and not re.match(r"(- .*: )?“|Một số nơi", each.text)
    ]
    if part == "whole":
        texts = [text for text in texts if text.endswith(".") and not text.startswith("- ")]
    assert {text[:120]: found for text in texts if (found := find_blunders(text))} == {}


# How many reports, how many targets


def passages(made: Made) -> list[str]:
    return [
        each.text for each in made.body if re.search(r"phải gửi \d+ báo cáo|đơn vị (đạt|chưa|đang|thiếu)", each.text)
    ]


def count_reports(made: Made, unit_type: str) -> tuple[int, int, int]:
    """Expected, on time, late."""
    owing = [unit for unit in made.sums.cells.index if unit_type in ("", made.sums.types[unit])]
    received = {state.address.unit: state.first_received for state in made.situation.own_states}
    came = [received[unit] for unit in owing if unit in received]
    return len(owing), sum(each < made.period.due for each in came), sum(each >= made.period.due for each in came)


def test_the_counts_of_reports_are_those_of_each_type_of_units(made: Made) -> None:
    for text in [text for text in passages(made) if "phải gửi" in text]:
        name, _, rest = text.removeprefix("- ").partition(": phải gửi ")
        unit_type = {label: code for code, label in made.programme.unit_types.items()}.get(name, "")
        expected, on_time, late = count_reports(made, unit_type)
        told = dict(re.findall(r"(đúng hạn|gửi muộn|chưa có) (\d+)", rest))
        counts = {"đúng hạn": on_time, "gửi muộn": late, "chưa có": expected - on_time - late}
        assert rest.startswith(f"{expected:02} báo cáo; ")
        assert {key: int(value) for key, value in told.items()} == {
            key: count for key, count in counts.items() if count
        }
        shares = [read_number(share) for share in re.findall(rf"\d \(({NUMBER})%\)", rest)]
        assert sum(shares) == 100
        assert all(abs(share - Decimal(100) * counts[key] / expected) <= Decimal("0.1")
                   for share, key in zip(shares, told, strict=True))  # fmt: skip


def test_the_opening_says_from_how_many_reports_of_each_type_the_figures_are(made: Made) -> None:
    said = next((each.text for each in read_paragraphs(made.document) if "tổng hợp từ" in each.text), None)
    if made.name == "plan":
        assert said is None
        return
    assert said
    types = sorted(set(made.sums.types), key=list(made.programme.unit_types).index)
    counts = [count_reports(made, unit_type) for unit_type in types]
    told = re.findall(r"(\d+)/(\d+) báo cáo", said)
    assert [(int(sent), int(owed)) for sent, owed in told] == [(early + late, owed) for owed, early, late in counts]
    named = [made.programme.unit_types[each] for each in types if len(types) > 1]
    assert all(f"báo cáo của {name}".lower() in said.lower() for name in named)
    assert ("chưa có số liệu của" in said) == any(owed > early + late for owed, early, late in counts)


def judge(made: Made, target: Any, unit: str) -> str:
    """Whether the unit has reached what it has to; "" if nothing is asked of it."""
    found = set()
    for condition in target.conditions:
        if condition.units and unit not in condition.units:
            continue
        value = dict(made.sums.column(condition.indicator, [unit])).get(unit)
        needed = condition.at_least
        if isinstance(needed, str):
            needed = dict(made.sums.column(needed, [unit])).get(unit)
            if needed == 0 and value is not None:
                continue
        is_known = value is not None and needed is not None
        found.add("đạt" if is_known and value >= needed else "chưa đạt" if is_known else "thiếu")
    return next((state for state in ("chưa đạt", "thiếu", "đạt") if state in found), "")


def list_targets(made: Made) -> Iterator[tuple[Any, Counter[str]]]:
    for target in made.programme.targets:
        if made.period.code in target.periods:
            units = [unit for unit in made.sums.cells.index if made.sums.types[unit] == target.unit_type]
            yield target, Counter(filter(None, (judge(made, target, unit) for unit in units)))


def test_targets_say_how_many_units_have_reached_them(made: Made) -> None:
    told = {}
    for text in passages(made):
        title = next((each.title for each in made.programme.targets if text.startswith(f"- {each.title}: ")), "")
        result = text.removeprefix(f"- {title}: ")
        if title:
            met = re.match(r"(?:(\d+)/|[Cc]hưa có đơn vị nào (?:đạt )?trong )(?:số )?(\d+) đơn vị", result)
            reached, concerned = (met[1] or 0, met[2]) if met else (-1, -1)
            behind = re.search(r"(\d+) đơn vị (?:chưa đạt|đang thực hiện)", result)
            unknown = re.search(r"(\d+) đơn vị thiếu", result)
            told[title] = (
                int(reached),
                int(concerned),
                int(behind[1] if behind else 0),
                int(unknown[1] if unknown else 0),
            )
    assert told == {
        target.title: (states["đạt"], states.total(), states["chưa đạt"], states["thiếu"])
        for target, states in list_targets(made) if states
    }  # fmt: skip


# Totals of the files


def list_totals(made: Made) -> Iterator[tuple[Indicator, str, Decimal]]:
    """Every total that the reports give, by indicator and type of units."""
    for code in dict.fromkeys(row for rows in made.sums.asked.values() for row in sorted(rows)):
        indicator = made.programme.indicator_by_code[code]
        for unit_type in made.programme.unit_types:
            if indicator.kind.has_total and made.sums.units_asked(code, unit_type):
                total = made.sums.total(code, unit_type)
                if total is not None:
                    yield indicator, unit_type, total


def test_the_totals_of_the_open_data_are_the_sums_of_the_reports(made: Made) -> None:
    told = {
        (row.indicator, row.unit_type): Decimal(row.value)
        for row in made.read_csv(files.TOTALS).itertuples() if row.value
    }  # fmt: skip
    expected = {(each.code, unit_type): total for each, unit_type, total in list_totals(made)}
    assert told.keys() == expected.keys()
    assert {key: told[key] for key in told if abs(told[key] - expected[key]) > Decimal("1e-20")} == {}


def test_the_totals_of_the_workbook_are_the_sums_of_the_reports(made: Made) -> None:
    sheet = pandas.read_excel(
        io.BytesIO(made.files[files.WORKBOOK]), sheet_name="Theo đơn vị", header=None, engine="calamine", dtype=object
    )
    head = next(place for place in sheet.index if "Cộng" in set(sheet.loc[place]))
    columns = [place for place in sheet.columns if sheet.loc[head, place] == "Cộng"]
    types = sorted(set(made.sums.types), key=list(made.programme.unit_types).index)
    rows = sheet.set_index(0)
    wrong = {}
    for indicator, unit_type, total in list_totals(made):
        told = rows.loc[indicator.code, columns[types.index(unit_type)]]
        if abs(Decimal(str(told)) - total) > Decimal("1e-9"):
            wrong[indicator.code, unit_type] = (told, total)
    assert wrong == {}


def test_the_totals_of_the_appendix_are_the_sums_of_the_reports(made: Made) -> None:
    told: dict[tuple[str, str], list[str]] = {}
    for unit_type, label, cell in read_appendix(made):
        told.setdefault((unit_type, label), []).append(cell)
    wrong = {}
    for indicator, unit_type, total in list_totals(made):
        cells = told.get((unit_type, strip_label(indicator.label)), [])
        if show(indicator, total) not in cells and total:  # a row that is nought everywhere falls
            wrong[indicator.code, unit_type] = (cells, total)
    assert made.name == "plan" or wrong == {}


def show(indicator: Indicator, total: Decimal) -> str:
    number = shown(100 * total) if indicator.quotient else total
    whole, _, rest = f"{number:f}".partition(".")
    rest = rest.rstrip("0")
    return f"{int(whole):,}".replace(",", ".") + (f",{rest}" if rest else "") + ("%" if indicator.quotient else "")


def strip_label(label: str) -> str:
    """Its last words: a part does not repeat what stands before its whole's colon."""
    return label.lower().rpartition(": ")[2].strip("\xa0- ")


def read_appendix(made: Made) -> Iterator[tuple[str, str, str]]:
    """Type of units, label and sum of each row of the tables that end in a column of sums."""
    types = {name: code for code, name in made.programme.unit_types.items()}
    unit_type = ""
    for element in made.document.element.body:
        if element.tag.endswith("}p"):
            unit_type = types.get(read_text(element).partition(" – ")[0], unit_type)
        if not element.tag.endswith("}tbl"):
            continue
        head, *rows = [[read_text(cell) for cell in row.tc_lst] for row in element.tr_lst]
        if head[:2] == ["TT", "Chỉ tiêu"] and (head[-1] == "Cộng" or len(head) == 4):  # one unit is its own sum
            yield from ((unit_type, strip_label(row[1]), row[-1]) for row in rows if len(row) == len(head))


def read_text(element: Any) -> str:
    return "".join(element.xpath(".//w:t/text()")).strip()
