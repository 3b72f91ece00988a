"""What was sent is told from its bytes, and each thing that is no workbook has its own answer."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from chalicelib.domain.issues.catalogue import CATALOGUE
from chalicelib.domain.issues.issue import Refused
from chalicelib.workbook.reading.archive import Archive
from chalicelib.workbook.reading.bounds import MOST_BYTES
from chalicelib.workbook.reading.guard import Format, guard, only_refused
from tests.workbook.compounds import bof, make_compound, make_stream, make_xls, make_xls_stream
from tests.workbook.packages import CONTENT_TYPES, make_parts, make_raw_zip, make_xlsx, pack, workbook

GOLDEN = Path(__file__).parents[1] / "data" / "golden"
GOOD = make_xlsx()


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        guard(data)
    issue = caught.value.issue
    assert issue.severity == "error"
    assert issue.message == issue.message.strip()
    assert "{" not in issue.message
    return issue.code


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("saved-by-libreoffice.xlsx", Format.XLSX),
        ("saved-by-openpyxl.xlsx", Format.XLSX),
        ("saved-by-libreoffice.xls", Format.XLS),
        ("excel-95.xls", Format.XLS),
        ("saved-by-libreoffice.ods", Format.ODS),
    ],
)
def test_a_workbook_is_known_by_its_bytes_and_not_by_its_name(name: str, expected: Format) -> None:
    assert guard((GOLDEN / name).read_bytes()) is expected


def _lock_file(size: int = 165) -> bytes:
    name = b"Nguyen Van A"
    wide = struct.pack("<H", len(name)) + "Nguyễn Văn A".encode("utf-16-le")
    return (bytes([len(name)]) + name.ljust(54) + wide).ljust(size, b" ")


def _zip_of(*names: str) -> bytes:
    return pack(dict.fromkeys(names, GOOD))


def _gzip() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz"):
        pass
    return buffer.getvalue()


_HTML = "<html><head><meta charset=utf-8></head><body><table><tr><td>Số</td></tr></table></body></html>"
FOREIGN = {
    "nothing": (b"", "file.empty"),
    "one byte": (b"\x01", "file.not_a_workbook"),
    "one letter": (b"a", "file.text"),
    "noise": (bytes((n * 73 + 11) % 256 for n in range(50_000)), "file.not_a_workbook"),
    "zero bytes left by a broken copy": (bytes(20_000), "file.damaged"),
    "more than the limit": (b"PK\x03\x04" + bytes(MOST_BYTES), "file.too_large"),
    "Excel's lock file": (_lock_file(), "file.lock_file"),
    "Word's lock file": (_lock_file(162), "file.lock_file"),
    "LibreOffice's lock file": (
        ",Nguyễn A,may-tinh,24.11.2026 08:00,file:///home/a/.config/libreoffice/4;".encode(),
        "file.lock_file",
    ),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "file.pdf"),
    "a PDF behind a few bytes": (b"\x00\x01junk\n%PDF-1.4\n", "file.pdf"),
    "a photograph": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "file.image"),
    "a phone's photograph": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "file.image"),
    "a screenshot": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "file.image"),
    "a GIF": (b"GIF89a\x01\x00\x01\x00", "file.image"),
    "a WebP": (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "file.image"),
    "a web page": (_HTML.encode(), "file.html"),
    "a web page in UTF-16": (_HTML.encode("utf-16"), "file.html"),
    "a web page with a mark and spaces before": (b"\xef\xbb\xbf \r\n" + _HTML.encode(), "file.html"),
    "a bare table": (b"<TABLE border=1><TR><TD>1</TD></TR></TABLE>", "file.html"),
    "Excel's web archive": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "file.html"),
    "Excel's web page": (
        b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head></head></html>',
        "file.html",
    ),
    "XML that is no workbook": (b'<?xml version="1.0"?><bao-cao><so>1</so></bao-cao>', "file.xml"),
    "semicolons between figures": ("Mã;Tên;Số\n01;Tổ;5\n02;Đội;6\n".encode(), "file.csv"),
    "tabs, in a Windows encoding": ("Mã\tTên\n01\tĐội\n".encode("cp1258", "ignore"), "file.csv"),
    "commas in UTF-16": ("a,b\n1,2\n".encode("utf-16"), "file.csv"),
    "a letter": ("Kính gửi Phòng PV05\nĐơn vị xin báo cáo\n".encode(), "file.text"),
    "RTF": (b"{\\rtf1\\ansi bao cao}", "file.rtf"),
    "RAR": (b"Rar!\x1a\x07\x01\x00" + bytes(50), "file.packed"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(50), "file.packed"),
    "gzip": (_gzip(), "file.packed"),
    "a program": (b"MZ\x90\x00" + bytes(100), "file.program"),
    "a workbook that unpacks itself": (b"MZ\x90\x00" + bytes(1_020) + GOOD, "file.program"),
    "Excel 4": ((GOLDEN / "excel-4.xls").read_bytes(), "file.old_excel"),
    "Excel 2003's XML": ((GOLDEN / "excel-2003.xml").read_bytes(), "file.spreadsheet_2003"),
    "a binary workbook": ((GOLDEN / "binary.xlsb").read_bytes(), "file.xlsb"),
    "LibreOffice's flat XML": ((GOLDEN / "flat.fods").read_bytes(), "file.flat_opendocument"),
    "a text of LibreOffice": (
        pack({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}),
        "file.opendocument",
    ),
    "a workbook in a zip": (_zip_of("thư mục/biểu.xlsx"), "file.zip_with_workbook"),
    "two workbooks in a zip": (_zip_of("a.xlsx", "b.XLS", "readme.txt"), "file.zip_with_several"),
    "what a Mac packs": (_zip_of("a.xlsx", "__MACOSX/._a.xlsx"), "file.zip_with_workbook"),
    "a zip of something else": (pack({"a.txt": b"a"}), "file.zip_without_workbook"),
    "an empty zip": (pack({}), "file.zip_without_workbook"),
    "Numbers": (pack({"Index/Document.iwa": b"a", "Data/a.jpg": b"a"}), "file.numbers"),
    "Word": (
        make_xlsx(
            **{
                "word/document.xml": "<a/>",
                "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                '<Relationship Id="a" Type="b/officeDocument" Target="word/document.xml"/></Relationships>',
            }
        ),
        "file.word",
    ),
    "an old Word document": (make_compound({"WordDocument": b"a", "1Table": b"b"}), "file.word"),
    "an old presentation": (make_compound({"PowerPoint Document": b"a"}), "file.presentation"),
    "a mail": (make_compound({"__properties_version1.0": b"a"}), "file.mail"),
    "a compound file of something else": (make_compound({"Contents": b"a"}), "file.not_a_workbook"),
}


@pytest.mark.parametrize(("data", "code"), FOREIGN.values(), ids=FOREIGN.keys())
def test_what_is_no_workbook_is_named(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_locked_workbook_is_told_from_an_old_one() -> None:
    locked = make_compound({"EncryptionInfo": b"a", "EncryptedPackage": b"b" * 9_000})
    locked_old = make_compound({"Workbook": make_stream([bof(5), (0x002F, bytes(54)), (0x000A, b"")])})
    assert refusal(locked) == "file.password"
    assert refusal(locked_old) == "file.password"
    assert guard(make_xls([])) is Format.XLS


def test_a_locked_spreadsheet_of_libreoffice_is_named() -> None:
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    assert refusal(pack({"mimetype": kind, "content.xml": b"x", "META-INF/manifest.xml": manifest})) == "file.password"


@pytest.mark.parametrize(
    "data",
    [
        make_xlsx(**{"xl/vbaProject.bin": b"a"}),
        make_xlsx(**{"xl/sub/VBAPROJECT.BIN": b"a"}),
        make_xlsx(**{"xl/macrosheets/sheet1.xml": "<a/>"}),
        make_xlsx(**{"[Content_Types].xml": CONTENT_TYPES.replace("spreadsheetml.sheet", "sheet.macroEnabled")}),
        make_compound({"Workbook": make_xls_stream([])}, ["_VBA_PROJECT_CUR"]),
        pack(
            {
                "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": b"<a/>",
                "Basic/Standard/Module1.xml": b"<a/>",
            }
        ),
    ],
    ids=["vba", "vba elsewhere", "Excel 4 macros", "content type", "xls", "ods"],
)
def test_macros_are_refused_wherever_they_stand(data: bytes) -> None:
    assert refusal(data) == "file.macro"


def _make_ods_with(**parts: bytes) -> bytes:
    content = b"<office:document-content/>"
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return pack({"mimetype": kind, "content.xml": content, **parts})


_DTD = b'<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">'
_LIBRARY = _DTD + b'<library:library library:name="Standard"/>'


@pytest.mark.parametrize(
    "name",
    ["Basic/script-lc.xml", "Basic/Standard/script-lb.xml", "Dialogs/Standard/dialog-lb.xml", "META-INF/manifest.xml"],
)
def test_an_empty_library_is_no_macro_and_its_dtd_no_attack(name: str) -> None:
    assert guard(_make_ods_with(**{name: _LIBRARY})) is Format.ODS


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"Basic/Standard/Module1.xml": _DTD + b"<script:module/>", "Basic/script-lc.xml": _LIBRARY}, "file.macro"),
        ({"Dialogs/Standard/Dialog1.xml": _DTD + b"<dlg:window/>"}, "file.macro"),
        ({"Basic/script-lc.xml": _DTD + b'<a library:link="true" xlink:href="file:///b"/>'}, "file.macro"),
        ({"Scripts/python/a.py": b"pass"}, "file.macro"),
        ({"Basic/script-lc.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "file.dtd"),
        ({"Basic/script-lc.xml": _DTD.decode().encode("utf-16-le")}, "file.dtd"),
        ({"meta.xml": _LIBRARY}, "file.dtd"),
    ],
    ids=["module", "dialog", "linked library", "script", "entities", "UTF-16", "another part"],
)
def test_real_macros_and_other_dtds_of_a_spreadsheet_are_named(parts: dict[str, bytes], code: str) -> None:
    assert refusal(_make_ods_with(**parts)) == code


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("name", ["saved-by-libreoffice.xlsx", "saved-by-libreoffice.ods", "saved-by-openpyxl.xlsx"])
def test_a_file_that_was_cut_off_is_incomplete(name: str, share: float) -> None:
    data = (GOLDEN / name).read_bytes()
    assert refusal(data[: int(len(data) * share)]) == "file.truncated"
    assert refusal(data[:-1]) == "file.truncated"


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9])
def test_an_old_workbook_that_was_cut_off_is_incomplete(share: float) -> None:
    data = (GOLDEN / "saved-by-libreoffice.xls").read_bytes()
    assert refusal(data[: int(len(data) * share)]) == "file.truncated"


def test_a_whole_workbook_inside_one_that_was_cut_off_is_not_taken_for_it() -> None:
    outer = pack({**make_parts(), "xl/embeddings/inner.xlsx": GOOD, "xl/z.bin": bytes(9_000)}, zipfile.ZIP_STORED)
    cut = outer[: outer.rindex(bytes(5_000))]
    assert refusal(cut) == "file.truncated"


def test_bytes_before_and_after_the_archive_do_no_harm() -> None:
    assert guard(b"J" * 1_024 + GOOD) is Format.XLSX
    assert guard(GOOD + b"J" * 70_000) is Format.XLSX
    assert guard(GOOD + bytes(70_000)) is Format.XLSX


def test_a_changed_bit_is_found() -> None:
    stored = pack(make_parts(), zipfile.ZIP_STORED)
    at = stored.index(b"<v>1</v>") + 3
    assert refusal(stored[:at] + b"7" + stored[at + 1 :]) == "file.damaged"


def _with_field(data: bytes, signature: bytes, offset: int, value: bytes) -> bytes:
    at = data.index(signature) + offset
    return data[:at] + value + data[at + len(value) :]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (_with_field(GOOD, b"PK\x01\x02", 8, b"\x01\x00"), "file.zip_password"),
        (_with_field(GOOD, b"PK\x01\x02", 10, b"\x63\x00"), "file.compression"),
        (pack(make_parts(), zipfile.ZIP_BZIP2), "file.compression"),
        (pack(make_parts(), zipfile.ZIP_LZMA), "file.compression"),
        (_with_field(GOOD, b"PK\x01\x02", 24, b"\x0a\x00\x00\x00"), "file.damaged"),
        (_with_field(GOOD, b"PK\x01\x02", 24, b"\xf0\xff\xff\x7f"), "file.unpacks_too_large"),
        (_with_field(GOOD, b"PK\x01\x02", 16, b"\x00\x00\x00\x00"), "file.damaged"),
        (_with_field(GOOD, b"PK\x01\x02", 38, b"\x00\x00\xff\xa1"), "file.link_part"),
        (_with_field(GOOD, b"PK\x05\x06", 8, b"\x06\x00\x06\x00"), "file.damaged"),
        (_with_field(GOOD, b"PK\x05\x06", 16, b"\xff\xff\xff\x7f"), "file.truncated"),
        (_with_field(GOOD, b"PK\x03\x04", 30, b"X"), "file.damaged"),
    ],
    ids=["encrypted", "method 99", "bzip2", "lzma", "size", "vast size", "checksum", "link", "count", "offset", "name"],
)
def test_a_directory_that_lies_is_not_believed(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_parts_that_overlap_are_refused() -> None:
    data = make_raw_zip([(b"xl/a.bin", b"a" * 100), (b"xl/b.bin", b"b" * 100)])
    second = data.rindex(b"PK\x01\x02")
    first_header = struct.pack("<I", 0)
    assert refusal(data[: second + 42] + first_header + data[second + 46 :]) == "file.overlapping_parts"


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([b"xl/a.xml", b"xl/a.xml"], "file.duplicate_part"),
        ([b"xl/a.xml", b"xl/A.XML"], "file.duplicate_part"),
        ([b"xl/a.xml", b"xl\\a.xml"], "file.duplicate_part"),
        ([b"../../etc/passwd"], "file.unsafe_name"),
        ([b"xl/../../a"], "file.unsafe_name"),
        ([b"C:\\a.xml"], "file.unsafe_name"),
        ([b"xl//a.xml"], "file.unsafe_name"),
        ([b"a\x00b.xml"], "file.unsafe_name"),
        ([b""], "file.unsafe_name"),
        ([b"."], "file.unsafe_name"),
    ],
)
def test_names_that_lead_elsewhere_or_name_two_things_are_refused(names: list[bytes], code: str) -> None:
    assert refusal(make_raw_zip([(name, b"a") for name in names])) == code


def test_names_with_backslashes_and_a_leading_slash_are_read() -> None:
    parts = make_parts()
    assert (
        guard(make_raw_zip([(name.replace("/", "\\").encode(), part) for name, part in parts.items()])) is Format.XLSX
    )
    assert guard(make_raw_zip([(f"/{name}".encode(), part) for name, part in parts.items()])) is Format.XLSX


def test_too_many_parts_are_refused_before_they_are_read() -> None:
    assert refusal(pack({f"xl/{number}": b"" for number in range(2_001)})) == "file.too_many_parts"
    data = GOOD[: GOOD.index(b"PK\x05\x06")] + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 65_000, 65_000, 1, 0, 0)
    assert refusal(data) in ("file.too_many_parts", "file.truncated")


def test_what_unpacks_to_too_much_is_refused() -> None:
    mebibyte = 1024 * 1024
    assert refusal(make_xlsx(**{"xl/media/a.png": bytes(49 * mebibyte)})) == "file.unpacks_too_large"
    several = {f"xl/media/{number}.png": bytes(40 * mebibyte) for number in range(2)}
    assert refusal(make_xlsx(**several)) == "file.unpacks_too_large"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "docProps/app.xml", "xl/drawings/a.vml"])
def test_a_dtd_is_refused_in_every_part_and_encoding(part: str, encoding: str) -> None:
    document = '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>'.encode(encoding)
    assert refusal(make_xlsx(**{part: document})) == "file.dtd"


def test_a_package_without_a_workbook_is_named() -> None:
    assert refusal(make_xlsx(**{"xl/workbook.xml": None})) == "file.no_workbook"


def test_zip64_sizes_are_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in make_parts().items():
            with archive.open(name, "w", force_zip64=True) as target:
                target.write(part)
    assert Archive(buffer.getvalue()).read("xl/workbook.xml") == workbook("S1").encode()


def test_a_fault_of_ours_reaches_the_sender_as_a_refusal_and_the_log_with_its_cause() -> None:
    @only_refused
    def fail(_: bytes) -> None:
        raise IndexError

    with pytest.raises(Refused) as caught:
        fail(b"")
    assert caught.value.issue.code == "file.unreadable"
    assert isinstance(caught.value.__cause__, IndexError)


def test_every_code_of_a_file_says_what_it_is_and_what_to_do() -> None:
    for code, entry in CATALOGUE.items():
        if code.startswith("file."):
            assert all(
                text.strip() == text and text.endswith(".") for text in (entry.message, entry.cause, entry.remedy)
            ), code
