"""A programme in force: versions follow each other, none is lost, and files with mistakes change nothing."""

from __future__ import annotations

import io
from datetime import timedelta

import docx
import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.loading import PROGRAMME, UNITS
from chalicelib.domain.programme.model import Programme
from chalicelib.intake.receive import receive
from chalicelib.office import programme as office
from chalicelib.office.programme import import_programme, put_in_force
from chalicelib.office.refusals import Mistaken, Moved
from chalicelib.store import programmes
from chalicelib.store.audit import query_month
from tests.store.engine import Fault, Killed, broken_at, counted
from tests.store.sample import FILES, NOON, check, now, numbered, send, workbook

pytestmark = pytest.mark.usefixtures("stores")

STAMP = Stamp("pv05", NOON)
LATER = Stamp("khác", NOON + timedelta(days=1))


def test_an_imported_programme_is_in_force_with_its_number() -> None:
    version = import_programme(FILES, stamp=STAMP)
    programme = programmes.load_in_force("mau")
    assert (programme.code, programme.version, version.number) == ("mau", 1, 1)
    assert programmes.list_programmes() == ("mau",)
    assert programmes.load_files("mau", 1) == dict(FILES)


def test_the_same_files_make_no_new_version() -> None:
    import_programme(FILES, stamp=STAMP)
    again = import_programme(dict(reversed(list(FILES.items()))), stamp=LATER)
    assert (again.number, again.actor) == (1, "pv05")


def test_a_changed_file_is_the_next_version_and_the_old_one_stays() -> None:
    import_programme(FILES, stamp=STAMP)
    changed = {**FILES, "bc.toml": FILES["bc.toml"].replace(b"version = 1", b"version = 2")}
    assert import_programme(changed, stamp=STAMP).number == 2
    assert programmes.load_in_force("mau").form_by_code["bc"].version == 2
    assert programmes.load_version("mau", 1).form_by_code["bc"].version == 1
    assert [version.number for version in programmes.list_versions("mau")] == [1, 2]


def test_a_form_that_asks_in_another_unit_is_a_new_version_that_takes_no_older_workbook() -> None:
    import_programme(FILES, stamp=STAMP)
    rows = (
        FILES["indicators.csv"]
        .replace(b",note\n", b",note,asked_in\n")
        .replace(b"district,,,,,,,", b"district,,,,,,,,")
    )
    rescaled = {**FILES, "indicators.csv": rows.strip() + "nghìn lượt\n".encode()}
    newer = {**rescaled, "bc.toml": FILES["bc.toml"].replace(b"version = 1", b"version = 2")}
    told = "biểu “Báo cáo” hỏi A1 theo đơn vị khác trước: phải là phiên bản mới (từ 2) và không nhận phiên bản cũ"
    for changed in (
        rescaled,
        {**newer, "bc.toml": newer["bc.toml"].replace(b"version = 2", b"version = 2\naccepts = [1]")},
    ):
        with pytest.raises(Mistaken) as mistaken:
            import_programme(changed, stamp=STAMP)
        assert mistaken.value.mistakes == (told,)
    assert import_programme(newer, stamp=STAMP).number == 2


def test_a_unit_of_measure_stays_once_figures_were_received_in_it() -> None:
    import_programme(FILES, stamp=STAMP)
    header, row = FILES["indicators.csv"].decode().split("\n")[:2]
    larger = f"{header}\n{row.replace('lượt', 'nghìn lượt')}\n"
    files = {
        **FILES,
        "indicators.csv": larger.encode(),
        "bc.toml": FILES["bc.toml"].replace(b"version = 1", b"version = 2"),
    }
    assert office.find_mistakes(programmes.load_in_force("mau"), files, brought=files) == ()
    receive(*send(workbook(A1=5), numbered(1)), now=now, check=check, make_copy=lambda data, *_: data)
    with pytest.raises(Mistaken, match="A1 đã có số liệu nhận theo đơn vị tính khác"):
        import_programme(files, stamp=STAMP)


def test_a_programme_is_read_from_s3_once_per_process() -> None:
    import_programme(FILES, stamp=STAMP)
    programmes.load_in_force("mau")
    with counted() as calls:
        programmes.load_in_force("mau")
    assert calls == ["Query"]


@pytest.mark.promise("finished")
def test_an_import_that_was_cut_off_does_not_stand_in_the_way() -> None:
    with counted() as calls, broken_at(2, Fault.DIES_AFTER), pytest.raises(Killed):
        import_programme(FILES, stamp=STAMP)
    assert calls == ["Query", "Query", "PutObject"]
    assert programmes.list_programmes() == ()
    assert import_programme(FILES, stamp=LATER).number == 1


