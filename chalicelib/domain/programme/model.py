"""A programme as data: its units, periods, indicators, forms, duties and targets.

The models hold data and answer questions about it. `loading.py` makes them from the files of a folder under
`forms/` and checks that they are consistent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.domain.clock import Timeliness, read_instant
from chalicelib.domain.issues.issue import Severity
from chalicelib.domain.issues.laws import Act
from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.language.vietnamese import format_flag
from chalicelib.domain.programme.bands import Band, find_band, parse_bands
from chalicelib.domain.programme.conditions import AskedWhen, ConditionText, parse_condition
from chalicelib.domain.programme.expressions import Requirement, Sum
from chalicelib.domain.programme.kinds import KindField, Method, Shape
from chalicelib.domain.programme.ranges import Range, find_range, parse_ranges
from chalicelib.domain.programme.scales import Scale, find_places, find_scale
from chalicelib.domain.programme.windows import DataWindow, WindowText, parse_window
from chalicelib.domain.values import Number, Value, is_unset, read_number

NOT_GIVEN = "…"
"""What stands for a number or a day that is not known yet, in a programme and on paper."""


class Model(BaseModel):
    """The base of a programme's records: frozen; unknown fields are refused.

    A field `confirm` says what of the record the office has still to confirm. Fields that came later are written only
    where they are set: editions record a hash of the programme.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Unit(Model):
    """A sender. Its key is the code together with its validity, because the statistics office reuses codes.

    `organisation_code` is its code for exchange between offices (Quyết định 20/2020/QĐ-TTg).
    """

    code: str
    name: str
    full_name: str
    type: str
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    certain: bool = True
    note: str = ""
    organisation_code: str = Field(default="", exclude_if=is_unset)

    def is_valid_on(self, day: date) -> bool:
        return _is_within(day, first=self.valid_from, last=self.valid_to)


