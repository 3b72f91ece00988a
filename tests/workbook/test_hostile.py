"""Files that were made to break readers: each ends as the table says, within the bounds of `docs/reading.md`.

The files of `tests/data/hostile` and those that `MADE` makes on the spot are read by one process with limits, one after
the other, as a worker would. Bombs are made and not kept.
"""

from __future__ import annotations

import json
import resource
import string
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from chalicelib.domain.issues.issue import Refused
from chalicelib.workbook.reading.book import Book
from chalicelib.workbook.reading.reader import read_workbook
from tests.workbook.compounds import ENGINE, cell, make_xls, text
from tests.workbook.packages import (
    MAIN,
    lay,
    make_ods,
    make_parts,
    make_xlsx,
    pack,
    relations,
    shared_texts,
    workbook,
    worksheet,
)

ROOT = Path(__file__).parents[2]
HOSTILE = ROOT / "tests" / "data" / "hostile"
MOST_SECONDS = 5.0
"""Of the processor: the tests of others run beside these."""
MOST_MEGABYTES = 256

READ = "read"
READ_OR_LONG_TAG = "read or file.long_tag"
"""Expat from 2.6 on, and Debian's 2.5, waits for more before it tries an unfinished tag again: it meets the bound."""
_PLAIN = {"A1": "Số học sinh", "B1": "42", "A2": "Trường Tiểu học Lê Lợi", "B2": "7.5"}
"""What the files hold that differ in their build only."""

