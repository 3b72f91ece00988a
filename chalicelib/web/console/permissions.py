"""The permissions of each role, in one table. Every route of the console names the permission it needs."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """Groups of the user pool, weakest first."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"


class Permission(StrEnum):
    """What a page shows or changes; a route needs one of these."""

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

    DRAFT = "draft"
    """Write the text of the report."""

    PUBLISH = "publish"
    """Make an edition."""

    SEE_LINKS = "see_links"
    MANAGE_LINKS = "manage_links"
    """Make, renew and revoke links; hand them out."""

    REMIND = "remind"
    """Send reminders, and edit their texts."""

    CHANGE_PROGRAMME = "change_programme"
    """Units, periods, duties, the report's Word template."""

    SEE_AUDIT = "see_audit"


_VIEWER = frozenset({Permission.SEE, Permission.DOWNLOAD})
_EDITOR = _VIEWER | {
    Permission.REVIEW, Permission.EXCEPT, Permission.ENTER, Permission.DRAFT, Permission.PUBLISH,
    Permission.SEE_LINKS, Permission.MANAGE_LINKS, Permission.REMIND,
}  # fmt: skip

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.EDITOR: _EDITOR,
    Role.ADMIN: _EDITOR | {Permission.CHANGE_PROGRAMME, Permission.SEE_AUDIT},
}


def find_role(groups: Iterable[str]) -> Role | None:
    """The strongest role among a user's groups; None if no group is a role."""
    named = set(groups)
    return next((role for role in reversed(Role) if role.value in named), None)


def is_allowed(role: Role, permission: Permission) -> bool:
    return permission in ALLOWED[role]


ROLE_NAMES = {Role.VIEWER: "người xem", Role.EDITOR: "biên tập", Role.ADMIN: "quản trị"}
