"""The draft (dự thảo) of a period's report: its body as it will print, and a page on which a heading is written."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from chalicelib.domain.language.sentences import MARKER, View
from chalicelib.domain.language.vietnamese import format_number
from chalicelib.domain.period.body import (
    Paragraph,
    Silence,
    Source,
    Unsaid,
    find_outline,
    find_silence,
    find_unsaid,
    write_body,
)
from chalicelib.domain.period.consolidation import Consolidation
from chalicelib.domain.period.digest import find_outdated
from chalicelib.domain.period.draft import Draft, DraftVersion, TextTooLong, clean
from chalicelib.domain.period.figure_words import FigureWords
from chalicelib.domain.programme.kinds import Method, Shape
from chalicelib.domain.programme.model import Heading, Indicator
from chalicelib.domain.programme.outline import MOST_LETTERS, Passage, find_text_mistakes
from chalicelib.office import draft as office
from chalicelib.office.draft import HeadingTaken, OutlinedReport
from chalicelib.office.refusals import Mistaken, Refusal
from chalicelib.store import drafts, editions
from chalicelib.store.errors import StorageError
from chalicelib.web.console.desk import Desk, open_desk
from chalicelib.web.console.period import gather
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, parse_number
from chalicelib.web.problems import Broken, FormWrong, PageUnknown
from chalicelib.web.request import Request
from chalicelib.web.response import Response

_NOT_KEPT = "Hệ thống tạm thời chưa trả lời. Lời đang soạn còn nguyên dưới đây, xin bấm lưu lại sau ít phút."
_TOO_LONG = f"Lời của một mục không được quá {format_number(MOST_LETTERS)} ký tự. Xin rút gọn rồi lưu."
_TASKS = ("luu", "xem-truoc", "cau-san")
SILENCES = {
    Silence.UNWRITTEN: "mục chưa có lời",
    Silence.NOUGHT: "mọi số liệu của mục bằng không",
    Silence.UNKNOWN: "số liệu của mục chưa có đủ",
}
"""Why a heading is not printed."""

UNSAID = {
    Unsaid.NOUGHT: "bằng 0, nên bỏ cùng vế câu",
    Unsaid.UNKNOWN: "chưa có số liệu, nên bỏ cùng vế câu",
    Unsaid.NOT_COMPARED: "không có gì để so sánh, hoặc không thay đổi",
    Unsaid.NOT_ENOUGH: "chưa đủ số liệu để nêu",
}
"""Why a mark is not printed."""

FORMS = {
    "": "Số liệu", "!": "Số liệu, in cả khi bằng 0", "%": "Tăng, giảm so với cùng kỳ",
    "+": "Tăng, giảm kèm số chênh lệch", "/": "Phần trên tổng (3/4)", "/%": "Tỷ lệ phần trên tổng (75%)",
    f":{View.TARGET}": "So với chỉ tiêu", f":{View.HIGHEST}": "Các đơn vị cao nhất",
    f":{View.LOWEST}": "Các đơn vị thấp nhất", f":{View.NAMES}": "Tên các đơn vị đã kê",
}  # fmt: skip
"""What may stand behind a figure's code, as it is picked from the list."""

RARE = (View.NAMES, View.TARGET)
"""Views that fit some figures only."""

logger = logging.getLogger(__name__)


class Chapter(NamedTuple):
    """A heading with its text and what is printed of it, the heading's own line included; nothing where it falls."""

    heading: Heading
    text: str
    is_own: bool
    paragraphs: tuple[Paragraph, ...]
    silence: str


class Choice(NamedTuple):
    """A figure to pick, and how it is said now; "" if it is not known."""

    indicator: Indicator
    said: str
    views: tuple[View, ...]
    """Of RARE those that fit it."""


class Offered(NamedTuple):
    """The text of a heading in an earlier period. With mistakes it cannot be taken over unread."""

    heading: Heading
    text: str
    has_mistakes: bool


class Writing(NamedTuple):
    """What stands in the writer's form: the text, and the number of the version that it was begun from, 0 for none."""

    text: str
    based_on: int
    problem: str = ""
    theirs: Draft | None = None
    """The version in which somebody else has changed the heading meanwhile."""