KEPT: dict[str, str | dict[str, str]] = {
    "a04_truncated_90": "file.truncated",
    "a04_truncated_99": "file.truncated",
    "a06_bitflip_deflate": "file.damaged",
    "a07_prefix_junk": "file.program",
    "a16_ole2_header_only": "file.truncated",
    "a18_zip_encrypted_flag": "file.zip_password",
    "a19_method_stored": _PLAIN,
    "a20_method_bzip2": "file.compression",
    "a21_method_lzma": "file.compression",
    "a22_method_unknown99": "file.compression",
    "a24_case_dup_entry": "file.duplicate_part",
    "a27_rel_target_traversal": "file.unsafe_name",
    "a29_symlink_entry": "file.link_part",
    "a31_xlsx_inside_zip": "file.zip_with_workbook",
    "b02_zipbomb_declared_10_bytes": "file.damaged",
    "b03_sharedstrings_3M": "file.unpacks_too_large",
    "b04_one_300MB_string": "file.unpacks_too_large",
    "b07_cell_A1_and_XFD1048576": {"A1": "1", "XFD1048576": "2"},
    "b08_dimension_A1_XFD1048576": _PLAIN,
    "b10_merge_whole_sheet": _PLAIN,
    "b12_100k_datavalidations": _PLAIN,
    "b13_billion_laughs_sharedstrings": "file.dtd",
    "b16_quadratic_blowup_sheet": "file.dtd",
    "b21_attr_10MB": "file.long_tag",
    "b22_100k_attrs": "file.long_tag",
    "b25_100k_defined_names": _PLAIN,
    "b26_overlap_zip_10GB": "file.overlapping_parts",
    "c01_no_content_types": _PLAIN,
    "c02_no_workbook": "file.no_workbook",
    "c04_no_workbook_rels": _PLAIN,
    "c05_no_sheet_part": "file.sheet_missing",
    "c06_no_sharedstrings_part": "file.bad_shared_text",
    "c07_no_styles_part": _PLAIN,
    "c10_sheet_names_case_dup": _PLAIN,
    "c11_sheet_names_nfc_nfd": _PLAIN,
    "c14_hidden_veryhidden": _PLAIN,
    "c15_strict_ooxml": _PLAIN,
    "c18_utf16_xml": _PLAIN,
    "c20_invalid_utf8": "file.malformed",
    "c21_sheet_xml_truncated": "file.malformed",
    "c24_vba_in_xlsx": "file.macro",
    "c25_xlsm_contenttype_named_xlsx": "file.macro",
    "c26_external_link_dde": _PLAIN,
    "d01_dimension_lies_small": _PLAIN,
    "d02_dimension_garbage": _PLAIN,
    "d03_no_r_attrs": {"A1": "1", "B1": "2", "A2": "3"},
    "d05_cells_out_of_order": {"A1": "1", "B1": "2", "C1": "3"},
    "d06_duplicate_cell_ref": "file.duplicate_cell",
    "d08_row_and_cell_ref_disagree": "file.bad_reference",
    "d10_ref_a0": "file.bad_reference",
    "d10_ref_neg": "file.bad_reference",
    "d10_ref_unicode": "file.bad_reference",
    "d10_ref_xfe1": "file.bad_reference",
    "d11_sst_idx_empty": "file.bad_shared_text",
    "d11_sst_idx_float": "file.bad_shared_text",
    "d11_sst_idx_neg": "file.bad_shared_text",
    "d11_sst_idx_text": "file.bad_shared_text",
    "d12_style_oob": {"A1": "1"},
    "d14_num_blank": {},
    "d14_num_comma": {"A1": "1,5"},
    "d14_num_float17": {"A1": "0.1000000000000000055"},
    "d14_num_hex": {"A1": "0x1F"},
    "d14_num_inf": {"A1": "INF"},
    "d14_num_space": {"A1": "5"},
    "d14_num_text": {"A1": "abc"},
    "d14_num_underscore": {"A1": "1_000"},
    "d16_isodate_iso": {"A1": "2026-01-31"},
    "d16_isodate_y0": {"A1": "0000-01-01"},
    "d17_serial_0.5": {"A1": "0.5"},
    "d17_serial_60": {"A1": "60"},
    "d17_serial_max": {"A1": "9999-12-31T23:59:59.136"},
    "d17_serial_over": {"A1": "2958466"},
    "d19_error_calc": {"A1": "#CALC!"},
    "d19_error_div0": {"A1": "#DIV/0!"},
    "d19_error_ref": {"A1": "#REF!"},
    "d22_formula_str_empty": {},
    "d23_str_at": {"A1": "@SUM(1)"},
    "d23_str_crlf": {"A1": "a\nb"},
    "d23_str_emoji": {"A1": "👩‍👩‍👧‍👦"},
    "d23_str_minus": {"A1": "-5"},
    "d23_str_nulref": "file.malformed",
    "d23_str_numtext_vn": {"A1": "1.234,5"},
    "d23_str_plus": {"A1": "+84 912345678"},
    "d23_str_spaces": {"A1": "   "},
    "d23_str_sql": {"A1": "'; DROP TABLE x;--"},
    "d23_str_tab": {"A1": "a\tb"},
    "d23_str_tcvn3": {"A1": "Tr\xadêng TiÓu häc Lª Lîi"},
    "d23_str_x0000": {"A1": "a\0b"},
    "d23_str_x005f": {"A1": "a_x000D_b"},
    "d23_str_xcr": {"A1": "a\rb"},
    "d25_strict_spaces": {"A1": "  a  "},
    "d26_shared_formula": {"A1": "1", "A2": "2"},
    "d28_v_with_child": "file.malformed",
    "d30_cdata_v": {"A1": "12"},
}

_LETTERS = list(string.ascii_uppercase) + [a + b for a in string.ascii_uppercase for b in string.ascii_uppercase]
_SHEET, _TEXTS, _STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"


def _grid(rows: int, columns: int, template: str) -> str:
    """Rows of cells; the template sees {0} the letters, {1} the row and {2} a running number."""
    return "".join(
        f'<row r="{row}">'
        + "".join(
            template.format(letters, row, row * columns + number) for number, letters in enumerate(_LETTERS[:columns])
        )
        + "</row>"
        for row in range(1, rows + 1)
    )


def _repeated(item: str, count: int) -> str:
    return item * count


def _after(markup: str) -> bytes:
    return make_xlsx(**{_SHEET: worksheet("", after=markup)})


def _texts(items: Iterable[str]) -> bytes:
    return make_xlsx(**{_TEXTS: shared_texts(items)})


