"""Acts of law: when each is in force, what took its place, and which one a text of a given day cites.

`ACTS` are those that the product's own messages and documents cite. A programme has its own in `laws.csv`.
`docs/laws.md` shows them all. A text names a `LegalBasis`; `cite` gives the words for a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict


class Act(BaseModel):
    """One act. `valid_from` and `valid_to` are its first and last day in force; None is unknown or open.

    `also` are other ways in which texts cite it. `certain`: it was read itself, and its days in force are on a page of
    an authority or of a publisher of laws.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    kind: str
    title: str
    subject: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    certain: bool = False
    replaced_by: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """As a text cites it: a law by its title and number, any other act by its number."""
        return f"{self.kind} {self.title} số {self.number}" if self.kind == "Luật" else f"{self.kind} số {self.number}"

    def is_in_force(self, first: date, last: date | None = None) -> bool:
        """Whether it is in force on the day `first`, or on any day up to `last`."""
        has_begun = self.valid_from is None or self.valid_from <= (last or first)
        return has_begun and (self.valid_to is None or first <= self.valid_to)


class LegalBasis(StrEnum):
    """What a message rests on in law."""

    SECRECY = "secrecy"
    PERSONAL_DATA = "personal_data"


ACTS = (
    Act(
        number="29/2018/QH14", kind="Luật", title="Bảo vệ bí mật nhà nước", certain=True,
        subject="Bí mật nhà nước: không soạn thảo, lưu giữ trên máy tính nối mạng (Điều 5 khoản 5)",
        valid_from=date(2020, 7, 1), valid_to=date(2026, 2, 28), replaced_by=("117/2025/QH15",),
        also=("Luật BVBMNN 2018", "Luật Bảo vệ bí mật nhà nước 2018"),
    ),
    Act(
        number="117/2025/QH15", kind="Luật", title="Bảo vệ bí mật nhà nước", valid_from=date(2026, 3, 1),
        subject="Bí mật nhà nước: không soạn thảo, lưu giữ trên máy tính nối mạng, trừ mạng nội bộ độc lập (Điều 5)",
    ),
    Act(
        number="13/2023/NĐ-CP", kind="Nghị định", title="về bảo vệ dữ liệu cá nhân",
        subject="Dữ liệu cá nhân, dữ liệu cá nhân nhạy cảm (Điều 2); chuyển dữ liệu ra nước ngoài (Điều 25)",
        valid_from=date(2023, 7, 1), valid_to=date(2025, 12, 31), replaced_by=("91/2025/QH15", "356/2025/NĐ-CP"),
        note="Đã đọc văn bản; ngày hết hiệu lực cần xác nhận",
    ),
    Act(
        number="91/2025/QH15", kind="Luật", title="Bảo vệ dữ liệu cá nhân", valid_from=date(2026, 1, 1),
        subject="Dữ liệu cá nhân, dữ liệu cá nhân nhạy cảm; chuyển dữ liệu ra nước ngoài",
    ),
    Act(
        number="356/2025/NĐ-CP", kind="Nghị định", title="quy định chi tiết Luật Bảo vệ dữ liệu cá nhân",
        subject="Dữ liệu cá nhân: quy định chi tiết", valid_from=date(2026, 1, 1),
    ),
    Act(
        number="30/2020/NĐ-CP", kind="Nghị định", title="về công tác văn thư", certain=True,
        subject="Thể thức và kỹ thuật trình bày văn bản hành chính (Phụ lục I)", valid_from=date(2020, 3, 5),
    ),
    Act(
        number="09/2019/NĐ-CP", kind="Nghị định", title="về chế độ báo cáo của cơ quan hành chính nhà nước",
        subject="Nội dung của một chế độ báo cáo; thời gian chốt số liệu (Điều 12)", certain=True,
        valid_from=date(2019, 3, 12),
    ),
    Act(
        number="20/2020/QĐ-TTg", kind="Quyết định", title="về mã định danh điện tử của các cơ quan, tổ chức",
        subject="Mã định danh của đơn vị gửi báo cáo: đến 35 chữ cái A–Z, chữ số và dấu chấm",
        note="Ngày hiệu lực cần xác nhận",
    ),
)  # fmt: skip