@dataclass(frozen=True)
class Workplace:
    """The report that somebody writes, with the figures that its sentences say."""

    desk: Desk
    consolidation: Consolidation
    report: OutlinedReport

    @property
    def path(self) -> str:
        return f"du-thao/{self.desk.programme.code}/{self.desk.period.code}"

    def find_heading(self, code: str) -> Heading:
        heading = self.report.outline.heading_by_code.get(code)
        if heading is None:
            raise PageUnknown
        return heading

    @cached_property
    def latest(self) -> Draft | None:
        """The version that stands when it is first asked for."""
        return office.find_draft(self.desk.programme.code, period=self.desk.period.code)

    def print_chapters(self, texts: Mapping[str, str]) -> list[Chapter]:
        """All headings in the outline's order, with what is printed of them."""
        from chalicelib.report.document.wording import write_passages

        words, outline = FigureWords(self.consolidation), self.report.outline
        printed: dict[str, list[Paragraph]] = {heading.code: [] for heading in outline.headings}
        for paragraph in write_body(outline, texts, words, write_passages(self.consolidation)):
            printed[paragraph.heading].append(paragraph)
        return [_make_chapter(heading, texts, printed[heading.code], words) for heading in outline.headings]

    def list_choices(self) -> Iterator[tuple[str, list[Choice]]]:
        """The figures that a sentence can say, under the titles of their sections."""
        words = FigureWords(self.consolidation)
        views = self._find_views()
        for section in self.consolidation.tally.sections:
            marks = ((each, MARKER.fullmatch(f"[{each.code}]")) for each in section.indicators)
            yield section.title, [
                Choice(each, words.say(mark) or "", tuple(view for view in RARE if each.code in views[view]))
                for each, mark in marks if mark
            ]  # fmt: skip

    def _find_views(self) -> dict[View, set[str]]:
        """The figures that count names, and those of which a target asks a number of things done."""
        asked = (each for result in self.consolidation.targets for unit in result.units for each in unit.conditions)
        indicators = self.consolidation.tally.indicators
        named = {each.code for each in indicators if each.kind.method is Method.NAMES}
        counted = {each.code for each in indicators if each.kind.shape is Shape.NUMBER}
        return {
            View.NAMES: named,
            View.TARGET: {each.indicator for each in asked if each.at_least is not None and each.indicator in counted},
        }

    def find_source(self, source: Source) -> tuple[str, str]:
        """The name of the unit that said a sentence, and the path of its report; both empty if there is none."""
        programme, period = self.desk.programme, self.desk.period
        unit = programme.find_unit(source.unit, period) or programme.unit_by_code.get(source.unit)
        forms = [form for form in programme.forms if source.field in {each.code for each in form.narratives}]
        if unit is None or not forms:
            return "", ""
        form = next((each for each in programme.forms_of(unit, period) if each in forms), forms[0])
        place = f"ban-nop/{programme.code}/{period.code}/{form.code}/{unit.code}"
        return programme.name_fully(unit), f"{place}?lan={source.revision}#thuyet-minh"

    def show(self, template: str, *, menu: str = "du-thao", status: int = 200, **values: Any) -> Response:
        return self.desk.show(
            template, menu=menu, status=status, here=self.path, find_source=self.find_source,
            shown_codes={each.code for each in self.consolidation.tally.indicators}, **values,
        )  # fmt: skip


def _make_chapter(
    heading: Heading, texts: Mapping[str, str], printed: Sequence[Paragraph], words: FigureWords
) -> Chapter:
    text = texts.get(heading.code, heading.text)
    silence = "" if printed else SILENCES[find_silence(text, words)]
    return Chapter(heading, text, heading.code in texts, tuple(printed), silence)


def open_workplace(request: Request, session: Session, programme: str, *, period: str) -> Workplace:
    desk = open_desk(request, session, programme, period=period)
    consolidation = gather(desk)
    return Workplace(
        desk, consolidation, OutlinedReport(desk.programme, desk.period, find_outline(consolidation.tally))
    )


# The whole body


