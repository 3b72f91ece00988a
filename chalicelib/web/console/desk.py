"""The context of a page of the console: the signed-in user, the programme and the period; renders the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Form, Period, Programme, Unit
from chalicelib.domain.submission.records import Address
from chalicelib.store import programmes
from chalicelib.store.errors import NotFound
from chalicelib.store.obligations import find_state
from chalicelib.web.console.permissions import ROLE_NAMES, Permission, is_allowed
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import make_seal
from chalicelib.web.problems import PageUnknown, Stale
from chalicelib.web.rendering import render
from chalicelib.web.request import Request
from chalicelib.web.response import Response, redirect


@dataclass(frozen=True)
class Desk:
    """`period` is the page's period; on pages about the whole programme, the current one."""

    request: Request
    session: Session
    programme: Programme
    period: Period

    @property
    def stamp(self) -> Stamp:
        """The user and the time, which every verb of the office writes into the audit."""
        return Stamp(self.session.actor, self.request.now)

    def may(self, permission: str) -> bool:
        return is_allowed(self.session.role, Permission(permission))

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
            pv05=f"{self.request.root}pv05", seal=make_seal(self.session.secret), may=self.may,
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
        return Address(programme=self.programme.code, period=self.period.code, form=form, unit=unit)


def open_desk(request: Request, session: Session, programme: str, *, period: str = "") -> Desk:
    """The desk of a request. Raises PageUnknown for an unknown programme or period."""
    try:
        loaded = programmes.load_in_force(programme)
    except NotFound:
        raise PageUnknown from None
    found = loaded.period_by_code.get(period) if period else loaded.current_period(request.now)
    if found is None:
        raise PageUnknown
    return Desk(request, session, loaded, found)
