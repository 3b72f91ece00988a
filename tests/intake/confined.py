"""Checks workbooks and makes their marked copies, each in a process with little memory and time.

`python -m tests.intake.confined FOLDER < PATHS` reads a path a line, puts each marked copy into the folder, and prints
a line of JSON for each workbook: how it ended and what it cost. Every workbook has a process of its own, forked when
all modules are loaded, so that what one of them costs is not paid by the next.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from chalicelib import folders
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address
from chalicelib.intake.check import check_workbook
from chalicelib.intake.copying import make_marked_copy

MEBIBYTE = 1024 * 1024
MOST_MEGABYTES = 512
MOST_SECONDS = 10
"""Of the processor: other tests run beside this one."""
SENT_BY = Address(programme="ct138-2022", period="6-thang", form="bao-cao-6-thang", unit="180")
WAYS = {"offline": None, "sent": SENT_BY}
"""How a workbook comes: by the command line, and through a unit's link."""


def main() -> None:
    programme = folders.load_folder(folders.SHIPPED / SENT_BY.programme)
    copies = Path(sys.argv[1])
    for number, line in enumerate(sys.stdin):
        path = Path(line.rstrip("\n"))
        told = _confine(path, copies / str(number), programme)
        print(json.dumps({"file": path.name} | told), flush=True)


def _confine(path: Path, copy: Path, programme: Programme) -> dict[str, Any]:
    """What a process of its own says of a workbook, or how that process ended instead."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _limit()
        with os.fdopen(writing, "w") as out:
            json.dump(_examine(path, copy, programme), out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    status = os.waitpid(child, 0)[1]
    return json.loads(said) if said and status == 0 else {"ended": os.waitstatus_to_exitcode(status)}


def _limit() -> None:
    data = MOST_MEGABYTES * MEBIBYTE
    resource.setrlimit(resource.RLIMIT_DATA, (data, data))
    seconds = MOST_SECONDS * len(WAYS)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _examine(path: Path, copy: Path, programme: Programme) -> dict[str, Any]:
    """Check and copy, for either way; the seconds are those of the dearer one."""
    data = path.read_bytes()
    told: dict[str, Any] = {"copies": []}
    seconds: dict[str, float] = {"check": 0.0, "copy": 0.0}
    for name, expected in WAYS.items():
        started = time.process_time()
        outcome = check_workbook(data, programme, expected=expected, file_name=path.name)
        checked = time.process_time()
        marked = make_marked_copy(data, outcome, programme)
        seconds["check"] = max(seconds["check"], checked - started)
        seconds["copy"] = max(seconds["copy"], time.process_time() - checked)
        told |= {"status": outcome.status, "issues": [(each.code, each.message) for each in outcome.issues]}
        if marked is not None:
            told["copies"].append(f"{copy}-{name}.xlsx")
            Path(told["copies"][-1]).write_bytes(marked)
    return told | {"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


if __name__ == "__main__":
    main()
