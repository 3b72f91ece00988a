"""The context of a page of the console: the signed-in user, the programme and the period; renders the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.branches import (
    BranchUnknown,
    has_branch,
    join_branch,
    list_branches,
    name_part,
    narrow,
    split_branch,
)
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.submission.records import Address
from chalicelib.office.roles import ROLE_NAMES
from chalicelib.store import programmes
from chalicelib.store.errors import NotFound
from chalicelib.store.obligations import find_state
from chalicelib.web.console.permissions import Permission, is_allowed
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import make_seal
from chalicelib.web.problems import PageUnknown, Stale
from chalicelib.web.rendering import render
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect


@dataclass(frozen=True)
class Desk:
    """`period` is the page's period; on pages about the whole programme, the current one.

    `programme` is that of a branch where the page is about one: whatever the page shows and does then knows no other
    units. `whole` is the same without a branch.
    """

    request: Request
    session: Session
    programme: Programme
    period: Period
    whole: Programme

    @property
    def stamp(self) -> Stamp:
        """The user and the time, which every verb of the office writes into the audit."""
        return Stamp(self.session.actor, self.request.now)

    def may(self, permission: str) -> bool:
        return is_allowed(self.session.role, Permission(permission), branch=self.programme.branch)

    @property
    def part(self) -> str:
        """The programme and its branch as addresses of pages name them."""
        return name_part(self.programme)

    @property
    def branches(self) -> list[tuple[str, str]]:
        """The parts that the user may look at, with their names; none for who is bound to one."""
        if self.session.branch or not (codes := list_branches(self.whole)):
            return []
        named = [(join_branch(self.whole.code, branch=code), self.whole.name_unit(code)) for code in codes]
        return [(self.whole.code, "Tất cả đơn vị"), *named]

    def check_version(self) -> None:
        """Raises Stale if the form was made from another version of the programme than the desk's."""
        if self.request.form.get("phien-ban") != str(self.programme.version):
            raise Stale

    def go(self, path: str) -> Response:
        return redirect(f"{self.request.root}pv05/{path}")

    def show(self, template: str, *, menu: str = "", status: int = 200, **values: Any) -> Response:
        """A page of the console. `menu` is its entry in the menu."""
        return render(
            self.request, template, status=status, desk=self, programme=self.programme, period=self.period, menu=menu,
            part=self.part, pv05=f"{self.request.root}pv05", seal=make_seal(self.session.secret), may=self.may,
            role=ROLE_NAMES[self.session.role], username=self.session.username, told=self.request.query.get("xong", ""),
            now=self.request.now,
            **values,
        )  # fmt: skip

    def find_duty(self, form: str, *, unit: str) -> tuple[Form, Unit, Address]:
        """The duty of a unit. Raises PageUnknown if the period, the unit and the form do not belong together."""
        found = self.programme.find_unit(unit, self.period)
        own = self.programme.form_by_code.get(form)
        if found is None or own is None or own not in self.programme.forms_of(found, self.period):
            raise PageUnknown
        return own, found, self.make_address(form, unit=unit)

    def find_report(self, form: str, *, unit: str) -> tuple[Form, Unit, Address]:
        """As `find_duty`, and also for reports of a unit closed since, or under a duty switched off since."""
        try:
            return self.find_duty(form, unit=unit)
        except PageUnknown:
            own = self.programme.form_by_code.get(form)
            found = self.programme.find_unit(unit, self.period) or self.programme.unit_by_code.get(unit)
            address = self.make_address(form, unit=unit)
            if own is None or found is None or find_state(address).submission is None:
                raise
            return own, found, address

    def make_address(self, form: str, *, unit: str) -> Address:
        """Raises PageUnknown for a unit outside the desk's branch, and for one that held its code at another time."""
        if self.programme.branch and self.programme.find_unit(unit, self.period) is None:
            raise PageUnknown
        return Address(programme=self.programme.code, period=self.period.code, form=form, unit=unit)


def list_open(branch: str) -> list[Programme]:
    """The programmes that a user of this branch may look at. Raises PageUnknown if there is none."""
    loaded = (programmes.load_in_force(code) for code in programmes.list_programmes())
    known = [each for each in loaded if has_branch(each, branch)]
    if not known:
        raise PageUnknown("Chưa có chương trình nào được nhập vào hệ thống.")
    return known


def find_latest(branch: str) -> str:
    """The latest of these programmes, as addresses of pages name it."""
    return name_latest(list_open(branch), branch=branch)


def name_latest(known: Iterable[Programme], *, branch: str) -> str:
    latest = max(known, key=lambda each: (each.year, each.version))
    return join_branch(latest.code, branch=branch)


def open_desk(request: Request, session: Session, programme: str, *, period: str = "") -> Desk:
    """The desk of a request; `programme` names a branch where the page is about one ("mau@B1").

    Raises PageUnknown for an unknown programme or period, and for all but the branch to which the user is bound.
    """
    code, branch = split_branch(programme)
    if branch != (session.branch or branch):
        raise PageUnknown
    try:
        whole = programmes.load_in_force(code)
        loaded = narrow(whole, branch)
    except (NotFound, BranchUnknown):
        raise PageUnknown from None
    found = loaded.period_by_code.get(period) if period else loaded.current_period(request.now)
    if found is None:
        raise PageUnknown
    return Desk(request, session, loaded, found, whole)
