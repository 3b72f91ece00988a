"""The permissions of each role, in one table. Every route of the console names the permission it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from chalicelib.office.roles import Role, find_grant


class Permission(StrEnum):
    """What a page shows or changes; a route needs one of these."""

    SEE = "see"
    """Periods, submissions, consolidated figures, editions, units: those of a branch for who is bound to one."""

    SEE_WHOLE = "see_whole"
    """What is written and found about all units: the draft, the units' opinions, points to look at, rechecks."""

    DOWNLOAD = "download"
    """Originals, marked copies, files of editions."""

    REVIEW = "review"
    """Return, approve, withdraw a submission."""

    REVIEW_WHOLE = "review_whole"
    """Confirm points to look at, check a period anew and return what would come out otherwise."""

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
    """The whole programme: units, periods, duties, figures, rules, sentences, the report's Word template.

    What comes in as a whole is proposed by one person and put in force by a second one who has this permission.
    """

    SEE_AUDIT = "see_audit"

    MANAGE_USERS = "manage_users"
    """Who signs in to the console, and as what."""


_VIEWER = frozenset({Permission.SEE, Permission.SEE_WHOLE, Permission.DOWNLOAD})
_EDITOR = _VIEWER | {
    Permission.REVIEW, Permission.REVIEW_WHOLE, Permission.EXCEPT, Permission.ENTER, Permission.DRAFT,
    Permission.PUBLISH, Permission.SEE_LINKS, Permission.MANAGE_LINKS, Permission.REMIND,
}  # fmt: skip
_PLANNER = _EDITOR | {Permission.CHANGE_PROGRAMME}

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.EDITOR: _EDITOR,
    Role.PLANNER: _PLANNER,
    Role.ADMIN: _PLANNER | {Permission.SEE_AUDIT, Permission.MANAGE_USERS},
}


IN_BRANCH = frozenset(
    {Permission.SEE, Permission.DOWNLOAD, Permission.REVIEW, Permission.EXCEPT, Permission.ENTER, Permission.PUBLISH}
)
"""What can be done with one branch alone; all else concerns every unit."""


def is_allowed(role: Role, permission: Permission, *, branch: str = "") -> bool:
    """`branch` is the one that the user is bound to or looks at."""
    return permission in ALLOWED[role] and (not branch or permission in IN_BRANCH)


def find_holders(members: Mapping[str, Iterable[str]], permission: Permission) -> frozenset[str]:
    """Those of the members, each with all their groups, who have the permission.

    >>> members = {"an": ["planner"], "binh": ["planner", "planner@B1"], "chi": ["editor"]}
    >>> sorted(find_holders(members, Permission.CHANGE_PROGRAMME))
    ['an']
    """
    grants = {name: find_grant(groups) for name, groups in members.items()}
    return frozenset(
        name for name, grant in grants.items() if grant and is_allowed(grant.role, permission, branch=grant.branch)
    )
