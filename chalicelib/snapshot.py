"""What Lambda's snapshot of a started function holds, on a stage with `snap_start` (infra/snapshots.py)."""

from __future__ import annotations

import os
from importlib import import_module

_INTAKE = (
    "chalicelib.intake.check",
    "chalicelib.intake.copying",
    "chalicelib.intake.events",
    "chalicelib.intake.receive",
    "chalicelib.office.undelivered",
)
"""What `app.intake` imports: `tests/infra/test_snapshots.py` holds one against the other."""


def fill() -> None:
    """Imports what calls would import, if the process is one of which a snapshot is taken.

    Only modules: clients, with their connections and credentials, are made by the first call after it.
    """
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != "snap-start":
        return
    from chalicelib.web.dispatch import load_handler
    from chalicelib.web.routes import routes

    for route in routes:
        load_handler(route.handler)
    for module in _INTAKE:
        import_module(module)
