"""A deadline day: units send at an even pace through forms that were prepared for them, whatever the stack does."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from chalicelib import folders
from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.renewal import rehearse
from chalicelib.domain.submission.records import Address, Link
from chalicelib.intake.links import mint_upload
from chalicelib.office.links import create_links
from chalicelib.office.programme import import_programme
from chalicelib.store import programmes
from chalicelib.store.errors import StorageError
from chalicelib.workbook.form.filling import fill_in
from chalicelib.workbook.form.template import make_template
from infra.demo.samples import make_contents
from infra.demo.sending import Post, obtain_post, send
from infra.package import ROOT
from tests.report.samples import add_districts

SOURCE = ROOT / "forms" / "ct138-2026"
CODE, PERIOD, FORM = "xa-thu", "ke-hoach", "ke-hoach"
HOSTILE = sorted((ROOT / "tests" / "data" / "hostile").iterdir())
FILE = "bao-cao.xlsx"
SENDERS = 8
PERSISTENCE_S = 600.0
"""How long somebody tries again while the stack does not answer."""


@dataclass(frozen=True)
class Load:
    """How much is sent, by how many units, in how many seconds; what, and how many at once; how often the
    stack is killed meanwhile.
    """

    uploads: int
    units: int
    seconds: float
    kills: int
    period: str = PERIOD
    form: str = FORM
    senders: int = SENDERS


class Day:
    """The units' side: what they send, and which uploads storage has answered."""

    def __init__(self, load: Load, *, doors: Mapping[str, str] | None = None) -> None:
        """`doors` are the addresses of the units' pages, by unit, where forms are asked for; else links are made here,
        and forms are prepared without a page.
        """
        self.load = load
        self.programme = programmes.load_in_force(CODE) if doors else import_programme_of_today()
        self.doors = doors or {}
        self.units = [*(doors or (unit.code for unit in self.programme.units))][: load.units]
        self.links = {} if doors else self._make_links()
        self.sent: dict[str, Address] = {}
        self._make = cache(self._make_workbook)
        for number in range(load.uploads):
            self._choose(number)

    def _make_links(self) -> dict[str, Link]:
        stamp, units = Stamp("test", datetime.now(UTC)), [self.programme.unit_by_code[code] for code in self.units]
        made = create_links(self.programme, units, expires=stamp.at + timedelta(days=1), stamp=stamp)
        return {new.unit.code: new.link for new in made}

    def send_all(self) -> None:
        self.send(range(self.load.uploads))

    def send(self, numbers: range) -> None:
        """Returns when storage has answered every upload of these."""
        began = time.monotonic()
        with ThreadPoolExecutor(self.load.senders) as pool:
            list(pool.map(lambda number: self._send(number, began, start=numbers.start), numbers))

    def _send(self, number: int, began: float, *, start: int) -> None:
        due = began + (number - start) * self.load.seconds / self.load.uploads
        time.sleep(max(0.0, due - time.monotonic()))
        unit, data = self._find_unit(number), self._choose(number)
        post = persist(lambda: self._prepare(unit))
        persist(lambda: send(post, FILE, data))
        self.sent[post.upload_id] = Address(programme=CODE, period=self.load.period, form=self.load.form, unit=unit)

    def _prepare(self, unit: str) -> Post:
        if self.doors:
            return obtain_post(self.doors[unit], self.load.period, self.load.form, FILE)
        now = datetime.now(UTC)
        minted = mint_upload(
            self.links[unit], self.programme, period=self.load.period, form=self.load.form, file_name=FILE, now=now
        )
        return Post(minted.upload_id, minted.url, minted.fields)

    def _find_unit(self, number: int) -> str:
        return self.units[number % len(self.units)]

    def _choose(self, number: int) -> bytes:
        """One in fifty is hostile, one in twenty wrong; no two are the same bytes."""
        if number % 50 == 7:
            return HOSTILE[number // 50 % len(HOSTILE)].read_bytes()
        return remark(self._make(self._find_unit(number), is_wrong=number % 20 == 3), str(number))

    def _make_workbook(self, unit: str, *, is_wrong: bool) -> bytes:
        one = self.programme.unit_by_code[unit], self.programme.period_by_code[self.load.period]
        form = self.programme.form_by_code[self.load.form]
        contents = make_contents(self.programme, form, *one)
        if is_wrong:
            contents.values[next(iter(contents.values))] = "hơn 500"
        return fill_in(make_template(self.programme, form, *one), contents)


def import_programme_of_today(*, period: str = PERIOD, more: int = 0) -> Programme:
    """The communes' programme, renewed so that this period is open now; with so many more communes."""
    due = datetime.now(UTC) + timedelta(days=1)
    texts = rehearse(folders.read_folder(SOURCE), code=CODE, period=period, due=due).files
    texts = add_districts(texts, more, kind="commune")
    files = {name: text.encode() for name, text in texts.items()} | folders.read_documents(SOURCE)
    import_programme(files, stamp=Stamp("test", datetime.now(UTC)))
    return programmes.load_in_force(CODE)


def remark(workbook: bytes, remark: str) -> bytes:
    """The workbook as other bytes with the same contents."""
    opened = io.BytesIO(workbook)
    with zipfile.ZipFile(opened, "a") as package:
        package.comment = remark.encode()
    return opened.getvalue()


def persist(act: Callable[[], Any]) -> Any:
    """As somebody does who tries again until it works. Raises what stopped the last try."""
    deadline = time.monotonic() + PERSISTENCE_S
    while True:
        try:
            return act()
        except (OSError, RuntimeError, StorageError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
