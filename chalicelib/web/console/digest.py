"""The units' answers to the fields of prose, side by side; a sentence is taken into the draft with one click."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple
from urllib.parse import urlencode

from chalicelib.domain.language.vietnamese import format_count
from chalicelib.domain.period.body import Source
from chalicelib.domain.period.digest import Opinion, Question, Sentence, find_taken, read_digest, search
from chalicelib.domain.programme.model import Heading
from chalicelib.office import draft as office
from chalicelib.web.console.draft import Workplace, open_workplace
from chalicelib.web.console.sessions import Session
from chalicelib.web.forms import check_seal, parse_number
from chalicelib.web.paging import cut_page
from chalicelib.web.problems import FormWrong, Stale
from chalicelib.web.request import Request
from chalicelib.web.response import Response

OPINIONS_A_PAGE = 60
"""The longest of them must fit into one answer."""

_KEPT = ("muc", "tim", "trang")
"""What the page shows: one field, what is looked for, the number of the page."""


class Offer(NamedTuple):
    """A sentence with the value of its button, and the heading that it stands under in the draft, if it does."""

    sentence: Sentence
    value: str
    heading: Heading | None


class Card(NamedTuple):
    opinion: Opinion
    lines: tuple[Offer, ...]


class Topic(NamedTuple):
    """A question with those of its answers that are on this page; `into` is the heading that its sentences go to."""

    question: Question
    cards: tuple[Card, ...]
    into: str


def show_digest(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """The answers to all fields, or to one; all, or those with the wanted words."""
    place = open_workplace(request, session, programme, period=period)
    query, names = (
        request.query,
        {unit.code: place.desk.programme.name_fully(unit) for unit in place.consolidation.tally.units},
    )
    questions = read_digest(place.consolidation)
    chosen = [each for each in questions if query.get("muc", "") in ("", each.narrative.code)] or questions
    wanted = query.get("tim", "").strip()
    found = [search(each, wanted, names=names) for each in chosen]
    items = [(question, opinion) for question in found for opinion in question.opinions or (None,)]
    page = cut_page(items, query.get("trang", ""), most=OPINIONS_A_PAGE)
    return place.show(
        "digest.html", menu="y-kien", names=names, count=format_count, wanted=wanted, page=page,
        groups=list(_make_groups(place, page.rows)),
        ways=_list_ways(place, questions), address=place.desk.request.root + "pv05/" + _find_path(place),
        kept={name: query[name] for name in _KEPT if query.get(name)},
        link=lambda **more: _make_query(query, changed=more),
        taken_to=place.report.outline.heading_by_code.get(query.get("vao", "")), source=Source,
        headings=place.report.outline.headings, anchor=name_sentence,
    )  # fmt: skip


def _find_path(place: Workplace) -> str:
    return f"y-kien/{place.desk.programme.code}/{place.desk.period.code}"


def _make_query(query: Mapping[str, str], *, changed: Mapping[str, str]) -> str:
    """What the page shows, with other values, as the end of an address."""
    told = {name: query.get(name, "") for name in _KEPT} | dict(changed)
    return "?" + urlencode({name: value for name, value in told.items() if value})


def _list_ways(place: Workplace, questions: Sequence[Question]) -> list[tuple[str, str, bool]]:
    """The choices of the filter: all fields, and each one."""
    query = place.desk.request.query
    here, chosen = f"{place.desk.request.root}pv05/{_find_path(place)}", query.get("muc", "")

    def lead(field: str) -> str:
        return here + _make_query(query, changed={"muc": field, "trang": ""})

    known = {each.narrative.code for each in questions}
    return [
        (lead(""), "Tất cả", chosen not in known),
        *((lead(each.narrative.code), each.narrative.label, chosen == each.narrative.code) for each in questions),
    ]


def _make_groups(place: Workplace, items: Sequence[tuple[Question, Opinion | None]]) -> Iterator[Topic]:
    outline = place.report.outline
    taken = find_taken(place.latest.texts if place.latest else {})

    def make_card(question: Question, opinion: Opinion) -> Card:
        field, sentences = opinion.source.field, question.split(opinion)
        headings = (outline.heading_by_code.get(taken.get((field, each.key), "")) for each in sentences)
        values = ("/".join(map(str, (*opinion.source, number))) for number in range(len(sentences)))
        return Card(opinion, tuple(map(Offer, sentences, values, headings)))

    for field, own in groupby(items, key=lambda item: item[0].narrative.code):
        listed = list(own)
        cards = tuple(make_card(question, opinion) for question, opinion in listed if opinion)
        yield Topic(listed[0][0], cards, _find_into(place, field))


def _find_into(place: Workplace, field: str) -> str:
    """The heading that somebody has just chosen for the field's sentences, or the outline's first one for the field."""
    query, outline = place.desk.request.query, place.report.outline
    chosen = query.get("vao", "") if query.get("phan") == field else ""
    own = next((each.code for each in outline.headings if field in each.narratives), "")
    return chosen if chosen in outline.heading_by_code else own


def take_sentence(request: Request, session: Session, programme: str, *, period: str) -> Response:
    """Takes a sentence that the page showed into the draft. Raises Stale if its unit's report is another one by now."""
    check_seal(request, session.secret)
    place = open_workplace(request, session, programme, period=period)
    source, number = _read_sentence(request.form.get("cau", ""))
    questions = {each.narrative.code: each for each in read_digest(place.consolidation)}
    question = questions.get(source.field)
    sentence = question.find_sentence(source, number) if question else None
    if sentence is None:
        raise Stale
    heading = request.form.get("vao", "")
    if heading not in place.report.outline.heading_by_code:
        raise FormWrong("Xin chọn mục của dự thảo để đưa câu vào.")
    office.take_sentence(place.report, heading=heading, sentence=sentence, source=source, stamp=place.desk.stamp)
    shown = _make_query(request.form, changed={"xong": "taken", "vao": heading, "phan": source.field})
    return place.desk.go(f"{_find_path(place)}{shown}#{name_sentence(request.form['cau'])}")


def _read_sentence(value: str) -> tuple[Source, int]:
    """The source and the place that a button names."""
    unit, _, rest = value.partition("/")
    field, _, numbers = rest.partition("/")
    revision, _, place = numbers.partition("/")
    found, number = parse_number(revision), parse_number(place)
    if found is None or number is None:
        raise FormWrong
    return Source(unit, field, found), number


def name_sentence(value: str) -> str:
    """The anchor of a sentence on the page."""
    return "cau-" + value.replace("/", "-")
