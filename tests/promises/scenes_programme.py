"""The scenarios of the programme as a whole: its sổ, proposals and what is decided on them, corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chalicelib.domain.audit import Stamp
from chalicelib.office import proposals
from chalicelib.office.changes import ProgrammeChange, make_change
from chalicelib.office.corrections import relabel
from chalicelib.store import objects
from chalicelib.store.addresses import import_key
from tests.promises.faults import Act, Scenario
from tests.promises.scenes_web import at_console
from tests.promises.stage import FORM, Stage
from tests.store.sample import NOON, numbered

_ENTRY, _PAGE = "/pv05/so-chuong-trinh/{programme}", "/pv05/so-chuong-trinh/mau"
_SENT = import_key(numbered(6))
_NEXT_YEAR = {"ma": "mau-2023", "nam": "2023", "so": "", "ngay": ""}
_ASKED = "&".join(f"{name}={text}" for name, text in _NEXT_YEAR.items())
_KEEPER = Stamp("pv05:can-bo-planner", NOON)
"""Who proposes what the clerk decides on."""

Prepare = Callable[[Stage], None]


def _correct(stage: Stage) -> ProgrammeChange:
    return relabel(stage.programme, "A1", label="Số người")


def _post_book(stage: Stage) -> None:
    book = proposals.write_book(_correct(stage).complete(stage.programme))
    objects.put_object(_SENT, book, content_type="text/plain")


def _post_wrong_book(_: Stage) -> None:
    objects.put_object(_SENT, proposals.write_blank_book(), content_type="text/plain")


def _propose(stage: Stage) -> None:
    whole = ProgrammeChange(_correct(stage).complete(stage.programme), "sổ chương trình", is_whole=True)
    proposals.propose(stage.programme, whole, stamp=_KEEPER)


def _change(stage: Stage) -> None:
    """A second version of the programme."""
    make_change(stage.programme, _correct(stage), stamp=_KEEPER)


_CONFIRMED = {"phien-ban": "1", "xac-nhan": "co"}


def list_scenarios() -> Iterator[Scenario]:
    for way, version, fields, prepare in (
        ("a sổ", "1", {"viec": "so", "key": _SENT}, _post_book),
        ("the next year", "1", {"viec": "nam-sau", **_NEXT_YEAR}, None),
        ("an older version taken up again", "2", {"viec": "phien-ban", "so": "1"}, _change),
    ):
        act = at_console("POST", f"{_PAGE}/de-nghi", {"phien-ban": version, **fields})
        yield _make_scenario("POST", "/de-nghi", act, prepare, way=way)
    for way, verb in (("put in force", "ap-dung"), ("withdraw", "rut")):
        act = at_console("POST", f"{_PAGE}/de-nghi/quyet-dinh", {"viec": verb, "so": "1", **_CONFIRMED})
        yield _make_scenario("POST", "/de-nghi/quyet-dinh", act, _propose, way=way)
    correcting = {"viec": "ten", "chi-tieu": "A1", "ten": "Số người", "phien-ban": "1", "xac-nhan": "co"}
    yield _make_scenario("POST", "/sua", at_console("POST", f"{_PAGE}/sua", correcting), None)
    trial = f"/de-nghi/thu/bieu-mau-trong.xlsx?loai=district&bieu={FORM}"
    for path, asked, prepare in (
        ("/so-trong", "/so-trong", None),
        ("/ban-danh-dau", f"/ban-danh-dau?key={_SENT}", _post_wrong_book),
        ("/nam-sau/so", f"/nam-sau/so?{_ASKED}", None),
        ("/phien-ban/{number}/so", "/phien-ban/1/so", None),
        ("/de-nghi/so", "/de-nghi/so", _propose),
        ("/de-nghi/thu/{name}", trial, _propose),
    ):
        yield _make_scenario("GET", path, at_console("GET", f"{_PAGE}{asked}"), prepare)


def _make_scenario(method: str, path: str, act: Act, prepare: Prepare | None, *, way: str = "") -> Scenario:
    given = {"prepare": prepare} if prepare else {}
    return Scenario(f"{method} {_ENTRY}{path}", act, way=way, **given)


def list_reads() -> Iterator[tuple[str, Act, Prepare | None]]:
    """The pages that only show something, with what has to be there before."""
    for path, asked, prepare in (
        ("", "", None),
        ("/tep", f"/tep?key={_SENT}", _post_book),
        ("/nam-sau", f"/nam-sau?{_ASKED}", None),
        ("/phien-ban/{number}", "/phien-ban/1", _change),
        ("/sua", "/sua", None),
        ("/so-sanh", "/so-sanh?tu=1&den=2", _change),
        ("/de-nghi", "/de-nghi", _propose),
    ):
        yield f"GET {_ENTRY}{path}", at_console("GET", f"{_PAGE}{asked}"), prepare
