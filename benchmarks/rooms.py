"""Where the time of a form's check goes, by room: `python -m benchmarks.rooms [CHECKS]`.

Each millisecond of processor time the frame that is open is noted: a profiler would make calls seem dearer than they
are. What expat does until it calls a handler counts as the handler's.
"""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from types import FrameType

from benchmarks.samples import GOOD, load_programme, make_workbook
from chalicelib.intake.check import check_workbook

_MILLISECOND = 0.001
_CHECKS = 200
_ROOMS = {
    "zip: bounds, inflating, sums": ("workbook/reading/archive", "workbook/reading/guard"),
    "blank cells and empty rows": ("workbook/reading/blanks",),
    "sheets: expat and its handlers": ("workbook/reading/worksheet", "workbook/reading/markup"),
    "cells": ("workbook/reading/cells", "workbook/reading/book"),
    "styles, relations, text beside cells": ("workbook/reading/",),
    "finding the form's cells": ("workbook/form/",),
    "spelling: keys, spaces": ("domain/language/",),
    "marks of secrecy": ("intake/marks_of_secrecy", "domain/submission/secrecy"),
    "reading figures": ("intake/", "domain/submission/numbers", "domain/submission/typed_figures", "domain/values"),
    "totals, rules and other checks": ("domain/submission/", "domain/programme/", "domain/issues/"),
}
_REST = "models, tuples and the rest"


def main() -> None:
    """Prints a table."""
    data, programme, found = make_workbook(GOOD), load_programme(), Counter[str]()

    def note(_: int, frame: FrameType | None) -> None:
        found[_find_room(frame.f_code.co_filename if frame else "")] += 1

    check_workbook(data, programme)
    signal.signal(signal.SIGPROF, note)
    number = int(sys.argv[1]) if sys.argv[1:] else _CHECKS
    began = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, _MILLISECOND, _MILLISECOND)
    for _ in range(number):
        check_workbook(data, programme)
    signal.setitimer(signal.ITIMER_PROF, 0)
    taken = (time.process_time() - began) / number * 1000
    print("| room | ms | part |", "|---|---:|---:|", sep="\n")
    for room in (*_ROOMS, _REST):
        part = found[room] / found.total()
        print(f"| {room} | {part * taken:.1f} | {part:.0%} |")
    print(f"| **all** | {taken:.1f} | |")


def _find_room(file: str) -> str:
    """The first room of the table that the file is in."""
    _, _, path = file.rpartition("chalicelib/")
    return next((room for room, starts in _ROOMS.items() if path.startswith(starts)), _REST)


if __name__ == "__main__":
    main()