def show_draft(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The body with the texts that stand, or with those of the version `ban`."""
    place = open_workplace(request, session, programme, period=period)
    versions = drafts.list_versions(programme, period=period)
    shown = _choose(versions, request.query.get("ban", ""))
    texts = _read_texts(shown) if shown else {}
    known = place.report.outline.heading_by_code
    return place.show(
        "draft.html", chapters=place.print_chapters(texts), shown=shown, versions=versions[::-1],
        written={each.heading: each for each in versions if shown and each.number <= shown.number},
        titles={code: heading.title for code, heading in known.items()},
        leftover={code: text for code, text in texts.items() if code not in known},
        used=_list_uses(place.desk), outdated=find_outdated(texts, place.consolidation),
        **({"start": None} if versions else _offer_start(place)),
    )  # fmt: skip


def _read_texts(version: DraftVersion) -> Mapping[str, str]:
    draft = drafts.find_draft(version.programme, period=version.period, number=version.number)
    return draft.texts if draft else {}


def _choose(versions: Sequence[DraftVersion], number: str) -> DraftVersion | None:
    """The version with the number, the latest if none is given."""
    if not number:
        return versions[-1] if versions else None
    for each in versions:
        if str(each.number) == number:
            return each
    raise PageUnknown


def _list_uses(desk: Desk) -> dict[int, list[int]]:
    """The editions made with each version of the draft; 0 stands for none."""
    uses: dict[int, list[int]] = {}
    for each in editions.list_editions(desk.programme.code, period=desk.period.code):
        uses.setdefault(int(each.office.get("draft", 0)), []).append(each.number)
    return uses


def _offer_start(place: Workplace) -> dict[str, Any]:
    """The texts of an earlier period in the outline's order."""
    start = office.find_start(place.report)
    texts = start.texts if start else {}
    offered = [
        Offered(each, texts[each.code], any(find_text_mistakes(place.desk.programme, texts[each.code])))
        for each in place.report.outline.headings
        if each.code in texts
    ]
    return {"start": start if offered else None, "offered": offered}


def take_start(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Takes over the chosen headings of an earlier period."""
    check_seal(request, session.secret)
    place = open_workplace(request, session, programme, period=period)
    start = office.find_start(place.report)
    chosen = [code for code in (start.texts if start else {}) if f"muc:{code}" in request.form]
    if start is None or not chosen:
        raise FormWrong("Xin đánh dấu ít nhất một mục.")
    kept: Draft | None = None
    for code in chosen:
        kept = _keep(place, code, Writing(start.texts[code], kept.number if kept else 0)) or kept
    return place.desk.go(f"{place.path}?xong={_tell(kept)}")


def _tell(kept: Draft | None) -> str:
    return "saved" if kept else "unchanged"


def _keep(place: Workplace, heading: str, writing: Writing, *, takes_outline: bool = False) -> Draft | None:
    text = None if takes_outline else writing.text
    return office.save_heading(
        place.report, heading=heading, text=text, based_on=writing.based_on, stamp=place.desk.stamp
    )


# One heading


def show_heading(request: Request, session: Session, programme: str, *, period: str, heading: str) -> Response:
    """The text that stands, to be written on; `ban` takes an older version's, `ky-truoc` an earlier period's."""
    place = open_workplace(request, session, programme, period=period)
    own = place.find_heading(heading)
    text = _find_texts(place).get(heading, own.text)
    return _show_heading(place, own, Writing(text, place.latest.number if place.latest else 0))


def _find_texts(place: Workplace) -> Mapping[str, str]:
    """The texts that the writer begins with."""
    query, report = place.desk.request.query, place.report
    if "ky-truoc" in query:
        start = office.find_start(report)
        return start.texts if start else {}
    if "ban" in query:
        number = parse_number(query["ban"])
        older = drafts.find_draft(report.programme.code, period=report.period.code, number=number) if number else None
        if older is None:
            raise PageUnknown
        return older.texts
    return place.latest.texts if place.latest else {}


def write_heading(request: Request, session: Session, programme: str, *, period: str, heading: str) -> Response:
    """Keeps a text, shows how it would print, or takes the outline's again. What is refused stays typed."""
    check_seal(request, session.secret)
    place = open_workplace(request, session, programme, period=period)
    own, writing, task = place.find_heading(heading), _read_writing(request), request.form.get("viec", "")
    if task not in _TASKS:
        raise FormWrong
    if task == "xem-truoc":
        return _show_heading(place, own, writing)
    try:
        kept = _keep(place, heading, writing, takes_outline=task == "cau-san")
    except HeadingTaken as taken:
        theirs = place.latest
        both = Writing(writing.text, theirs.number if theirs else 0, str(taken), theirs)
        return _show_heading(place, own, both, status=409)
    except Mistaken:
        return _show_heading(place, own, writing, status=400)
    except Refusal as refusal:
        return _show_heading(place, own, writing._replace(problem=str(refusal)), status=400)
    except StorageError:
        logger.exception("a heading could not be kept")
        return _show_heading(place, own, writing._replace(problem=_NOT_KEPT), status=Broken.status)
    return place.desk.go(f"{place.path}/{heading}?xong={_tell(kept)}")


def _read_writing(request: Request) -> Writing:
    based_on = parse_number(request.form.get("ban", ""))
    if based_on is None:
        raise FormWrong
    return Writing(request.form.get("loi", "").replace("\r\n", "\n"), based_on)


def _show_heading(place: Workplace, heading: Heading, writing: Writing, *, status: int = 200) -> Response:
    """The form with the text, whether kept or not, and how it would print."""
    texts = place.latest.texts if place.latest else {}
    start = None if heading.code in texts else office.find_start(place.report)
    try:
        text = clean(writing.text)
    except TextTooLong:
        text, writing = "", writing._replace(problem=writing.problem or _TOO_LONG)
    chapters = place.print_chapters({**texts, heading.code: text})
    position = place.report.outline.headings.index(heading)
    return place.show(
        "draft_heading.html", status=status, heading=heading, writing=writing, chapter=chapters[position],
        mistakes=list(find_text_mistakes(place.desk.programme, text)), is_own=heading.code in texts,
        start=start if start and heading.code in start.texts else None, most=MOST_LETTERS,
        neighbours=_find_neighbours(place.report.outline.headings, position),
        outdated=find_outdated({heading.code: text}, place.consolidation), titles={heading.code: heading.title},
        unsaid=find_unsaid(text, FigureWords(place.consolidation)), reasons=UNSAID, forms=FORMS, rare=RARE,
        groups=list(place.list_choices()), passages=list(Passage), types=_name_types(place),
    )  # fmt: skip


def _find_neighbours(headings: Sequence[Heading], position: int) -> list[tuple[str, Heading]]:
    before = [("Mục trước", headings[position - 1])] if position else []
    return before + [("Mục sau", each) for each in headings[position + 1 : position + 2]]


def _name_types(place: Workplace) -> dict[str, str]:
    """The types of units that report in the period."""
    names = place.desk.programme.unit_types
    return {code: names[code] for code in place.consolidation.tally.unit_types}
