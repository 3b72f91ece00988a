"""The scenarios of the handlers in app.py: the queue's consumer, the schedules, the functions in the background."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

from app import app, backup, consolidate, intake, publish, recheck, remind, slips
from app import sweep as sweep_handler
from chalicelib.domain.audit import Stamp
from chalicelib.office import paper
from chalicelib.office.paper import PaperEntry, Scan
from chalicelib.store import objects
from chalicelib.store.addresses import posted_scan_key, trial_key
from chalicelib.store.records import pack
from chalicelib.store.slips import find_slips, list_versions
from chalicelib.store.uploads import delete_report_versions, delete_upload, list_uploads
from chalicelib.workbook.form.filling import Contents
from tests.office.returned import make_event as returned
from tests.promises.faults import TICK, Act, Scenario, sweep
from tests.promises.stage import CLERK, FORM, GOOD, OTHER, PERIOD, UNIT, Stage, make_workbook
from tests.store.sample import ADDRESS, NOON, numbered, send

assert app
NEW = 3
"""The number of an upload that comes now."""

COPY_IS_AN_EXTRA = (
    r"^reports marked/",
    "nothing stands between an upload and its receipt; the page says it is missing",
)
A_RUN_LEAVES_FILES = (r"^reports (editions|drafts)/", "files of an attempt that was cut off; no edition names them")

Come = Callable[[Stage], None]


# What comes into the inbox


def send_new(stage: Stage, figure: object = 7, *, name: str = "báo cáo.xlsx", number: int = NEW) -> None:
    key, version = send(make_workbook(stage, UNIT, figure), numbered(number), file_name=name)
    stage.notes.setdefault("arrivals", []).append((key, version))


def _lose_object(stage: Stage) -> None:
    send_new(stage)
    for key, version in stage.notes["arrivals"]:
        delete_upload(key, version)


def enter_paper(stage: Stage, *, scan: int = 5) -> None:
    """A report on paper of the unit that has sent nothing."""
    known = {version.key for version in list_uploads()}
    paper.enter(make_entry(stage, scan=scan), form_number=numbered(40), stamp=Stamp(CLERK, NOON))
    (made,) = (version for version in list_uploads() if version.key not in known)
    stage.notes["arrivals"] = [(made.key, made.version_id)]


def make_entry(stage: Stage, *, scan: int) -> PaperEntry:
    loaded = stage.programme
    return PaperEntry(
        programme=loaded, period=loaded.period_by_code[PERIOD], form=loaded.form_by_code[FORM],
        unit=loaded.unit_by_code[OTHER], scan=Scan(posted_scan_key(numbered(scan)), ".pdf"),
        typed=Contents({"A1": 11}), received=NOON - timedelta(days=1), is_unclassified=True,
    )  # fmt: skip


def make_event(key: str, version: str) -> str:
    """The body of a message of the queue."""
    entity = {"key": key, "versionId": version}
    record = {"eventName": "ObjectCreated:Post", "eventVersion": "2.1", "s3": {"object": entity}}
    return json.dumps({"Records": [record]})


def deliver(stage: Stage, *, attempt: int = 1) -> bool:
    """The queue tells of each upload that came."""
    for key, version in stage.notes["arrivals"]:
        message = {"body": make_event(key, version), "receiptHandle": "", "messageId": "",
                   "attributes": {"ApproximateReceiveCount": str(attempt)}}  # fmt: skip
        intake({"Records": [message]}, None)
    return True


def _return_letter(stage: Stage) -> bool:
    """SES tells, through the same queue, that the letters to a unit do not arrive."""
    message = {"body": returned(f"{UNIT}@example.vn"), "receiptHandle": "", "messageId": "",
               "attributes": {"ApproximateReceiveCount": "1"}}  # fmt: skip
    intake({"Records": [message]}, None)
    return True


def in_small_items(act: Act) -> Act:
    """Every record is too large for an item."""

    def run(stage: Stage) -> bool:
        with patch.dict(pack.__kwdefaults__ or {}, largest=200):
            return act(stage)

    return run


IN_BODIES: dict[str, Any] = {
    "blurs": (
        (r"(records/A/mau/2022-05/<time>/)[0-9a-f]{16}/", r"\1<line>/"),
        (r"/[0-9a-f]{32}\.json\.gz", "/<hash>.json.gz"),
        (r"'stored_body', \{'M': \{.*?\}\}\}", "'stored_body', <body>"),
    ),
    "may_add": ((r"^reports records/", "the body of a record that was not written; nothing names it"),),
}
"""Bodies have the hash of what they hold in their keys, and that tells the time too."""

COMING: dict[str, Come] = {
    "accepted": send_new,
    "the same file": partial(send_new, figure=5),
    "rejected": partial(send_new, figure="không rõ"),
    "classified": partial(send_new, figure=8, name="TỐI MẬT.xlsx"),
    "a second version under one key": partial(send_new, figure=9, number=GOOD),
    "on paper": enter_paper,
}


def list_intake() -> Iterator[Scenario]:
    given = {"settle": sweep, "may_lack": (COPY_IS_AN_EXTRA,)}
    for way, come in COMING.items():
        yield Scenario("app.intake", deliver, come, way=way, **given)
    large = in_small_items(deliver)
    yield Scenario("app.intake", large, send_new, way="records too large for items", **given, **IN_BODIES)
    yield Scenario("app.intake", _return_letter, way="a letter that came back")
    third = partial(deliver, attempt=3)
    yield Scenario("app.intake", third, _lose_object, way="missing", **given)


# The schedules


def _run_sweep(stage: Stage) -> bool:
    return bool(sweep_handler(TICK, None)["failed"] == 0)


def come_unseen(stage: Stage) -> None:
    """Events that were lost, and a trial of the day before yesterday that nobody asked for."""
    stage.clock.shift(-timedelta(days=2))
    objects.put_object(trial_key(ADDRESS, numbered(8)), b"no workbook", content_type="text/plain")
    stage.clock.move_to(NOON)
    for number, way in enumerate(("accepted", "rejected", "classified"), start=10):
        COMING[way](stage, number=number)  # type: ignore[call-arg]
    stage.pass_by(20)


def take_new(stage: Stage) -> None:
    """The figures that an edition has to hold have changed."""
    send_new(stage)
    deliver(stage)


def _publish_due(stage: Stage) -> bool:
    return bool(consolidate(TICK, None) == {f"mau/{PERIOD}": 2})


def _wait_till_drafts_go(stage: Stage) -> None:
    """The hour in which the first edition loses its files, since another one follows it."""
    take_new(stage)
    stage.monkeypatch.setenv("TONGHOP_DRAFTS", "1:1")
    stage.clock.move_to(datetime(2022, 5, 11, 18, 5, tzinfo=UTC))


def _publish(stage: Stage) -> bool:
    return bool(publish({"programme": "mau", "period": PERIOD, "actor": CLERK}, None)["number"] == 2)


def _recheck(stage: Stage) -> bool:
    return bool(recheck({"programme": "mau", "period": PERIOD, "actor": CLERK}, None))


def _make_slips(stage: Stage, number: int = 50) -> bool:
    asked = {
        "programme": "mau", "circle": "tat-ca", "expires": (NOON + timedelta(days=9)).isoformat(),
        "pages": "https://bao-cao.test", "asked_id": numbered(number), "actor": CLERK,
    }  # fmt: skip
    slips(asked, None)
    file = find_slips("mau")
    return bool(file and file.is_ready)


def _make_slips_again(stage: Stage) -> bool:
    """The page says that it takes long, and somebody asks again: under another number, and what lies there goes."""
    delete_report_versions(list(list_versions("mau")))
    return _make_slips(stage, number=51)


SLIPS_BLURS = ((r"slips/mau/[0-9a-f]{32}\.zip [0-9a-f]{64}", "<slips>"),)
"""Links are other ones in each run, and so is the number."""

LINKS_OF_NO_FILE = (
    r"\('given', \{'BOOL': False\}\)",
    "a link of a file that was not made is nobody's, and is revoked once another one of its unit is confirmed",
)


def _back_up(stage: Stage) -> bool:
    backup(TICK, None)
    return True


BACKUPS = ((r"^reports <backup>", "the parts of one that was cut off: without its manifest it is none"),)
BACKUP_BLURS = ((r"backups?/[^ ]+ [0-9a-f]{64}", "<backup>"),)
"""A backup is named after its time."""


# Letters

LETTERS = (
    (r"^SendEmail", "nobody knows whether it was sent, and a person has it sent again"),
    (r"'(letter\.unclear|reminder\.failed|outcome\.failed)'", "what failed is written down"),
)
LETTER_BLURS = (
    (r"\('change', \{'N': '\d+'\}\)(?=.*\('moment')", "<steps>"),
    (r"\('actor', \{'S': '[^']+'\}\)(?=.*'moment')", "<who sent it>"),
)
"""A letter that had to be sent again has taken more steps, and a person has sent it."""


def _remind(stage: Stage) -> bool:
    return bool(remind(TICK, None)["failed"] == 0)


def _wait_for_morning(stage: Stage) -> None:
    stage.clock.move_to(datetime(2022, 5, 11, 1, 0, tzinfo=UTC))


def list_scenarios() -> Iterator[Scenario]:
    from tests.promises.scenes_web import NEW_LINKS, send_again

    yield from list_intake()
    yield Scenario("app.sweep", _run_sweep, come_unseen, settle=sweep, may_lack=(COPY_IS_AN_EXTRA,))
    yield Scenario("app.consolidate", _publish_due, take_new, may_add=(A_RUN_LEAVES_FILES,))
    yield Scenario(
        "app.consolidate", _publish_due, _wait_till_drafts_go, way="drafts go", may_add=(A_RUN_LEAVES_FILES,)
    )
    yield Scenario("app.publish", _publish, take_new, may_add=(A_RUN_LEAVES_FILES,))
    yield Scenario("app.recheck", _recheck)
    yield Scenario("app.backup", _back_up, may_add=BACKUPS, blurs=BACKUP_BLURS)
    yield Scenario(
        "app.slips", _make_slips, again=_make_slips_again, blurs=SLIPS_BLURS,
        may_add=(*NEW_LINKS["may_add"], LINKS_OF_NO_FILE),
    )  # fmt: skip
    letters = {"settle": send_again, "may_add": LETTERS, "blurs": LETTER_BLURS}
    yield Scenario("app.remind", _remind, way="how uploads ended", **letters)
    yield Scenario("app.remind", _remind, _wait_for_morning, way="in the morning", **letters)
