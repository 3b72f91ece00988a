"""The rules of a period's forms: how often each fired and what came of it, and what is worth a look."""

from __future__ import annotations

from itertools import groupby

from chalicelib.office.rules import describe_rule, look_at_rules
from chalicelib.web.console.desk import open_desk
from chalicelib.web.console.sessions import Session
from chalicelib.web.request import Request
from chalicelib.web.response import Response


def show_rules(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """By form; those with a proposal first, then those that fired most."""
    desk = open_desk(request, session, programme, period=period)
    records = look_at_rules(desk.programme, period=desk.period.code, now=request.now)
    forms = [
        (form.title, sorted(each, key=lambda record: (not record.proposal, -record.fired)))
        for form, each in groupby(records, key=lambda record: record.form)
    ]
    return desk.show("rules.html", menu="ky", forms=forms, describe=describe_rule)