ACT_BY_NUMBER = {act.number: act for act in ACTS}

_CITED = {
    LegalBasis.SECRECY: {"29/2018/QH14": "Điều 5 khoản 5", "117/2025/QH15": "Điều 5"},
    LegalBasis.PERSONAL_DATA: {"13/2023/NĐ-CP": "Điều 2", "91/2025/QH15": "", "356/2025/NĐ-CP": ""},
}
"""The acts of each basis over time, with the article."""


def cite(basis: LegalBasis, on: date = date.max) -> str:
    """The acts of this basis that are in force on the day, by name; "" for a day before the first of them.

    Without a day: the law as it stands.

    >>> cite(LegalBasis.SECRECY, date(2026, 2, 28))
    'Luật Bảo vệ bí mật nhà nước số 29/2018/QH14, Điều 5 khoản 5'
    >>> cite(LegalBasis.SECRECY)
    'Luật Bảo vệ bí mật nhà nước số 117/2025/QH15, Điều 5'
    """
    valid = ((ACT_BY_NUMBER[number], article) for number, article in _CITED[basis].items())
    return "; ".join(", ".join(filter(None, (act.name, part))) for act, part in valid if act.is_in_force(on))


# Citations in texts

_MINISTRY = r"(?:BCA|BQP|BNV|BTP|BTC|BYT|BXD|BCT|BKHCN|BTTTT|BGDĐT|BNNMT|BVHTTDL|BDTTG)(?:-[A-ZĐ0-9]+)*"
_CITATION = re.compile(
    rf"(?<![\w/-])(?P<number>\d+/\d{{4}}/QH\d+|\d+(?:/\d{{4}})?/(?:NĐ|TT|TTLT|QĐ|CT|HD|KH|NQ)-(?:CP|TTg|{_MINISTRY})"
    r"|\d+/\d{4}/(?:QĐ-UBND|NQ-HĐND)"
    r"|\d+-(?:NQ|CT|KL|KH|QĐ|HD)/(?:TW|TU)|QCVN \d+:\d{4}/[A-ZĐ]+)(?![\w/-])"
    r"|(?<!\w)(?P<short>(?:Luật|Nghị định|NĐ|Thông tư|TT|Quyết định|QĐ) (?:số )?\d+/\d{4})(?![\w/])"
    r"|(?<!\w)(?P<named>Luật (?:[^\W\d_]+ ){1,9}(?:19|20)\d\d)(?!\w)"
)
"""An act by its full number, by kind and number without the issuer, or a law by its name and year."""
_KINDS = {"NĐ": "Nghị định", "TT": "Thông tư", "QĐ": "Quyết định"}


class Citation(NamedTuple):
    """Where a text cites an act: the line, the words, and the act; None if the table lacks it."""

    line: int
    words: str
    act: Act | None


def find_citations(text: str, acts: Iterable[Act] = ACTS) -> Iterator[Citation]:
    """Every place where `text` cites an act; lines count from 1."""
    known = tuple(acts)
    others = {word: act for act in known for word in act.also}
    spelled = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, others))})(?!\w)") if others else None
    for number, line in enumerate(text.splitlines(), start=1):
        if spelled:
            yield from (Citation(number, found[0], others[found[0]]) for found in spelled.finditer(line))
        for found in _CITATION.finditer(line):
            if found[0] not in others:
                yield Citation(number, found[0], _find_act(found, known))


def _find_act(found: re.Match[str], known: Iterable[Act]) -> Act | None:
    return next((act for act in known if _is_of(found, act)), None)


def _is_of(found: re.Match[str], act: Act) -> bool:
    if found["short"]:
        kind, _, number = found["short"].replace(" số ", " ").rpartition(" ")
        return act.kind == _KINDS.get(kind, kind) and act.number.startswith(f"{number}/")
    return found["number"] == act.number
