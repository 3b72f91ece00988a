"""Seeds the first `make serve`: a programme due in a week, the reports of a year before, a link for every unit, an
administrator.

Only an empty stack is seeded. The programme comes last: a start that was cut off before it leaves the stack empty, and
the next one does everything again. Later starts change only the address in the list of links.
"""

from __future__ import annotations

import csv
import os
import re
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from chalicelib.domain.audit import Stamp
from chalicelib.domain.clock import local_date, read_instant
from chalicelib.domain.programme.model import Programme
from infra.demo.earlier import seed_earlier
from infra.demo.programme import DEMO_CODE, read_demo_documents, read_demo_files
from infra.local.stack import Stack

TIME_TO_DUE = timedelta(days=7)
LINK_LIFE = timedelta(days=365)
ADMIN = "pv05"
LINKS = "links.csv"
"""A file in the stack's directory: each unit's link, and in the last line the administrator's first password."""

_ADDRESS = re.compile(r"http://[^/]+/restapis/[^/]+/[^/]+/_user_request_")


def seed(stack: Stack) -> None:
    """Fills an empty stack, and writes its links and first password to a file in its directory."""
    from chalicelib.domain.programme.loading import load_programme
    from chalicelib.office.programme import import_programme
    from chalicelib.store import programmes

    os.environ.update(stack.environment)
    if DEMO_CODE in programmes.list_programmes():
        renew_addresses(stack)
        return
    now = datetime.now(UTC)
    due = read_instant(local_date(now + TIME_TO_DUE))
    seed_earlier(due, now=now)
    texts = read_demo_files(due)
    _write_links(stack, load_programme(texts), Stamp("seed", now))
    files = {name: text.encode() for name, text in texts.items()} | read_demo_documents()
    import_programme(files, stamp=Stamp("seed", now))


def _write_links(stack: Stack, programme: Programme, stamp: Stamp) -> None:
    """Writes new links into the file; none of them from a start that was cut off stays."""
    from chalicelib.office.links import confirm_given, create_links, find_valid

    earlier = [link.name for link in find_valid(programme.code, stamp.at)]
    made = create_links(programme, programme.units, expires=stamp.at + LINK_LIFE, stamp=stamp)
    with open(
        os.open(stack.var / LINKS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8-sig", newline=""
    ) as file:
        writer = csv.writer(file)
        writer.writerow(["Đơn vị", "Đường dẫn"])
        writer.writerows((new.unit.full_name, new.render_url(_pages(stack))) for new in made)
        writer.writerow([f"PV05: tài khoản {ADMIN}, mật khẩu lần đầu {_make_admin(stack)}", f"{_pages(stack)}/pv05"])
    confirm_given(programme.code, [new.link.name for new in made], replaced=earlier, stamp=stamp)


def renew_addresses(stack: Stack) -> None:
    """Writes the pages' present address into the file of links. A new port does not change the tokens."""
    target = stack.var / LINKS
    if target.is_file():
        target.write_text(_ADDRESS.sub(_pages(stack), target.read_text("utf-8")), "utf-8")


def _pages(stack: Stack) -> str:
    return stack.outputs["ApiUrl"]


def _make_admin(stack: Stack) -> str:
    """Makes an administrator who must change the password and set up an authenticator at the first sign-in."""
    password = f"Tam-{secrets.token_hex(6)}1"
    cognito, pool = stack.client("cognito-idp"), stack.outputs["Users"]
    with suppress(cognito.exceptions.UserNotFoundException):
        cognito.admin_delete_user(UserPoolId=pool, Username=ADMIN)  # of a start that was cut off
    cognito.admin_create_user(
        UserPoolId=pool, Username=ADMIN, TemporaryPassword=password, MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": "pv05@example.invalid"}],
    )  # fmt: skip
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=ADMIN, GroupName="admin")
    return password
