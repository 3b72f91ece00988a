"""Marks of state secrecy: a workbook that carries one must not come in, and no byte of it is kept.

The law on state secrets (`issues/laws.py`) forbids to draft or keep them on a machine that is joined to a network.

What is destroyed cannot be brought back. So a mark is only what a document carries as one: a degree that stands alone
in a cell, on a line, in a page header or a text box, or behind "Độ mật:". A sentence that speaks of secrecy is none.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from itertools import pairwise

from chalicelib.domain.language.legacy_text import repair_text
from chalicelib.domain.language.spelling import compose, fold_spaces, fold_width

Place = tuple[int, int]

_PERHAPS = re.compile(r"[mMｍＭ][\W_]*+(?:[aAａＡâÂạẠậẬäÄëËeEｅＥ][\W_]*+){1,2}[tTｔＴ]")
"""The word that every degree has: composed or decomposed, in TCVN3 or in VNI, with whatever is no letter between."""
_IN_LEGACY_FONT = re.compile("[ËëÄä]")
_LEGACY_FONTS = (".VnTime", "VNI-Times")
_LONGEST_ALONE = 80
_DECORATION = string.punctuation + " –—―“”‘’«»…·•∙●▪★☆※"
_DEGREES = {"TUYỆTMẬT": "TUYỆT MẬT", "TỐIMẬT": "TỐI MẬT", "MẬT": "MẬT"}
_DEGREE = "|".join("[ .]?".join(letters) for letters in _DEGREES)
_LABEL = r"(?:dấu (?:chỉ )?)?(?:mức |cấp )?độ (?:bí )?mật(?: của \w+(?: \w+)?)?"
_URGENCY = r"(?:[ ,.;/+–-]{1,3}(?:(?:thượng )?khẩn|h(?:ỏa|oả) tốc))?"
_OTHER_WORD = r"(?: (?:độ|khẩu|mã|nhà|ong|thư|vụ)\b| ?(?:,|/|;|hay|hoặc|và) ?(?:tuyệt|tối|mật)\b)"
"""What makes a word or a list of degrees out of a degree: "mật độ", "Mật, Tối mật hoặc Tuyệt mật"."""
_ALONE = re.compile(rf"(?P<label>{_LABEL} ?[:–-]? ?)?\(?(?P<degree>{_DEGREE})\)?{_URGENCY}", re.IGNORECASE)
_BEHIND_LABEL = re.compile(rf"\b{_LABEL} ?: ?[(\"“]?(?P<degree>{_DEGREE})\b(?!{_OTHER_WORD})", re.IGNORECASE)
_FIRST_HALF = re.compile(r"\b(?:bí|bảo|cơ)$", re.IGNORECASE)
_SECOND_HALF = re.compile(r"(?:độ|khẩu|mã|nhà|ong|thư|vụ)\b", re.IGNORECASE)
"""With "mật" beside them they are a word: "bí mật", "bảo mật", "mật độ"."""
_JOINTS = re.compile(r"[_–—()\[\]{},;.+-]+")
_AT_AN_END = re.compile(rf"(?:(?P<before>\w+) |^)(?P<last>{_DEGREE})$|^(?P<first>{_DEGREE})(?: (?P<after>\w+)|$)")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_REACH = 3
"""Cells of a list of degrees may be merged, or have a blank one between them."""


def find_secrecy_mark(text: str) -> str:
    """The degree that `text` carries as a mark: "MẬT", "TỐI MẬT", "TUYỆT MẬT", or "" where it carries none."""
    if not _PERHAPS.search(text):
        return ""
    lines = [line for line in map(_fold, text.splitlines()) if line]
    if whole := _find_alone(" ".join(lines)):
        return whole
    degrees = {
        degree
        for before, line in pairwise(["", *lines])
        if (degree := _find_alone(line, in_capitals=True)) and not _FIRST_HALF.search(before)
    }
    if len(degrees) == 1:
        return degrees.pop()
    return next((_name(found["degree"]) for line in lines if (found := _BEHIND_LABEL.search(line))), "")


def find_mark_in_name(name: str) -> str:
    """The degree that the name of a file or a sheet carries, in a part of its own or in capitals at one of its ends."""
    if not _PERHAPS.search(name):
        return ""
    folded = _fold(_SUFFIX.sub("", name))
    pieces = ["", *(_fold(piece) for piece in _JOINTS.split(folded)), ""]
    degrees = {
        degree
        for before, piece, after in zip(pieces, pieces[1:], pieces[2:], strict=False)
        if (degree := _find_alone(piece, in_any_case=True))
        and not _FIRST_HALF.search(before)
        and not _SECOND_HALF.match(after)
    }
    if len(degrees) == 1:
        return degrees.pop()
    return "" if degrees or folded.isupper() else _find_at_an_end(" ".join(each for each in pieces if each))


def leave_out_lists(marks: Mapping[Place, str]) -> dict[Place, str]:
    """The marks of a sheet by row and column, without those beside another degree: such cells list the degrees."""
    return {
        place: degree
        for place, degree in marks.items()
        if all(marks.get(beside, degree) == degree for beside in _neighbours(place))
    }


def _neighbours(place: Place) -> Iterator[Place]:
    row, column = place
    for step in range(-_REACH, _REACH + 1):
        yield row + step, column
        yield row, column + step


def _fold(line: str) -> str:
    """The line as it is compared: composed, with single spaces, a mark in a legacy font in Unicode."""
    folded = compose(fold_spaces(fold_width(line))).replace("Ð", "Đ").replace("ð", "đ")
    if len(folded) > _LONGEST_ALONE or not _IN_LEGACY_FONT.search(folded):
        return folded
    # TCVN3 has its capitals in fonts of their own: what is stored in small letters may be shown in capitals.
    readings = (repair_text(folded, font=font).text.upper() for font in _LEGACY_FONTS)
    return next((each for each in readings if _ALONE.fullmatch(each.strip(_DECORATION))), folded)


def _find_alone(line: str, *, in_capitals: bool = False, in_any_case: bool = False) -> str:
    """The degree that is all of a line. "mật" in small letters is what bees make, unless a label says otherwise."""
    bare = line.strip(_DECORATION)
    found = _ALONE.fullmatch(bare) if len(bare) <= _LONGEST_ALONE else None
    if not found:
        return ""
    degree = found["degree"]
    is_written = degree.isupper() if in_capitals else degree[0].isupper() or " " in degree or in_any_case
    return _name(degree) if found["label"] or is_written else ""


def _find_at_an_end(name: str) -> str:
    found = _AT_AN_END.search(name)
    if not found or _FIRST_HALF.search(found["before"] or "") or _SECOND_HALF.match(found["after"] or ""):
        return ""
    return _name(found["last"] or found["first"])


def _name(degree: str) -> str:
    return _DEGREES[degree.upper().replace(" ", "").replace(".", "")]
