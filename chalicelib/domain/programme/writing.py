"""Writes the parts of a programme as the texts of its folder: what `loading.py` reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import tomli_w

from chalicelib.domain.programme.loading import PROGRAMME, TABLES
from chalicelib.domain.programme.making import COLUMNS, PARTS, Raw, Row
from chalicelib.domain.programme.outline_files import name_outline


def write_files(raw: Raw) -> dict[str, str]:
    """Name to text. A file is written only where it has something."""
    files = {PROGRAMME: _write_toml({key: raw[key] for key in raw if key not in PARTS or key == "periods"})}
    files |= {name: write_csv(part, raw[part]) for name, part in TABLES.items() if raw.get(part)}
    files |= {f"{form['code']}.toml": _write_toml(form) for form in raw.get("forms", ())}
    for outline in raw.get("outlines", ()):
        text = {key: value for key, value in outline.items() if key != "period"}
        files[name_outline(outline.get("period", ""))] = _write_toml(text)
    return files


def list_columns(part: str, rows: Sequence[Row]) -> list[str]:
    """The columns that must be there, then those in which a row has something besides."""
    filled = dict.fromkeys(column for row in rows for column in row if column and row[column])
    return [*COLUMNS[part], *(column for column in filled if column not in COLUMNS[part])]


def _write_toml(values: dict[str, Any]) -> str:
    """Values first, then tables, as TOML asks. Records stand in blocks, in which the office changes single lines."""
    blocks = {key: value for key, value in values.items() if _are_plain_records(value)}
    head = _dump({key: value for key, value in values.items() if key not in blocks})
    written = [_write_record(key, record) for key, records in blocks.items() for record in records]
    return "\n".join(filter(None, [head, *written]))


def _are_plain_records(value: Any) -> bool:
    """Whether it is a list of records of which none has a table of its own."""
    is_list = isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)
    return is_list and not any(isinstance(inner, dict) for each in value for inner in each.values())


def _write_record(key: str, record: dict[str, Any]) -> str:
    """A block, also where the record would fit into a line."""
    written = _dump({key: [record]})
    return written if written.startswith("[[") else f"[[{key}]]\n{_dump(record)}"


def _dump(values: dict[str, Any]) -> str:
    return tomli_w.dumps(values, multiline_strings=True)


def write_csv(part: str, rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list_columns(part, rows), extrasaction="ignore", restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
