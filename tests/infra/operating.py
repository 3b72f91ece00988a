"""The operators' commands against an embedded stack, with the environment alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from infra.local.stack import Stack
from infra.package import ROOT


def run(stack: Stack, *arguments: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
    """What the command prints, where that is JSON."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TONGHOP_"))}
    done = subprocess.run(
        [sys.executable, "-m", "chalicelib.operate.cli", *arguments],
        cwd=ROOT, env=environment | stack.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in codes, done.stdout + done.stderr
    return dict(json.loads(done.stdout)) if done.stdout.startswith("{") else {}
