"""The looks are one scale: sizes, spaces and colours are named once, can be read, and are kept to."""

from __future__ import annotations

import re

import pytest

from chalicelib.domain.programme.model import Programme
from chalicelib.web.rendering import HOME, STATIC
from infra.demo.programme import DEMO_CODE, DEMO_PERIOD
from tests.web.client import Browser
from tests.web.people import sign_in

CSS = re.sub(r"/\*.*?\*/", "", (STATIC / "trang.css").read_text("utf-8"), flags=re.S)
NAMED = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS))
SCREEN = CSS.partition("color-scheme")[2].partition("@media (forced-colors")[0]
"""All but the names themselves, the colours that a person chose, and the printer's, which measures in points."""

SPACE = r"-?0|auto|var\(--[\w-]+\)|\d*\.?\d+mm|clamp\(.+\)"
INSETS = {
    ".0625rem",
    ".125rem",
    ".05rem",
    ".5rem",
    ".5625rem",
    ".625rem",
    "1.125rem",
    "1.75rem",
    "3.25rem",
    "1px",
    "-1px",
}
"""The inside of controls and tags, which is of their own height."""


def measure_light(colour: str) -> float:
    """The relative luminance of WCAG 2."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def find_contrast(one: str, other: str) -> float:
    light, dark = sorted((measure_light(NAMED[one]), measure_light(NAMED[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXTS = [
    *((text, ground) for text in ("ink", "ink-soft", "accent", "accent-dark", "bad") for ground in ("paper", "ground")),
    *(("ink", f"{tone}-soft") for tone in ("accent", "ok", "warn", "bad", "none")),
    *((tone, f"{tone}-soft") for tone in ("accent", "ok", "warn", "bad", "none")),
    *(("ink-soft", f"{tone}-soft") for tone in ("accent", "ok", "warn", "none")),
    *((text, ground) for text in ("on-dark", "on-dark-soft") for ground in ("head", "accent", "accent-dark")),
]


@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_whatever_is_written_can_be_read(text: str, ground: str) -> None:
    assert find_contrast(text, ground) >= 4.5


@pytest.mark.parametrize("ground", ["paper", "ground", "head", "accent", "ok-soft", "warn-soft", "bad-soft"])
def test_where_the_keyboard_is_can_be_seen_on_every_ground(ground: str) -> None:
    assert max(find_contrast("focus", ground), find_contrast("focus-glow", ground)) >= 3


@pytest.mark.parametrize(("mark", "ground"), [("line-strong", "paper"), ("line-strong", "ground"), ("mark", "paper")])
def test_frames_and_marks_can_be_seen(mark: str, ground: str) -> None:
    assert find_contrast(mark, ground) >= 3


def test_every_size_of_type_is_one_of_the_scale() -> None:
    sizes = set(re.findall(r"font-size: ([^;]+);", SCREEN))
    of_paper, of_chart = "1.1875rem", "12px"
    assert {size for size in sizes if not size.startswith("var(--type-")} <= {of_paper, of_chart, "inherit"}


def test_every_space_is_one_of_the_scale() -> None:
    spaces = re.findall(r"(?<!scroll-)(?:margin|gap|padding)(?:-\w+)?: ([^;]+);", SCREEN)
    values = {value for space in spaces for value in re.sub(r"\(.*\)", "()", space).split(" ")}
    assert {value for value in values if not re.fullmatch(SPACE, value.replace("()", "(--x)"))} <= {
        *INSETS,
        "!important",
    }


def test_every_colour_has_a_name() -> None:
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", SCREEN)) <= {"#000"}, "ink of the printed report"


def test_a_state_has_a_shape_beside_its_colour_and_no_two_have_the_same() -> None:
    shapes = dict(re.findall(r'\.tag-(\w+)::before \{ content: "(.)"; content: "\2" / ""; \}', SCREEN))
    assert shapes.keys() == {"ok", "warn", "bad", "wait", "none"}
    assert len(set(shapes.values())) == len(shapes)


TEMPLATES = [path.read_text("utf-8") for path in (HOME / "pages").rglob("*.html")]
CONSOLE = "".join(path.read_text("utf-8") for path in (HOME / "console").glob("*.py"))


def list_classes() -> set[str]:
    """The classes that pages and scripts give; one whose end is filled in ends in "-"."""
    given = [text for page in TEMPLATES for text in re.findall(r'class="([^"]*)"', page)]
    given += [text for page in TEMPLATES for text in re.findall(r"block width %\}([^{]*)\{", page)]
    fixed = [re.sub(r"\{[{%].*?[%}]\}", " ", text) for text in given]
    asked = r"== '[^']*'|in \([^)]*\)|'[^']*' in "
    worded = [word for text in given for word in re.findall(r"'([^']*)'", re.sub(asked, " ", text))]
    parts = [text for page in TEMPLATES for text in re.findall(r"'(button-[\w-]+)'", page)]
    scripts = "".join(path.read_text("utf-8") for path in STATIC.glob("*.js"))
    made = re.findall(r'class(?:Name = |List\.\w+\()"([^"]+)"', scripts)
    return {name for text in (*fixed, *worded, *parts, *made) for name in text.split()}


def test_every_class_has_a_rule_and_every_rule_a_class() -> None:
    ruled = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", " ", CSS)))
    given = list_classes()
    starts = tuple(name for name in given if name.endswith("-"))
    assert {name for name in given - ruled if not name.endswith("-")} == set()
    assert {rule for rule in ruled - given if not rule.startswith(starts)} == set()


def test_what_the_console_says_once_something_is_done_is_said_somewhere() -> None:
    sayings = next(page for page in TEMPLATES if "set sayings" in page).partition("set sayings")[2].partition("%}")[0]
    keys = re.findall(r"'(\w+)': '", sayings)
    assert len(keys) > 10
    assert [key for key in keys if not re.search(rf'"{key}"|xong={key}\b', CONSOLE)] == []


def test_the_head_bears_the_names_of_the_province_and_the_office(
    browser: Browser, token: str, programme: Programme
) -> None:
    head = browser.get(f"/nop/{token}").text.partition("<main")[0]
    assert programme.office.parent in head
    assert programme.office.name in head


PRINTED = re.sub(r"\s+", " ", CSS.partition("@media print {")[2])


@pytest.mark.parametrize(
    "rule",
    [
        "@page { size: A4; margin: 0; }",
        "@page open { size: A4; margin: 15mm; }",
        ".guide, body:has(.menu):not(.sheets) { page: open; padding: 0; }",
        "thead { display: table-header-group; }",
        "tr { break-inside: avoid; }",
        "th.num { white-space: normal; }",
        ".menu, .top-end, .noprint, .skip, .crumbs, .foot { display: none !important; }",
        ".scroll, .picker { overflow: visible; max-height: none; }",
        ".fold::details-content { content-visibility: visible; height: auto; }",
        "a { color: #000; text-decoration: none; }",
    ],
)
def test_what_is_printed_is_whole_and_has_nothing_to_press(rule: str) -> None:
    assert rule in PRINTED


def test_no_address_is_printed_beside_its_link() -> None:
    assert not re.search(r"attr\(href", CSS)


def count_printed(row: str) -> int:
    """The cells of a table's row that are printed, those over several columns as so many."""
    cells = re.findall(r"<t[hd]\b([^>]*)>", row)
    spans = [int(found[1]) if (found := re.search(r'colspan="(\d+)"', cell)) else 1 for cell in cells]
    return sum(span for cell, span in zip(cells, spans, strict=True) if "noprint" not in cell)


def check_printed(text: str) -> None:
    """There are tables, and each of their printed rows has as many cells as its head."""
    tables = re.findall(r"<table.*?</table>", text, flags=re.S)
    assert tables
    for table in tables:
        head, _, body = table.partition("</thead>")
        rows = [row for row in body.split("<tr")[1:] if "rowspan" not in body]
        assert {count_printed(row) for row in rows} <= {count_printed(head.rpartition("<tr")[2])}


@pytest.mark.parametrize("page", ["ky", "so-lieu", "nhac", "duong-dan", "don-vi", "chi-tieu"])
def test_each_printed_row_has_as_many_cells_as_its_head(browser: Browser, programme: Programme, page: str) -> None:
    sign_in(browser, "editor")
    period = "" if page in ("duong-dan", "don-vi") else f"/{DEMO_PERIOD}"
    check_printed(browser.get(f"/pv05/{page}/{DEMO_CODE}{period}").text)
