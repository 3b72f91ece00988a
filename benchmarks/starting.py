"""The start of the function that takes uploads in: what it imports, its clients, its first workbook."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from unittest import mock

from benchmarks.measure import Figures, apart, take_turns
from benchmarks.names import BOTO, OURS, READY
from benchmarks.samples import CODE, GOOD, make_workbook
from tests.infra.test_imports import list_imports
from tests.store.engine import FAKE

_MEASURED = """
import sys, time
began = time.process_time()
{}
used = time.process_time() - began
told = open("/proc/self/status").read()
print(used, int(told.partition("VmHWM:")[2].split()[0]) / 1024)
"""
_BOTO = "import boto3\nboto3.client('dynamodb')\nboto3.client('s3')"
_READY = f"""
from chalicelib import folders
from chalicelib.domain.programme.loading import load_kept
from chalicelib.store import clients
clients.dynamodb()
clients.s3()
programme = load_kept(folders.read_folder(folders.SHIPPED / {CODE!r}), version=1)
assert check_workbook(open(sys.argv[1], "rb").read(), programme).status == "accepted"
"""


def measure_start(_: int, *, rounds: int) -> Figures:
    """Each in a fresh process, from its first line; no call is made to AWS."""
    imports = f"import app\n{list_imports('intake')}"
    codes = {BOTO: _BOTO, OURS: imports, READY: imports + _READY}
    with NamedTemporaryFile(suffix=".xlsx") as file, mock.patch.dict(os.environ, FAKE):
        Path(file.name).write_bytes(make_workbook(GOOD))
        turns = {name: apart("-c", _MEASURED.format(code), file.name) for name, code in codes.items()}
        return take_turns(turns, rounds=rounds)
