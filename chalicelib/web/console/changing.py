"""One page for every verb that takes something away or changes what counts: what it would do, then the verb itself
once that is confirmed.

A handler asks `is_confirmed`, reads its form, and gives the change that the office has prepared to `show_or_make`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from chalicelib.office.prepared import PreparedChange
from chalicelib.web.console.desk import Desk
from chalicelib.web.response import Response

_NOT_KEPT = ("mau", "xac-nhan", "phien-ban")


class ChangePage(NamedTuple):
    """Where a change belongs: the page to go back to (with its query), and the entry of the menu.

    `done` is what that page says once it is made (`console_base.html`), `button` the word on the button that makes it.
    """

    back: str
    menu: str = ""
    done: str = "imported"
    button: str = "Lưu thay đổi"


def is_confirmed(desk: Desk) -> bool:
    """Whether the form confirms what a page has shown. Raises Stale if that was about another version.

    It is asked before the change is read: of a change that was made already nothing can be read.
    """
    confirmed = desk.request.form.get("xac-nhan") == "co"
    if confirmed:
        desk.check_version()
    return confirmed


def show_or_make(desk: Desk, change: PreparedChange, page: ChangePage, *, confirmed: bool, **values: Any) -> Response:
    """Makes the change if it is confirmed and returns to its page; otherwise shows what it would do."""
    if not confirmed:
        return show_change(desk, change, page, **values)
    change.make()
    place, _, spot = page.back.partition("#")
    return desk.go(f"{place}{'&' if '?' in place else '?'}xong={page.done}{'#' if spot else ''}{spot}")


def show_loss_or_make(desk: Desk, change: PreparedChange, page: ChangePage, *, confirmed: bool) -> Response:
    """As `show_or_make`, for a verb that mostly gives: what takes nothing away is made at once."""
    shown = None if confirmed else show_loss(desk, change, page)
    return shown or show_or_make(desk, change, page, confirmed=True)


def show_loss(desk: Desk, change: PreparedChange, page: ChangePage) -> Response | None:
    """What the change would do, if it takes something away."""
    preview = change.preview()
    is_loss = any(effect.is_loss for effect in preview.effects)
    return show_change(desk, change._replace(preview=lambda: preview), page) if is_loss else None


def show_change(desk: Desk, change: PreparedChange, page: ChangePage, **values: Any) -> Response:
    """What a change would do, with a form that sends the same fields again and confirms it.

    The form goes to the address of this page; `action` and `fields` in `values` may say otherwise. `trial` there is
    the address of a file that shows the change, with what it is.
    """
    fields = {name: text for name, text in desk.request.form.items() if name not in _NOT_KEPT}
    given = {"fields": fields, "action": desk.request.path.lstrip("/"), "contacts": (), "trial": None} | values
    return desk.show(
        "change.html", menu=page.menu, what=change.what, preview=change.preview(), change_page=page, **given
    )
