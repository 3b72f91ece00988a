"""What the audit of the sample programme says, to compare in one line."""

from __future__ import annotations

from chalicelib.store.audit import query_month


def read_audit(
    action: str = "", *, programme: str = "mau", month: str = "2022-05"
) -> list[tuple[str, str, str, dict[str, str]]]:
    """Actor, action, subject and details of each line, the oldest first; those of one action where it is named."""
    lines = query_month(programme, month=month)
    return [(line.actor, line.action, line.subject, line.details) for line in lines if action in ("", line.action)]
