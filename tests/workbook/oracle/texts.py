"""The shared texts of an .xlsx."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.domain.language.legacy_text import Run, find_encoding
from chalicelib.workbook.reading.archive import Archive
from chalicelib.workbook.reading.bounds import Budget
from chalicelib.workbook.reading.package import MAIN, SharedTexts, decode_escapes
from tests.workbook.oracle.markup import Attributes, Handler, parse


class _Listing(Handler):
    """A part of which only the attributes of some elements are needed."""

    def __init__(self, part: str, namespaces: tuple[str, ...], root: str) -> None:
        super().__init__(part, [f"{namespace} {root}" for namespace in namespaces])
        self._namespaces = namespaces

    def on(self, local: str, handle: Callable[[Attributes], None]) -> _Listing:
        for namespace in self._namespaces:
            self.starts[f"{namespace} {local}"] = handle
        return self


class _TextReader(_Listing):
    """Texts made of runs: `si` in the table of shared texts. Phonetic runs (`rPh`) are dropped."""

    def __init__(self, part: str, budget: Budget) -> None:
        super().__init__(part, MAIN, "sst")
        self._budget = budget
        self.found: list[str] = []
        self.runs: dict[int, list[Run]] = {}
        self._runs: list[str] = []
        self._fonts: list[str] = []
        self._font = ""
        self._phonetic = False
        self.on("si", self._open).on("t", self._open_text).on("rPh", self._open_phonetic)
        self.on("r", self._open_run).on("rFont", self._take_font)
        for namespace in MAIN:
            self.ends[f"{namespace} si"] = self._close
            self.ends[f"{namespace} t"] = self._close_text
            self.ends[f"{namespace} rPh"] = self._close_phonetic

    def _open(self, _: Attributes) -> None:
        self._runs.clear()
        self._fonts.clear()
        self._font = ""

    def _close(self) -> None:
        if any(map(find_encoding, self._fonts)):
            runs = zip(self._runs, self._fonts, strict=True)
            self.runs[len(self.found)] = [Run(decode_escapes(text, self._budget), font) for text, font in runs]
        self.found.append(decode_escapes("".join(self._runs), self._budget))

    def _open_run(self, _: Attributes) -> None:
        self._font = ""

    def _take_font(self, found: Attributes) -> None:
        self._font = found.get("val", "")

    def _open_text(self, _: Attributes) -> None:
        self.leaf = True

    def _close_text(self) -> None:
        self.leaf = False
        if not self._phonetic:
            self._runs.append("".join(self.texts))
            self._fonts.append(self._font)

    def _open_phonetic(self, _: Attributes) -> None:
        self._phonetic = True

    def _close_phonetic(self) -> None:
        self._phonetic = False


def read_texts(archive: Archive, part: str, budget: Budget) -> SharedTexts:
    reader = _TextReader(part, budget)
    parse(archive.pieces(part), reader, budget)
    return SharedTexts(reader.found, reader.runs)
