"""The commands: what they print, and their exit codes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib.domain.programme.amendments import read_rows, write_rows
from chalicelib.intake.links import hash_token
from chalicelib.office.links import find_valid
from chalicelib.operate.cli import operate
from chalicelib.store.addresses import revision_key
from chalicelib.store.audit import append
from chalicelib.store.clients import dynamodb, s3
from chalicelib.store.editions import find_latest_edition
from chalicelib.store.links import list_links
from chalicelib.store.settings import read_settings
from chalicelib.store.table import scan_items
from chalicelib.store.uploads import read_report
from chalicelib.workbook.lists import read_list
from tests.store.engine import DEATHS, Fault, Killed, broken_at, counted, make_line
from tests.store.sample import ADDRESS, FILES, check, numbered

pytestmark = pytest.mark.usefixtures("programme")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(operate, [*arguments], catch_exceptions=False)


def test_a_whole_store_verifies(tmp_path: Path) -> None:
    done = run("verify")
    assert (done.exit_code, json.loads(done.stdout)["findings"]) == (0, [])


def test_a_backup_says_what_is_in_it_and_is_not_written_over(tmp_path: Path) -> None:
    done = run("backup", str(tmp_path / "b"))
    assert (done.exit_code, json.loads(done.stdout)["format"]) == (0, 2)
    assert run("backup", str(tmp_path / "b")).exit_code == 2
    append(make_line("khác"))
    assert run("restore", str(tmp_path / "b")).exit_code == 2


def test_links_are_told_once_in_a_file_that_is_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    done = run("links", "rotate", "mau", "--all", "--pages", "https://nop.example", "-o", str(path))
    assert done.exit_code == 0, done.output
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().count("https://nop.example/nop/") == 2
    assert "tên miền" not in done.stderr
    listed = run("links", "list", "mau").stdout
    assert [listed.count(word) for word in ("Hết hạn", "Đang dùng")] == [1, 2]


def test_whoever_makes_links_below_an_address_that_goes_with_the_stack_is_told(tmp_path: Path) -> None:
    pages = "https://1a2b.execute-api.ap-southeast-1.amazonaws.com/api/"
    done = run("links", "create", "mau", "--all", "--pages", pages, "-o", str(tmp_path / "links.csv"))
    assert "chưa có tên miền riêng" in done.stderr


def read_tokens(*files: Path) -> set[str]:
    return {hash_token(token) for file in files for token in re.findall(r"/nop/([\w-]+)", file.read_text())}


@pytest.mark.promise("told", "finished")
@pytest.mark.parametrize("fault", DEATHS)
def test_links_of_a_command_that_is_cut_off_at_any_call_are_in_a_file_or_revoked_after_one_more(
    tmp_path: Path, fault: Fault, tried: Callable[[int], None]
) -> None:
    def rotate(file: Path) -> Result:
        return run("links", "rotate", "mau", "--all", "--pages", "https://nop.example", "-o", str(file))

    with counted() as calls:
        rotate(tmp_path / "count.csv")
    for number in range(len(calls)):
        first, second = tmp_path / f"{fault}{number}-1.csv", tmp_path / f"{fault}{number}-2.csv"
        with suppress(Killed), broken_at(number, fault):
            rotate(first)
        assert rotate(second).exit_code == 0
        now = datetime.now(UTC)
        valid = find_valid("mau", now)
        assert {link.token_hash for link in valid} == read_tokens(second), calls[number]
        assert all(link.is_held(now) for link in valid), calls[number]
    tried(len(calls))


def test_a_list_of_links_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    path.write_text("đường dẫn của đơn vị khác")
    before = list_links("mau")
    done = run("links", "create", "mau", "--unit", "178", "--pages", "https://nop.example", "-o", str(path))
    assert (done.exit_code, "đã có nội dung" in done.stderr) == (2, True)
    assert (path.read_text(), list_links("mau")) == ("đường dẫn của đơn vị khác", before)


def test_a_unit_that_is_not_there_is_named() -> None:
    done = run("links", "revoke", "mau", "--unit", "999")
    assert (done.exit_code, "999" in done.stderr) == (2, True)


def test_a_purge_that_touches_an_edition_says_so() -> None:
    done = run("purge", numbered(2), "--reason", "thử", "--yes")
    assert (done.exit_code, json.loads(done.stdout)["editions"]) == (1, ["6-thang/1"])


def test_the_roster_comes_out_and_goes_in(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    assert run("units", "export", "mau", "-o", str(path)).exit_code == 0
    assert "phiên bản 1" in run("units", "replace", "mau", str(path)).stdout
    path.write_text("code\n")
    assert run("units", "replace", "mau", str(path)).exit_code == 2


def test_a_roster_that_closes_a_unit_says_what_it_leaves(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    first, *others = read_rows(FILES["units.csv"].decode())
    path.write_text(write_rows([first | {"valid_to": "2022-09-30"}, *others]))
    done = run("units", "replace", "mau", str(path))
    assert done.stdout.splitlines()[1:] == [
        "Thành phố Lạng Sơn thôi hoạt động: 1 báo cáo đã nhận vẫn được giữ.",
        "Năm: 2 báo cáo phải nộp thành 1.",
    ]


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_bytes(b"\xff")
    done = run("import", str(tmp_path))
    assert (done.exit_code, tmp_path.name in done.stderr) == (2, True)


def test_what_is_missing_in_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TONGHOP_TABLE")
    read_settings.cache_clear()
    done = run("verify")
    assert (done.exit_code, "TONGHOP_TABLE" in done.stderr) == (2, True)


def test_an_edition_made_again_is_the_stored_one_byte_for_byte_or_is_said_to_differ(tmp_path: Path) -> None:
    stored = find_latest_edition("mau", period="6-thang")
    assert stored is not None
    done = run("remake", "mau", "6-thang", "1", "-o", str(tmp_path / "ra"))
    assert (done.exit_code, json.loads(done.stdout)["equal"]) == (0, True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "ra").iterdir()} == {
        name: read_report(key) for name, key in stored.files.items()
    }
    key = stored.files["tong-hop.csv"]
    s3().put_object(Bucket=read_settings().reports, Key=key, Body=b"changed")
    done = run("remake", "mau", "6-thang", "1", "-o", str(tmp_path / "ra"))
    assert (done.exit_code, json.loads(done.stdout)["differing"]) == (1, ["tong-hop.csv"])


def test_an_edition_whose_word_document_fails_is_made_again_without_it_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.report.document.render.render_document", lambda *_: 1 / 0)
    done = run("remake", "mau", "6-thang", "1", "-o", str(tmp_path / "ra"))
    told = json.loads(done.stdout)
    assert (done.exit_code, told["differing"]) == (1, ["bao-cao-tong-hop.docx"])
    assert "ZeroDivisionError" in told["missing"]["bao-cao-tong-hop.docx"]
    assert (tmp_path / "ra" / "bao-cao-tong-hop.xlsx").exists()


def test_an_edition_whose_inputs_are_gone_or_that_never_was_is_not_made_again(tmp_path: Path) -> None:
    assert run("remake", "mau", "6-thang", "7", "-o", str(tmp_path / "ra")).exit_code == 2
    key = revision_key(ADDRESS, 1)
    dynamodb().delete_item(TableName=read_settings().table, Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}})
    done = run("remake", "mau", "6-thang", "1", "-o", str(tmp_path / "ra"))
    assert (done.exit_code, (tmp_path / "ra").exists()) == (2, False)


def test_what_was_accepted_comes_out_the_same_by_the_same_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.intake.check.check_workbook", check)
    done = run("recheck", "mau", "6-thang")
    assert (done.exit_code, json.loads(done.stdout)["counts"]) == (0, {"same": 1})


def test_what_would_come_out_otherwise_is_listed_by_unit_and_changes_nothing(tmp_path: Path) -> None:
    before = list(scan_items())
    done = run("recheck", "mau", "6-thang", "--form", "bc", "-o", str(tmp_path / "khac.json"))  # no true workbook
    (told,) = json.loads(done.stdout)["otherwise"]
    assert (done.exit_code, told["unit"], told["verdict"]) == (1, "Thành phố Lạng Sơn", "Sẽ bị từ chối")
    assert json.loads((tmp_path / "khac.json").read_bytes())["found"][0]["address"]["unit"] == "178"
    assert run("recheck", "mau", "6-thang", "-o", str(tmp_path / "khac.xlsx")).exit_code == 1
    assert read_list((tmp_path / "khac.xlsx").read_bytes())[1][0] == "Thành phố Lạng Sơn"
    assert list(scan_items()) == before


@pytest.mark.parametrize("words", [["quy-9"], ["6-thang", "--form", "khong"], ["6-thang", "-o", "khac.pdf"]])
def test_a_period_or_a_form_that_is_not_there_is_not_checked_anew(words: list[str]) -> None:
    assert run("recheck", "mau", *words).exit_code == 2


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("units export mau -o {0}/none/u.csv", "không có thư mục hoặc tệp này"),
        ("links create mau --unit 178 --pages https://nop.example -o {0}/none/l.csv", "không có thư mục hoặc tệp này"),
        ("links create mau --unit 178 --pages https://nop.example --days 99999999 -o {0}/l.csv", "99999999"),
        ("links list khong-co", "Không có chương trình mang mã “khong-co”. Chương trình đang dùng: mau."),
        ("backup {0}/file", "tên này là một tệp, không phải thư mục"),
        ("backup {0}", "đã có nội dung, xin chọn thư mục khác"),
        ("restore {0}/empty", "không đọc được manifest.json"),
        ("restore {0}/odd", "manifest.json bị hỏng"),
        ("restore {0}/cut", "bị ngắt giữa chừng"),
        ("restore {0}/empty --made 2022", "Hoặc nêu thư mục"),
        ("restore --made 2022", "không có bản sao lưu hoàn chỉnh nào mang tên 2022."),
        ("restore", "không có bản sao lưu hoàn chỉnh nào."),
    ],
)
def test_what_cannot_be_run_is_said_in_words_and_ends_with_2(tmp_path: Path, command: str, said: str) -> None:
    (tmp_path / "file").write_text("")
    for name, manifest in {"empty": "", "odd": "[1]", "cut": '{"format": 2}'}.items():
        (tmp_path / name).mkdir()
        if manifest:
            (tmp_path / name / "manifest.json").write_text(manifest)
    done = run(*command.format(tmp_path).split())
    assert (done.exit_code, said in done.output) == (2, True), done.output
