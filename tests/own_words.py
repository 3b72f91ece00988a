"""Words that belong to the shipped programmes alone: codes, names of units and offices, labels. They come from
`forms/`, so that a new programme's words are looked for from its first day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from chalicelib import folders
from chalicelib.domain.programme.loading import PROGRAMME
from chalicelib.domain.programme.model import Form, Office, Programme

SPOKEN = ("138", "PV05", "V05", "BCĐ", "Ban Chỉ đạo", "BAN CHỈ ĐẠO", "Công an", "CTr", "Lạng Sơn", "LẠNG SƠN")
"""Parts of the names below, as people say them."""

COMMON = frozenset({"nam", "ten", "loai", "ngay", "to", "ly_do", "ket_qua"})
"""Codes that are ordinary words of ours too: fields of the Word template, columns of open data."""


@cache
def read_shipped() -> tuple[Programme, ...]:
    return tuple(folders.load_folder(path.parent) for path in sorted(folders.SHIPPED.glob(f"*/{PROGRAMME}")))


@cache
def find_own_words() -> frozenset[str]:
    words = {*SPOKEN, *(word for programme in read_shipped() for word in _list_words(programme))}
    return frozenset(words - COMMON - {""})


def _list_words(programme: Programme) -> Iterator[str]:
    yield from (programme.code, programme.title, programme.number, *programme.unit_types.values())
    yield from _list_office(programme.office)
    for unit in programme.units:
        yield from (unit.code, unit.name, unit.full_name)
    for indicator in programme.indicators:
        yield from (indicator.code, indicator.label, indicator.group)
    for each in (*programme.periods, *programme.targets):
        yield each.code
    for form in programme.forms:
        yield from _list_form(form)


def _list_office(office: Office) -> Iterator[str]:
    yield from (office.parent, office.name, office.full_name, office.abbreviation, office.place, office.contact)
    yield from (office.signer_title, office.signer_name, *office.addressee.split("; "), *office.recipients)


def _list_form(form: Form) -> Iterator[str]:
    yield from (form.code, form.title, form.heading, *(rule.id for rule in form.rules))
    yield from (section.title for section in form.sections)
    yield from (narrative.code for narrative in form.narratives)
    for table in form.tables:
        yield from (table.code, table.title)
        yield from (code for column in table.columns for code in (column.code, *column.choices))


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(find_own_words(), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")


def find_in(text: str) -> set[str]:
    """The own words that stand in `text`, as whole words."""
    return set(_pattern().findall(text))
