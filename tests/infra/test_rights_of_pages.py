"""What pages do seldom: a record of theirs that is too large for an item (`rights.py` compares)."""

from __future__ import annotations

from functools import partial

import pytest

from chalicelib.store import records, table
from tests.store.engine import stores
from tests.web.client import Browser
from tests.web.conftest import browser, now, pool, programme, token
from tests.web.test_unit_page import DUTY

__all__ = ["browser", "now", "pool", "programme", "stores", "token"]


def test_pages_keep_large_records(browser: Browser, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "pack", partial(records.pack, largest=100))
    page = browser.get(f"/nop/{token}")
    assert browser.post(f"/nop/{token}/gui", {"mau": page.seal, "nghia-vu": DUTY, "xac-nhan": "co"}).status == 200
