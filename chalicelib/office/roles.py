"""Roles of the console's users, and the groups of the user pool that say who has which."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from chalicelib.domain.programme.branches import SEPARATOR


class Role(StrEnum):
    """Groups of the user pool, weakest first."""

    VIEWER = "viewer"
    EDITOR = "editor"
    PLANNER = "planner"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


ROLE_NAMES = {
    Role.VIEWER: "người xem",
    Role.EDITOR: "biên tập",
    Role.PLANNER: "phụ trách chương trình",
    Role.ADMIN: "quản trị",
}

_ADDED = {
    Role.VIEWER: "xem số liệu, bản nộp và báo cáo tổng hợp; tải tệp",
    Role.EDITOR: "duyệt, trả lại, nhập từ bản giấy, soạn dự thảo, phát hành, cấp đường dẫn, đôn đốc",
    Role.PLANNER: "thay đổi chương trình, đơn vị, kỳ và báo cáo phải nộp",
    Role.ADMIN: "quản lý người dùng, xem nhật ký",
}
"""What each role can do more than the one below it."""


def describe_role(role: Role) -> str:
    """What the role can do, in a few words."""
    below = list(Role)[: role.rank]
    return f"như {ROLE_NAMES[below[-1]]}, và {_ADDED[role]}" if below else _ADDED[role]


def describe_loss(before: Role, *, after: Role) -> str:
    """What somebody can do no more whose role becomes a weaker one; "" if there is nothing."""
    return "; ".join(_ADDED[role] for role in Role if after.rank < role.rank <= before.rank)


class Grant(NamedTuple):
    """A role, and the unit to whose branch it is bound; "" for every unit."""

    role: Role
    branch: str = ""

    @property
    def group(self) -> str:
        """The one group of the pool that grants exactly this."""
        return f"{self.role.value}{SEPARATOR}{self.branch}" if self.branch else self.role.value


def find_grant(groups: Iterable[str]) -> Grant | None:
    """What a user's groups grant: the strongest role among them; None if no group is a role.

    A group "editor@B1" is the role for the branch of unit B1 alone, and outdoes groups without a branch: who is
    bound stays bound. Nobody administers a branch, and groups of several branches grant nothing.

    >>> find_grant(["viewer", "editor"]), find_grant(["admin", "viewer@B1", "editor@B1"])
    (Grant(role=<Role.EDITOR: 'editor'>, branch=''), Grant(role=<Role.EDITOR: 'editor'>, branch='B1'))
    >>> find_grant(["editor@B1", "editor@B2"]), find_grant(["admin@B1"]), find_grant(["editor", "editor@"])
    (None, None, None)
    """
    named = [each.partition(SEPARATOR) for each in groups]
    bound = {branch for _, mark, branch in named if mark}
    if len(bound) > 1 or "" in bound:
        return None
    roles = {name for name, mark, _ in named if bool(mark) == bool(bound)} - ({Role.ADMIN.value} if bound else set())
    return next((Grant(role, *bound) for role in reversed(Role) if role.value in roles), None)