def _is_within(day: date, *, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


class Indicator(Model):
    """One figure that units are asked for. `senders` are unit types, or "unit:<code>" for a single unit.

    `computed` makes a total or a ratio of other indicators: such a cell is a formula and is recomputed.
    `part_of` names the indicator of which this one is a "trong đó". `also` lists further spellings of the unit
    of measure that may follow a figure. `per` names the indicator by which units of different size are comparable,
    for example their households, or what a share is a share of. `comparable_from` is the first day from which it counts
    as it does now: figures of before are another thing, as numbers of villages are once villages have been merged.
    `asked_if` says when the row is asked (conditions.py). `bands` give a computed figure a word: "Tốt từ 8", "Khá từ
    6,5", "Chưa đạt" (bands.py).
    `choices` are the words of which a figure of kind `choice` is one, in their order. `plausible` is the range outside
    which a figure is to be looked at again, for all units or by their type (ranges.py). `asked_in` is the unit in which
    forms ask for it, where it is kept in a smaller one (scales.py).
    """

    code: str
    group: str
    label: str
    measure_unit: str
    kind: KindField
    senders: tuple[str, ...]
    part_of: str = ""
    computed: str = ""
    also: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    note: str = ""
    per: str = Field(default="", exclude_if=is_unset)
    comparable_from: date | None = Field(default=None, exclude_if=is_unset)
    certain: bool = Field(default=True, exclude_if=bool)
    asked_if: ConditionText = Field(default="", exclude_if=is_unset)
    bands: tuple[str, ...] = Field(default=(), exclude_if=is_unset)
    choices: tuple[str, ...] = Field(default=(), exclude_if=is_unset)
    plausible: str = Field(default="", exclude_if=is_unset)
    asked_in: str = Field(default="", exclude_if=is_unset)

    def is_sent_by(self, unit: Unit) -> bool:
        return unit.type in self.senders or f"unit:{unit.code}" in self.senders

    def is_valid_in(self, period: Period) -> bool:
        """Whether the indicator is valid at the end of the period's data window."""
        return _is_within(period.data_to, first=self.valid_from, last=self.valid_to)

    @property
    def prompt(self) -> str:
        """The text beside the cell in which the figure is typed."""
        return self.kind.prompt.format(unit=self.measure_unit, choices="; ".join(self.choices))

    @property
    def total_unit(self) -> str:
        """What a total counts, as a sentence says it: "cuộc" of "cuộc (buổi)"; for a flag, the units that say có; ""
        for percentages and for choices, whose total names what it counts."""
        if self.kind.is_quotient or self.kind.is_percent or self.kind.method is Method.CHOICES:
            return ""
        return "đơn vị" if self.kind.shape is Shape.FLAG else self.measure_unit.partition(" (")[0]

    @property
    def words(self) -> tuple[str, ...]:
        """The words that answer it, if it is answered by words."""
        return (format_flag(True), format_flag(False)) if self.kind.shape is Shape.FLAG else self.choices

    @property
    def is_scalable(self) -> bool:
        """Whether a form may ask for it in another unit than it is kept in."""
        kind = self.kind
        return kind.is_number and not (kind.is_quotient or kind.is_percent or kind.method is Method.NAMES or self.bands)

    def is_measured_in(self, unit: str) -> bool:
        """Whether a unit is the unit of measure, however it is spelled."""
        if unit == self.measure_unit:
            return True
        spellings = map(make_key, (self.measure_unit, *self.also))
        return make_key(unit) in spellings or find_places(unit, measured=self.measure_unit) == 0

    @property
    def is_countable(self) -> bool:
        """Whether a rule or a formula can take it: a number, or a flag, of which có counts as 1."""
        return self.kind.is_number or self.kind.shape is Shape.FLAG

    @property
    def is_summed(self) -> bool:
        """Whether it is a number whose total is the sum over the units."""
        return self.kind.is_number and self.kind.method is Method.SUM

    @property
    def is_drawable(self) -> bool:
        """Whether units can be held against each other by it: a number with a total that is made of the units' own."""
        return self.is_summed or self.kind.is_quotient or self.kind.method in (Method.MEAN, Method.WEIGHTED)

    @cached_property
    def formula(self) -> Sum | None:
        return Sum.parse(self.computed) if self.computed and not self.kind.is_quotient else None

    @cached_property
    def grading(self) -> tuple[Band, ...]:
        """The bands, from the highest. Raises ValueError."""
        return parse_bands(self.bands, is_share=self.kind.is_quotient)

    @cached_property
    def ranges(self) -> tuple[Range, ...]:
        """The plausible ranges, by type of unit. Raises ValueError."""
        return parse_ranges(self.plausible, is_share=self.kind.is_quotient)

    def find_range(self, unit_type: str) -> Range | None:
        """The range in which the figure of a unit of this type is plausible, if there is one."""
        return find_range(self.ranges, unit_type) if self.plausible else None

    def find_band(self, value: Value | None) -> str:
        """The word of the band in which a figure lies; "" for a figure without bands, or below them all."""
        number: Number | None = read_number(value) if self.bands else None
        return "" if number is None else find_band(self.grading, number)

    @property
    def parts(self) -> tuple[str, ...]:
        """The codes of what it is computed from; () for a figure that is typed."""
        return self.quotient or (self.formula.codes if self.formula else ())

    @cached_property
    def quotient(self) -> tuple[str, str] | None:
        """The codes of a ratio's numerator and denominator."""
        if not self.kind.is_quotient:
            return None
        numerator, _, denominator = self.computed.partition("/")
        return numerator.strip(), denominator.strip()


def order_computed(indicators: Iterable[Indicator]) -> Iterator[Indicator]:
    """The computed ones, each after those that it is made of; those that are made of themselves are left out."""
    waiting = {each.code: each for each in indicators if each.computed}
    while ready := [each for each in waiting.values() if waiting.keys().isdisjoint(each.parts)]:
        yield from ready
        for each in ready:
            del waiting[each.code]


class Period(Model):
    """A reporting period with its clocks; all instants are UTC.

    `data_from` and `data_to` are the window that the figures cover, both days included. `due` is the first
    moment that is too late ("trước ngày 15/5" is 15/5 00:00 in Viet Nam); a first acceptance before
    `late_from` is on time. From `lock` on, uploads are accepted only with an exception.
    """

    code: str
    name: str
    data_from: date
    data_to: date
    opens: datetime
    due: datetime
    grace: timedelta
    lock: datetime
    compare_with: str = ""
    source: str = ""
    confirm: str = Field(default="", exclude_if=is_unset)

    @property
    def window(self) -> DataWindow:
        return DataWindow(self.data_from, self.data_to)

    @property
    def late_from(self) -> datetime:
        return self.due + self.grace

    def judge(self, received: datetime) -> Timeliness:
        """On time or late, by the storage service's receipt time of the first accepted revision."""
        return Timeliness.ON_TIME if received < self.late_from else Timeliness.LATE

    def is_locked(self, now: datetime) -> bool:
        return now >= self.lock


class Column(Model):
    """A column of a repeating table. `kind` is an indicator's kind; with `choices` the value is picked from a list.

    `outside` is the severity of a date up to a year outside the period's data window. `asked_in` is as an indicator's.
    """

    code: str
    label: str
    kind: KindField
    required: bool = False
    choices: tuple[str, ...] = ()
    measure_unit: str = ""
    outside: Severity = Severity.WARNING
    asked_in: str = Field(default="", exclude_if=is_unset)

    @property
    def scale(self) -> Scale | None:
        return find_scale(self.asked_in, self.measure_unit) if self.asked_in else None

    @property
    def asked_unit(self) -> str:
        """The unit of measure as the form prints it."""
        return self.asked_in or self.measure_unit


class FormPart(Model):
    """A part of a form. With `periods` it is asked in these periods only, and with an empty list in none: a part that
    the office switches on. A part without them is written as it was before they existed."""

    periods: tuple[str, ...] | None = Field(default=None, exclude_if=lambda periods: periods is None)

    def is_asked_in(self, period: Period) -> bool:
        return self.periods is None or period.code in self.periods


class Table(FormPart):
    """A repeating table of a form. `rows` blank rows are printed; users may insert more.

    `names` are the columns that name a row, for indicators of kind `distinct`. The first filled-in column counts;
    the last choice of a list ("other") counts as not filled in.
    """

    code: str
    title: str
    columns: tuple[Column, ...]
    rows: int = 20
    senders: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def column(self, code: str) -> Column:
        return next(column for column in self.columns if column.code == code)


class Narrative(FormPart):
    """A prose field; `max_length` in characters."""

    code: str
    label: str
    prompt: str = ""
    required: bool = False
    max_length: int = 5000


class Section(FormPart):
    """Indicators under one heading. With `nothing_to_report` a unit may confirm the section with one mark instead of
    noughts: then its blank figures are 0, and the `tables` that list what it counts are empty. `code` names the mark.
    `asked_if` is a condition of all its rows. `window` says which days its figures cover, where they are not the
    period's (windows.py). `asked_in` is the unit in which it asks for those of its rows that are kept in a smaller one.
    """

    title: str
    indicators: tuple[str, ...]
    code: str = Field(default="", exclude_if=is_unset)
    nothing_to_report: bool = Field(default=False, exclude_if=is_unset)
    tables: tuple[str, ...] = Field(default=(), exclude_if=is_unset)
    asked_if: ConditionText = Field(default="", exclude_if=is_unset)
    window: WindowText = Field(default="", exclude_if=is_unset)
    asked_in: str = Field(default="", exclude_if=is_unset)

    def find_window(self, period: Period) -> DataWindow:
        """The days that its figures cover in a period."""
        return parse_window(self.window).find(period.data_to) if self.window else period.window

    def print_title(self, period: Period) -> str:
        """The heading, with the days where they are its own."""
        return self.find_window(period).print_below(self.title)


class Rule(Model):
    """A cross-field rule of a form, versioned with it. `check` is an expression, `message` Vietnamese.

    Its days are held against the period alone, so that all units of a period, a correction long after, a trial and a
    folder get the same answer, and a unit knows it when it fills in the form. It is checked where the data window ends
    between `valid_from` and `valid_to`; where it ends before `refuses_from`, an error only warns. From `withdrawn` on
    it is checked in no period that is not locked by then, and refuses nothing anywhere; it stays with its `reason`.
    """

    id: str
    check: str
    message: str
    severity: Severity = Severity.ERROR
    valid_from: date | None = Field(default=None, exclude_if=is_unset)
    valid_to: date | None = Field(default=None, exclude_if=is_unset)
    refuses_from: date | None = Field(default=None, exclude_if=is_unset)
    withdrawn: date | None = Field(default=None, exclude_if=is_unset)
    reason: str = Field(default="", exclude_if=is_unset)

    def find_severity(self, period: Period) -> Severity | None:
        """How a breach is taken in the reports of a period; None where the rule is not checked."""
        if not _is_within(period.data_to, first=self.valid_from, last=self.valid_to):
            return None
        if self.withdrawn:
            return None if read_instant(self.withdrawn) < period.lock else Severity.WARNING
        return Severity.WARNING if self.is_announced(period) else self.severity

    def is_announced(self, period: Period) -> bool:
        """Whether it only warns in this period, of what will be refused later."""
        if self.withdrawn or self.refuses_from is None:
            return False
        return _is_within(period.data_to, first=self.valid_from, last=self.refuses_from - timedelta(days=1))

    @cached_property
    def requirement(self) -> Requirement:
        return Requirement.parse(self.check)


class FormChange(Model):
    """What a version of a form asks otherwise than the one before: codes of rows, tables and prose that came, went or
    changed, and what else is to be said. A code that the programme no longer has is told as it stands."""

    version: int
    came: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    note: str = ""


class Form(Model):
    """A report form. `accepts` lists older versions that may still be sent, to the end of the day `accepts_until` if
    there is one; `changes` tell what each version changed; `cumulative` figures include those of
    the period they are compared with; `estimates` allows a figure to be marked "ước"."""

    code: str
    version: int
    title: str
    heading: str
    sections: tuple[Section, ...]
    tables: tuple[Table, ...] = ()
    narratives: tuple[Narrative, ...] = ()
    rules: tuple[Rule, ...] = ()
    accepts: tuple[int, ...] = ()
    cumulative: bool = False
    estimates: bool = False
    optional: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    accepts_until: date | None = Field(default=None, exclude_if=is_unset)
    changes: tuple[FormChange, ...] = Field(default=(), exclude_if=is_unset)
    confirm: str = Field(default="", exclude_if=is_unset)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for section in self.sections for code in section.indicators)

    @property
    def table_codes(self) -> tuple[str, ...]:
        return tuple(table.code for table in self.tables)

    def table(self, code: str) -> Table:
        return next(table for table in self.tables if table.code == code)

    def find_window(self, code: str, period: Period) -> DataWindow:
        """The days that a figure of the form covers in a period: those of its section, otherwise the period's."""
        own = (each for each in self.sections if each.window and code in each.indicators and each.is_asked_in(period))
        return next((section.find_window(period) for section in own), period.window)

    def name_sections(self, codes: Iterable[str]) -> tuple[str, ...]:
        """The headings of these sections, in printed order."""
        return tuple(section.title for section in self.sections if section.code and section.code in set(codes))

    @cached_property
    def condition_by_code(self) -> dict[str, AskedWhen]:
        """The condition that a section sets for each of its rows, where it sets one; the rows' own are not in it."""
        conditional = (section for section in self.sections if section.asked_if)
        return {code: parse_condition(section.asked_if) for section in conditional for code in section.indicators}

    def find_condition(self, row: Indicator) -> AskedWhen:
        """When the row is asked: its own condition and its section's."""
        own, of_section = parse_condition(row.asked_if), self.condition_by_code.get(row.code)
        return of_section + own if of_section else own

    @cached_property
    def _asked_in(self) -> dict[str, str]:
        """The unit that a section sets for its rows, where it sets one."""
        scaled = (section for section in self.sections if section.asked_in)
        return {code: section.asked_in for section in scaled for code in section.indicators}

    def find_scale(self, row: Indicator) -> Scale | None:
        """The scale of a row that is asked in another unit than its unit of measure."""
        asked_in = row.asked_in or (self._asked_in and self._asked_in.get(row.code, ""))
        return find_scale(asked_in, row.measure_unit) if asked_in and row.is_scalable else None

    def find_asked_unit(self, row: Indicator) -> str:
        """The unit of measure as the form prints it."""
        scale = self.find_scale(row)
        return scale.asked if scale else row.measure_unit

    def judge_conditions(self, rows: Iterable[Indicator], values: Mapping[str, Value]) -> dict[str, bool | None]:
        """Of each row with a condition whether these answers ask for it; None where one that decides it is missing.

        What depends on a row that is not asked, and was left blank, is not asked either. `rows` are in printed order.
        """
        asked: dict[str, bool | None] = {}
        for row in rows:
            if condition := self.find_condition(row).on_form:
                is_below = any(asked.get(code) is False and code not in values for code in condition.codes)
                asked[row.code] = False if is_below else condition.holds(values)
        return asked

    def list_markable(self, rows: Iterable[Indicator]) -> tuple[Section, ...]:
        """The sections that may be marked “không phát sinh” and hold some of these rows."""
        asked = {row.code for row in rows}
        return tuple(each for each in self.sections if each.nothing_to_report and asked.intersection(each.indicators))


