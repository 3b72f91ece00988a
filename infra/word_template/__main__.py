"""`python -m infra.word_template [FOLDER …]`: writes the Word templates into programmes' folders.

Each `bao-cao-tong-hop….txt` of a folder becomes the .docx of that name. A folder without one gets a template of its
forms, with a sentence for every figure. Without a FOLDER the templates of all shipped programmes are written, and
the one in `forms/` for programmes without a template. Existing templates are replaced, with an office's changes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from chalicelib import folders
from chalicelib.domain.programme.loading import PROGRAMME
from chalicelib.report.document.template import TEMPLATE
from infra.word_template.text import SHARED, make_template, read_text


def make_templates(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The templates of a programme's folder, each with its file name."""
    texts = sorted(folder.glob(f"{Path(TEMPLATE).stem}*.txt"))
    if not texts:
        yield TEMPLATE, make_template(read_text(SHARED), folders.load_folder(folder))
    for path in texts:
        yield f"{path.stem}.docx", make_template(path.read_text("utf-8"))


def main() -> None:
    named = [Path(each) for each in sys.argv[1:]]
    shipped = [path.parent for path in sorted(folders.SHIPPED.glob(f"*/{PROGRAMME}"))]
    if not named:
        (folders.SHIPPED / TEMPLATE).write_bytes(make_template(read_text(SHARED)))
    for folder in named or shipped:
        for name, data in make_templates(folder):
            (folder / name).write_bytes(data)
            print(folder / name)


if __name__ == "__main__":
    main()
