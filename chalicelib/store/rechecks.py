"""The latest recheck of each period, for the console: one object, which the next recheck replaces.

It is no record: it can be made again at any time, and a lifecycle rule of the bucket deletes it after some days.
"""

from __future__ import annotations

import gzip

from chalicelib.domain.submission.anew import Recheck
from chalicelib.store import objects
from chalicelib.store.addresses import recheck_key
from chalicelib.store.errors import NotFound, missing_is_denied
from chalicelib.store.settings import read_settings


def put_recheck(recheck: Recheck) -> None:
    key = recheck_key(recheck.programme, period=recheck.period)
    objects.put_object(key, gzip.compress(recheck.model_dump_json().encode()), content_type="application/gzip")


def find_recheck(programme: str, *, period: str) -> Recheck | None:
    key = recheck_key(programme, period=period)
    try:
        with missing_is_denied(key):
            data = objects.read_object(read_settings().reports, key=key).data
    except NotFound:
        return None
    return Recheck.model_validate_json(gzip.decompress(data))
