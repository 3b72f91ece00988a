"""Marks one workbook in a process of its own, from standard input, and says what that cost beyond reading it.

`python -m tests.workbook.marked_alone '["A1", …]' < FILE` prints the seconds of the processor for reading and for
marking, and the megabytes by which marking raised the peak. The cells are those of the first sheet that are wrong.
"""

from __future__ import annotations

import json
import resource
import sys
import time

from chalicelib.domain.issues.issue import make_issue
from chalicelib.workbook.marking.copy import mark_workbook
from chalicelib.workbook.reading.reader import read_workbook


def main() -> None:
    data = sys.stdin.buffer.read()
    started = time.process_time()
    source = read_workbook(data)
    read, peak = time.process_time(), find_peak()
    name = source.sheets[0].name
    issues = [make_issue("cell.not_whole", sheet=name, cell=cell, found="1,5") for cell in json.loads(sys.argv[1])]
    assert mark_workbook(data, source, issues) is not None
    marked = time.process_time()
    print(json.dumps({"read": read - started, "marked": marked - read, "megabytes": find_peak() - peak}))


def find_peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