class Duty(Model):
    """Units of a type owe a form in a period. The form is not owed until the office sets `enabled`."""

    unit_type: str
    period: str
    form: str
    enabled: bool = True
    source: str = ""
    confirm: str = Field(default="", exclude_if=is_unset)


class Condition(Model):
    """An indicator must reach `at_least`: a number, or the value of another indicator."""

    indicator: str
    at_least: int | str
    units: tuple[str, ...] = ()


class Target(Model):
    """A target of the programme. `scope` "unit": for each unit of the type; "province": for their sum.

    A missed target is a finding of the consolidated report, never an error of the sender. `once`: a target of this year
    alone, which is not carried into the next programme.
    """

    code: str
    title: str
    scope: str
    unit_type: str
    conditions: tuple[Condition, ...]
    periods: tuple[str, ...]
    source: str = ""
    once: bool = Field(default=False, exclude_if=is_unset)
    confirm: str = Field(default="", exclude_if=is_unset)


class Succession(Model):
    """From the day `on`, land of the unit `old` (below `old_parent`) belongs to the unit `new`."""

    old: str
    old_name: str
    old_parent: str
    new: str
    on: date


class Obligation(NamedTuple):
    """One unit owes one form for one period."""

    period: str
    form: str
    unit: str


class Office(Model):
    """The body that issues the consolidated report, as printed on it; `phone` is for units that need help.

    `name` is in capitals, for the letterhead; `full_name` is for running text. `signer_office` is the signer's office
    besides `signer_title`, as in "PHÓ CHỦ TỊCH UBND TỈNH", on a line of its own.
    """

    parent: str
    name: str
    full_name: str = ""
    abbreviation: str
    place: str
    contact: str
    phone: str = ""
    signer_authority: str = ""
    signer_title: str
    signer_office: str = ""
    signer_name: str
    addressee: str
    recipients: tuple[str, ...]
    confirm: str = Field(default="", exclude_if=is_unset)

    @property
    def helpdesk(self) -> str:
        """Whom a unit asks for help: the contact, with the telephone number if there is one."""
        return f"{self.contact}, điện thoại {self.phone}" if self.phone else self.contact


