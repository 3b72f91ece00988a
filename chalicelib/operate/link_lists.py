"""Links of many units at once: made, replaced and closed, with the list that is handed to whoever sends them out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.programme.model import Programme
from chalicelib.intake.links import create_links, list_links, revoke_links
from chalicelib.report.plain import disarm


class Issued(NamedTuple):
    """A new link; `token` is told here once and kept nowhere."""

    unit: str
    name: str
    token: str
    expires: datetime


def issue(programme: Programme, units: Iterable[str], *, expires: datetime, actor: str, now: datetime) -> list[Issued]:
    """A new link for each unit, beside those that it has. Raises UnknownUnit, before any is made."""
    wanted = [programme.unit_by_code[unit] for unit in units]
    made = create_links(programme, [unit.code for unit in wanted], expires=expires, actor=actor, now=now)
    return [Issued(unit.code, unit.full_name, token, expires) for unit, (token, _) in zip(wanted, made, strict=True)]


def rotate(programme: Programme, units: Iterable[str], *, expires: datetime, actor: str, now: datetime) -> list[Issued]:
    """New links in place of all valid ones of these units: the new ones are there before the old ones close."""
    wanted = set(units)
    old = [link for link in list_links(programme.code) if link.unit in wanted and link.is_valid(now)]
    issued = issue(programme, sorted(wanted), expires=expires, actor=actor, now=now)
    revoke_links(old, now=now, actor=actor)
    return issued


def revoke(programme: Programme, units: Iterable[str], *, actor: str, now: datetime) -> int:
    """Closes every valid link of these units; says how many."""
    wanted = set(units)
    valid = [link for link in list_links(programme.code) if link.unit in wanted and link.is_valid(now)]
    revoke_links(valid, now=now, actor=actor)
    return len(valid)


def render_csv(issued: Iterable[Issued], pages: str) -> str:
    """The list as a CSV that Excel opens: unit, name, the whole link, until when."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Mã đơn vị", "Đơn vị", "Đường dẫn nộp", "Hết hạn"])
    for each in issued:
        writer.writerow(
            [disarm(each.unit), disarm(each.name), f"{pages.rstrip('/')}/nop/{each.token}", each.expires.isoformat()]
        )
    return "\ufeff" + text.getvalue()
