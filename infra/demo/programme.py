"""The demonstration's programme: 2022's, renewed so that its 6-month period falls due during the demonstration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.domain.programme.loading import load_programme
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.renewal import rehearse

SOURCE = Path(__file__).parents[2] / "forms" / "ct138-2022"
DEMO_CODE = "ct138-demo"
DEMO_PERIOD = "6-thang"
DEMO_FORM = "bao-cao-6-thang"


def read_demo_files(due: datetime) -> dict[str, str]:
    """The files of the programme of 2022 with the same texts and moved dates."""
    files = {path.name: path.read_text("utf-8") for path in SOURCE.iterdir() if path.suffix in (".toml", ".csv")}
    return rehearse(files, code=DEMO_CODE, period=DEMO_PERIOD, due=due).files


def read_demo_documents() -> dict[str, bytes]:
    """The Word templates of the programme of 2022."""
    return {path.name: path.read_bytes() for path in SOURCE.glob("*.docx")}


def load_demo_programme(due: datetime | None = None) -> Programme:
    return load_programme(read_demo_files(due or datetime.now(UTC) + timedelta(minutes=1)))
