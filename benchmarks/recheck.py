"""Measures checking a period anew: `python -m benchmarks.recheck [WORKBOOKS …]`, by default 1,000.

The period is made of some true sample workbooks, kept many times over in a folder that stands in for the store, so
that what is measured is ours. The lower bound is the check of the same workbooks one by one, without reading states,
comparing and listing. Only the ratios within one run are comparable.
"""

from __future__ import annotations

import hashlib
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from unittest import mock

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.anew import Anew, Recheck
from chalicelib.domain.submission.decision import decide
from chalicelib.domain.submission.records import Address, State, Upload
from chalicelib.folders import SHIPPED, load_folder
from chalicelib.intake.check import check_workbook
from chalicelib.office.recheck import STATES_AT_ONCE, BatchCheck, gather
from chalicelib.report.processes import spread
from chalicelib.store import obligations, programmes, uploads
from chalicelib.store.objects import StoredObject
from infra.demo.samples import make_sample

PERIOD, FORM = "6-thang", "bao-cao-6-thang"
SAMPLES = 11
NOW = datetime(2022, 5, 10, tzinfo=UTC)


@dataclass(frozen=True)
class FromFolder:
    """The product's own work on a batch; the store is a folder, in whatever process this runs."""

    work: BatchCheck
    folder: Path

    def __call__(self, states: Sequence[State]) -> list[Anew]:
        with (
            mock.patch.object(uploads, "read_upload", self._read),
            mock.patch.object(programmes, "load_followed", return_value=None),
            mock.patch.object(obligations, "find_states", return_value={}),
        ):
            return self.work(states)

    def _read(self, key: str, _: str) -> StoredObject:
        return store(key, (self.folder / key).read_bytes())


def store(key: str, data: bytes) -> StoredObject:
    sha256 = hashlib.sha256(data).hexdigest()
    confirmed = {"confirmed": "yes"}
    return StoredObject(key, "1", NOW, len(data), metadata=confirmed, headings={}, data=data, sha256=sha256)


def keep_samples(programme: Programme, folder: Path) -> list[State]:
    """The states of accepted samples, whose workbooks lie in the folder."""
    period, form = programme.period_by_code[PERIOD], programme.form_by_code[FORM]
    owing = [each.unit for each in programme.obligations(PERIOD) if each.form == FORM]
    states = []
    for number, code in enumerate(owing, start=1):
        data = make_sample(programme, form, programme.unit_by_code[code], period)
        address = Address(programme=programme.code, period=PERIOD, form=FORM, unit=code)
        stored = store(f"{number:032x}", data)
        outcome = check_workbook(data, programme, expected=address)
        upload = Upload(
            id=stored.key, address=address, key=stored.key, version_id="1", received=NOW, size=stored.size,
            sha256=stored.sha256,
        )  # fmt: skip
        after = decide(upload, outcome, State(address=address, change=0), programme, now=NOW).state
        if after and after.submission:
            (folder / stored.key).write_bytes(data)
            states.append(after)
    return states[:SAMPLES]


def measure_processor() -> float:
    """Processor seconds of this process, and of those that it has started and that have ended."""
    own, ended = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def run(work: FromFolder, states: Iterator[State], *, workers: int) -> tuple[Recheck, float, float]:
    """What it found, and its seconds: elapsed, and of processors."""
    began, used = time.perf_counter(), measure_processor()
    results = spread(work, states, at_once=STATES_AT_ONCE, workers=workers)
    recheck = gather(work.work.programme, results, period=PERIOD, stamp=Stamp("benchmark", NOW))
    return recheck, time.perf_counter() - began, measure_processor() - used


def check_bare(work: FromFolder, states: list[State]) -> float:
    """Processor seconds for a workbook."""
    used = measure_processor()
    for state in states:
        data = (work.folder / state.submission.key).read_bytes() if state.submission else b""
        check_workbook(data, work.work.programme, expected=state.address)
    return (measure_processor() - used) / len(states)


def main() -> None:
    """Prints the table, a row for each number of workbooks."""
    programme = load_folder(SHIPPED / "ct138-2022")
    cores = os.cpu_count() or 1
    print(
        f"workbooks   one check ms   {cores} processes: elapsed s, processor s, × the checks   MB here, MB of a process"
    )
    with tempfile.TemporaryDirectory() as folder:
        work = FromFolder(BatchCheck(programme, check_workbook), Path(folder))
        states = keep_samples(programme, Path(folder))
        check_bare(work, states)  # warm
        for number in [int(each) for each in sys.argv[1:]] or [1000]:
            bare = check_bare(work, states * 5)
            recheck, elapsed, used = run(work, islice(cycle(states), number), workers=cores)
            if recheck.counts != {"same": number}:
                sys.exit(f"samples come out otherwise: {recheck.counts}")
            peaks = [
                resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
            ]
            print(
                f"{number:9}   {bare * 1000:12.1f}   {elapsed:22.1f} {used:12.1f} {used / (bare * number):13.2f}   "
                f"{peaks[0]:7.0f} {peaks[1]:16.0f}"
            )


if __name__ == "__main__":
    main()
