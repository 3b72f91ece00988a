"""What meets a sender's text takes time in proportion to its length, whatever stands in it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from chalicelib import folders
from chalicelib.domain.language.legacy_text import repair_text
from chalicelib.domain.language.numerals import read_numeral
from chalicelib.domain.language.prose import make_prose_key, make_words_key, says_nothing, split_sentences
from chalicelib.domain.language.sentences import find_edits
from chalicelib.domain.language.spelling import compose, fold_spaces, make_key, suggest
from chalicelib.domain.period.body import write_text
from chalicelib.domain.period.draft import TextTooLong, clean, drop_sentences, list_taken
from chalicelib.domain.programme import kinds
from chalicelib.domain.programme.formulas import find_circle
from chalicelib.domain.programme.outline import find_text_mistakes
from chalicelib.domain.programme.scales import find_places, list_units
from chalicelib.domain.submission.dates import read_date
from chalicelib.domain.submission.numbers import parse_stored
from chalicelib.domain.submission.personal_numbers import find_personal_number
from chalicelib.domain.submission.secrecy import find_mark_in_name, find_secrecy_mark
from chalicelib.domain.submission.typed_figures import read_typed
from chalicelib.report.plain import clean_text
from chalicelib.store.names import tidy_name
from chalicelib.workbook.form.labels import is_other_scale
from chalicelib.workbook.form.marks import parse_line
from chalicelib.workbook.reading.asides import read_loosely, read_margin
from chalicelib.workbook.reading.blanks import BlankFilter
from chalicelib.workbook.reading.book import Sheet
from chalicelib.workbook.reading.bounds import Budget
from chalicelib.workbook.reading.cells import Collector, parse_range
from chalicelib.workbook.reading.dates import Style, read_iso, style_of_code
from chalicelib.workbook.reading.foreign import find_foreign
from chalicelib.workbook.reading.package import decode_escapes

SIZE = 6_000
TIMES = 4
MOST = 8
"""Time in proportion gives 4, time that grows with the square 16."""
NOTHING = 0.02
"""Seconds in which nothing can be told: so fast is only what looks at the length first, or at a bounded part."""


def put_number(text: str) -> None:
    Collector(Sheet("Số liệu"), Budget()).put_number(1, 1, text[:-1] + "x", Style.NUMBER)


def read_figure(text: str) -> None:
    read_typed(text, kinds.MEASURE, units=frozenset({make_key("tổ")}), estimates=True)


def filter_blanks(text: str) -> None:
    list(BlankFilter().filter([b"<worksheet>", text.encode()]))


def sniff(text: str) -> None:
    find_foreign(text.encode())


def take_loosely(text: str) -> None:
    read_loosely([text.encode()], "xl/drawings/drawing1.xml", Budget())


def decode(text: str) -> None:
    decode_escapes(text, Budget())


class Words:
    """All figures are known."""

    def say(self, marker: re.Match[str]) -> str | None:
        return marker["code"]

    def is_positive(self, marker: re.Match[str]) -> bool:
        return bool(marker["code"])

    def is_asked(self, marker: re.Match[str]) -> bool:
        return bool(marker["code"])


def edit(text: str) -> None:
    find_edits(text, Words())


def write(text: str) -> None:
    list(write_text("a", text=text, words=Words(), passages={}))


def check_text(text: str) -> None:
    list(find_text_mistakes(PROGRAMME, text))


def keep(text: str) -> None:
    with suppress(TextTooLong):
        clean(text)


def drop(text: str) -> None:
    drop_sentences({"a": text}, prose=["Thiếu kinh phí mua súng."])


def list_sources(text: str) -> None:
    list(list_taken({"a": text}))


def suggest_for_each(text: str) -> None:
    """A column of a programme filled with what is no code: names pasted over the codes of units."""
    known = [f"{number:05}" for number in range(len(text) // 40)]
    for number in range(len(known)):
        suggest(f"{text[0]}{number:05}", known)


def look_for_units(text: str) -> None:
    list_units(text, measured="đồng")


def parse_unit(text: str) -> None:
    find_places(text, measured="đồng")


def compare_scale(text: str) -> None:
    is_other_scale(text, own="đồng", is_scaled=False)


def follow_chain(text: str) -> None:
    find_circle("0", lambda code: [str(int(code) + 1)] if int(code) < len(text) else [])


PROGRAMME = folders.load_folder(folders.SHIPPED / folders.find_default())

ATTACKS: dict[Callable[[str], object], list[Callable[[int], str]]] = {
    suggest_for_each: [lambda n: "x" * n],
    follow_chain: [lambda n: "x" * n],
    look_for_units: [lambda n, text=text: text * n for text in ("-", ".", "a ", "nghìn ", "1.000", "a-", "² ")],
    parse_unit: [lambda n, text=text: text * n for text in ("-", "nghìn ", "1.000", "đ .")],
    compare_scale: [lambda n, text=text: text * n for text in ("nghìn µ", "1.000", "đ .")],
    put_number: [lambda n: "1" * n, lambda n: "." * n, lambda n: "1." + "0" * n],
    parse_stored: [lambda n: "1" * n + "x", lambda n: "1" * n + "e"],
    read_figure: [
        *(lambda n, text=text: text * n for text in ("1", "1 ", "1.", "1, ", "1\t", "x", "ước ", " ", "O", "'")),
        *(lambda n, text=text: "12 " + text * n for text in ("(", "()", "(một ", "tỷ ", "tỷ 1 ", ". ")),
    ],
    read_numeral: [lambda n: "một " * n, lambda n: "tỷ " * n],
    read_date: [lambda n: "1" * n, lambda n: "1/" * n, lambda n: "2022-02-10T00:00:00." + "0" * n],
    repair_text: [lambda n, text=text: text * n for text in ("x·", "« t", "hép møt ", "µ", "Ðảng ×½ ", "aø", "nghuyê")],
    compose: [lambda n: "a" + "\u0323\u0301" * n, lambda n: "\u0591\u0301\u05b0" * n],
    make_key: [lambda n: "a" + "\u0301\u0323" * n, lambda n: "\u0301a" * n, lambda n: "ộ " * n],
    fold_spaces: [lambda n: " " * n + "x", lambda n: "\u200b " * n],
    clean_text: [lambda n: "a" + "\u0323\u0301" * n, lambda n: "\x00\r" * n],
    tidy_name: [lambda n: "a" + "\u0323\u0301" * n + ".xlsx"],
    find_secrecy_mark: [lambda n: "Độ mật :" * n, lambda n: "(" * n, lambda n: "TUYỆT MẬ" * n, lambda n: "m" + " " * n],
    find_mark_in_name: [lambda n: "MẬT " * n, lambda n: "_(" * n, lambda n: "a.b" * n],
    read_margin: [lambda n: "&" * n, lambda n: '&"' * n, lambda n: "&K" * n, lambda n: "&L&C" * n],
    take_loosely: [lambda n: "<" * n, lambda n: "<![CDATA[" * n, lambda n: "<a:t>x</a:t>" * n, lambda n: "<a " * n],
    find_personal_number: [
        lambda n, text=text: text * n for text in ("Số ĐT: ", "0912345678 ", "0", "09 1-2.", "+84 9")
    ],
    parse_line: [lambda n: "Mã biểu: " * n, lambda n: "Mã biểu: " + "a" * n, lambda n: "-" * n],
    parse_range: [lambda n: "A" * n, lambda n: "A1:" * n, lambda n: "$" * n],
    read_iso: [lambda n: "2022-02-10T00:00:00." + "0" * n, lambda n: "1" * n],
    style_of_code: [lambda n, text=text: text * n for text in ("[", '"', "s.0", "\\", "_", "0;")],
    sniff: [lambda n: "<" + "a" * n, lambda n: "<!doctype" + " " * n],
    decode: [lambda n: "_x" * n, lambda n: "_x000D_" * n],
    split_sentences: [lambda n, text=text: text * n for text in (".", '."', "- ", "; ", "\n", "A. ")],
    make_prose_key: [lambda n: " " * n + "x", lambda n: "." * n + "x", lambda n: "1." * n],
    make_words_key: [lambda n: "a," * n, lambda n: ",;.:/()" * n],
    says_nothing: [lambda n: "không " * n, lambda n: "-" * n],
    edit: [
        *(lambda n, text=text: "[B05]" + text * n + "x" for text in (" ", ", ", " với ", ", trong đó", " (", ";", "|")),
        *(lambda n, text=text: text * (n // 9) for text in ("[B05]", "[?B05] ", "a ([B05] b) ", "Có [B05] a. ", "([")),
    ],
    write: [lambda n, text=text: "x" + text * n + "x" for text in (" ", "**a ", "**", "[", "[nguồn:a/")],
    check_text: [lambda n, text=text: "x" + text * n + "x" for text in (" ", "**a ", "**", "[", "\n")],
    keep: [lambda n: "a" + "\u0301\u0323" * n, lambda n: "\r" * n, lambda n: " " * n + "x"],
    drop: [lambda n: "x" + " " * n + "x", lambda n: "a. " * n],
    list_sources: [lambda n: "x" + " " * n + "x", lambda n: "a [nguồn:a/b/1]" * (n // 9)],
    filter_blanks: [
        lambda n: '<c r="A1" ' * n,
        lambda n: '<row r="1"' + ' a="b"' * n,
        lambda n: '<row r="1" a="b" ' * n,
    ],
}
"""Each function with makers of texts that are as bad as they can be, by their length."""


def measure(function: Callable[[str], object], text: str) -> float:
    """The best of five: the machine may be busy with other things."""
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        function(text)
        best = min(best, time.process_time() - started)
    return best


@pytest.mark.parametrize(
    ("function", "make"), [(function, make) for function, makers in ATTACKS.items() for make in makers]
)
def test_four_times_the_text_takes_four_times_the_time(
    function: Callable[[str], object], make: Callable[[int], str]
) -> None:
    once, more = measure(function, make(SIZE)), measure(function, make(TIMES * SIZE))
    assert more < NOTHING or more / once < MOST
