"""Recognises and converts text typed in Vietnamese fonts from before Unicode (TCVN3 ".VnTime", VNI).

Such text consists of Latin-1 letters that only its font shows as Vietnamese: "hép møt tÕt" is "hộp mứt tết". The
font is the evidence. Without it, a text is converted only if several words are impossible in Unicode and all words
are Vietnamese in exactly one of the old encodings: "·", "½", "×" or "«" in a sentence prove nothing. A text with a
letter that no old encoding has (ă, đ, ơ, ư, ạ to ỹ) is Unicode. Undecidable text is flagged.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)

_VNI_PAIRS = {
    "a": "aøà aùá aûả aõã aïạ aêă aèằ aéắ aúẳ aüẵ aëặ aââ aàầ aáấ aåẩ aãẫ aäậ",
    "e": "eøè eùé eûẻ eõẽ eïẹ eâê eàề eáế eåể eãễ eäệ",
    "o": "oøò oùó oûỏ oõõ oïọ oâô oàồ oáố oåổ oãỗ oäộ ôøờ ôùớ ôûở ôõỡ ôïợ",
    "u": "uøù uùú uûủ uõũ uïụ öøừ öùứ öûử öõữ öïự",
    "y": "yøỳ yùý yûỷ yõỹ",
}
_VNI_SINGLE = {"ì": "ì", "í": "í", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ", "ñ": "đ"}


def _read_pairs() -> dict[str, str]:
    pairs = {entry[:2]: entry[2] for line in _VNI_PAIRS.values() for entry in line.split(" ")}
    capitals = {key[0].upper() + key[1]: value.upper() for key, value in pairs.items()}
    return pairs | capitals | {key.upper(): value.upper() for key, value in pairs.items()}


_VNI = _read_pairs() | _VNI_SINGLE | {key.upper(): value.upper() for key, value in _VNI_SINGLE.items()}
_VNI_PATTERN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

_SUSPECT = re.compile("[\u00a1-\u00ff]")
_UNICODE_ONLY = re.compile("[\u0100-\u01b0\u1ea0-\u1ef9]")
_OWN_LATIN = frozenset("àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ°±²³·«»§©®")
_LATIN = [chr(code) for code in range(0xA1, 0x100)]
_FOREIGN = re.compile(f"[{''.join(char for char in _LATIN if char not in _OWN_LATIN or not char.isalpha())}]")
"""What Vietnamese in Unicode has no use for, or for signs only."""

_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
    r"(?:uyê|iêu|yêu|ươi|ươu|uôi|oai|oay|oao|oeo|uây|uya|uyu|"
    r"ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ươ|ưi|ưu|yê|"
    r"[aăâeêioôơuưy])(?P<final>ch|nh|ng|[cmnpt])?"
)
_LONGEST_SYLLABLE = 8
_STOPS = frozenset({"c", "ch", "p", "t"})
_ACUTE, _DOT_BELOW = "\u0301", "\u0323"
_TONES = frozenset({"\u0300", _ACUTE, "\u0303", "\u0309", _DOT_BELOW})
_LETTER = "[^\\W\\d_\u00b2\u00b3]"
_SIGN = "\u00a1-\u00a9\u00ab-\u00b1\u00b4\u00b6\u00b8\u00bb\u00d7\u00f7"
_WORD = re.compile(f"(?:{_LETTER}|[{_SIGN}])(?:{_LETTER}|[{_SIGN}\u00b7])*")
"""Letters, and the signs that stand for letters in the old fonts. No word begins with "·": that is a bullet."""
_SIGN_BY_ITSELF = re.compile("[«¤](?= t«)")
"""The only words of one sign: "« t«" is "ô tô"."""
_SEVERAL = 2
_ETH = str.maketrans("Ðð", "Đđ")


class Run(NamedTuple):
    """A piece of a text in one font."""

    text: str
    font: str = ""


@dataclass(frozen=True)
class Repaired:
    """`text` is stored; `converted_from` names the old encoding, or "Ð"; `flagged` if it could not be determined."""

    text: str
    converted_from: str = ""
    flagged: bool = False


@dataclass(frozen=True)
class _Encoding:
    name: str
    convert_letters: Callable[[str], str]

    def convert(self, text: str) -> str:
        return _WORD.sub(self._convert_match, text)

    def _convert_match(self, match: re.Match[str]) -> str:
        is_word = _SIGN_BY_ITSELF.match(match.string, match.start())
        return self.convert_letters(match[0]) if is_word else self.convert_word(match[0])

    def convert_word(self, word: str) -> str:
        """The word in Unicode. The fonts have no capitals with tones: "HéI" is "HỘI".

        A sign by itself is a bullet or a quotation mark and is kept.
        """
        if len(word) == 1 and not word.isalpha():
            return word
        plain = [char for char in word if char.isascii()]
        converted = self.convert_letters(word)
        return converted.upper() if len(plain) > 1 and all(char.isupper() for char in plain) else converted


_ENCODINGS = {
    each.name: each
    for each in (
        _Encoding("TCVN3", lambda text: "".join(_TCVN3.get(char, char) for char in text)),
        _Encoding("VNI", lambda text: _VNI_PATTERN.sub(lambda match: _VNI[match[0]], text)),
    )
}

OLD_ENCODINGS = frozenset(_ENCODINGS)
"""The names of the encodings from before Unicode."""


def find_encoding(font: str) -> str:
    """The encoding that a font implies, by its name: "TCVN3", "VNI", or "" for Unicode.

    >>> find_encoding(".VnTimeH"), find_encoding("VNI-Times"), find_encoding("Times New Roman")
    ('TCVN3', 'VNI', '')
    """
    name = font[:4].lower()
    return "TCVN3" if name.startswith(".vn") else "VNI" if name in ("vni-", "vni ") else ""


def repair_runs(runs: Iterable[Run]) -> Repaired:
    """The text of all runs, each repaired according to its font."""
    repaired = [repair_text(run.text, font=run.font) for run in runs]
    return Repaired(
        "".join(each.text for each in repaired),
        converted_from=next((each.converted_from for each in repaired if each.converted_from), ""),
        flagged=any(each.flagged for each in repaired),
    )


def repair_text(text: str, *, font: str = "") -> Repaired:
    """`text` in Unicode. Ð and ð typed for Đ and đ are replaced; other Unicode text is returned unchanged."""
    if not _SUSPECT.search(text):
        return Repaired(text)
    if _UNICODE_ONLY.search(text):
        return _repair_unicode(text)
    odd = _list_odd(text.translate(_ETH))
    if find_encoding(font):
        return _repair_by_font(text, odd, font)
    if len(odd) < _SEVERAL:
        return _replace_eth(text)
    readings = [each for each in _ENCODINGS.values() if not _list_odd(each.convert(text))]
    if len(readings) == 1:
        return Repaired(readings[0].convert(text), converted_from=readings[0].name)
    return Repaired(text, flagged=True) if readings or not _is_other_latin(text) else _replace_eth(text)


def _replace_eth(text: str) -> Repaired:
    replaced = text.translate(_ETH)
    return Repaired(replaced, converted_from="" if replaced == text else "Ð")


def _repair_unicode(text: str) -> Repaired:
    """The text with Đ for Ð. It is flagged if several of its words were typed in an old font."""
    replaced = _replace_eth(text)
    if not _FOREIGN.search(text):
        return replaced
    odd = _list_odd(replaced.text)
    readable = (sum(_is_readable(each.convert_word(word)) for word in odd) for each in _ENCODINGS.values())
    return replace(replaced, flagged=max(readable) >= _SEVERAL)


def list_readings(text: str) -> Iterator[str]:
    """The possible readings: the text itself and its conversion from each old encoding. The caller chooses."""
    yield text.translate(_ETH)
    if _SUSPECT.search(text) and not _UNICODE_ONLY.search(text):
        yield from (encoding.convert(text) for encoding in _ENCODINGS.values())


def _repair_by_font(text: str, odd: list[str], font: str) -> Repaired:
    """The text as its font shows it, unless it is or may be Unicode already."""
    encoding = _ENCODINGS[find_encoding(font)]
    converted = encoding.convert(text)
    if converted == text:
        return Repaired(text)
    if len(_list_odd(converted)) < len(odd):
        is_capitals = encoding.name == "TCVN3" and font.upper().endswith("H")
        return Repaired(converted.upper() if is_capitals else converted, converted_from=encoding.name)
    return Repaired(text, flagged=bool(odd) or not _list_odd(converted))


def _list_odd(text: str) -> list[str]:
    """The words with non-ASCII letters that are not Vietnamese syllables, except abbreviations such as "QĐ"."""
    return [word for word in dict.fromkeys(_WORD.findall(text)) if not word.isascii() and not _is_readable(word)]


def _is_readable(word: str) -> bool:
    if word.replace("Đ", "D").replace("đ", "d").isascii() or not any(char.isalpha() for char in word):
        return True
    is_cased = word in (word.lower(), word.upper(), word.capitalize())
    return is_cased and len(word) <= _LONGEST_SYLLABLE and _is_syllable(word)


def _is_syllable(word: str) -> bool:
    """Whether initial, vowel and final combine in Vietnamese, with at most one tone; before a stop only "á" and "ạ"."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = [char for char in decomposed if char in _TONES]
    plain = unicodedata.normalize("NFC", "".join(char for char in decomposed if char not in _TONES))
    match = _SYLLABLE.fullmatch(plain)
    if match is None or len(tones) > 1:
        return False
    return match["final"] not in _STOPS or tones in ([], [_ACUTE], [_DOT_BELOW])


def _is_other_latin(text: str) -> bool:
    """Whether all letters also occur in other Latin languages: a French name is not damaged text."""
    return all(char in _OWN_LATIN for char in _SUSPECT.findall(text))