def _inline(content: str) -> bytes:
    return make_xlsx(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{content}</t></is></c></row>')


def _styles(content: str) -> bytes:
    return make_xlsx(**{_STYLES: f'<styleSheet xmlns="{MAIN}">{content}</styleSheet>'})


def _ods_grid(columns: int, rows: int, one: str) -> bytes:
    row = f"<table:table-row>{one * columns}</table:table-row>"
    return make_ods(f'<table:table table:name="S1">{row * rows}</table:table>')


def _ods_text(content: str) -> bytes:
    return _ods_grid(1, 1, f'<table:table-cell office:value-type="string">{content}</table:table-cell>')


def _numbered(template: str, count: int) -> str:
    return "".join(template.format(number) for number in range(1, count + 1))


_ODS_ONE = '<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
_TEN_MB = 10_000_000
_NAMESPACES = 'xmlns:b{0}="u{0}" '
_ATTRIBUTES = 'b{0}="1" '
_MERGED = '<mergeCell ref="A{0}:B{0}"/>'
_FORMAT = '<numFmt numFmtId="{0}" formatCode="' + "[" * 60_000 + '"/>'
_CELL_FORMAT = '<xf numFmtId="{0}"/>'
_SPACES = "<text:s text:c='99999999'/>"
_LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "{}">]>'

