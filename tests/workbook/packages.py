"""Workbooks written by hand, part by part: what no writer of workbooks would put into a file."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

CONTENT_TYPES = (
    f'{_DECLARATION}<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_MAIN_TYPE}.sheet.main+xml"/></Types>'
)
ROOT_RELATIONS = (
    f'{_DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="[h]:mm"/></numFmts>'
    '<cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="20"/><xf numFmtId="164"/></cellXfs>'
    "</styleSheet>"
)

Parts = dict[str, bytes]


def relations(*targets: str) -> str:
    """Relationships rId1, rId2 … to worksheets, with the styles and the shared texts behind them."""
    lines = [
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="{target}"/>'
        for number, target in enumerate(targets, start=1)
    ]
    lines += [
        f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{kind}.xml"/>'
        for kind in ("styles", "sharedStrings")
    ]
    return f'{_DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def workbook(*names: str, properties: str = "") -> str:
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, start=1)
    )
    return f'{_DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}<sheets>{sheets}</sheets></workbook>'


def worksheet(rows: str, *, after: str = "", before: str = "") -> str:
    data = f"{before}<sheetData>{rows}</sheetData>{after}"
    return f'{_DECLARATION}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{data}</worksheet>'


def shared_texts(items: Iterable[str]) -> str:
    return f'{_DECLARATION}<sst xmlns="{MAIN}">{"".join(f"<si>{item}</si>" for item in items)}</sst>'


def make_parts(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', **changes: str | bytes | None) -> Parts:
    """A workbook of one sheet, “S1”, whose rows are given. `changes` are laid over it by `lay`."""
    parts: Mapping[str, str] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_RELATIONS,
        "xl/workbook.xml": workbook("S1"),
        "xl/_rels/workbook.xml.rels": relations("worksheets/sheet1.xml"),
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": shared_texts(["<t>một</t>", "<t>hai</t>"]),
        "xl/worksheets/sheet1.xml": worksheet(rows),
    }
    return lay({name: text.encode() for name, text in parts.items()}, changes)


def lay(parts: Parts, changes: Mapping[str, str | bytes | None]) -> Parts:
    """The parts with others laid over them; None takes one away."""
    merged: dict[str, str | bytes | None] = {**parts, **changes}
    return {name: part.encode() if isinstance(part, str) else part for name, part in merged.items() if part is not None}


def pack(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), part, compress_type=method)
    return buffer.getvalue()


def unpack(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def make_xlsx(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', **changes: str | bytes | None) -> bytes:
    return pack(make_parts(rows, **changes))


def make_raw_zip(entries: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A zip whose names are written as they are given, which `zipfile` would not do."""
    body, directory, count = b"", b"", 0
    for name, content in entries:
        sizes = (zlib.crc32(content), len(content), len(content), len(name), 0)
        directory += struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, *sizes, 0, 0, 0, 0, len(body)) + name
        body += struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 0, *sizes) + name + content
        count += 1
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


ODS = b"application/vnd.oasis.opendocument.spreadsheet"
SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in [
        ("office", "office"),
        ("table", "table"),
        ("text", "text"),
        ("style", "style"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
        ("svg", "svg-compatible"),
    ]
)
_CALCEXT = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def make_ods(tables: str, styles: str = "") -> bytes:
    """An .ods of the tables that are given."""
    content = (
        f"<office:document-content {SPACES} {_CALCEXT}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    return pack({"mimetype": ODS, "content.xml": content.encode()})
