"""Who may do what: the whole table, role by action. Every route of the console names its action."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """Groups of the user pool, the weakest first."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"


class Action(StrEnum):
    """What a page shows or changes."""

    SEE = "see"
    """Periods, submissions, consolidated figures, editions, units."""

    DOWNLOAD = "download"
    """Originals, marked copies, files of editions."""

    REVIEW = "review"
    """Return, approve, withdraw a submission."""

    EXCEPT = "except"
    """Let one unit send after the lock."""

    ENTER = "enter"
    """Enter figures that came on paper."""

    PUBLISH = "publish"
    """Make an edition."""

    SEE_LINKS = "see_links"
    MANAGE_LINKS = "manage_links"
    """Make, renew and revoke links; hand them out."""

    REMIND = "remind"
    """Send reminders, and edit their texts."""

    CHANGE_PROGRAMME = "change_programme"
    """Units, periods and duties."""

    SEE_AUDIT = "see_audit"


_VIEWER = frozenset({Action.SEE, Action.DOWNLOAD})
_EDITOR = _VIEWER | {
    Action.REVIEW, Action.EXCEPT, Action.ENTER, Action.PUBLISH, Action.SEE_LINKS, Action.MANAGE_LINKS, Action.REMIND,
}  # fmt: skip

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.VIEWER: _VIEWER,
    Role.EDITOR: _EDITOR,
    Role.ADMIN: _EDITOR | {Action.CHANGE_PROGRAMME, Action.SEE_AUDIT},
}


def find_role(groups: Iterable[str]) -> Role | None:
    """The strongest role among a user's groups; None where none of them is one."""
    named = set(groups)
    return next((role for role in reversed(Role) if role.value in named), None)


def is_allowed(role: Role, action: Action) -> bool:
    return action in ALLOWED[role]


ROLE_NAMES = {Role.VIEWER: "người xem", Role.EDITOR: "biên tập", Role.ADMIN: "quản trị"}
