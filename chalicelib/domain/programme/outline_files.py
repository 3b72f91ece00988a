"""What the files of outlines are called.

`de-cuong.toml` of a programme's folder has the headings in order, each with the sentences that it has by default;
`de-cuong-PERIOD.toml` those of one period.
"""

from __future__ import annotations

import re

_FILE = re.compile(r"de-cuong(?:-(?P<period>.+))?\.toml")


def is_outline(name: str) -> bool:
    """Whether a file of a programme's folder holds an outline."""
    return _FILE.fullmatch(name) is not None


def find_period_of_outline(name: str) -> str:
    """The code of the period that the file is for; "" for all others."""
    match = _FILE.fullmatch(name)
    return (match["period"] or "") if match else ""


def name_outline(period: str) -> str:
    """The name of the file with the outline of this period."""
    return f"de-cuong-{period}.toml" if period else "de-cuong.toml"
