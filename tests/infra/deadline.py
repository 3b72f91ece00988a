"""A deadline day: units send at an even pace through forms that were prepared for them, whatever the stack does."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
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
from chalicelib.intake.links import MintedUpload, mint_upload
from chalicelib.office.links import create_links
from chalicelib.office.programme import import_programme
from chalicelib.store import programmes
from chalicelib.store.errors import StorageError
from chalicelib.workbook.form.filling import fill_in
from chalicelib.workbook.form.template import make_template
from infra.demo.samples import make_contents
from infra.demo.sending import Post, send
from infra.package import ROOT

SOURCE = ROOT / "forms" / "ct138-2026"
CODE, PERIOD, FORM = "xa-thu", "ke-hoach", "ke-hoach"
HOSTILE = sorted((ROOT / "tests" / "data" / "hostile").iterdir())
FILE = "bao-cao.xlsx"
SENDERS = 8
PERSISTENCE_S = 600.0
"""How long somebody tries again while the stack does not answer."""


@dataclass(frozen=True)
class Load:
    """How much is sent, by how many units, in how many seconds, and how often the stack is killed meanwhile."""

    uploads: int
    units: int
    seconds: float
    kills: int


class Day:
    """The units' side: what they send, and which uploads storage has answered."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.programme = import_programme_of_today()
        stamp = Stamp("test", datetime.now(UTC))
        units = self.programme.units[: load.units]
        made = create_links(self.programme, units, expires=stamp.at + timedelta(days=1), stamp=stamp)
        self.links = [new.link for new in made]
        self.sent: dict[str, Address] = {}
        self._make = cache(self._make_workbook)
        for number in range(load.uploads):
            self._choose(number)

    def send_all(self) -> None:
        """Returns when storage has answered every upload."""
        began = time.monotonic()
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(lambda number: self._send(number, began), range(self.load.uploads)))

    def _send(self, number: int, began: float) -> None:
        time.sleep(max(0.0, began + number * self.load.seconds / self.load.uploads - time.monotonic()))
        link, data = self._find_link(number), self._choose(number)
        minted = persist(lambda: self._mint(link))
        persist(lambda: send(Post(minted.upload_id, minted.url, minted.fields), FILE, data))
        self.sent[minted.upload_id] = Address(programme=CODE, period=PERIOD, form=FORM, unit=link.unit)

    def _mint(self, link: Link) -> MintedUpload:
        return mint_upload(link, self.programme, period=PERIOD, form=FORM, file_name=FILE, now=datetime.now(UTC))

    def _find_link(self, number: int) -> Link:
        return self.links[number % len(self.links)]

    def _choose(self, number: int) -> bytes:
        """One in fifty is hostile, one in twenty wrong; no two are the same bytes."""
        if number % 50 == 7:
            return HOSTILE[number // 50 % len(HOSTILE)].read_bytes()
        return remark(self._make(self._find_link(number).unit, is_wrong=number % 20 == 3), str(number))

    def _make_workbook(self, unit: str, *, is_wrong: bool) -> bytes:
        one = self.programme.unit_by_code[unit], self.programme.period_by_code[PERIOD]
        form = self.programme.form_by_code[FORM]
        contents = make_contents(self.programme, form, *one)
        if is_wrong:
            contents.values[next(iter(contents.values))] = "hơn 500"
        return fill_in(make_template(self.programme, form, *one), contents)


def import_programme_of_today() -> Programme:
    """The communes' programme, renewed so that its first period is open now."""
    due = datetime.now(UTC) + timedelta(days=1)
    texts = rehearse(folders.read_folder(SOURCE), code=CODE, period=PERIOD, due=due).files
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
