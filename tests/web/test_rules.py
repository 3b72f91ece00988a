"""The page of rules and the operators' command: the same counts, from what units sent, in few reads."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.programme.model import Programme
from chalicelib.office import rules as office
from chalicelib.office.refusals import Unknown
from chalicelib.office.rules import look_at_rules
from chalicelib.store.audit import append
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD
from tests.web.client import Browser
from tests.web.people import sign_in

PAGE = f"/pv05/quy-tac/{DEMO_CODE}/{DEMO_PERIOD}"


@pytest.fixture
def fired(programme: Programme, now: datetime) -> str:
    """A rule that every district broke and justified; its id."""
    rule = programme.form_by_code[DEMO_FORM].rules[0].id
    for unit in (each.code for each in programme.units if each.type == "district"):
        details = {"period": DEMO_PERIOD, "form": DEMO_FORM, "revision": "1", "rules": rule, "justified": "1"}
        stamp = Stamp(f"unit:{unit}", now - timedelta(minutes=1))
        append(make_line(Action.UPLOAD_ACCEPTED, unit, programme=DEMO_CODE, stamp=stamp, **details))
    return rule


def test_the_page_shows_each_rule_with_its_counts_and_what_to_look_at(browser: Browser, fired: str) -> None:
    sign_in(browser, "editor")
    page = browser.get(PAGE)
    assert fired in page.words
    assert "11 0 11 Báo ở phần lớn báo cáo và gần như đều được giải trình" in page.words
    assert f"quy-tac/{DEMO_CODE}/{DEMO_PERIOD}" in browser.get(f"/pv05/ky/{DEMO_CODE}/{DEMO_PERIOD}").text


def test_a_month_is_read_once_whatever_units_there_are(
    programme: Programme, now: datetime, fired: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    query = office.query_month
    monkeypatch.setattr(office, "query_month", lambda code, month: read.append(month) or query(code, month=month))
    found = look_at_rules(programme, now=now)
    assert {(each.fired, each.justified) for each in found if each.rule.id == fired} >= {(11, 11)}
    assert len(read) == len(set(read)) <= office.MOST_MONTHS


def test_a_period_that_is_none_is_refused(programme: Programme, now: datetime) -> None:
    with pytest.raises(Unknown):
        look_at_rules(programme, period="khong-co", now=now)


def test_rules_that_never_fired_are_folded_below_those_that_did(browser: Browser, fired: str) -> None:
    sign_in(browser, "editor")
    above, folded = browser.get(PAGE).text.split("<details >", 1)
    assert f'<th scope="row">{fired}<' in above
    assert "quy tắc chưa bị báo lần nào</summary>" in folded
    assert f'<th scope="row">{fired}<' not in folded
