"""The rules of a period's forms: how often each fired and what came of it, and what is worth a look."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from chalicelib.domain.period.rule_record import RuleRecord
from chalicelib.office.rules import describe_rule, look_at_rules
from chalicelib.web.console.desk import open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.request import Request
from chalicelib.web.response import Response


def show_rules(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """By form; those with a proposal first, then those that fired most; those of which there is nothing to see last."""
    desk = open_desk(request, session, programme, period=period)
    records = look_at_rules(desk.programme, period=desk.period.code, now=request.now)
    forms = [(form.title, *_part(list(each))) for form, each in groupby(records, key=lambda record: record.form)]
    return desk.show("rules.html", menu="ky", forms=forms, describe=describe_rule)


def _part(records: Sequence[RuleRecord]) -> tuple[list[RuleRecord], list[RuleRecord]]:
    """What is to be looked at, in its order, and the rules of which nothing is to be seen."""
    fired = [each for each in records if each.fired or each.proposal]
    fired.sort(key=lambda record: (not record.proposal, -record.fired))
    return fired, [each for each in records if each not in fired]
