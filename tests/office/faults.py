"""One fault at one call to storage, with its effect or before it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from botocore.exceptions import ReadTimeoutError

from chalicelib.store.errors import StorageError
from tests.store.engine import Killed, hooked

FAULTS = {
    "dies before": ("before-call", Killed()),
    "dies after": ("after-call", Killed()),
    "no answer": ("after-call", ReadTimeoutError(endpoint_url="")),
}


@contextmanager
def broken_at(number: int, fault: str) -> Iterator[None]:
    """Breaks the call of this number (from 0), and whatever comes of it ends here."""
    event, error = FAULTS[fault]
    seen = itertools.count()

    def fail(**_: Any) -> None:
        if next(seen) == number:
            raise error

    with suppress(Killed, StorageError), hooked(event, fail):
        yield