MADE: dict[str, tuple[Callable[[], bytes], str]] = {
    # A form that was formatted too far down and too far right is read as long as it unpacks to less than 48 MB.
    "a million empty rows": (lambda: make_xlsx("".join(f'<row r="{n}"/>' for n in range(1, 1_048_577))), READ),
    "a million hidden rows": (
        lambda: make_xlsx("".join(f'<row r="{n}" hidden="1" ht="15"/>' for n in range(1, 900_000))),
        READ,
    ),
    "a million formatted cells": (lambda: make_xlsx(_grid(2_000, 700, '<c r="{0}{1}" s="1"/>')), READ),
    "300 x 16,384 formatted cells": (
        lambda: make_xlsx(_repeated("<row>" + "<c s='1'/>" * 16_384 + "</row>", 300)),
        "file.blank_cells",
    ),
    "a million cells without addresses": (lambda: make_xlsx("<row>" + "<c/>" * 16_000 + "</row>" * 1), READ),
    "as many blank cells without addresses as the budget has": (
        lambda: make_xlsx(_repeated("<row>" + "<c/>" * 16_384 + "</row>", 60)),
        "file.blank_cells",
    ),
    "blank cells that unpack to more than a part may have": (
        lambda: make_xlsx(_grid(3_600, 700, '<c r="{0}{1}" s="12" />')),
        "file.blank_cells",
    ),
    "an .ods of more blank cells than the budget has": (
        lambda: _ods_grid(1_000, 900, "<table:table-cell/>"),
        "file.blank_cells",
    ),
    "blank rows in UTF-16": (
        lambda: make_xlsx(
            **{_SHEET: worksheet(_repeated("<row/>", 900_000)).replace("UTF-8", "UTF-16").encode("utf-16")}
        ),
        "file.too_complex",
    ),
    # As many cells as may be, of the dearest kinds.
    "numbers": (lambda: make_xlsx(_grid(1_490, 100, '<c r="{0}{1}"><v>{1}.5</v></c>')), READ),
    "dates": (lambda: make_xlsx(_grid(1_490, 100, '<c r="{0}{1}" s="1"><v>4{1}.5</v></c>')), READ),
    "formulas": (lambda: make_xlsx(_grid(1_300, 100, '<c r="{0}{1}"><f>SUM(A1)</f><v>1</v></c>')), READ),
    "texts of their own": (
        lambda: make_xlsx(_grid(1_300, 70, '<c r="{0}{1}" t="inlineStr"><is><t>ổ{2}</t></is></c>')),
        READ,
    ),
    "errors": (lambda: make_xlsx(_grid(1_490, 100, '<c r="{0}{1}" t="e"><v>#REF!</v></c>')), READ),
    "too many cells": (lambda: make_xlsx(_grid(1_900, 100, '<c r="{0}{1}"><v>1</v></c>')), "file.too_many_cells"),
    # Texts.
    "300,000 shared texts": (lambda: _texts(f"<t>ổ{n}</t>" for n in range(190_000)), READ),
    "3,000,000 shared texts": (lambda: _texts(["<t/>"] * 3_000_000), "file.too_complex"),
    "one text of 40 MB": (lambda: _inline("a" * (4 * _TEN_MB)), "file.too_complex"),
    "one text of 40 MB beyond Latin": (lambda: _inline("ổ" * _TEN_MB + "😀"), "file.text_too_long"),
    "one text of 300 MB": (lambda: _inline("a" * (30 * _TEN_MB)), "file.unpacks_too_large"),
    "a text of entities": (lambda: _inline("&amp;" * 8_000_000), "file.too_complex"),
    "a text of CDATA": (lambda: _inline("<![CDATA[a]]>" * 700_000), "file.text_too_long"),
    "space between cells": (lambda: make_xlsx(f'<row r="1">{" " * (4 * _TEN_MB)}</row>'), "file.too_complex"),
    "runs": (lambda: _texts(["<r><t>a</t></r>" * 30_000] * 10), "file.too_complex"),
    "escapes": (lambda: _texts([f"<t>{'_x0041_' * 4_600}</t>"] * 1_300), "file.too_complex"),
    "one text shown everywhere": (
        lambda: make_xlsx(
            _grid(1_400, 100, '<c r="{0}{1}" t="s"><v>0</v></c>'), **{_TEXTS: shared_texts([f"<t>{'a' * 32_767}</t>"])}
        ),
        "file.too_much_text",
    ),
    # Markup that is no cell.
    "200,000 elements inside each other": (lambda: _after("<a>" * 200_000 + "</a>" * 200_000), "file.malformed"),
    "elements side by side": (lambda: _after("<a/>" * 790_000), READ),
    "elements with attributes": (lambda: _after('<a b="1" c="2" d="3" e="4" f="5" g="6"/>' * 700_000), READ),
    "namespaces": (lambda: _after('<a xmlns:b="u1" xmlns:c="u2" xmlns:d="u3"/>' * 750_000), READ),
    "30,000 namespaces on one element": (
        lambda: _after(f"<a {_numbered(_NAMESPACES, 30_000)}/>"),
        READ_OR_LONG_TAG,
    ),
    "100,000 attributes": (lambda: _after(f"<a {_numbered(_ATTRIBUTES, 100_000)}/>"), "file.long_tag"),
    "an attribute of 40 MB": (lambda: _after(f'<a b="{"a" * (4 * _TEN_MB)}"/>'), "file.long_tag"),
    "a comment of 40 MB": (lambda: make_xlsx(f"<!--{'a' * (4 * _TEN_MB)}-->"), "file.long_tag"),
    "comments": (lambda: make_xlsx("<!---->" * 790_000), READ),
    "an instruction of 40 MB": (lambda: make_xlsx(f"<?a {'a' * (4 * _TEN_MB)}?>"), "file.long_tag"),
    "a tag that never ends": (lambda: make_xlsx(f"<row {'a ' * (2 * _TEN_MB)}"), "file.malformed"),
    "100,000 merged ranges": (
        lambda: _after(f"<mergeCells>{_numbered(_MERGED, 100_000)}</mergeCells>"),
        "file.too_many_merged",
    ),
    "700,000 formats": (lambda: _styles(f"<cellXfs>{_CELL_FORMAT.format(14) * 700_000}</cellXfs>"), "file.too_complex"),
    "format codes of brackets": (
        lambda: _styles(
            f"<numFmts>{_numbered(_FORMAT, 600)}</numFmts><cellXfs>{_numbered(_CELL_FORMAT, 600)}</cellXfs>"
        ),
        READ,
    ),
    "700,000 names": (
        lambda: make_xlsx(**{"xl/workbook.xml": workbook("S1", properties="<definedName name='a'/>" * 700_000)}),
        READ,
    ),
    "3,000 sheets": (
        lambda: make_xlsx(**{"xl/workbook.xml": workbook(*[f"S{n}" for n in range(3_000)])}),
        "file.too_many_sheets",
    ),
    "3,000 sheets, each with its part": (
        lambda: pack(lay(make_parts(), {f"xl/worksheets/sheet{n}.xml": b"" for n in range(3_000)})),
        "file.too_many_sheets",
    ),
    "300,000 relationships": (
        lambda: make_xlsx(**{"xl/_rels/workbook.xml.rels": relations(*["a.xml"] * 300_000)}),
        "file.too_complex",
    ),
    # Entities.
    "laughs in a sheet": (lambda: make_xlsx(**{_SHEET: f"{_LAUGHS}<a/>"}), "file.dtd"),
    "laughs in UTF-16": (lambda: make_xlsx(**{_TEXTS: f"{_LAUGHS}<a/>".encode("utf-16")}), "file.dtd"),
    "laughs behind 300 KB of comments": (
        lambda: make_xlsx(**{_SHEET: f"<!--{'a' * 300_000}-->{_LAUGHS}<a/>"}),
        "file.dtd",
    ),
    "an entity that is a file": (
        lambda: make_xlsx(**{_SHEET: _OUTSIDE.format("file:///etc/passwd") + "<a>&a;</a>"}),
        "file.dtd",
    ),
    # Containers.
    "65,000 parts": (lambda: pack(lay(make_parts(), {f"xl/{n}": b"" for n in range(65_000)})), "file.too_many_parts"),
    "60 MB of pictures": (
        lambda: pack(lay(make_parts(), {f"xl/media/{n}.png": bytes(2 * _TEN_MB) for n in range(3)})),
        READ,
    ),
    "1 GB in a megabyte": (lambda: make_xlsx(**{"xl/a.bin": bytes(100 * _TEN_MB)}), "file.unpacks_too_large"),
    # The other formats.
    "an .xls of numbers": (
        lambda: make_xls((0x0203, cell(n // 256, n % 256, bytes(8))) for n in range(149_000)),
        READ,
    ),
    "an .xls of too many numbers": (
        lambda: make_xls((0x0203, cell(n // 256, n % 256, bytes(8))) for n in range(500_000)),
        "file.too_many_cells",
    ),
    "an .xls of empty records": (lambda: make_xls([(0x1234, b"")] * 2_400_000), "file.too_complex"),
    "an .xls of empty texts": (
        lambda: make_xls([], before=[ENGINE, (0x00FC, b"\xff" * 8), *[(0x003C, text("") * 2_700)] * 1_000]),
        "file.too_complex",
    ),
    "an .ods of numbers": (lambda: _ods_grid(100, 1_000, _ODS_ONE), READ),
    "an .ods of too many numbers": (lambda: _ods_grid(100, 1_600, _ODS_ONE), "file.too_many_cells"),
    "an .ods of blank cells": (lambda: _ods_grid(1_000, 700, "<table:table-cell/>"), READ),
    "an .ods of repeats": (
        lambda: _ods_grid(1, 1, _ODS_ONE.replace("-cell ", '-cell table:number-columns-repeated="16384" ', 1) * 10),
        "file.bad_reference",
    ),
    "an .ods of lines": (lambda: _ods_text("<text:p>a</text:p>" * 300_000), "file.text_too_long"),
    "an .ods of spaces": (lambda: _ods_text(f"<text:p>{_SPACES * 700_000}</text:p>"), "file.too_much_text"),
}


class Outcome(NamedTuple):
    code: str
    seconds: float
    megabytes: float


def _limit() -> None:
    """No more memory than a small worker has, and no endless loop."""
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))


def _read_in_child(data: bytes) -> Outcome:
    done = subprocess.run(
        [sys.executable, "-m", "tests.workbook.child"],
        input=data,
        capture_output=True,
        check=False,
        cwd=ROOT,
        timeout=60,
        preexec_fn=_limit,
    )
    assert done.returncode == 0, done.stderr.decode()[-2_000:]
    return Outcome(*json.loads(done.stdout))


@pytest.mark.parametrize("name", KEPT)
def test_each_kept_file_ends_as_the_table_says(name: str) -> None:
    data = (HOSTILE / f"{name}.xlsx").read_bytes()
    started = time.process_time()
    try:
        found: str | dict[str, str] = show(read_workbook(data))
    except Refused as error:
        found = error.issue.code
    assert found == KEPT[name]
    assert time.process_time() - started < MOST_SECONDS


def show(book: Book) -> dict[str, str]:
    return {cell.reference: cell.text for cell in book.sheets[0].cells.values()}


def test_the_table_has_every_kept_file() -> None:
    assert {path.stem for path in HOSTILE.iterdir()} == KEPT.keys()


@pytest.mark.parametrize(("make", "expected"), MADE.values(), ids=MADE.keys())
def test_each_made_file_ends_as_the_table_says_and_within_the_bounds(make: Callable[[], bytes], expected: str) -> None:
    outcome = _read_in_child(make())
    assert outcome.code in expected.split(" or ")
    assert outcome.seconds < MOST_SECONDS
    assert outcome.megabytes < MOST_MEGABYTES
