"""The part of a programme that concerns one branch knows no other units."""

from __future__ import annotations

import pytest

from chalicelib.domain.programme.branches import BranchUnknown, name_part, narrow, split_branch
from chalicelib.domain.programme.model import Branch, Condition, Programme, Target, Unit
from tests.domain.builders import make_programme, make_unit

TREE = {"1": "", "2": "", "11": "1", "12": "1", "111": "11", "21": "2"}
ISSUER = Branch(
    unit="1", name="UBND XÃ MỘT", abbreviation="UBND", signer_title="CHỦ TỊCH", signer_name="A", addressee="Tỉnh",
    recipients=("Tỉnh",),
)  # fmt: skip


def target(scope: str, *units: str) -> Target:
    condition = Condition(indicator="A1", at_least=1, units=units)
    return Target(
        code="T" + scope + "".join(units),
        title="T",
        scope=scope,
        unit_type="district",
        conditions=(condition,),
        periods=(),
    )


@pytest.fixture
def programme() -> Programme:
    units = tuple(make_unit(code, f"Xã {code}").model_copy(update={"parent": above}) for code, above in TREE.items())
    targets = (target("unit"), target("province"), target("unit", "21"), target("unit", "11"))
    return make_programme(units=units, targets=targets, branches=(ISSUER,))


def test_a_branch_has_the_unit_and_all_below_it(programme: Programme) -> None:
    assert [unit.code for unit in narrow(programme, "1").units] == ["1", "11", "12", "111"]
    assert [unit.code for unit in narrow(programme, "2").units] == ["2", "21"]
    assert narrow(programme, "") is programme


def test_what_is_asked_of_a_branch_is_what_is_asked_of_its_units(programme: Programme) -> None:
    whole = {each.unit for each in programme.obligations("nam")}
    assert {each.unit for each in narrow(programme, "1").obligations("nam")} == whole & {"1", "11", "12", "111"}
    assert [each.code for each in narrow(programme, "1").targets] == ["Tunit", "Tunit11"]


def test_a_branch_signs_its_own_report_and_stands_below_the_office_of_the_whole(programme: Programme) -> None:
    office = narrow(programme, "1").office
    assert (office.name, office.parent, office.recipients) == ("UBND XÃ MỘT", programme.office.name, ("Tỉnh",))
    assert office.signer_authority == ""
    assert narrow(programme, "2").office == programme.office
    assert [narrow(programme, code).branches for code in ("1", "2")] == [(ISSUER,), ()]


@pytest.mark.parametrize("code", ["12", "999", "111"])
def test_a_unit_without_units_below_it_is_no_branch(programme: Programme, code: str) -> None:
    with pytest.raises(BranchUnknown):
        narrow(programme, code)


def test_a_programme_and_its_branch_are_one_word(programme: Programme) -> None:
    assert split_branch(name_part(narrow(programme, "1"))) == (programme.code, "1")
    assert split_branch(name_part(programme)) == (programme.code, "")


@pytest.mark.parametrize(
    ("parents", "name"),
    [(("A", "B"), "Xã Tân, Huyện A"), (("A", "A"), "Xã Tân"), (("A", ""), "Xã Tân, Huyện A"), (("", ""), "Xã Tân")],
)
def test_units_of_one_name_below_different_ones_are_told_apart(parents: tuple[str, str], name: str) -> None:
    above = [Unit(code=code, name=code, full_name=f"Huyện {code}", type="district") for code in ("A", "B")]
    same = [make_unit(f"x{number}", "Tân").model_copy(update={"full_name": "Xã Tân", "parent": parent})
            for number, parent in enumerate(parents)]  # fmt: skip
    programme = make_programme(units=(*above, *same))
    assert programme.name_unit("x0") == name
    assert programme.name_unit("A") == "Huyện A"
