"""The demonstration's programme: 2022's, renewed so that its 6-month period falls due during the demonstration."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.domain.language.vietnamese import format_day
from chalicelib.domain.programme.loading import PROGRAMME, load_programme
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.programme.renewal import rehearse

SOURCE = Path(__file__).parents[2] / "forms" / "ct138-2022"
DEMO_CODE, EARLIER_CODE = "ct138-demo", "ct138-demo-truoc"
DEMO_PERIOD = "6-thang"
DEMO_PHONE = "0205 000 0000 (số minh họa)"
DEMO_FORM = "bao-cao-6-thang"


def read_demo_files(due: datetime) -> dict[str, str]:
    """The files of the programme of 2022 with the same texts, moved dates, and a telephone, to show where it stands.

    It follows the programme of the year before, which is the same one, a year earlier.
    """
    return _read_files(due, code=DEMO_CODE, followed=EARLIER_CODE)


def read_earlier_files(due: datetime) -> dict[str, str]:
    """Those of the year before the one whose period is due at `due`."""
    return _read_files(due - timedelta(days=365), code=EARLIER_CODE, followed=SOURCE.name)


def _read_files(due: datetime, *, code: str, followed: str) -> dict[str, str]:
    files = {path.name: path.read_text("utf-8") for path in SOURCE.iterdir() if path.suffix in (".toml", ".csv")}
    files[PROGRAMME] = files[PROGRAMME].replace('phone = ""', f'phone = "{DEMO_PHONE}"', 1)
    moved = dict(rehearse(files, code=code, period=DEMO_PERIOD, due=due).files)
    moved[PROGRAMME] = moved[PROGRAMME].replace(f'follows = "{SOURCE.name}"', f'follows = "{followed}"', 1)
    return _name_by_days(moved)


_NAMES = {DEMO_PERIOD: ("6 tháng đầu năm {year}", "6 tháng đến ngày"), "nam": ("Năm {year}", "12 tháng đến ngày")}


def _name_by_days(files: dict[str, str]) -> dict[str, str]:
    """The periods, and their reports, named by the last day: moved to any months, they are no halves of a year."""
    periods = {each["code"]: each for each in tomllib.loads(files[PROGRAMME])["periods"]}
    named = dict(files)
    for code, (old, new) in _NAMES.items():
        new, form = f"{new} {format_day(periods[code]['data_to'])}", f"bao-cao-{code}.toml"
        named[PROGRAMME] = named[PROGRAMME].replace(f'"{old}"', f'"{new}"')
        named[form] = named[form].replace(old.upper().replace("{YEAR}", "{year}"), new.upper())
    return named


def read_demo_documents() -> dict[str, bytes]:
    """The Word templates of the programme of 2022."""
    return {path.name: path.read_bytes() for path in SOURCE.glob("*.docx")}


def load_demo_programme(due: datetime | None = None) -> Programme:
    return load_programme(read_demo_files(due or datetime.now(UTC) + timedelta(minutes=1)))
