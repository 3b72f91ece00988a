"""Text typed in Vietnamese fonts of the time before Unicode (TCVN3 ".VnTime", VNI), recognised and converted.

Such text holds Latin-1 letters that only its font shows as Vietnamese: "hép møt tÕt" is "hộp mứt tết".
It is converted where exactly one reading makes every word a Vietnamese syllable; where that cannot be told
it is flagged, never stored as if it were plain text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

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
    return pairs | {key.upper(): value.upper() for key, value in pairs.items()}


_VNI = _read_pairs() | _VNI_SINGLE | {key.upper(): value.upper() for key, value in _VNI_SINGLE.items()}
_VNI_PATTERN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))

_SUSPECT = re.compile("[\u00a1-\u00ff]")
_OWN_LATIN = frozenset("àáâãèéêìíòóôõùúýÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝ°±²³·«»§©®")
_SYLLABLE = re.compile(
    r"(ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
    r"(uyê|iêu|yêu|ươi|ươu|uôi|oai|oay|oao|oeo|uây|uya|uyu|"
    r"ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ươ|ưi|ưu|yê|"
    r"[aăâeêioôơuưy])(ch|nh|ng|[cmnpt])?"
)
_WORDS = re.compile(r"[^\W\d_]+|[\u00a1-\u00ff]+")


@dataclass(frozen=True)
class Repaired:
    """The text to keep; `converted_from` names the old encoding; `flagged` where it could not be told."""

    text: str
    converted_from: str = ""
    flagged: bool = False


def repair_text(text: str) -> Repaired:
    """`text` in Unicode. Text that already reads as Vietnamese or plain Latin is left alone."""
    if not _SUSPECT.search(text) or _is_vietnamese(text):
        return Repaired(text)
    readings = {
        name: reading
        for name, reading in (("TCVN3", _from_tcvn3(text)), ("VNI", _from_vni(text)))
        if reading != text and _is_vietnamese(reading)
    }
    if len(readings) == 1:
        name, reading = next(iter(readings.items()))
        return Repaired(reading, converted_from=name)
    return Repaired(text, flagged=bool(readings) or not _is_other_latin(text))


def _from_tcvn3(text: str) -> str:
    return "".join(_TCVN3.get(char, char) for char in text)


def _from_vni(text: str) -> str:
    return _VNI_PATTERN.sub(lambda match: _VNI[match[0]], text)


def _is_vietnamese(text: str) -> bool:
    """Whether every word with a letter beyond ASCII is a Vietnamese syllable."""
    words = [word for word in _WORDS.findall(text) if not word.isascii()]
    return all(_is_syllable(word) for word in words)


def _is_syllable(word: str) -> bool:
    """One tone mark at the most, and initial, vowel and final that Vietnamese joins."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = [char for char in decomposed if char in "\u0300\u0301\u0303\u0309\u0323"]
    plain = unicodedata.normalize("NFC", "".join(char for char in decomposed if char not in tones))
    return len(tones) <= 1 and _SYLLABLE.fullmatch(plain) is not None


def _is_other_latin(text: str) -> bool:
    """Letters that Vietnamese and its neighbours share: a French name is not a damaged text."""
    return all(char in _OWN_LATIN for char in _SUSPECT.findall(text))
