"""`python -m infra.word_template [FOLDER …]`: writes the Word templates into programmes' folders.

Each `bao-cao-tong-hop….txt` of a folder becomes the .docx of that name. A folder without one gets a copy of the one
in `forms/`, for its office to change. Without a FOLDER the templates of the shipped programmes that have a text are
written, and those in `forms/`: of reports, and of letters. Existing templates are replaced, with an office's changes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from chalicelib import folders
from chalicelib.domain.programme.loading import PROGRAMME
from chalicelib.report.document.official_letter import LETTERS
from chalicelib.report.document.template import TEMPLATE
from infra.word_template.letter import make_letters
from infra.word_template.text import SHARED, make_template, read_text


def make_templates(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The templates of the texts in a programme's folder, each with its file name."""
    for path in sorted(folder.glob(f"{Path(TEMPLATE).stem}*.txt")):
        yield f"{path.stem}.docx", make_template(path.read_text("utf-8"))


def main() -> None:
    named = [Path(each) for each in sys.argv[1:]]
    shared = make_template(read_text(SHARED))
    if not named:
        (folders.SHIPPED / TEMPLATE).write_bytes(shared)
        (folders.SHIPPED / LETTERS).write_bytes(make_letters())
    for folder in named or [path.parent for path in sorted(folders.SHIPPED.glob(f"*/{PROGRAMME}"))]:
        for name, data in dict(make_templates(folder)).items() or ([(TEMPLATE, shared)] if named else []):
            (folder / name).write_bytes(data)
            print(folder / name)


if __name__ == "__main__":
    main()
