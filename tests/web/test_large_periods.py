"""Of a period of very many reports the pages show the figures of the latest edition, and say how old they are."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.period import shown as words_shown
from chalicelib.domain.programme.branches import narrow
from chalicelib.domain.programme.model import Branch, Programme
from chalicelib.domain.submission.records import State
from chalicelib.office.draft import OutlinedReport, save_heading
from chalicelib.office.review import Subject, return_submission
from chalicelib.operate.verify import verify
from chalicelib.report import gather, shown
from chalicelib.report.outlook import look_ahead
from chalicelib.report.publish import publish_edition
from chalicelib.report.shown import KeptFigures
from chalicelib.store import obligations, table
from chalicelib.store.addresses import state_key
from chalicelib.store.editions import find_latest_edition
from chalicelib.store.errors import StateMoved
from chalicelib.store.uploads import purge_report, read_report
from infra.demo.programme import DEMO_CODE, DEMO_PERIOD
from tests.report.samples import make_states
from tests.store.engine import counted, denied_where_missing
from tests.store.memory import Memory, stores
from tests.web.client import Browser
from tests.web.conftest import browser, now, pool, programme
from tests.web.people import sign_in

__all__ = ["browser", "now", "pool", "programme", "stores"]

PAGES = [f"/pv05/so-lieu/{DEMO_CODE}/{DEMO_PERIOD}", f"/pv05/chi-tieu/{DEMO_CODE}/{DEMO_PERIOD}"]
NOTE = re.compile(r'<p class="(?:quiet|note[^"]*)">(?:Số liệu của|Tính từ các bản nộp).*?</p>\s*')


@pytest.fixture
def editor(browser: Browser, programme: Programme, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Before a period of eleven reports, which is a large one here, and a page of a figure has four."""
    put_states(make_states(programme, DEMO_PERIOD))
    sign_in(browser, "editor")
    monkeypatch.setattr(words_shown, "A_PAGE", 4)
    yield browser
    gather.forget()


def put_states(states: Iterable[State]) -> None:
    for state in states:
        table.write([table.put(state_key(state.address), state, broken=StateMoved)], subject="thử")


def read_all(editor: Browser, programme: Programme) -> dict[str, str]:
    """Every page of figures and targets, without the note that says where its figures come from."""
    figures = [f"{PAGES[0]}/{each.code}" for each in programme.indicators]
    paths = [*PAGES, *figures, *(f"{path}?trang={number}" for path in figures[:5] for number in (2, 3))]
    return {path: NOTE.sub("", editor.get(path).text) for path in paths}


def test_pages_of_an_edition_are_those_of_the_moment_at_which_it_was_made(
    editor: Browser, programme: Programme, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = read_all(editor, programme)
    monkeypatch.setattr(shown, "MOST_LIVE", 10)
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now)
    assert read_all(editor, programme) == live
    words = editor.get(PAGES[0]).words
    assert "Số liệu của lần phát hành 1 , lập lúc" in words
    assert "Từ đó đến nay không có báo cáo nào mới hoặc thay đổi." in words


def test_what_has_changed_since_the_edition_is_counted(
    editor: Browser, programme: Programme, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "MOST_LIVE", 10)
    assert "hiện chưa có lần phát hành nào giữ sẵn số liệu" in editor.get(PAGES[0]).words
    assert "hiện chưa có lần phát hành nào giữ sẵn số liệu" in editor.get(f"{PAGES[0]}/B05").words
    assert "hiện chưa có lần phát hành nào giữ sẵn số liệu" in editor.get(PAGES[1]).words
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now)
    before = editor.get(f"{PAGES[0]}/B05").words
    state = obligations.query_period(DEMO_CODE, period=DEMO_PERIOD)[0]
    return_submission(Subject(programme, state.address, state.change), "Sai số.", stamp=Stamp("thử", now))
    told = "có 1 báo cáo mới nhận hoặc thay đổi, chưa có trong số liệu này. Phát hành lại để cập nhật"
    for path in (*PAGES, f"{PAGES[0]}/B05"):
        assert told in editor.get(path).words
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now + timedelta(minutes=5))
    after = editor.get(f"{PAGES[0]}/B05").words
    assert "lần phát hành 2" in after
    assert "không có báo cáo nào mới" in after
    assert before.replace("lần phát hành 1", "lần phát hành 2") != after


def test_a_page_of_a_large_period_reads_no_report(
    editor: Browser, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "MOST_LIVE", 10)
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now)
    monkeypatch.setattr(obligations, "read_period", None)
    monkeypatch.setattr(obligations, "query_period", None)
    found = {}
    for path in (*PAGES, f"{PAGES[0]}/B05", f"{PAGES[0]}/B05?trang=3"):
        with counted() as calls:
            assert editor.get(path).status == 200
        found[path.removeprefix(PAGES[0])] = sorted(calls)
    all_figures = ["GetObject", "Query", "Query", "Query"]
    one_figure = ["GetObject", "GetObject", "GetObject", "Query", "Query", "Query"]
    assert list(found.values()) == [all_figures, all_figures, one_figure, one_figure]


