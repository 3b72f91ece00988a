"""What a first `make serve` finds: a programme whose deadline is a week away, a link for every unit, an administrator.

Only an empty stack is seeded; what people have put in since is never touched.
"""

from __future__ import annotations

import csv
import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.domain.audit import Stamp
from chalicelib.domain.clock import local_date, read_instant
from chalicelib.domain.programme.model import Programme
from infra.demo.programme import DEMO_CODE, read_demo_documents, read_demo_files
from infra.local.stack import Stack

TIME_TO_DUE = timedelta(days=7)
LINK_LIFE = timedelta(days=365)
ADMIN = "pv05"


def seed(stack: Stack) -> Path | None:
    """Fills an empty stack; the file with its links and first password, or None where there was something already."""
    from chalicelib.office.programme import import_programme
    from chalicelib.store import programmes

    os.environ.update(stack.environment)
    if programmes.list_programmes():
        return None
    now = datetime.now(UTC)
    texts = read_demo_files(read_instant(local_date(now + TIME_TO_DUE)))
    files = {name: text.encode() for name, text in texts.items()} | read_demo_documents()
    import_programme(files, stamp=Stamp("seed", now))
    programme = programmes.load_in_force(DEMO_CODE)
    target = stack.var / "links.csv"
    with open(
        os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8-sig", newline=""
    ) as file:
        writer = csv.writer(file)
        writer.writerow(["Đơn vị", "Đường dẫn"])
        writer.writerows(_make_links(stack, programme, now))
        writer.writerow([f"PV05: tài khoản {ADMIN}, mật khẩu lần đầu {_make_admin(stack)}", f"{_pages(stack)}/pv05"])
    return target


def _pages(stack: Stack) -> str:
    return stack.outputs["ApiUrl"]


def _make_links(stack: Stack, programme: Programme, now: datetime) -> list[tuple[str, str]]:
    from chalicelib.domain.audit import Stamp
    from chalicelib.office.links import create_links

    made = create_links(programme, programme.units, expires=now + LINK_LIFE, stamp=Stamp("seed", now))
    return [(new.unit.full_name, new.render_url(_pages(stack))) for new in made]


def _make_admin(stack: Stack) -> str:
    """An administrator, whose password must be changed and whose authenticator is enrolled at the first sign-in."""
    password = f"Tam-{secrets.token_hex(6)}1"
    cognito, pool = stack.client("cognito-idp"), stack.outputs["Users"]
    cognito.admin_create_user(
        UserPoolId=pool, Username=ADMIN, TemporaryPassword=password, MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": "pv05@example.invalid"}],
    )  # fmt: skip
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=ADMIN, GroupName="admin")
    return password
