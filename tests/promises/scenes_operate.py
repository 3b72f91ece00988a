"""The scenarios of the operators' commands, run as they are typed."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from click.testing import CliRunner, Result

from chalicelib.cli import main
from chalicelib.domain.programme.amendments import read_rows, write_rows
from chalicelib.operate.backup import back_up
from chalicelib.store.clients import sqs
from tests.promises.faults import Act, Scenario, sweep
from tests.promises.scenes_app import COMING, COPY_IS_AN_EXTRA, IN_BODIES, in_small_items, make_event
from tests.promises.scenes_web import CHANGED_AGAIN, NEW_LINKS, grant, name_link, withdraw
from tests.promises.stage import GOOD, OTHER, PERIOD, UNIT, Stage, make_workbook, read_files
from tests.store.memory import Contents
from tests.store.sample import ADDRESS, NOON, numbered

_numbers = itertools.count(1)
_CASE = ("mau", PERIOD, ADDRESS.form, UNIT)
_NOT_RUN = 2


def run(*arguments: str) -> Result:
    """What the command says. It may be refused, or fail with a sentence, and never with a traceback."""
    result = CliRunner().invoke(main, [*arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise AssertionError(f"{arguments}: {result.exception!r}") from result.exception
    return result


def command(*arguments: str) -> Act:
    return lambda _: run("operate", *arguments).exit_code != _NOT_RUN


def again(*arguments: str) -> Act:
    """Typed again, the command may be refused, because it was done."""

    def act(_: Stage) -> bool:
        return run("operate", *arguments).exit_code in (0, 1, _NOT_RUN)

    return act


def _once(name: str, *arguments: str, prepare: Callable[[Stage], None] | None = None) -> Scenario:
    """A command of which the second run finds that it is done."""
    given = {"prepare": prepare} if prepare else {}
    words = name.split()
    return Scenario(f"tonghop operate {name}", command(*words, *arguments), again=again(*words, *arguments), **given)


# Programmes, links, decisions


def _make_folder(stage: Stage) -> Path:
    folder = stage.folder / "chuong-trinh"
    folder.mkdir(exist_ok=True)
    for name, data in read_files().items():
        (folder / name).write_bytes(data.replace(b"lock = 2022-06-15", b"lock = 2022-06-20"))
    return folder


def _import(stage: Stage) -> bool:
    return command("import", str(_make_folder(stage)))(stage)


def _replace_units(stage: Stage) -> bool:
    path = stage.folder / "units.csv"
    *others, last = read_rows(read_files()["units.csv"].decode())
    path.write_text(write_rows([*others, last | {"valid_to": "2022-09-30"}]))
    return command("units", "replace", "mau", str(path))(stage)


def _issue(verb: str, stage: Stage) -> bool:
    out = stage.folder / f"duong-dan-{next(_numbers)}.csv"
    return command("links", verb, "mau", "--unit", OTHER, "--pages", "https://nop.example", "-o", str(out))(stage)


def _renew(stage: Stage) -> bool:
    return command("links", "renew", "mau", name_link(stage, OTHER))(stage)


def list_programme_scenes() -> Iterator[Scenario]:
    yield Scenario("tonghop operate import", _import)
    yield Scenario("tonghop operate units replace", _replace_units)
    held = (*NEW_LINKS["may_add"], (r"\('given', \{|'link\.given'", "its file was written: the operator has it"))
    yield Scenario("tonghop operate links create", partial(_issue, "create"), may_add=held)
    yield Scenario("tonghop operate links rotate", partial(_issue, "rotate"), may_add=held)
    yield Scenario("tonghop operate links renew", _renew, may_add=CHANGED_AGAIN)
    yield Scenario("tonghop operate links revoke", command("links", "revoke", "mau", "--all"))
    yield _once("review return", *_CASE, "--comment", "Xin sửa A1")
    yield _once("review approve", *_CASE)
    yield _once("review withdraw", *_CASE, "--reason", "nhầm")
    yield _once("review restore", *_CASE, prepare=withdraw)
    yield _once("exception grant", *_CASE, "--until", "2022-07-01T00:00", "--reason", "mưa lũ")
    yield _once("exception end", *_CASE, prepare=grant)


# Uploads


def _sweep(_: Stage) -> bool:
    result = run("operate", "sweep")
    return result.exit_code != _NOT_RUN and json.loads(result.stdout)["failed"] == 0


_PURGE = command("purge", numbered(GOOD), "--reason", "tài liệu mật gửi nhầm", "--yes")
PURGE = Scenario("tonghop operate purge", _PURGE)
_PURGE_LARGE = Scenario("tonghop operate purge", in_small_items(_PURGE), way="records too large for items", **IN_BODIES)


def _send_unseen(stage: Stage) -> None:
    """An event was lost; `app.sweep` has more of them."""
    COMING["rejected"](stage)
    stage.pass_by(20)


def list_uploads() -> Iterator[Scenario]:
    yield Scenario("tonghop operate sweep", _sweep, _send_unseen, settle=sweep, may_lack=(COPY_IS_AN_EXTRA,))
    yield PURGE
    yield _PURGE_LARGE


# Dead letters


def _fill_queues(stage: Stage) -> None:
    queues = {name: sqs().create_queue(QueueName=name)["QueueUrl"] for name in ("queue", "dead")}
    stage.monkeypatch.setenv("TONGHOP_QUEUE", queues["queue"])
    stage.monkeypatch.setenv("TONGHOP_DEAD_LETTERS", queues["dead"])
    for body in (make_event("inbox/mau/6-thang/bc/178/" + numbered(GOOD), ""), "no JSON"):
        sent = sqs().send_message(QueueUrl=queues["dead"], MessageBody=body)
    stage.notes["unreadable"] = sent["MessageId"]


def _with_letters(*arguments: str) -> Act:
    """After what an earlier run has hidden is visible again."""

    def act(stage: Stage) -> bool:
        stage.pass_by(6)
        return command("letters", *arguments)(stage)

    return act


def _drop(stage: Stage, *, codes: Sequence[int] = (0,)) -> bool:
    stage.pass_by(6)
    return run("operate", "letters", "drop", stage.notes["unreadable"]).exit_code in codes


_DOUBLED = ((r"^queue .*Records", "an upload has one receipt, however often its event arrives"),)


def list_letters() -> Iterator[Scenario]:
    yield Scenario("tonghop operate letters list", _with_letters("list"), _fill_queues)
    yield Scenario("tonghop operate letters redrive", _with_letters("redrive"), _fill_queues, may_add=_DOUBLED)
    yield Scenario("tonghop operate letters drop", _drop, _fill_queues, again=partial(_drop, codes=(0, _NOT_RUN)))


# The whole


def _empty(stage: Stage) -> None:
    """A new stage, and a backup of the old one."""
    folder = stage.folder / f"sao-luu-{next(_numbers)}"
    back_up(folder, now=NOON)
    stage.notes["backup"] = str(folder)
    stage.memory.contents = Contents(numbered=stage.memory.contents.numbered)  # a version has its name to itself


def _restore(stage: Stage) -> bool:
    return command("restore", stage.notes["backup"])(stage)


def list_scenarios() -> Iterator[Scenario]:
    yield from list_programme_scenes()
    yield from list_uploads()
    yield from list_letters()
    yield Scenario("tonghop operate restore", _restore, _empty)
    yield Scenario("tonghop operate rotate-key", command("rotate-key"),
                   may_add=((r"^RotateKeyOnDemand", "rotated once more, data stay readable"),))  # fmt: skip


def _out(stage: Stage, name: str) -> str:
    return str(stage.folder / f"{next(_numbers)}-{name}")


def _offline(*arguments: str) -> Act:
    return lambda _: run(*arguments).exit_code == 0


def _with_workbook(stage: Stage) -> Path:
    folder = stage.folder / "tep"
    folder.mkdir(exist_ok=True)
    (folder / "a.xlsx").write_bytes(make_workbook(stage, UNIT, 5))
    return folder


def _check(stage: Stage) -> bool:
    path = _with_workbook(stage) / "a.xlsx"
    return run("check", str(path), "--programme", str(_make_folder(stage))).exit_code == 0


def _consolidate(stage: Stage) -> bool:
    folder, programme = _with_workbook(stage), _make_folder(stage)
    return run("consolidate", str(folder), "-o", _out(stage, "ra"), "--programme", str(programme)).exit_code == 0


def _make_template(stage: Stage) -> bool:
    programme = ("--programme", str(_make_folder(stage)))
    form = ("--form", ADDRESS.form, "--unit", UNIT, "--period", PERIOD)
    return run("template", *form, *programme, "-o", _out(stage, "bieu.xlsx")).exit_code == 0


def _renew_programme(stage: Stage) -> bool:
    return run("renew", str(_make_folder(stage)), "--year", "2023", "-o", _out(stage, "moi")).exit_code == 0


def _export_programme(stage: Stage) -> Path:
    book = Path(_out(stage, "so.xlsx"))
    assert run("programme", "export", str(_make_folder(stage)), "-o", str(book)).exit_code == 0
    return book


def _check_programme(stage: Stage) -> bool:
    return run("programme", "check", str(_export_programme(stage))).exit_code == 0


def _import_programme(stage: Stage) -> bool:
    return run("programme", "import", str(_export_programme(stage)), "-o", _out(stage, "ct")).exit_code == 0


def list_reads() -> Sequence[tuple[str, Act]]:
    operate = "tonghop operate"
    return (
        (
            f"{operate} units export",
            lambda stage: command("units", "export", "mau", "-o", _out(stage, "dv.csv"))(stage),
        ),
        (f"{operate} links list", command("links", "list", "mau")),
        (f"{operate} backup", lambda stage: command("backup", _out(stage, "sao-luu"))(stage)),
        (f"{operate} verify", command("verify")),
        (f"{operate} remake", lambda stage: command("remake", "mau", PERIOD, "1", "-o", _out(stage, "ra"))(stage)),
        (f"{operate} recheck", command("recheck", "mau", PERIOD)),
        (f"{operate} rules", command("rules", "mau")),
        ("tonghop check", _check),
        ("tonghop template", _make_template),
        ("tonghop consolidate", _consolidate),
        ("tonghop renew", _renew_programme),
        ("tonghop programmes", _offline("programmes")),
        ("tonghop programme new", lambda stage: run("programme", "new", "-o", _out(stage, "so.xlsx")).exit_code == 0),
        ("tonghop programme export", lambda stage: _export_programme(stage).exists()),
        ("tonghop programme check", _check_programme),
        ("tonghop programme import", _import_programme),
        ("tonghop codes", _offline("codes")),
    )
