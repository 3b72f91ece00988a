"""What a unit said before is held against what it says now, whatever forms the two periods have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib import folders
from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.renewal import renew_for_year
from chalicelib.domain.submission.records import Address, Answer, Receipt, Review
from chalicelib.intake.check import check_workbook
from chalicelib.intake.earlier import find_earlier
from chalicelib.intake.receive import receive
from chalicelib.office.programme import import_programme
from chalicelib.store import obligations, programmes
from chalicelib.store.commit import commit_state
from chalicelib.workbook.form.filling import Contents, fill_in
from chalicelib.workbook.form.template import make_template
from tests.store.engine import counted, make_line
from tests.store.sample import numbered, send

Workbooks = Callable[..., bytes]

SMALL = Path(__file__).parents[1] / "data" / "programme-nho"
MAY, NOVEMBER = datetime(2022, 5, 10, tzinfo=UTC), datetime(2022, 11, 10, tzinfo=UTC)


def put_in_force(files: Mapping[str, str]) -> Programme:
    """Makes the files of a folder a programme in force."""
    version = import_programme({name: text.encode() for name, text in files.items()}, stamp=Stamp("pv05", MAY))
    return programmes.load_in_force(version.programme)


def take(data: bytes, number: int, address: Address, received: datetime) -> Receipt:
    key, version = send(data, numbered(number), address=address, received=received)
    return receive(key, version, now=lambda: received, check=check_workbook)


def codes(receipt: Receipt) -> list[tuple[str, str]]:
    return [(issue.code, issue.indicator) for issue in receipt.issues]


def test_a_year_of_the_shipped_programme_cannot_hold_less_than_its_six_months(
    stores: None, make_workbook: Workbooks
) -> None:
    put_in_force(folders.read_folder(folders.SHIPPED / "ct138-2022"))
    six_months = Address(programme="ct138-2022", period="6-thang", form="bao-cao-6-thang", unit="180")
    year = six_months.model_copy(update={"period": "nam", "form": "bao-cao-nam"})
    assert codes(take(make_workbook(A01=10), 1, six_months, MAY)) == []
    less = make_workbook("180", "bao-cao-nam", "nam", A01=9)
    assert codes(take(less, 2, year, NOVEMBER)) == [("rule.less_than_before", "A01")]
    as_much = make_workbook("180", "bao-cao-nam", "nam", A01=10)
    assert codes(take(as_much, 3, year, NOVEMBER)) == []


# The small programme: "bieu" and "bieu-phu" in the first half, "bieu-nam" for the year


HALF = Address(programme="nho", period="nua-dau", form="bieu", unit="001")
EXTRA = HALF.model_copy(update={"form": "bieu-phu"})
YEAR = HALF.model_copy(update={"period": "nam", "form": "bieu-nam"})
FIGURES = {"A01": 10, "A02": 4, "A03": 2, "A04": 1, "A06": 100}


@pytest.fixture
def small(stores: None) -> Programme:
    return put_in_force(folders.read_folder(SMALL))


def fill(programme: Programme, address: Address, **figures: int) -> bytes:
    """The form of `address` with the usual figures, and others laid over them."""
    form, period = programme.form_by_code[address.form], programme.period_by_code[address.period]
    unit = programme.find_unit(address.unit, period)
    assert unit is not None
    values: Mapping[str, int] = {code: number for code, number in (FIGURES | figures).items() if code in form.codes}
    rows = {"to": [{"ten": f"Tổ {number}"} for number in range(FIGURES["A03"])]} if form.tables else {}
    return fill_in(make_template(programme, form, unit, period), Contents(dict(values), rows))


def review(address: Address, decided: Review) -> None:
    before = obligations.find_state(address)
    commit_state(before.moved(review=decided), before=before, line=make_line())


def test_each_period_is_held_against_the_one_that_it_includes(small: Programme) -> None:
    assert codes(take(fill(small, HALF), 1, HALF, MAY)) == []
    receipt = take(fill(small, YEAR, A01=9), 2, YEAR, NOVEMBER)
    assert (receipt.answer, codes(receipt)) == (Answer.REJECTED, [("rule.less_than_before", "A01")])
    assert take(fill(small, YEAR), 3, YEAR, NOVEMBER).answer is Answer.ACCEPTED


@pytest.mark.parametrize("decided", [Review.RETURNED, Review.WITHDRAWN])
def test_what_does_not_count_any_more_is_not_held_against_a_report(small: Programme, decided: Review) -> None:
    take(fill(small, HALF), 1, HALF, MAY)
    review(HALF, decided)
    assert codes(take(fill(small, YEAR, A01=9), 2, YEAR, NOVEMBER)) == []


def test_a_figure_that_two_forms_tell_differently_is_held_against_nothing(small: Programme) -> None:
    take(fill(small, HALF, A02=4), 1, HALF, MAY)
    take(fill(small, EXTRA, A02=5), 2, EXTRA, MAY)
    receipt = take(fill(small, YEAR, A02=3, A06=99), 3, YEAR, NOVEMBER)
    assert codes(receipt) == [("rule.less_than_before", "A06")]  # which stands on the other form alone


def test_another_units_figures_and_those_of_a_codes_former_holder_are_not_this_units(small: Programme) -> None:
    for number, unit in enumerate(("002", "003"), start=1):
        half = HALF.model_copy(update={"unit": unit})
        take(fill(small, half), number, half, MAY)
    for number, unit in enumerate(("001", "003"), start=3):
        year = YEAR.model_copy(update={"unit": unit})
        assert codes(take(fill(small, year, A01=9), number, year, NOVEMBER)) == []


def test_a_figure_far_from_the_units_own_of_last_year_is_a_warning_also_where_forms_have_other_codes(
    small: Programme,
) -> None:
    take(fill(small, YEAR), 1, YEAR, NOVEMBER)
    texts = folders.read_folder(SMALL).items()
    files = {name.replace("bieu-nam", "nam-moi"): text.replace("bieu-nam", "nam-moi") for name, text in texts}
    renewed = put_in_force(renew_for_year(files, code="nho-2023", year=2023).files)
    assert renewed.follows == "nho"
    address = YEAR.model_copy(update={"programme": "nho-2023", "form": "nam-moi"})
    receipt = take(fill(renewed, address, A06=700), 2, address, NOVEMBER.replace(year=2023))
    assert (receipt.answer, codes(receipt)) == (Answer.ACCEPTED, [("rule.unusual", "A06")])


def test_what_was_said_before_costs_one_batch_and_nothing_where_there_is_none(small: Programme) -> None:
    take(fill(small, HALF), 1, HALF, MAY)
    for address, expected in ((HALF, []), (YEAR, ["BatchGetItem"])):
        with counted() as calls:
            find_earlier(small, address)
        assert calls == expected
