"""The office's letters as a Word document by NĐ 30/2020/NĐ-CP: whoever signs adds number and date, and may change all.

What a unit or the office wrote is only ever a value of the template: braces and brackets in it are printed unchanged.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib import folders
from chalicelib.domain.clock import local_date
from chalicelib.domain.period.official_letters import OfficialLetter
from chalicelib.domain.programme.model import Programme
from chalicelib.report.archive import fix_dates
from chalicelib.report.document.template import make_environment
from chalicelib.report.document.wording import describe_office
from chalicelib.report.plain import clean_text

LETTERS = "cong-van.docx"
"""The template of letters in the folder of the programmes, for all of them."""

_FILED = "Lưu"


def render_letters(letters: Sequence[OfficialLetter], programme: Programme, *, now: datetime) -> bytes:
    """The docx of these letters, each from a page of its own, signed as the programme's reports are."""
    from docxtpl import DocxTemplate

    filled = DocxTemplate(folders.SHIPPED / LETTERS)
    filled.render(_make_context(letters, programme, now), jinja_env=make_environment(), autoescape=True)
    properties = filled.docx.core_properties
    properties.title = f"V/v {letters[0].subject}"
    properties.author = properties.last_modified_by = programme.office.name
    properties.created = properties.modified = now.astimezone(UTC).replace(tzinfo=None)
    target = io.BytesIO()
    filled.save(target)
    return fix_dates(target.getvalue())


def _make_context(letters: Sequence[OfficialLetter], programme: Programme, now: datetime) -> dict[str, Any]:
    filed = [each for each in programme.office.recipients if each.startswith(_FILED)]
    return describe_office(programme.office) | {
        "nam": str(local_date(now).year),
        "noi_nhan": filed or ["Lưu: VT"],
        "cac_thu": [_describe(each) for each in letters],
    }


def _describe(letter: OfficialLetter) -> dict[str, Any]:
    enclosed = letter.enclosed
    return {
        "ve_viec": clean_text(letter.subject),
        "kinh_gui": [clean_text(each) for each in letter.addressees],
        "cac_doan": [clean_text(each) for each in letter.paragraphs],
        "danh_sach": {
            "ten": clean_text(enclosed.title).upper(),
            "cot": enclosed.heading,
            "dong": [[clean_text(cell) for cell in row] for row in enclosed.rows],
        } if enclosed else None,
    }  # fmt: skip