class Branch(Model):
    """A unit above others that issues a report of its own about itself and the units below it.

    It is signed and addressed as this says. `parent`, `place`, `contact` and `phone` are those of the whole where they
    are not given; the office of the whole stands above that of the branch.
    """

    unit: str
    name: str
    full_name: str = ""
    abbreviation: str
    parent: str = ""
    place: str = ""
    contact: str = ""
    phone: str = ""
    signer_authority: str = ""
    signer_title: str
    signer_office: str = ""
    signer_name: str
    addressee: str
    recipients: tuple[str, ...]
    confirm: str = Field(default="", exclude_if=is_unset)

    def make_office(self, whole: Office) -> Office:
        inherited = {"parent": whole.name, "place": whole.place, "contact": whole.contact, "phone": whole.phone}
        own = self.model_dump(exclude={"unit"})
        return Office(**own | {name: own[name] or text for name, text in inherited.items()})


def _part_of_regime(title: str) -> str:
    return Field(default="", title=title, exclude_if=is_unset)


class Regime(Model):
    """What a reporting regime says of itself (Nghị định 09/2019/NĐ-CP), in its issuer's words: for people, not for
    the clocks and duties, which are data of their own."""

    name: str = _part_of_regime("Tên báo cáo")
    content: str = _part_of_regime("Nội dung yêu cầu báo cáo")
    senders: str = _part_of_regime("Đối tượng thực hiện báo cáo")
    recipient: str = _part_of_regime("Cơ quan nhận báo cáo")
    method: str = _part_of_regime("Phương thức gửi, nhận báo cáo")
    deadline: str = _part_of_regime("Thời hạn gửi báo cáo")
    frequency: str = _part_of_regime("Tần suất thực hiện báo cáo")
    cut_off: str = _part_of_regime("Thời gian chốt số liệu báo cáo")
    outline: str = _part_of_regime("Mẫu đề cương báo cáo")
    form: str = _part_of_regime("Biểu mẫu số liệu báo cáo")
    guidance: str = _part_of_regime("Hướng dẫn quy trình thực hiện báo cáo")
    source: str = _part_of_regime("Căn cứ của chế độ báo cáo")

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """What is said of it: title and text, in the order of the decree."""
        return tuple((str(type(self).model_fields[name].title), text) for name, text in self.model_dump().items())


