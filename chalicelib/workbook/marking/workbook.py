"""The workbook part: inserts the summary as first sheet and shifts everything that counts sheets."""

from __future__ import annotations

from typing import Final

from chalicelib.workbook.marking.parts import Parts
from chalicelib.workbook.marking.spans import Edit, PartUnreadable, apply_edits, find_elements, set_attribute
from chalicelib.workbook.reading.bounds import Budget
from chalicelib.workbook.reading.package import MAIN, read_relations

_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STYLES_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_RELATIONS: Final = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_WANTED: Final = frozenset({"sheets", "sheet", "workbookView"})


class Workbook:
    """The workbook part of a package being changed. Raises PartUnreadable if it lists no sheets."""

    def __init__(self, parts: Parts, part: str) -> None:
        if read_relations(parts.archive, part, Budget()) is None:
            raise PartUnreadable(
                "relationships"
            )  # then a reader guesses the relationships; adding one of ours would change its guess
        self._parts = parts
        self._part = part
        self._data = parts.read_xml(part)
        self._elements = find_elements(self._data, _is_wanted)
        if not any(each.name == "sheets" for each in self._elements):
            raise PartUnreadable("sheets")

    def add_first_sheet(self, name: str, *, is_shown: bool) -> str:
        """Adds a sheet before all others and returns its part, still empty. `is_shown`: the file opens on it."""
        part = self._parts.find_free_name("xl/worksheets/sheet{}.xml")
        self._parts.put(part, b"")
        self._parts.add_content_type(part, content_type=_SHEET_TYPE)
        identity = self._parts.add_relation(self._part, kind="worksheet", target=part)
        sheets = next(each for each in self._elements if each.name == "sheets")
        taken = [_read_number(each.attributes.get("sheetId")) for each in self._elements if each.name == "sheet"]
        text = (
            f'<sheet xmlns="{MAIN[0]}" {_RELATIONS} name="{name}" sheetId="{max(taken, default=0) + 1}" '
            f'r:id="{identity}"/>'
        )
        edits = [Edit(sheets.inner, sheets.inner, text.encode()), *self._shift_indices(is_shown=is_shown)]
        self._save(edits)
        return part

    def show_sheet(self, number: int) -> None:
        """Makes the file open on the sheet at this index (from 0)."""
        views = [each for each in self._elements if each.name == "workbookView"]
        self._save([set_attribute(self._data, view, "activeTab", value=str(number)) for view in views])

    def add_styles(self) -> str:
        """The name of a styles part for a workbook without one."""
        part = self._parts.find_free_name("xl/styles{}.xml")
        self._parts.put(part, b"")
        self._parts.add_content_type(part, content_type=_STYLES_TYPE)
        self._parts.add_relation(self._part, kind="styles", target=part)
        return part

    def _shift_indices(self, *, is_shown: bool) -> list[Edit]:
        """Increments the sheet index of sheet-local names and of the sheet on which the file opens."""
        edits = [
            set_attribute(
                self._data, each, "localSheetId", value=str(_read_number(each.attributes["localSheetId"]) + 1)
            )
            for each in self._elements
            if each.name == "definedName"
        ]
        for view in (each for each in self._elements if each.name == "workbookView"):
            active = 0 if is_shown else _read_number(view.attributes.get("activeTab")) + 1
            edits.append(set_attribute(self._data, view, "activeTab", value=str(active)))
            if "firstSheet" in view.attributes:
                first = 0 if is_shown else _read_number(view.attributes["firstSheet"]) + 1
                edits.append(set_attribute(self._data, view, "firstSheet", value=str(first)))
        return edits

    def _save(self, edits: list[Edit]) -> None:
        self._data = apply_edits(self._data, edits)
        self._parts.put(self._part, self._data)


def _is_wanted(name: str, _: int, attributes: dict[str, str]) -> bool:
    return name in _WANTED or (name == "definedName" and "localSheetId" in attributes)


def _read_number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