@pytest.mark.promise("nothing-lost")
def test_of_two_imports_at_once_one_wins_and_its_files_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    import_programme(FILES, stamp=STAMP)
    stale = programmes.find_latest_version("mau")
    winner = {**FILES, "a.toml": FILES["bc.toml"].replace(b'"bc"', b'"a"')}
    loser = {**FILES, "b.toml": FILES["bc.toml"].replace(b'"bc"', b'"b"')}
    import_programme(winner, stamp=STAMP)
    monkeypatch.setattr(programmes, "find_latest_version", lambda _: stale)
    with pytest.raises(Moved):
        import_programme(loser, stamp=STAMP)
    assert set(programmes.load_version("mau", 2).form_by_code) == {"bc", "a"}


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("bc.toml", b"heading =", "Biểu mẫu “bc”: sai cú pháp TOML"),
        (UNITS, "Huyện".encode("cp1258", "replace") + b"\xff", "Danh sách đơn vị: tệp không phải UTF-8"),
        (UNITS, b"code\n1\n", "Danh sách đơn vị, dòng 1: thiếu cột name"),
    ],
)
def test_files_with_mistakes_are_not_imported(name: str, data: bytes, told: str) -> None:
    with pytest.raises(Mistaken) as mistaken:
        import_programme({**FILES, name: data}, stamp=STAMP)
    assert mistaken.value.mistakes[0].startswith(told)
    assert programmes.list_programmes() == ()


def test_a_version_that_todays_rules_do_not_load_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    import_programme(FILES, stamp=STAMP)
    monkeypatch.setattr(programmes, "load_version", lambda *_: programmes.make_programme({}))
    assert import_programme({**FILES, "doc.txt": b"x"}, stamp=STAMP).number == 2


def test_a_change_says_in_the_audit_what_was_changed(programme: Programme, stamp: Stamp) -> None:
    text = office.read_file(programme, PROGRAMME).replace("Chương trình mẫu", "Chương trình khác")
    changed = {PROGRAMME: text.encode()}
    assert office.find_mistakes(programme, {**FILES, **changed}, brought=changed) == ()
    put_in_force(programme, {PROGRAMME: text.encode()}, what="đổi tên", stamp=stamp)
    line = query_month("mau", month="2022-05")[-1]
    assert (line.actor, line.subject, line.details["what"]) == ("pv05:an", "mau V2", "đổi tên")
    assert programmes.load_in_force("mau").title == "Chương trình khác"
    with pytest.raises(Moved):
        put_in_force(programme, {"doc.txt": b"x"}, what="", stamp=stamp)


def make_word_template(*paragraphs: str) -> bytes:
    document, target = docx.Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(target)
    return target.getvalue()


def test_a_word_template_with_mistakes_is_not_put_in_force_and_each_is_told_with_its_paragraph() -> None:
    template = make_word_template("Có [A1] lượt.", "Có [Z99] cuộc của {{ co_quam }}.")
    with pytest.raises(Mistaken) as caught:
        import_programme({**FILES, "bao-cao-tong-hop.docx": template}, stamp=STAMP)
    assert caught.value.mistakes == (
        "bao-cao-tong-hop.docx: đoạn 2 (“Có [Z99] cuộc của {{ co_quam }}.”): không có chỉ tiêu mang mã Z99",
        "bao-cao-tong-hop.docx: đoạn 2 (“Có [Z99] cuộc của {{ co_quam }}.”): không có trường “co_quam”",
    )
    assert programmes.find_latest_version("mau") is None


def test_a_figure_that_is_gone_is_missed_in_a_template_that_stayed() -> None:
    files = {**FILES, "bao-cao-tong-hop.docx": make_word_template("Có [A1] lượt.")}
    import_programme(files, stamp=STAMP)
    renamed = {
        name: data.replace(b"A1", b"A2") if name.endswith((".toml", ".csv")) else data for name, data in files.items()
    }
    with pytest.raises(Mistaken, match="không có chỉ tiêu mang mã A1"):
        import_programme(renamed, stamp=STAMP)


def test_a_template_that_was_put_in_force_does_not_stand_in_the_way_of_the_roster(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(office, "_check_documents", lambda *_: None)
        import_programme({**FILES, "bao-cao-tong-hop.docx": b"older than the check"}, stamp=STAMP)
    changed = {UNITS: FILES[UNITS].replace("Huyện Tràng Định".encode(), "Huyện khác".encode())}
    assert put_in_force(programmes.load_in_force("mau"), changed, what="tên", stamp=STAMP).number == 2
