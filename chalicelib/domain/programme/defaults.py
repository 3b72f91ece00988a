"""What a programme has where its parts say nothing: a form of all figures, everyone owes it, a sentence per figure.

A part that is there, though empty, is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.programme.kinds import KINDS
from chalicelib.domain.programme.making import PartsInvalid, Raw, Row
from chalicelib.domain.programme.recurrence import expand_periods

FORM = "bao-cao"


def fill_in_defaults(raw: Raw) -> Raw:
    """The parts with those that are not there."""
    filled = {**raw}
    filled.setdefault("unit_types", {row["type"]: row["type"] for row in raw.get("units", ()) if row.get("type")})
    filled.setdefault("headline", next(iter(filled["unit_types"]), ""))
    filled.setdefault("forms", [_make_form(filled)])
    filled.setdefault("duties", list(_list_duties(filled)))
    filled.setdefault("outlines", [_make_outline(filled)])
    return filled


def _group(raw: Raw) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in raw.get("indicators", ()):
        groups.setdefault(row.get("group", ""), []).append(row)
    return groups


def _make_form(raw: Raw) -> dict[str, Any]:
    """The groups in their order, each a section."""
    title = raw.get("title", "Báo cáo")
    sections = [
        {"title": group, "indicators": [row["code"] for row in rows if row.get("code")]}
        for group, rows in _group(raw).items()
    ]
    return {"code": FORM, "version": 1, "title": "Báo cáo", "heading": f"BÁO CÁO {title}".upper(), "sections": sections}


def _list_duties(raw: Raw) -> Iterator[dict[str, Any]]:
    """Who is asked for a figure of a form owes the form, in every period."""
    senders = {row.get("code"): set(row.get("senders", "").split("|")) for row in raw.get("indicators", ())}
    periods = _list_periods(raw)
    for form in raw["forms"]:
        codes = [code for section in form.get("sections", ()) for code in section.get("indicators", ())]
        asked = set().union(*(senders.get(code, set()) for code in codes))
        for period in periods:
            for unit_type in raw["unit_types"]:
                if unit_type in asked and "code" in period:
                    yield {"unit_type": unit_type, "period": period["code"], "form": form.get("code", "")}


def _list_periods(raw: Raw) -> Sequence[dict[str, Any]]:
    """None while a rule cannot be read."""
    try:
        return expand_periods(raw)[0].get("periods", ())  # type: ignore[no-any-return]
    except PartsInvalid:
        return ()


def _make_outline(raw: Raw) -> dict[str, Any]:
    headings = [
        {"code": f"muc-{number}", "title": group, "text": "\n".join(map(_make_sentence, filter(_has_total, rows)))}
        for number, (group, rows) in enumerate(_group(raw).items(), start=1)
    ]
    return {"period": "", "nothing": "Trong kỳ không phát sinh.", "unknown": "Chưa có số liệu.", "headings": headings}


def _has_total(row: Row) -> bool:
    kind = KINDS.get(row.get("kind", ""))
    return bool(row.get("code")) and kind is not None and kind.has_total


def _make_sentence(row: Row) -> str:
    measure = row.get("measure_unit", "")
    unit = f" {measure}" if measure and make_key(measure) != "%" else ""
    return f"- {row.get('label', '')}: [{row['code']}]{unit}."
