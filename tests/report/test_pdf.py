"""The PDF that LibreOffice makes of the Word document: in bounded time, without the network, or told why not."""

from __future__ import annotations

import io
import os
import select
import socketserver
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from chalicelib.report import pdf
from chalicelib.report.pdf import PdfFailed, find_office, make_pdf
from infra.machine import find_program


def make_document(picture: str = "") -> bytes:
    """One line, and a picture that Word would fetch from this address."""
    document = docx.Document()
    paragraph = document.add_paragraph("Báo cáo tổng hợp")
    if picture:
        link = document.part.relate_to(picture, RELATIONSHIP_TYPE.IMAGE, is_external=True)
        paragraph.add_run()._r.append(parse_xml(_PICTURE.format(names=nsdecls("w", "wp", "a", "pic", "r"), link=link)))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


_PICTURE = (
    '<w:drawing {names}><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="a"/><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
    '<pic:cNvPr id="1" name="a"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="{link}"/></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/>'
    "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
)


@pytest.fixture
def visitors() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and who has asked for it."""
    came: list[str] = []

    class Note(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            came.append(str(self.client_address))

    with socketserver.TCPServer(("127.0.0.1", 0), Note) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/a.png", came
        server.shutdown()


@pytest.mark.office
def test_the_document_becomes_a_pdf_without_a_call_to_the_network(visitors: tuple[str, list[str]]) -> None:
    find_program("soffice")
    address, came = visitors
    assert make_pdf(make_document(address)).startswith(b"%PDF-")
    assert came == []


@pytest.fixture
def pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A program in LibreOffice's place that starts another one, and neither ends. Both hold the pipe open."""
    held, program = tmp_path / "pipe", tmp_path / "soffice"
    os.mkfifo(held)
    program.write_text(f"#!/bin/sh\nexec 9> {held}\nsleep 600 &\nwait\n")
    program.chmod(0o755)
    monkeypatch.setattr(pdf, "_list_programs", lambda: iter([str(program)]))
    reader = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    yield reader
    os.close(reader)


def test_a_libreoffice_that_hangs_is_ended_with_all_that_it_started(pipe: int) -> None:
    with pytest.raises(PdfFailed, match="quá 1 giây"):
        make_pdf(make_document(), seconds=1)
    assert select.select([pipe], [], [], 10)[0]
    assert os.read(pipe, 1) == b""  # nobody holds the pipe any more


def test_a_libreoffice_that_makes_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_list_programs", lambda: iter([sys.executable]))
    with pytest.raises(PdfFailed, match="không chuyển được"):
        make_pdf(make_document())


def test_a_machine_without_libreoffice_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_PLACES", ())
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(PdfFailed, match="chưa cài LibreOffice"):
        find_office()
