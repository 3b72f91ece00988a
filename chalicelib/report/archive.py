"""Rewrites zip containers with fixed dates, so that equal inputs give equal bytes."""

from __future__ import annotations

import io
import zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)


def fix_dates(data: bytes) -> bytes:
    """The same entries in the same order, each dated 1980-01-01 and deflated."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fixed:
        for entry in source.infolist():
            dated = zipfile.ZipInfo(entry.filename, EPOCH)
            dated.external_attr = 0o600 << 16
            fixed.writestr(dated, source.read(entry), zipfile.ZIP_DEFLATED)
    return target.getvalue()
