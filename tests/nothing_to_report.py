"""The small programme with sections that may be marked “không phát sinh”: one of a form, and the whole of another."""

from __future__ import annotations

from pathlib import Path

from chalicelib import folders
from chalicelib.domain.programme.loading import PROGRAMME, load_programme
from chalicelib.domain.programme.model import Programme

FOLDER = Path(__file__).parent / "data" / "programme-nho"
FORM, WHOLE, PERIOD = "bieu", "bieu-phu", "nua-dau"
"""A form of which a section may be marked, and one of which everything may be."""

_CHANGES = (
    (f"{FORM}.toml", 'title = "I. Số liệu"\nindicators = ["A01", "A02", "A03", "A04", "A05"]\n',
     'code = "tuyen-truyen"\ntitle = "I. Tuyên truyền"\nindicators = ["A01", "A02"]\nnothing_to_report = true\n'
     'tables = ["to"]\n\n[[sections]]\ntitle = "II. Lực lượng"\nindicators = ["A03", "A04", "A05"]\n'),
    (f"{WHOLE}.toml", "[[sections]]\n", '[[sections]]\ncode = "bo-sung"\nnothing_to_report = true\n'),
    (PROGRAMME, "enabled = false\n", "enabled = true\n"),
)  # fmt: skip


def read_markable() -> dict[str, bytes]:
    """The programme's files."""
    files = folders.read_folder(FOLDER)
    for name, before, after in _CHANGES:
        assert files[name].count(before) == 1, name
        files[name] = files[name].replace(before, after)
    return {name: text.encode() for name, text in files.items()}


def load_markable() -> Programme:
    return load_programme({name: data.decode() for name, data in read_markable().items()})
