"""Every act that code, documents and programmes cite is in the table of laws; texts of today cite none that ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chalicelib import folders
from chalicelib.domain.clock import local_date
from chalicelib.domain.issues.laws import ACTS, find_citations
from chalicelib.domain.programme.confirming import list_unconfirmed
from chalicelib.domain.programme.loading import PROGRAMME
from chalicelib.domain.programme.model import Period, Programme

ROOT = Path(__file__).parents[1]
TEXTS = (".py", ".html", ".js", ".css", ".md", ".txt", ".toml", ".csv", ".yaml", ".json")
TABLE = {ROOT / "chalicelib/domain/issues/laws.py", ROOT / "docs/laws.md", ROOT / "CHANGELOG.md"}
"""The table itself, as code and as a page; the log of changes tells what was."""

SHIPPED = sorted(path.parent for path in folders.SHIPPED.glob(f"*/{PROGRAMME}"))


def texts_of_today() -> Iterator[Path]:
    """What the product says, whatever the programme."""
    yield from (path for path in sorted(ROOT.glob("*.md")) if path not in TABLE)
    for place in ("chalicelib", "docs", "infra", "forms"):
        for path in sorted((ROOT / place).rglob("*")):
            is_own = path.suffix in TEXTS and path.parent not in SHIPPED and path not in TABLE
            if is_own and path.is_file() and "node_modules" not in path.parts:
                yield path


def test_no_text_of_today_cites_an_act_that_is_unknown_or_has_ended() -> None:
    acts = (*ACTS, *(act for folder in SHIPPED for act in folders.load_folder(folder).laws))
    wrong = [
        f"{path.relative_to(ROOT)}:{each.line}: {each.words}"
        for path in texts_of_today()
        for each in find_citations(path.read_text("utf-8", errors="replace"), acts)
        if each.act is None or each.act.valid_to
    ]
    assert not wrong


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_a_programme_cites_what_is_in_force_in_its_time(folder: Path) -> None:
    programme = folders.load_folder(folder)
    for path in sorted(folder.iterdir()):
        if path.suffix in TEXTS and path.name != "laws.csv":
            periods = find_periods(programme, path)
            first = min(period.data_from for period in periods)
            last = max(local_date(period.lock) for period in periods)
            for each in find_citations(path.read_text("utf-8"), (*programme.laws, *ACTS)):
                where = f"{path.name}:{each.line}: {each.words}"
                assert each.act, where
                assert each.act.is_in_force(first, last), where


def find_periods(programme: Programme, path: Path) -> Sequence[Period]:
    """The period that a text is for, by its name, or all of them."""
    own = [period for period in programme.periods if path.stem.endswith(f"-{period.code}")]
    return own or programme.periods


def test_an_act_is_certain_only_if_its_days_are_known_and_nothing_of_it_is_to_be_confirmed() -> None:
    acts = {act.number: act for folder in SHIPPED for act in folders.load_folder(folder).laws}
    certain = [act for act in (*ACTS, *acts.values()) if act.certain]
    assert {act.number for act in certain} == {"29/2018/QH14", "30/2020/NĐ-CP", "09/2019/NĐ-CP"}
    for act in certain:
        assert act.valid_from
        assert "cần xác nhận" not in act.note


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_what_a_programme_cites_of_the_press_alone_is_to_be_confirmed(folder: Path) -> None:
    programme = folders.load_folder(folder)
    points = "\n".join(map(str, list_unconfirmed(programme)))
    cited = find_citations(programme.model_dump_json(exclude={"laws"}), programme.laws)
    assert all(each.act.name in points for each in cited if each.act and not each.act.certain)
