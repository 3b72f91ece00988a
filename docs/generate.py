"""Writes the generated documents: `python -m docs.generate`. A test fails where they differ from the code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.page import render_speed
from chalicelib import folders
from chalicelib.domain.issues.catalogue import AREAS, CATALOGUE, RETIRED
from chalicelib.domain.issues.laws import ACTS, Act
from chalicelib.domain.programme.loading import PROGRAMME
from chalicelib.web.guides import GUIDES
from chalicelib.workbook.programme.sheets import SHEETS, SheetColumn
from docs.guides import render_guide
from tests.promises.catalogue import PROMISES
from tests.promises.mutations import MUTATIONS
from tests.promises.results import Tried, add_up, read_results

HERE = Path(__file__).parent
_HEAD = """# Mã lỗi và cảnh báo

Tài liệu này được sinh từ `chalicelib/domain/issues/catalogue.py` (`make docs`). Mã không đổi và không dùng lại.
Trong thông báo, phần trong ngoặc nhọn được thay bằng nội dung cụ thể; trước mỗi thông báo là địa chỉ: ô, trang tính,
tên chỉ tiêu.
"""
_TABLE_HEAD = ("| Mã | Mức | Thông báo | Nguyên nhân | Cách xử lý |", "|---|---|---|---|---|")
_LAWS = """# Văn bản pháp luật được viện dẫn

Tài liệu này được sinh từ `chalicelib/domain/issues/laws.py` và `forms/*/laws.csv` (`make docs`). Thông báo, báo cáo
viện dẫn văn bản pháp luật có hiệu lực tại ngày của nó; trang của một lần nộp cũ nêu căn cứ của ngày nộp. “Cần xác
nhận”: chưa đối chiếu với văn bản gốc, hoặc ngày hiệu lực chưa tìm được ở trang của cơ quan nhà nước hay trang
công bố văn bản.
"""
_LAWS_HEAD = (
    "| Số, ký hiệu | Tên | Quy định | Hiệu lực từ | Đến hết | Tình trạng | Thay bằng | Ghi chú |",
    "|---|---|---|---|---|---|---|---|",
)
_RESULTS = "<!-- results -->"
_SEVERITIES = {"error": "Lỗi", "warning": "Cảnh báo"}


def render_issues() -> str:
    """The catalogue as a page: one table to an area of codes."""
    parts = [_HEAD]
    for area, title in AREAS.items():
        rows = [(code, entry) for code, entry in CATALOGUE.items() if code.partition(".")[0] == area]
        if not rows:
            continue
        parts += [f"\n## {title} (`{area}.*`)\n", *_TABLE_HEAD]
        parts += [
            f"| `{code}` | {_SEVERITIES[entry.severity]} | {entry.message} | {entry.explain()} | {entry.remedy} |"
            for code, entry in rows
        ]
    if RETIRED:
        parts += ["\n## Mã đã thôi dùng\n", ", ".join(f"`{code}`" for code in sorted(RETIRED))]
    return "\n".join(parts) + "\n"


def render_laws() -> str:
    """The acts that the product cites, then those of each shipped programme."""
    parts = [_LAWS, "\n## Phần mềm và tài liệu\n", *_LAWS_HEAD, *map(_render_act, ACTS)]
    for path in sorted(folders.SHIPPED.glob(f"*/{PROGRAMME}")):
        programme = folders.load_folder(path.parent)
        if programme.laws:
            parts += [f"\n## {programme.title} (`{programme.code}`)\n", *_LAWS_HEAD, *map(_render_act, programme.laws)]
    return "\n".join(parts) + "\n"


def _render_act(act: Act) -> str:
    first, last = (f"{day:%d/%m/%Y}" if day else "–" for day in (act.valid_from, act.valid_to))
    state = "chắc chắn" if act.certain else "cần xác nhận"
    replaced = ", ".join(act.replaced_by) or "–"
    cells = (act.number, f"{act.kind} {act.title}", act.subject, first, last, state, replaced, act.note)
    return f"| {' | '.join(cells)} |"


def render_promises() -> str:
    """The page of promises, whose last part has the last results; what stands before its mark is written by hand."""
    above = (HERE / "promises.md").read_text("utf-8").partition(_RESULTS)[0]
    return "\n".join([f"{above}{_RESULTS}\n", *_render_results(read_results())])


def _render_results(kept: dict[str, Any]) -> Iterator[str]:
    yield "## Results\n\nOf the last runs with `PYTEST=--record`; `make docs` writes this part anew.\n"
    for name in ("promises", "soak"):
        yield f"### `make {name}`\n"
        yield from _render_run(kept[name]) if kept.get(name) else ("Not recorded yet.\n",)
    yield "### `make mutations`\n"
    yield from _render_mutations(kept.get("mutations", {"date": "Not recorded yet", "found": {}}))


def _render_run(files: dict[str, Any]) -> Iterator[str]:
    days = sorted({run["date"] for run in files.values()})
    processors = sorted({run["processors"] for run in files.values()})
    yield f"{_span(days)}, {_span(processors)} processors; the oldest and the newest run of a file of tests.\n"
    yield from ("| promise | what is promised | tests | cases | failures |", "|---|---|---:|---:|---:|")
    found = add_up({code: Tried(**one) for code, one in run["found"].items()} for run in files.values())
    for code, one in found.items():
        yield f"| `{code}` | {PROMISES[code]} | {one.tests:,} | {one.cases:,} | {one.failures:,} |"
    yield ""


def _span(values: list[Any]) -> str:
    return str(values[0]) if len(values) == 1 else f"{values[0]} to {values[-1]}"


def _render_mutations(run: dict[str, Any]) -> Iterator[str]:
    yield f"{run['date']}; each guard was broken in a copy, and the test beside it failed.\n"
    yield from ("| guard | promise | test that failed |", "|---|---|---|")
    for mutation in MUTATIONS:
        _, test = run["found"].get(mutation.guard, ("", "not tried since it is here"))
        yield f"| {mutation.guard} | `{mutation.promise}` | {test or '**none**'} |"
    yield ""


_BOOK_HEAD = """# Sổ chương trình