class Heading(Model):
    """A heading of the report with its default text, of which each line is a paragraph; `level` 1 is the largest.

    `nothing` is printed where all figures of the text are nought, `unknown` where none is said and some are not
    known; the heading falls where they are empty. None takes the outline's. `narratives` are the fields of prose
    whose answers are offered to whoever writes here. The heading's number is not part of `title`.
    """

    code: str
    title: str
    level: int = Field(default=1, ge=1, le=3)
    text: str = ""
    nothing: str | None = None
    unknown: str | None = None
    narratives: tuple[str, ...] = ()


_Address = Annotated[str, Field(max_length=200, pattern=r"^(https://[\w.:-]+(/[\w.~-]+)*/?)?$")]


class Outline(Model):
    """The headings of a period's report in their order; `period` is empty for periods without an outline of their own.

    `opinions`: the units' own words are printed as an appendix. `console_address`: where the console's pages are, to
    which the workbook's totals then lead. `qr_address`: the same, and the last appendix has a QR code of the edition's
    page.
    """

    headings: tuple[Heading, ...]
    period: str = ""
    nothing: str = ""
    unknown: str = ""
    opinions: bool = True
    console_address: _Address = ""
    qr_address: _Address = ""

    @cached_property
    def heading_by_code(self) -> dict[str, Heading]:
        return {heading.code: heading for heading in self.headings}


