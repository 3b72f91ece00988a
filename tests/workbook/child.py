"""Reads one workbook in a process of its own, from standard input, and says how it ended and what it cost.

`python -m tests.workbook.child < FILE` prints [outcome, seconds, megabytes]: seconds of the processor, which a busy
machine does not lengthen, and the memory at its peak with Python's own.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from chalicelib.domain.issues.issue import Refused
from chalicelib.workbook.reading.reader import read_workbook


def main() -> None:
    data = sys.stdin.buffer.read()
    started = time.process_time()
    try:
        read_workbook(data)
        code = "read"
    except Refused as error:
        code = error.issue.code
    seconds = time.process_time() - started
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(json.dumps([code, seconds, int(peak.split()[1]) / 1024]))


if __name__ == "__main__":
    main()
