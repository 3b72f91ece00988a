"""What the recorded runs found, for the page of the docs."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.measure import Figure, Figures

RESULTS = Path(__file__).parents[1] / "docs" / "speed.json"


def read_results() -> dict[str, Any]:
    return json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}


def keep(found: dict[str, Any]) -> None:
    """Replaces what was kept of the same benches."""
    RESULTS.write_text(json.dumps(read_results() | found, indent=1, ensure_ascii=False) + "\n", "utf-8")


def note_run() -> dict[str, Any]:
    """When and on what a bench is run, and what else the machine has to do: its load in the minute before."""
    return {
        "date": date.today().isoformat(),
        "processor": _name_processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def _name_processor() -> str:
    cores = Path("/proc/cpuinfo")
    lines = cores.read_text().splitlines() if cores.exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def write_figures(figures: Figures) -> dict[str, Any]:
    """In the form that is kept: four digits tell enough."""
    return {
        name: {part: float(f"{value:.4g}") for part, value in asdict(figure).items() if value is not None}
        for name, figure in figures.items()
    }


def read_figures(kept: dict[str, Any]) -> Figures:
    return {name: Figure(**parts) for name, parts in kept.items()}
