"""What the last recorded runs found, for the page of the docs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[2] / "docs" / "promises.json"


def keep(found: dict[str, Any]) -> None:
    """Replaces what was kept of runs of the same name."""
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps(kept | found, indent=1, ensure_ascii=False) + "\n", "utf-8")
