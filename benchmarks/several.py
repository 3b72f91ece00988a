"""Many workbooks: those of a folder, and those that a period has kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from benchmarks import peers
from benchmarks.measure import Figures, take_turns, timed
from benchmarks.names import CHECKS, OURS, PANDAS_CALAMINE, PANDAS_OPENPYXL
from benchmarks.samples import FORM, PERIOD, keep_folder, load_programme, make_accepted
from chalicelib.domain.audit import Stamp
from chalicelib.domain.submission.anew import Anew
from chalicelib.domain.submission.decision import decide
from chalicelib.domain.submission.records import Address, State, Upload
from chalicelib.intake.check import check_workbook
from chalicelib.office.recheck import STATES_AT_ONCE, BatchCheck, gather
from chalicelib.report.offline.folder import check_files
from chalicelib.report.processes import spread
from chalicelib.store import obligations, programmes, uploads
from chalicelib.store.objects import StoredObject

_NOW = datetime(2022, 5, 10, tzinfo=UTC)


def measure_folder(number: int, *, rounds: int) -> Figures:
    """So many workbooks checked by the function of `tonghop consolidate`, and merely read by pandas in one process."""
    with keep_folder(number) as paths:

        def check() -> None:
            found = check_files(paths, [load_programme()], check_workbook)
            assert {each.outcome.status for each in found} == {"accepted"}  # noqa: S101

        def read_by(reader: Callable[[bytes], object]) -> None:
            for path in paths:
                reader(path.read_bytes())

        turns = {
            PANDAS_CALAMINE: timed(partial(read_by, peers.read_pandas_calamine)),
            OURS: timed(check),
            PANDAS_OPENPYXL: timed(partial(read_by, peers.read_pandas_openpyxl)),
        }
        return take_turns(turns, rounds=rounds, warm=False)


def measure_recheck(number: int, *, rounds: int) -> Figures:
    """So many kept workbooks of a period checked anew. A folder stands in for the store: what is measured is ours."""
    with TemporaryDirectory() as folder:
        states = list(islice(cycle(_keep_states(Path(folder))), number))
        work = FromFolder(BatchCheck(load_programme(), check_workbook), Path(folder))

        def check_all() -> None:
            for state in states:
                check_workbook(work.read(state), work.work.programme, expected=state.address)

        def check_anew() -> None:
            results = spread(work, states, at_once=STATES_AT_ONCE, workers=os.cpu_count() or 1)
            found = gather(work.work.programme, results, period=PERIOD, stamp=Stamp("bench", _NOW))
            assert found.counts == {"same": number}, found.counts  # noqa: S101

        turns = {CHECKS: timed(check_all), OURS: timed(check_anew)}
        return take_turns(turns, rounds=rounds, warm=False)


@dataclass(frozen=True)
class FromFolder:
    """The product's own work on a batch; the store is a folder, in whatever process this runs."""

    work: BatchCheck
    folder: Path

    def __call__(self, states: Sequence[State]) -> list[Anew]:
        with (
            mock.patch.object(uploads, "read_upload", self._read_upload),
            mock.patch.object(programmes, "load_followed", return_value=None),
            mock.patch.object(obligations, "find_states", return_value={}),
        ):
            return self.work(states)

    def read(self, state: State) -> bytes:
        """The workbook of a state."""
        return (self.folder / state.submission.key).read_bytes() if state.submission else b""

    def _read_upload(self, key: str, _: str) -> StoredObject:
        return _store(key, (self.folder / key).read_bytes())


def _store(key: str, data: bytes) -> StoredObject:
    sha256, confirmed = hashlib.sha256(data).hexdigest(), {"confirmed": "yes"}
    return StoredObject(key, "1", _NOW, len(data), metadata=confirmed, headings={}, data=data, sha256=sha256)


def _keep_states(folder: Path) -> list[State]:
    """The states of accepted samples, whose workbooks lie in the folder."""
    programme, states = load_programme(), []
    for number, (unit, data) in enumerate(make_accepted().items(), start=1):
        address = Address(programme=programme.code, period=PERIOD, form=FORM, unit=unit)
        stored = _store(f"{number:032x}", data)
        upload = Upload(
            id=stored.key, address=address, key=stored.key, version_id="1", received=_NOW, size=stored.size,
            sha256=stored.sha256,
        )  # fmt: skip
        outcome = check_workbook(data, programme, expected=address)
        after = decide(upload, outcome, State(address=address, change=0), programme, now=_NOW).state
        if after:
            (folder / stored.key).write_bytes(data)
            states.append(after)
    return states
