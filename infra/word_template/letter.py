"""Makes the template of the office's letters (công văn): any number of them, each from a page of its own.

A letter has no title: its subject stands below its number. What it says is the programme's (`official_letters.py`).
"""

from __future__ import annotations

from infra.word_template import paper, parts


def make_letters() -> bytes:
    document = paper.start_document()
    document.core_properties.title = "Mẫu công văn"
    parts.number_from_one(document.sections[0])
    paper.add_tag(document, "{%p for t in cac_thu %}")
    parts.add_letterhead(document, "Số:         /{{ viet_tat }}", subject="{{ t.ve_viec }}")
    parts.add_addressees(document, "t.kinh_gui")
    paper.add_tag(document, "{%p for doan in t.cac_doan %}")
    paper.add_body(document, "{{ doan }}")
    paper.add_tag(document, "{%p endfor %}")
    paper.add_text(document, "", size=6, keep=True)
    parts.add_signature(document, addressees="t.kinh_gui")
    paper.add_tag(document, "{%p if t.danh_sach %}")
    parts.end_page(document)
    parts.add_enclosed(document)
    paper.add_tag(document, "{%p endif %}")
    paper.add_tag(document, "{%p if not loop.last %}")
    parts.end_page(document)
    paper.add_tag(document, "{%p endif %}")
    paper.add_tag(document, "{%p endfor %}")
    return paper.save(document)
