"""Sends uploads as a browser would, and takes them in as the queue's consumer does, in this process."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from urllib.parse import unquote

from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Receipt
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import make_marked_copy
from chalicelib.intake.receive import receive
from chalicelib.store.clients import s3
from chalicelib.store.names import write_posted
from chalicelib.store.objects import OWN_NAME, read_body
from chalicelib.store.settings import read_settings
from chalicelib.workbook.form.filling import fill_in
from chalicelib.workbook.form.template import make_template
from infra.demo.programme import DEMO_FORM, DEMO_PERIOD
from infra.demo.samples import make_contents, make_sample
from tests.web.client import Browser, Page

DUTY = f"{DEMO_PERIOD}/{DEMO_FORM}"
GOOD, WRONG = "181", "187"


_made: dict[str, bytes] = {}


def make_workbook(programme: Programme, unit: str, **values: object) -> bytes:
    """The 6-month report filled in, `values` typed over single codes; that of 187 has mistakes. Made once for a run."""
    told = repr((programme.model_dump_json(), unit, sorted(values.items())))
    key = hashlib.sha256(told.encode()).hexdigest()
    if key not in _made:
        _made[key] = _make_workbook(programme, unit, values)
    return _made[key]


def _make_workbook(programme: Programme, unit: str, values: dict[str, object]) -> bytes:
    form, period = programme.form_by_code[DEMO_FORM], programme.period_by_code[DEMO_PERIOD]
    sender = programme.unit_by_code[unit]
    if not values:
        return make_sample(programme, form, sender, period)
    contents = make_contents(programme, form, sender, period)
    contents.values |= values
    return fill_in(make_template(programme, form, sender, period), contents)


def prepare(browser: Browser, token: str, *, file_name: str = "Báo cáo.xlsx", duty: str = DUTY) -> dict[str, object]:
    """What the page's script asks for before it sends a file."""
    page = browser.get(f"/nop/{token}")
    fields = {"mau": page.seal, "nghia-vu": duty, "xac-nhan": "co", "ten-tep": file_name}
    answer = browser.post(f"/nop/{token}/gui", fields, accept="application/json")
    assert answer.status == 200, answer.text
    return dict(answer.data)


def store(minted: dict[str, object], data: bytes, *, file_name: str = "x") -> str:
    """What S3 does with the POST of a file that is called so."""
    fields = minted["fields"]
    assert isinstance(fields, dict)
    prefix = "x-amz-meta-"
    metadata = {
        name.removeprefix(prefix): write_posted(text.replace(OWN_NAME, file_name))
        for name, text in fields.items()
        if name.startswith(prefix)
    }
    s3().put_object(Bucket=read_settings().inbox, Key=fields["key"], Body=data, Metadata=metadata)
    return str(fields["key"])


def read_handout(answer: Page) -> bytes:
    """The file to whose pre-signed address an answer leads."""
    found = re.search(r"handouts/[^?]+", str(answer.header("Location")))
    assert found, (answer.status, answer.words)
    return read_body(unquote(found[0]))


def take_in(key: str, now: datetime) -> Receipt:
    """What the queue's consumer does."""
    return receive(key, now=lambda: now, check=check_workbook, make_copy=make_marked_copy)


def send(browser: Browser, token: str, data: bytes, now: datetime) -> tuple[str, Receipt]:
    """The whole way of one upload; gives the path of its outcome."""
    minted = prepare(browser, token)
    key = store(minted, data)
    receipt = take_in(key, now)
    return f"/nop/{token}/{minted['outcome']}", receipt
