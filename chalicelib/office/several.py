"""One verb done to several: each by its own door, with its own audit line."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from chalicelib.office.refusals import Refusal
from chalicelib.store.errors import StorageError

_Each = TypeVar("_Each")
_log = logging.getLogger(__name__)

NO_ANSWER = "Hệ thống chưa trả lời, có thể chưa thực hiện. Xin xem lại rồi làm tiếp."


def try_each(wanted: Iterable[_Each], act: Callable[[_Each], object]) -> list[tuple[_Each, str]]:
    """Does it to each; gives those to which it was not done, with the reason. One that fails stops no other."""
    refused = []
    for each in wanted:
        try:
            act(each)
        except Refusal as refusal:
            refused.append((each, str(refusal)))
        except StorageError:
            _log.exception("one of several could not be done")
            refused.append((each, NO_ANSWER))
    return refused
