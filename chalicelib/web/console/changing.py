"""One page for every change of a programme: what it would do, then the change itself once that is confirmed."""

from __future__ import annotations

from typing import Any

from chalicelib.office.changes import Preview, ProgrammeChange, make_change, preview_change
from chalicelib.web.console.desk import Desk
from chalicelib.web.response import Response

_NOT_KEPT = ("mau", "xac-nhan", "phien-ban")


def is_confirmed(desk: Desk) -> bool:
    """Whether the form confirms what a page has shown. Raises Stale if that was about another version.

    It is asked before the change is read: of a change that was made already nothing can be read.
    """
    confirmed = desk.request.form.get("xac-nhan") == "co"
    if confirmed:
        desk.check_version()
    return confirmed


def show_or_make(desk: Desk, change: ProgrammeChange, *, back: str, menu: str, confirmed: bool) -> Response:
    """Makes the change if it is confirmed and returns to the page `back`; otherwise shows what it would do."""
    if not confirmed:
        return show_change(desk, change.what, preview_change(desk.programme, change, now=desk.request.now),
                           back=back, menu=menu)  # fmt: skip
    make_change(desk.programme, change, stamp=desk.stamp)
    return desk.go(f"{back}?xong=imported")


def show_change(desk: Desk, what: str, preview: Preview, *, back: str, menu: str, **values: Any) -> Response:
    """What a change would do, with a form that sends the same fields again and confirms it.

    The form goes to the address of this page; `action` and `fields` in `values` may say otherwise.
    """
    fields = {name: text for name, text in desk.request.form.items() if name not in _NOT_KEPT}
    given = {"fields": fields, "action": desk.request.path.lstrip("/"), "contacts": ()} | values
    return desk.show("programme_change.html", menu=menu, what=what, preview=preview, back=back, **given)
