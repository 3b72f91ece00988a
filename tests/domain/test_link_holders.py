"""Which links wait for the office: none that somebody has, none that was opened, one that ends soon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.language.spelling import is_found
from chalicelib.domain.programme.model import Unit
from chalicelib.domain.submission.link_holders import SOON, choose_holders, list_holders
from chalicelib.domain.submission.records import Link

NOW = datetime(2026, 5, 10, 5, tzinfo=UTC)
FAR, NEAR, PAST = NOW + SOON, NOW + SOON - timedelta(seconds=1), NOW
UNIT = Unit(code="A1", name="Bình Gia", type="xã", full_name="Xã Bình Gia")


def make_link(**fields: object) -> Link:
    known = {"token_hash": "a" * 64, "programme": "mau", "unit": "A1", "created": NOW, "expires": FAR}
    return Link.model_validate(known | fields)


@pytest.mark.parametrize(
    ("links", "needs"),
    [
        ([], ["without"]),
        ([make_link()], ["unopened"]),
        ([make_link(last_opened=NOW)], []),
        ([make_link(given=False)], ["without", "unopened"]),
        ([make_link(expires=NEAR, last_opened=NOW)], ["ending"]),
        ([make_link(expires=NEAR, last_opened=NOW), make_link()], []),
        ([make_link(expires=PAST, last_opened=NOW)], ["without"]),
        ([make_link(revoked=NOW, last_opened=NOW)], ["without"]),
        ([make_link(revoked=NOW, last_opened=NOW), make_link()], ["unopened"]),
    ],
)
def test_a_unit_waits_for_the_office_as_its_links_stand(links: list[Link], needs: list[str]) -> None:
    (holder,) = list_holders([UNIT], links, owing=[UNIT], at=NOW)
    assert list(holder.needs) == needs


def test_a_unit_that_owes_nothing_needs_no_link() -> None:
    (holder,) = list_holders([UNIT], [], owing=[], at=NOW)
    assert list(holder.needs) == []


def test_the_newest_link_comes_first_and_revoked_ones_stand_apart() -> None:
    first, second = make_link(revoked=NOW), make_link(token_hash="b" * 64)
    (holder,) = list_holders([UNIT], [first, second], owing=[UNIT], at=NOW)
    assert (holder.links, holder.current, holder.revoked) == ((second, first), (second,), (first,))


@pytest.mark.parametrize(
    ("need", "wanted", "is_chosen"),
    [
        ("", "", True),
        ("without", "", True),
        ("ending", "", False),
        ("", "binh", True),
        ("", "a1", True),
        ("", "lộc", False),
    ],
)
def test_holders_are_chosen_by_standing_and_words(need: str, wanted: str, is_chosen: bool) -> None:
    holders = list_holders([UNIT], [], owing=[UNIT], at=NOW)
    assert bool(choose_holders(holders, need=need, wanted=wanted)) is is_chosen


@pytest.mark.parametrize(
    ("wanted", "is_there"),
    [("", True), ("hoa binh", True), ("HOÀ  BÌNH", True), ("binh hoa", True), ("dong doi", True), ("hòa lạc", False)],
)
def test_words_are_found_without_their_marks_and_in_any_order(wanted: str, is_there: bool) -> None:
    assert is_found(wanted, "Xã Hòa Bình", "Đồng Đội") is is_there
