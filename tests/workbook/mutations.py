"""Workbooks with something wrong in a part, for a comparison of two readers: changed bytes, tags, attributes, places of
cells, encodings.

A mutation is made of a `Random`, so its number is enough to make it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from zipfile import ZIP_STORED

from chalicelib.domain.issues.issue import Refused
from chalicelib.workbook.reading.reader import read_xlsx
from tests.workbook.packages import MAIN, Parts, make_xlsx, pack, shared_texts, unpack, worksheet

DATA = Path(__file__).parents[1] / "data"
_TAG = re.compile(rb"<[^<>]+>")
_CELL = re.compile(rb"<c [^<>]*(?:/>|>.*?</c>)", re.DOTALL)
_END_OF_CELL = re.compile(rb"</c>|(?<=</v>)|(?<=</is>)")
_ROW = re.compile(rb"<row[^<>]*(?:/>|>.*?</row>)", re.DOTALL)
_ATTRIBUTE = re.compile(rb'[\w:]+="[^"<>]*"')
_REFERENCE = re.compile(rb' r="[^"]*"')
_TEXT = re.compile(rb"(?<=>)[^<>]+(?=<)")
_READ = ("xl/worksheets/", "xl/sharedStrings.xml")
_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"

_NAMES = [
    b"c", b"v", b"f", b"is", b"t", b"r", b"row", b"rPh", b"sheetData", b"x", b"x:c", b"mergeCell", b"si", b"oddHeader",
]  # fmt: skip
_REFERENCES = [
    "A0", "A1", "B1", "a1", "$A$1", "A01", "1", "A", "XFD1", "XFE1", "ZZZ1", "AAAA1", "A1048576", "A1048577",
    "A9999999", "A12345678", "Á1", "A１", "R1C1", "A1:B1", "0", "-1", "2", "", " A1", "A1 ",
]  # fmt: skip
_VALUES = [
    *_REFERENCES, "s", "n", "str", "inlineStr", "b", "e", "d", "x", "S", "true", "false", "on", "3", "99", "999999999",
    "-2", "1.0", "A1:A2", "B2:A1",
]  # fmt: skip
_INSIDE = [
    "&amp;", "&lt;", "&#65;", "&#x1F600;", "&#0;", "&#xD800;", "&foo;", "&", "<![CDATA[7]]>", "]]>", "<!--7-->", "<x/>",
    "<x>7</x>", "</x>", "<v>7</v>", "<v/>", "<v></v>", "<f>1+1</f>", "<f/>", "<f>WEBSERVICE(1)</f>",
    "<is><t>7</t></is>", "<t>7</t>", "<rPh><t>7</t></rPh>", "<c/>", "<c></c>", "<c><v>7</v></c>", "<row>", "</row>",
    "<row/>", "<row><c><v>7</v></c></row>", "<sheetData/>", "<sheetData>", "</sheetData>", "</worksheet>",
    "<oddHeader>&amp;L7</oddHeader>", "<oddHeader><v>7</v></oddHeader>", "7", "_x000D_", "<!-- -- -->", "<?p 7?>",
    "<!DOCTYPE x>", '<x><c r="A1"><v>7</v></c></x>', '<c r="A1"/>', '<c r="A1"><v>7</v></c>',
    '<c r="B2" t="s"><v>1</v></c>', '<c r="B2" s="1" s="2"/>', '<c xmlns="" r="C1"><v>7</v></c>', '<row r="1"/>',
    '<x xmlns="urn:x"><v>7</v></x>', '<row r="7" r="8"/>', '<row r="9"><c r="A9"><v>7</v></c></row>',
    "<x>" * 70 + "</x>" * 70,
    f'<c xmlns="{_STRICT}" r="C1"><v>7</v></c>', f'<v xmlns="{_STRICT}">7</v>',
    '<mergeCell ref="A1:B2"/>', '<mergeCell ref="B2:A1"/>', "<x>" * 60 + "</x>" * 60, " ", "\r\n", "\x00", "\ufeff",
]  # fmt: skip
_NO_TEXT = [b"\xff", b"\xe1\xba", b"\xed\xa0\x80"]
_CONTENTS = [
    "0", "1", "-1", "01", "1.", ".5", "1e3", "1E+9999", "1_0", "１", "٣", "NaN", "INF", "TRUE", "#REF!", "2026-05-14",
    "44000", "60", "-5", "99999999999", "ữ", "", " ", " 1 ", "a" * 300, "a" * 32_768, "ữ" * 30_000,
]  # fmt: skip
_ENCODINGS = ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "latin-1", "cp1258", "utf-32", "ascii"]
_DECLARED = b"UTF-8 utf-8 UTF-16 iso-8859-1 windows-1258 us-ascii utf-7 big5 none utf-8x".split()

_ODD_ROWS = (
    '<row r="1" spans="1:3" hidden="1"><c r="A1" s="1"/><c r="B1" t="s"><v>0</v></c><c r="C1"><f>A1+1</f></c></row>'
    '<row r="2"><c r="A2" s="1"><v>44000</v></c><c r="B2" t="b"><v>1</v></c><c r="C2" t="e"><v>#REF!</v></c></row>'
    '<row r="3"/><row r="4" ht="0"><c r="A4" t="inlineStr"><is><r><t>ba</t></r><r><t xml:space="preserve"> bốn</t></r>'
    '<rPh sb="0" eb="1"><t>no</t></rPh></is></c><c r="B4" t="str"><f>"a"</f><v>năm_x000D_</v></c>'
    '<c r="C4"><v>1.5</v></c></row>'
    '<row r="6"><c r="B6" s="3"/><c r="C6" t="s"><v> 1 </v></c></row>'
    '<row r="5"><c r="A5" t="d"><v>2026-05-14</v></c></row>'
)
_AFTER = (
    '<mergeCells><mergeCell ref="A1:B1"/></mergeCells><headerFooter><oddHeader>&amp;Lđầu</oddHeader></headerFooter>'
)
_NO_PLACES = "<row><c><v>1</v></c><c/><c t='s'><v>1</v></c></row><row><c r='C2'><v>2</v></c><c><v>3</v></c></row><row/>"
_OLD_LETTERS = [
    '<r><rPr><rFont val=".VnTime"/></rPr><t>MËt</t></r><r><t> a</t></r>', "<t>hai</t><rPh><t>x</t></rPh>", "<t/>",
]  # fmt: skip


def make_bases(form: bytes) -> list[Parts]:
    """The parts of workbooks to mutate, good ones and hostile ones that are read; `form` is a filled one.

    Small ones are there more often.
    """
    sheet, texts = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
    odd = worksheet(_ODD_ROWS, after=_AFTER)
    prefixed = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1m:", odd).replace("xmlns=", "xmlns:m=")
    made = [
        *[make_xlsx(_ODD_ROWS, **{sheet: odd})] * 4,
        make_xlsx(_NO_PLACES),
        make_xlsx("\n ".join(_ODD_ROWS.partition("<row"))),
        make_xlsx(**{sheet: prefixed}),
        make_xlsx(**{sheet: odd.replace(MAIN, _STRICT)}),
        make_xlsx(**{sheet: odd.replace("UTF-8", "UTF-16").encode("utf-16")}),
        *[make_xlsx(_ODD_ROWS, **{texts: shared_texts(_OLD_LETTERS)})] * 2,
        make_xlsx("".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(1, 40)) + _ODD_ROWS),
    ]
    kept = sorted((DATA / "hostile").glob("[acd]*.xlsx"), key=lambda path: path.name)
    hostile = [data for path in kept if len(data := path.read_bytes()) < 20_000 and _is_read(data)]
    forms = [form, *((DATA / "cases" / f"{name}.xlsx").read_bytes() for name in ("strict", "richtext", "textbox"))]
    golden = [path.read_bytes() for path in sorted((DATA / "golden").glob("*.xlsx"))]
    return [unpack(data) for data in made * 6 + hostile + golden * 4 + forms * 4]


def _is_read(data: bytes) -> bool:
    try:
        read_xlsx(data)
    except Refused:
        return False
    return True


def mutate(random: Random, bases: Sequence[Parts]) -> tuple[bytes, list[str]]:
    """A workbook with one to three mutations in its sheets or texts, and what was done to it."""
    parts = dict(random.choice(bases))
    told = []
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        name = random.choice([name for name in parts if name.startswith(_READ)] or list(parts))
        change = random.choice(_CHANGES)
        parts[name] = change(random, parts[name])
        told.append(f"{change.__name__} in {name}")
    return pack(parts, ZIP_STORED), told


def _spot(random: Random, part: bytes, pattern: re.Pattern[bytes]) -> tuple[int, int]:
    """Where some match of the pattern begins and ends; anywhere if there is none."""
    found = [match.span() for match in pattern.finditer(part)]
    place = random.randint(0, len(part))
    return random.choice(found) if found else (place, place)


def _put(part: bytes, spot: tuple[int, int], new: bytes) -> bytes:
    return part[: spot[0]] + new + part[spot[1] :]


def _choose_inside(random: Random) -> bytes:
    return random.choice([*(each.encode() for each in random.sample(_INSIDE, 20)), *_NO_TEXT])


def flip_byte(random: Random, part: bytes) -> bytes:
    place = random.randrange(max(len(part), 1))
    return _put(part, (place, place + 1), bytes([random.randrange(256)]))


def drop_bytes(random: Random, part: bytes) -> bytes:
    place = random.randint(0, len(part))
    return _put(part, (place, place + random.choice((1, 2, 5, 50))), b"")


def truncate(random: Random, part: bytes) -> bytes:
    return part[: random.randint(0, len(part))]


def insert_anywhere(random: Random, part: bytes) -> bytes:
    place = random.randint(0, len(part))
    return _put(part, (place, place), _choose_inside(random))


def insert_between_tags(random: Random, part: bytes) -> bytes:
    place = random.choice(_spot(random, part, _TAG))
    return _put(part, (place, place), _choose_inside(random))


def insert_in_cell(random: Random, part: bytes) -> bytes:
    """Before the end of a cell."""
    place, _ = _spot(random, part, _END_OF_CELL)
    return _put(part, (place, place), _choose_inside(random))


def drop_rows(random: Random, part: bytes) -> bytes:
    """All of them, with the element around them."""
    return re.sub(rb"<sheetData.*</sheetData>", b"", part, flags=re.DOTALL)


def insert_at_the_end(random: Random, part: bytes) -> bytes:
    """Behind the last row, behind the rows, or behind the sheet."""
    place = part.rfind(random.choice((b"</sheetData>", b"</worksheet>", b"</sst>", b"</row>")))
    place = place + random.choice((0, len(b"</sheetData>"))) if place >= 0 else len(part)
    return _put(part, (place, place), _choose_inside(random))


def drop_tag(random: Random, part: bytes) -> bytes:
    return _put(part, _spot(random, part, _TAG), b"")


def double_tag(random: Random, part: bytes) -> bytes:
    start, end = _spot(random, part, _TAG)
    return _put(part, (end, end), part[start:end])


def close_tag(random: Random, part: bytes) -> bytes:
    """An element is closed in its first tag, or no longer."""
    start, end = _spot(random, part, _TAG)
    tag = part[start:end]
    return _put(part, (start, end), tag.replace(b"/>", b">") if b"/>" in tag else tag[:-1] + b"/>")


def rename_element(random: Random, part: bytes) -> bytes:
    """In one tag, or in all of the name."""
    start, end = _spot(random, part, re.compile(rb"(?<=<)[\w:]+"))
    old, new = part[start:end], random.choice(_NAMES)
    if random.random() < 0.5:
        return _put(part, (start, end), new)
    return re.sub(rb"(?<=[</])" + re.escape(old) + rb"(?=[\s/>])", new, part)


def drop_attribute(random: Random, part: bytes) -> bytes:
    return _put(part, _spot(random, part, _ATTRIBUTE), b"")


def double_attribute(random: Random, part: bytes) -> bytes:
    start, end = _spot(random, part, _ATTRIBUTE)
    again = part[start:end] if random.random() < 0.5 else part[start:end].partition(b"=")[0] + b'="1"'
    return _put(part, (end, end), b" " + again)


def rename_attribute(random: Random, part: bytes) -> bytes:
    start, end = _spot(random, part, _ATTRIBUTE)
    name = random.choice((b"r", b"s", b"t", b"x", b"m:r", b"R", b"hidden", b"xml:space", b"xmlns"))
    return _put(part, (start, end), name + b"=" + part[start:end].partition(b"=")[2])


def change_attribute(random: Random, part: bytes) -> bytes:
    start, end = _spot(random, part, _ATTRIBUTE)
    quote = random.choice((b'"', b"'"))
    value = _choose_inside(random) if random.random() < 0.2 else random.choice(_VALUES).encode()
    return _put(part, (start, end), part[start:end].partition(b"=")[0] + b"=" + quote + value + quote)


def change_reference(random: Random, part: bytes) -> bytes:
    others = [match[0] for match in _REFERENCE.finditer(part)]
    made = b' r="' + random.choice(_REFERENCES).encode() + b'"'
    return _put(
        part, _spot(random, part, _REFERENCE), random.choice([made, *random.sample(others, min(len(others), 2))])
    )


def change_text(random: Random, part: bytes) -> bytes:
    return _put(part, _spot(random, part, _TEXT), random.choice(_CONTENTS).encode())


def add_to_text(random: Random, part: bytes) -> bytes:
    start, end = _spot(random, part, _TEXT)
    place = random.randint(start, end)
    return _put(part, (place, place), _choose_inside(random))


def move_element(random: Random, part: bytes) -> bytes:
    """A cell or a row goes to another place, or is there twice."""
    pattern = random.choice((_CELL, _CELL, _ROW))
    start, end = _spot(random, part, pattern)
    rest = part if random.random() < 0.3 else _put(part, (start, end), b"")
    place = random.choice(_spot(random, rest, random.choice((_CELL, _ROW, _TAG))))
    return _put(rest, (place, place), part[start:end])


def wrap_element(random: Random, part: bytes) -> bytes:
    start, end = _spot(random, part, random.choice((_CELL, _ROW)))
    name = random.choice(_NAMES)
    depth = random.choice((1, 1, 2, 60, 65))
    return _put(part, (start, end), (b"<" + name + b">") * depth + part[start:end] + (b"</" + name + b">") * depth)


def swap_tags(random: Random, part: bytes) -> bytes:
    first, second = sorted([_spot(random, part, _TAG), _spot(random, part, _TAG)])
    if first[1] > second[0]:
        return part
    return (
        part[: first[0]] + part[slice(*second)] + part[first[1] : second[0]] + part[slice(*first)] + part[second[1] :]
    )


def change_namespace(random: Random, part: bytes) -> bytes:
    new = random.choice((_STRICT, "urn:x", "", MAIN + " "))
    return part.replace(MAIN.encode(), new.encode(), random.choice((-1, 1)))


def encode_otherwise(random: Random, part: bytes) -> bytes:
    text = part.decode("utf-8", "replace")
    if random.random() < 0.5:
        text = text.replace("UTF-8", random.choice(_DECLARED).decode())
    return text.encode(random.choice(_ENCODINGS), random.choice(("xmlcharrefreplace", "replace")))


def declare_otherwise(random: Random, part: bytes) -> bytes:
    body = re.sub(rb"^<\?xml[^<>]*\?>", b"", part)
    return b'<?xml version="1.0" encoding="' + random.choice(_DECLARED) + b'"?>' + body


_CHANGES: tuple[Callable[[Random, bytes], bytes], ...] = (
    flip_byte, drop_bytes, truncate, insert_anywhere, insert_between_tags, insert_between_tags, insert_at_the_end,
    drop_tag, double_tag, close_tag, rename_element, double_attribute, rename_attribute, wrap_element, swap_tags,
    change_namespace, encode_otherwise, declare_otherwise, add_to_text, drop_rows, *[insert_in_cell] * 3,
    *[drop_attribute] * 2, *[change_text] * 4, *[change_attribute] * 3, *[change_reference] * 3, *[move_element] * 3,
)  # fmt: skip
