"""One QR code on the last appendix, where the outline names the console's address: from paper to the edition's page.

It is the only address of ours in the document, and off unless the programme switches it on.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document

_SIDE_MM = 25
_CAPTION = "Quét mã để mở trang của lần phát hành này (chỉ dành cho người có tài khoản của cơ quan thường trực)."
_DESCRIPTION = "Mã QR dẫn đến trang của lần phát hành này"


def put_qr_code(document: Document, address: str) -> None:
    """At the end of the document, with a line that says where it leads."""
    import segno
    from docx.shared import Mm, Pt

    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="png", scale=6, border=2)
    picture.seek(0)
    drawn = document.add_paragraph().add_run().add_picture(picture, width=Mm(_SIDE_MM))
    drawn._inline.docPr.set("descr", _DESCRIPTION)
    drawn._inline.docPr.set("name", "Mã QR")
    caption = document.add_paragraph().add_run(_CAPTION)
    caption.italic, caption.font.size = True, Pt(11)
