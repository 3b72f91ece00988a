"""What a programme has where its parts say nothing: a form of all figures, everyone owes it, a sentence per figure.

A part that is there, though empty, is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.domain.language.spelling import make_key
from chalicelib.domain.programme.kinds import KINDS, Shape
from chalicelib.domain.programme.making import PartsInvalid, Raw, Row
from chalicelib.domain.programme.recurrence import expand_periods

FORM = "bao-cao"
_NUMBERED = re.compile(r"^(?:[IVX]{1,5}|[A-Z]|\d{1,2})[.)]\s+")
"""A number before the name of a group: the report numbers its headings itself."""


def fill_in_defaults(raw: Raw) -> Raw:
    """The parts with those that are not there."""
    filled = {**raw}
    filled.setdefault("unit_types", {row["type"]: row["type"] for row in raw.get("units", ()) if row.get("type")})
    filled.setdefault("headline", next(iter(filled["unit_types"]), ""))
    if len(filled["unit_types"]) == 1:
        filled["indicators"] = [_complete_senders(row, *filled["unit_types"]) for row in raw.get("indicators", ())]
    filled["forms"] = [_complete_form(filled, form) for form in raw.get("forms", [{"code": FORM}])]
    filled.setdefault("duties", list(_list_duties(filled)))
    filled.setdefault("outlines", [_make_outline(filled)])
    return filled


def _complete_senders(row: Row, unit_type: str) -> Row:
    """Where all units are of one type, no other can be meant."""
    return row if row.get("senders") else {**row, "senders": unit_type}


def _group(raw: Raw) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in raw.get("indicators", ()):
        groups.setdefault(row.get("group", ""), []).append(row)
    return groups


def _complete_form(raw: Raw, form: dict[str, Any]) -> dict[str, Any]:
    """A form of which only parts are said, with the rest; rows of its own take the place of all figures."""
    if form.keys() & {"title", "heading", "version"}:
        return form
    made, own = _make_form(raw), form.get("rules", [])
    said = {str(rule.get("check", "")).replace(" ", "") for rule in own}
    rules = [*own, *(rule for rule in _list_rules(raw) if rule["check"].replace(" ", "") not in said)]
    return made | form | {"sections": form.get("sections") or made["sections"], "rules": rules}


def _list_rules(raw: Raw) -> Iterator[dict[str, str]]:
    """A part is not larger than the whole, where both are counted alike."""
    wholes = {row.get("code"): row for row in raw.get("indicators", ())}
    for row in raw.get("indicators", ()):
        whole = wholes.get(row.get("part_of"))
        if whole and row.get("code") and whole.get("measure_unit") == row.get("measure_unit"):
            message = f"“{row.get('label')}” là một phần của “{whole.get('label')}” nên không được lớn hơn."
            yield {"id": f"trong-do-{row['code']}", "check": f"{row['code']} <= {whole['code']}", "message": message}


def _make_form(raw: Raw) -> dict[str, Any]:
    """The groups in their order, each a section."""
    title = raw.get("title", "Báo cáo")
    sections = [
        {"title": group, "indicators": [row["code"] for row in rows if row.get("code")]}
        for group, rows in _group(raw).items()
    ]
    return {
        "code": FORM,
        "version": 1,
        "title": "Báo cáo",
        "heading": f"BÁO CÁO {title}".upper().replace("{YEAR}", "{year}"),
        "sections": sections,
    }


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
        {
            "code": f"muc-{number}",
            "title": _NUMBERED.sub("", group),
            "text": "\n".join(map(_make_sentence, filter(_has_total, rows))),
        }
        for number, (group, rows) in enumerate(_group(raw).items(), start=1)
    ]
    return {"period": "", "nothing": "Trong kỳ không phát sinh.", "unknown": "Chưa có số liệu.", "headings": headings}


def _has_total(row: Row) -> bool:
    kind = KINDS.get(row.get("kind", ""))
    return bool(row.get("code")) and kind is not None and kind.has_total


def _make_sentence(row: Row) -> str:
    measure, kind = row.get("measure_unit", ""), KINDS.get(row.get("kind", ""))
    if kind and kind.shape is Shape.FLAG:
        measure = "đơn vị"  # what a sum of answers counts
    unit = f" {measure}" if measure and make_key(measure) != "%" else ""
    return f"- {row.get('label', '')}: [{row['code']}]{unit}."