MOST_LEVELS = 20
"""A unit stands below at most so many others."""


class Programme(Model):
    """One whole programme. `follows` is the code of the previous year's programme, used for comparison; `successions`
    lists what became of its units since. `letterheads` stand above a unit's name on its forms, by unit type.
    `outcome_letters`: a unit's contact gets a letter about how each upload ended. `laws` are the acts that it cites.
    `charts` are the indicators that the consolidated workbook draws and holds unit against unit.

    `number` begins with "…", and `signed` is None, as long as the document that sets the programme is not signed.

    `regime` is what the reporting regime says of itself, printed for those who report. `branches` issue reports of
    their own; `branch` is the unit whose part of the programme this is ("" for the whole; `branches.py` narrows it).

    `whole` is the word for all units together, as in “toàn ngành” ("" stands for “tỉnh”).

    `version` is the number under which the store keeps this data, 0 if it is not stored.
    """

    code: str
    title: str
    year: int
    number: str
    signed: date | None = None
    office: Office
    unit_types: dict[str, str]
    headline: str
    units: tuple[Unit, ...]
    indicators: tuple[Indicator, ...]
    periods: tuple[Period, ...]
    forms: tuple[Form, ...]
    duties: tuple[Duty, ...] = ()
    targets: tuple[Target, ...] = ()
    letterheads: dict[str, str] = {}
    successions: tuple[Succession, ...] = ()
    follows: str = ""
    outcome_letters: bool = False
    outlines: tuple[Outline, ...] = Field(default=(), exclude_if=is_unset)
    laws: tuple[Act, ...] = Field(default=(), exclude_if=is_unset)
    confirm: str = Field(default="", exclude_if=is_unset)
    charts: tuple[str, ...] = Field(default=(), exclude_if=is_unset)
    regime: Regime = Field(default=Regime(), exclude_if=lambda regime: not regime.parts)
    branches: tuple[Branch, ...] = Field(default=(), exclude_if=is_unset)
    branch: str = Field(default="", exclude_if=is_unset)
    whole: str = Field(default="", max_length=40, exclude_if=is_unset)
    version: int = 0

    @property
    def is_issuing(self) -> bool:
        """Whether a report is issued of it: of the whole, and of a branch whose office is known."""
        return not self.branch or any(each.unit == self.branch for each in self.branches)

    @property
    def breadth(self) -> str:
        """What the sums over all its units are said to be of, as in “toàn tỉnh”: a branch has the name of its unit."""
        return self.name_unit(self.branch) if self.branch else self.whole or "tỉnh"

    @property
    def has_number(self) -> bool:
        return bool(self.number) and not self.number.startswith(NOT_GIVEN)

    @cached_property
    def unit_by_code(self) -> dict[str, Unit]:
        """The units in force at the programme's end; of a reused code, its latest holder."""
        latest = sorted(self.units, key=lambda unit: unit.valid_from or date.min)
        return {unit.code: unit for unit in latest}

    @cached_property
    def _holders(self) -> dict[str, list[Unit]]:
        """The units that hold a code, or ever held it."""
        found: dict[str, list[Unit]] = {}
        for unit in self.units:
            found.setdefault(unit.code, []).append(unit)
        return found

    @cached_property
    def indicator_by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    def list_wholes(self, code: str) -> tuple[str, ...]:
        """What the figure of this code is a “trong đó” of."""
        indicator = self.indicator_by_code.get(code)
        return (indicator.part_of,) if indicator and indicator.part_of else ()

    def list_parts(self, code: str) -> tuple[str, ...]:
        """What the figure of this code is computed from."""
        indicator = self.indicator_by_code.get(code)
        return indicator.parts if indicator else ()

    @cached_property
    def period_by_code(self) -> dict[str, Period]:
        return {period.code: period for period in self.periods}

    @cached_property
    def form_by_code(self) -> dict[str, Form]:
        return {form.code: form for form in self.forms}

    @cached_property
    def _windowed(self) -> dict[str, tuple[Form, ...]]:
        """The forms that ask for a figure in a section with a data window of its own."""
        found: dict[str, tuple[Form, ...]] = {}
        for form in self.forms:
            for code in (code for section in form.sections if section.window for code in section.indicators):
                found[code] = (*found.get(code, ()), form)
        return found

    @property
    def windowed_codes(self) -> Set[str]:
        """The codes of figures that have a data window of their own in some period."""
        return self._windowed.keys()

    def find_window(self, code: str, period: Period) -> DataWindow:
        """The days that a figure covers in a period: those of its section, otherwise the period's."""
        owed = (form for form in self._windowed.get(code, ()) if (form.code, period.code) in self._owed)
        windows = (form.find_window(code, period) for form in owed)
        return next((window for window in windows if window.rule), period.window)

    def is_asked(self, form: Form, section: Section, period: Period) -> bool:
        """Whether some type of units is asked for the section in the period."""
        return section.is_asked_in(period) and (form.code, period.code) in self._owed

    @cached_property
    def _owed(self) -> frozenset[tuple[str, str]]:
        return frozenset((duty.form, duty.period) for duty in self.duties)

    def find_unit(self, code: str, period: Period) -> Unit | None:
        """The unit that holds `code` at the end of the period's data window, or the unit of that code without dates."""
        return next((unit for unit in self._holders.get(code, ()) if unit.is_valid_on(period.data_to)), None)

    def find_same(self, unit: Unit, period: Period, *, on: date) -> Unit | None:
        """The unit as it is in `period`; None where another unit held its code then or on the day `on`."""
        then = self.find_unit(unit.code, period)
        return then if then and then.is_valid_on(on) and unit.is_valid_on(period.data_to) else None

    def find_holder(self, code: str, day: date) -> Unit | None:
        """The unit that holds `code` on this day, otherwise the last one before or the next one after it."""
        held = (unit for unit in self._holders.get(code, ()) if unit.is_valid_on(day))
        return next(held, None) or self.unit_by_code.get(code)

    def name_unit(self, code: str) -> str:
        """The name of the last unit that holds `code`, told from its namesakes; the code itself if there is none."""
        return self.name_fully(self.unit_by_code[code]) if code in self.unit_by_code else code

    def name_fully(self, unit: Unit) -> str:
        """The full name; "Xã A, Huyện B" where units below different ones have the same name."""
        if unit.full_name not in self._namesakes:
            return unit.full_name
        above = self.unit_by_code.get(unit.parent)
        return f"{unit.full_name}, {above.full_name if above else unit.parent}" if unit.parent else unit.full_name

    @cached_property
    def _namesakes(self) -> frozenset[str]:
        """The full names that units below different ones have."""
        parents: dict[str, set[str]] = {}
        for unit in self.units:
            parents.setdefault(unit.full_name, set()).add(unit.parent)
        return frozenset(name for name, above in parents.items() if len(above) > 1)

    def list_above(self, unit: Unit) -> tuple[str, ...]:
        """The codes of the units above it, the nearest first; a circle ends where it closes, and what has too many
        levels one beyond the last."""
        above: dict[str, None] = {}
        parent = unit.parent
        while parent and parent not in above and len(above) <= MOST_LEVELS:
            above[parent] = None
            found = self.unit_by_code.get(parent)
            parent = found.parent if found else ""
        return tuple(above)

    def find_outline(self, period: str) -> Outline | None:
        """The outline of the period's report: its own, otherwise the programme's, if it has one."""
        by_period = {outline.period: outline for outline in self.outlines}
        return by_period.get(period) or by_period.get("")

    def obligations(self, period_code: str) -> tuple[Obligation, ...]:
        """All obligations of a period, in the order of the units file."""
        return tuple(self._obligations(self.period_by_code[period_code]))

    def _obligations(self, period: Period) -> Iterator[Obligation]:
        duties = [duty for duty in self.duties if duty.period == period.code and duty.enabled]
        for unit in self.units:
            if not unit.is_valid_on(period.data_to):
                continue
            for duty in duties:
                if duty.unit_type == unit.type:
                    yield Obligation(period=period.code, form=duty.form, unit=unit.code)

    def forms_of(self, unit: Unit, period: Period) -> tuple[Form, ...]:
        """The forms that `unit` owes or may send for `period`."""
        codes = [duty.form for duty in self.duties if duty.period == period.code and duty.unit_type == unit.type]
        return tuple(self.form_by_code[code] for code in codes)

    def rows(self, form: Form, unit: Unit, period: Period) -> tuple[Indicator, ...]:
        """The indicators on `form` for this `unit` and `period`, in printed order."""
        asked = (section for section in form.sections if section.is_asked_in(period))
        all_rows = (self.indicator_by_code[code] for section in asked for code in section.indicators)
        own = (row for row in all_rows if row.is_sent_by(unit) and row.is_valid_in(period))
        return tuple(row for row in own if form.find_condition(row).is_for(period=period.code, unit_type=unit.type))

    def list_all_markable(self, form: Form, unit: Unit, period: Period) -> tuple[Section, ...]:
        """The sections whose marks make the whole form “không phát sinh”; () if it requires anything beside them."""
        rows = self.rows(form, unit, period)
        sections = form.list_markable(rows)
        marked = {code for section in sections for code in section.indicators}
        needed = {row.code for row in rows if not row.computed and row.code not in form.optional}
        is_all = needed <= marked and not any(each.required for each in self.narratives(form, period))
        return sections if is_all else ()

    def tables(self, form: Form, unit: Unit, period: Period) -> tuple[Table, ...]:
        """The tables on `form` for this `unit` and `period`."""
        asked = (table for table in form.tables if table.is_asked_in(period))
        return tuple(table for table in asked if not table.senders or unit.type in table.senders)

    def narratives(self, form: Form, period: Period) -> tuple[Narrative, ...]:
        return tuple(narrative for narrative in form.narratives if narrative.is_asked_in(period))

    def name_codes(self, form: Form) -> dict[str, str]:
        """What the code of a line, a column or a narrative of `form` stands for."""
        labels = {code: indicator.label for code, indicator in self.indicator_by_code.items()}
        for table in form.tables:
            labels |= {column.code: column.label for column in table.columns}
        return labels | {narrative.code: narrative.label for narrative in form.narratives}

    def current_period(self, now: datetime) -> Period | None:
        """Of the open periods the one with the next due date; where none is open the one that was locked last, for its
        editions are made then; before all of them the first."""
        ordered = sorted(self.periods, key=lambda period: period.due)
        opened = [period for period in ordered if period.opens <= now]
        return next((period for period in opened if now < period.lock), next(iter(opened[-1:] or ordered), None))