Cả chương trình trong một tệp Excel: `tonghop programme new -o F.xlsx` ghi một sổ trống, `programme export MÃ -o
F.xlsx` ghi một chương trình đã có thành sổ, `programme check F.xlsx` nêu mọi chỗ sai với trang tính và ô (`--marked`
ghi bản sao có đánh dấu), `programme import F.xlsx -o THƯ-MỤC` ghi sổ thành thư mục chương trình. Sổ còn một chỗ sai
thì không ghi gì.

Chỉ bốn trang phải có: *Chương trình*, *Đơn vị*, *Kỳ*, *Chỉ tiêu*. Thiếu các trang khác thì loại đơn vị lấy theo cột
“Loại”, biểu mẫu mang mã `bao-cao` gồm mọi chỉ tiêu theo nhóm và không nhận phần lớn hơn số chung, mọi loại đơn vị
được hỏi đều phải gửi, báo cáo có một câu cho mỗi chỉ tiêu cộng được. Trang chỉ ghi “(trống)” là không có gì, kể cả
mặc định. Dòng bắt đầu bằng “Ví dụ:” không được đọc. `{year}` là năm của chương trình. Ô của mục, bảng, mục tiêu, đề
cương ghi ở dòng đầu; các dòng dưới chỉ ghi phần bên trong.

Cách lập từng bước, với ví dụ: [Lập một chương trình báo cáo](huong-dan-chuong-trinh.md).

Bảng dưới đây do phần mềm ghi ra. Cột **đậm** là bắt buộc.
"""


def render_programme_book() -> str:
    """Every sheet and column of a sổ."""
    parts = [_BOOK_HEAD]
    for sheet in SHEETS:
        parts += [f"## {sheet.name}{' (bắt buộc)' if sheet.is_needed else ''}\n", f"{sheet.help}\n"]
        parts += ["| cột | ghi |", "|---|---|", *map(_render_column, sheet.all_columns), ""]
    return "\n".join(parts)


def _render_column(column: SheetColumn) -> str:
    words = column.words.replace("|", "\\|")
    return f"| {f'**{column.heading}**' if column.is_needed else column.heading} | {words} |"


_PARTS = "../chalicelib/web/pages"

DOCUMENTS: dict[str, Callable[[], str]] = {
    "issues.md": render_issues,
    "laws.md": render_laws,
    "promises.md": render_promises,
    "speed.md": render_speed,
    "so-chuong-trinh.md": render_programme_book,
    **{f"{_PARTS}/{guide.part}": partial(render_guide, guide.file) for guide in GUIDES.values()},
}
"""By their places, seen from here."""


def main() -> None:
    for name, render in DOCUMENTS.items():
        (HERE / name).write_text(render(), "utf-8")


if __name__ == "__main__":
    main()