def test_what_an_edition_keeps_for_pages_is_verified(
    editor: Browser, stores: Memory, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "MOST_LIVE", 10)
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now)
    edition = find_latest_edition(DEMO_CODE, period=DEMO_PERIOD)
    assert edition
    assert not [each for each in verify(now=now).findings if each.code == "edition.file"]
    purge_report(edition.shown)
    assert [each.code for each in verify(now=now).findings if "trang" in each.subject] == ["edition.file"]


def test_where_what_an_edition_kept_is_gone_the_pages_say_so_as_aws_answers(
    editor: Browser, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "MOST_LIVE", 10)
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now)
    edition = find_latest_edition(DEMO_CODE, period=DEMO_PERIOD)
    assert edition
    kept = KeptFigures.model_validate_json(zlib.decompress(read_report(edition.shown)))
    figure = [f"{PAGES[0]}/B05", f"{PAGES[0]}/B05/xuat"]
    for gone, paths in ((kept.pieces, figure), (edition.shown, [*PAGES, *figure])):
        purge_report(gone)
        with denied_where_missing():
            pages = [editor.get(path) for path in paths]
        assert [each.status for each in pages] == [200] * len(paths)
        assert all("hiện chưa có lần phát hành nào giữ sẵn số liệu" in each.words for each in pages)


@pytest.mark.parametrize("is_issuing", [False, True])
def test_a_large_branch_that_issues_no_report_has_the_figures_of_this_moment(
    programme: Programme, now: datetime, is_issuing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "MOST_LIVE", 0)
    first, *others = programme.units
    own = Branch(
        unit=first.code, name="A", abbreviation="A", signer_title="TP", signer_name="B", addressee="C",
        recipients=("D",),
    )  # fmt: skip
    units = (first, *(each.model_copy(update={"parent": first.code}) for each in others))
    branch = narrow(programme.model_copy(update={"units": units, "branches": (own,) if is_issuing else ()}), first.code)
    found = shown.find_figures(branch, DEMO_PERIOD, as_of=now)
    assert isinstance(found, type(None) if is_issuing else shown.Live)


def test_the_page_of_editions_adds_nothing_up_and_says_what_has_changed(
    editor: Browser, programme: Programme, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a small period: without changes there is nothing to publish, and after the lock comes a supplement."""
    path = f"/pv05/lan-phat-hanh/{DEMO_CODE}/{DEMO_PERIOD}"
    monkeypatch.setattr(shown, "MOST_LIVE", 10)
    assert "Phát hành bản dự thảo" in editor.get(path).words
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now)
    first = obligations.query_period(DEMO_CODE, period=DEMO_PERIOD)[0]

    def look(query: str = "") -> str:
        with monkeypatch.context() as unread:
            unread.setattr(obligations, "read_period", None)
            unread.setattr(obligations, "query_period", None)
            return editor.get(path + query).words

    settled = "đến nay không có báo cáo nào của kỳ này mới nhận hoặc thay đổi."
    assert settled in look()
    assert "Phát hành bản dự thảo" in look()  # a period that it is compared with may have changed
    asked = f"?tu={int(now.timestamp()) + 1}"
    for minutes, said in ((4, "Đang tổng hợp"), (7, "Số liệu không thay đổi so với lần phát hành 1 thì hệ thống")):
        with monkeypatch.context() as clock:
            clock.setattr("chalicelib.web.request.read_now", lambda later=now + timedelta(minutes=minutes): later)
            assert said in look(asked)
    return_submission(Subject(programme, first.address, first.change), "Sai số.", stamp=Stamp("thử", now))
    assert "Từ lần phát hành 1, lập lúc" in look()
    assert "đến nay có 1 báo cáo mới nhận hoặc thay đổi." in look()
    assert "Phát hành bản dự thảo" in look()
    publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now + timedelta(minutes=5))
    assert settled in look()
    assert first.submission
    assert "không được tính" in look("/so-sanh?a=1&b=2")


def test_after_the_lock_a_large_period_has_an_official_edition_and_then_supplements(
    programme: Programme, now: datetime, monkeypatch: pytest.MonkeyPatch, stores: Memory
) -> None:
    monkeypatch.setattr(shown, "MOST_LIVE", 10)
    put_states(make_states(programme, DEMO_PERIOD))
    period = programme.period_by_code[DEMO_PERIOD]
    draft = publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=now)
    assert look_ahead(programme, period, draft, now=now).is_settled
    locked = period.lock + timedelta(minutes=1)
    outlook = look_ahead(programme, period, draft, now=locked)
    assert (outlook.is_settled, outlook.is_supplement) == (False, False)
    official = publish_edition(DEMO_CODE, period=DEMO_PERIOD, now=locked)
    assert look_ahead(programme, period, official, now=locked).is_settled
    outline = programme.find_outline(DEMO_PERIOD)
    assert outline
    report, heading = OutlinedReport(programme, period, outline), outline.headings[0].code
    save_heading(report, heading=heading, text="Lời khác.", based_on=0, stamp=Stamp("thử", locked))
    outlook = look_ahead(programme, period, official, now=locked)
    assert (outlook.is_settled, outlook.is_supplement, outlook.reason) == (False, True, "")
