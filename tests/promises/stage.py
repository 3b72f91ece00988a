"""The stage on which faults are tried: a period in the midst of its life, to which each case goes back.

Time stands still at an instant of the sample programme and is moved on by the cases. DynamoDB and S3 are those
in memory, SQS is moto's; the other services (mail, functions, sign-in, keys) answer here, and what reaches them is
written down, since it is an effect too.
"""

from __future__ import annotations

import copyreg
import gzip
import hashlib
import io
import pickle
import re
import secrets
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import time_machine
from botocore.awsrequest import AWSResponse
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sqs.models import Queue

from chalicelib.domain.audit import Stamp
from chalicelib.domain.period.contacts import Contact
from chalicelib.domain.programme.model import Programme
from chalicelib.external import accounts, functions, identity, mail
from chalicelib.intake import copying
from chalicelib.intake.links import open_link
from chalicelib.office import contacts, paper
from chalicelib.office.programme import import_programme
from chalicelib.report import gather, publish
from chalicelib.report.publish import publish_edition
from chalicelib.store import objects, programmes, whole
from chalicelib.store.addresses import posted_scan_key
from chalicelib.store.clients import kms, sqs
from chalicelib.workbook.form import filling, template
from tests.links import create_link
from tests.store.engine import mocked
from tests.store.memory import LONG_PAGE, Contents, Memory, open_memory
from tests.store.sample import FIELD, FILES, NOON, numbered, send
from tests.web.people import set_up_pool

PERIOD, FORM, UNIT, OTHER = "6-thang", "bc", "178", "180"
DUTY = f"{PERIOD}/{FORM}"
CLERK = "pv05:can-bo-admin"

BAD, GOOD = 1, 2
"""The numbers of the two uploads that were taken in: one rejected with its marked copy, one accepted."""

_OUTSIDE = ("SendEmail", "Invoke", "InitiateAuth", "RespondToAuthChallenge", "AssociateSoftwareToken",
            "VerifySoftwareToken", "SetUserMFAPreference", "RevokeToken", "RotateKeyOnDemand", "ChangePassword",
            "GlobalSignOut", "AdminCreateUser", "AdminDeleteUser", "AdminDisableUser", "AdminEnableUser",
            "AdminAddUserToGroup", "AdminRemoveUserFromGroup", "AdminSetUserPassword", "AdminUserGlobalSignOut",
            "CreateGroup")  # fmt: skip
_ANSWERS = {"RotateKeyOnDemand": {"KeyId": "khoa"}}
_RANDOM = ("token_hex", "token_urlsafe")
_TIME = re.compile(r"202[23]-(?:05-1[0-2]|06-14)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?")
_BLURS = (
    (re.compile(r"\bv\d{6}\b"), "<version>"),
    (_TIME, "<time>"),
    (re.compile(r"(<time>#)[0-9a-f]{16}"), r"\1<line>"),
    (re.compile(r"(handouts/)[0-9a-f]{64}"), r"\1<hash>"),
    (re.compile(r"((?:editions|drafts)/[^ ']+/)[0-9a-f]{12}(/[^ ']+)(?: [0-9a-f]{64})?"), r"\1<hash>\2"),
    (re.compile(r"(\.(?:xlsx|docx|csv|json|md|zip)': {'S': ')[0-9a-f]{64}"), r"\1<hash>"),
)
"""What differs from run to run: ids of versions, times, and hashes of files that say when they were made."""

_CORE = "docProps/core.xml"
"""The part of a workbook that says when it was made."""


class Seen(NamedTuple):
    """What a run has come to, in words that do not depend on when it ran: items, versions of objects, calls outside."""

    items: Counter[str]
    versions: Counter[str]
    outside: Counter[str]

    def find_missing(self, other: Seen) -> list[str]:
        """What is here and not in the other one."""
        return [each for mine, its in zip(self, other, strict=True) for each in (mine - its).elements()]

    def blur(self, patterns: Sequence[tuple[str, str]]) -> Seen:
        """The same without what these patterns find, put in words."""
        return Seen(*(Counter(_replace(text, patterns) for text in found.elements()) for found in self))


def _replace(text: str, patterns: Sequence[tuple[str, str]]) -> str:
    for pattern, name in patterns:
        text = re.sub(pattern, name, text)
    return text


class _Keeper(pickle.Pickler):
    """Locks, which moto's queues have, are made anew."""

    dispatch_table = {**copyreg.dispatch_table, type(threading.RLock()): lambda _: (threading.RLock, ())}  # noqa: RUF012


class Kept(NamedTuple):
    """The stage at an instant: what is stored, and the queues and notes, pickled."""

    contents: Contents
    rest: bytes
    now: datetime


@dataclass
class Stage:
    """The stores, the clock, and what reached the services outside."""

    monkeypatch: pytest.MonkeyPatch
    memory: Memory
    clock: Any = None
    outside: list[str] = field(default_factory=list)
    made_up: dict[str, str] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    """What a scenario has to know of what was prepared: it is kept with the stores."""

    folder: Path = Path()

    @property
    def clients(self) -> tuple[Any, ...]:
        """Those of the services beside DynamoDB and S3."""
        return sqs(), kms(), functions._lambda(), mail._ses(), identity._cognito(), accounts._administration()

    @property
    def programme(self) -> Programme:
        return programmes.load_in_force("mau")

    def pass_by(self, minutes: float) -> None:
        self.clock.shift(timedelta(minutes=minutes))

    def wait(self, seconds: float) -> None:
        """Nobody waits: the clock is moved on."""
        if self.clock:
            self.clock.shift(timedelta(seconds=seconds))

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def keep(self) -> Kept:
        rest = io.BytesIO()
        _Keeper(rest).dump((vars(_find_queues()), self.notes))
        return Kept(self.memory.contents.copy(), rest.getvalue(), self.now)

    def go_back(self, kept: Kept) -> None:
        """Everything as it was kept, in a process that has nothing in its memory."""
        self.memory.contents = kept.contents.copy()
        self.memory.journal.clear()
        self.memory.arrived.clear()
        queues, self.notes = pickle.loads(kept.rest)  # noqa: S301 - our own
        vars(_find_queues()).update(queues)
        self.outside.clear()
        self.made_up.clear()
        self.clock.move_to(kept.now)
        self.forget()

    def forget(self) -> None:
        """A process of its own begins."""
        programmes.forget()
        gather.forget()

    def look(self) -> Seen:
        """Counters are left out: they are limits, and a limit may count an attempt that failed.

        Among the reports the same contents twice under one key are no difference: their keys hold a hash, or the later
        version is the same as the one before.
        """
        inbox, reports = (map(self._blur, self._read_versions(name)) for name in (whole.INBOX, whole.REPORTS))
        versions = [*inbox, *set(reports)]
        outside = [*self.outside, *_read_queues()]
        return Seen(Counter(map(self._blur, self._read_items())), Counter(versions), Counter(map(self._blur, outside)))

    def _read_items(self) -> Iterator[str]:
        for (pk, _), item in self.memory.contents.items.items():
            if not pk.startswith("K#"):
                yield repr(sorted(item.items()))

    def _read_versions(self, name: str) -> Iterator[str]:
        for version in self.memory.contents.versions.get(name, []):
            yield f"{name} {version.key} {_hash(b'delete marker' if version.data is None else version.data)}"

    def _blur(self, text: str) -> str:
        for made, name in self.made_up.items():
            text = text.replace(made, name)
        for pattern, name in _BLURS:
            text = pattern.sub(name, text)
        return text

    def note_random(self, made: str) -> str:
        """Remembers what was made at random, with what follows from it."""
        hashed = hashlib.sha256(made.encode()).hexdigest()
        self.made_up |= {made: "<random>", hashed: "<hash of random>", hashed[:12]: "<name of random>"}
        return made

    def answer(self, model: Any, params: Any, **_: Any) -> Any:
        if model.name not in _OUTSIDE:
            return None
        self.outside.append(f"{model.name} {params['body']!r}")
        return AWSResponse("", 200, {}, None), self.notes.get("answers", {}).get(
            model.name, _ANSWERS.get(model.name, {})
        )


def _read_queues() -> Iterator[str]:
    for queue in _find_queues().queues.values():
        yield from (f"{queue.name} {message.body}" for message in queue._messages)


@lru_cache(maxsize=10_000)
def _hash(data: bytes) -> str:
    return hashlib.sha256(_TIME.sub("<time>", _open(data)).encode()).hexdigest()


def _open(data: bytes) -> str:
    """What is in an object, whenever it was packed."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return repr([(part.filename, part.CRC) for part in package.infolist() if part.filename != _CORE])
    return (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode(errors="replace")


def _find_queues() -> Any:
    return get_backend("sqs")[DEFAULT_ACCOUNT_ID]["ap-southeast-1"]


@contextmanager
def open_stage(folder: Path) -> Iterator[Stage]:
    """The stage, set."""
    with pytest.MonkeyPatch.context() as monkeypatch, mocked(), open_memory(monkeypatch, page=LONG_PAGE) as memory:
        stage = Stage(monkeypatch, memory, folder=folder)
        _set_up(stage)
        with at_noon(stage):
            _play_before(stage)
        yield stage
        for client in stage.clients:  # which are kept for the tests after these
            client.meta.events.unregister("before-call", stage.answer)


@contextmanager
def at_noon(stage: Stage) -> Iterator[None]:
    """Time stands still, and nobody waits."""
    with time_machine.travel(NOON, tick=False) as stage.clock:
        yield


def _set_up(stage: Stage) -> None:
    set_up_pool(stage.monkeypatch)
    for name in ("TONGHOP_PUBLISH", "TONGHOP_RECHECK", "TONGHOP_SLIPS", "TONGHOP_KEY", "TONGHOP_PAGES"):
        stage.monkeypatch.setenv(name, "ten")
    stage.monkeypatch.setenv("TONGHOP_BACKUP_HOURS", "1")
    for name in ("TONGHOP_MAIL_FROM", "TONGHOP_SECURITY_CONTACT"):
        stage.monkeypatch.setenv(name, "pv05@example.vn")
    stage.monkeypatch.setattr(time, "sleep", stage.wait)
    stage.monkeypatch.setattr(Queue, "wait_for_messages", lambda _, seconds: stage.wait(seconds + 1))
    for name in _RANDOM:
        make = getattr(secrets, name)
        stage.monkeypatch.setattr(secrets, name, lambda size, make=make: stage.note_random(make(size)))
    for module, name in ((template, "make_template"), (copying, "make_marked_copy"),
                         (publish, "make_files"), (filling, "fill_in"), (paper, "fill_in")):  # fmt: skip
        stage.monkeypatch.setattr(module, name, remember(getattr(module, name)))
    for client in stage.clients:
        client.meta.events.register("before-call", stage.answer)


def remember(make: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, which makes the same thing once, and so the same bytes at any time."""
    made: dict[str, Any] = {}

    def find(*given: Any, **named: Any) -> Any:
        key = hashlib.sha256(repr((given, sorted(named.items()))).encode()).hexdigest()
        if key not in made:
            made[key] = make(*given, **named)
        return made[key]

    return find


# What has happened before


_CHANGES = (
    ("programme.toml", 'code = "mau"\n', 'code = "mau"\noutcome_letters = true\n'),
    ("bc.toml", 'title = "Số liệu"\n', 'code = "so-lieu"\ntitle = "Số liệu"\nnothing_to_report = true\n'),
)
_SCAN = b"%PDF-1.4"


def read_files() -> dict[str, bytes]:
    """The sample programme with letters about uploads, and a form that may be marked “không phát sinh”."""
    files = {name: data for name, data in FILES.items() if not name.endswith(".docx")}
    for name, before, after in _CHANGES:
        assert before.encode() in files[name], name
        files[name] = files[name].replace(before.encode(), after.encode())
    return files


def make_workbook(stage: Stage, unit: str, figure: object) -> bytes:
    loaded = stage.programme
    form, period = loaded.form_by_code[FORM], loaded.period_by_code[PERIOD]
    return filling.fill_in(
        template.make_template(loaded, form, loaded.unit_by_code[unit], period),
        filling.Contents({"A1": figure, FIELD: "Thiếu người."}),
    )


def _play_before(stage: Stage) -> None:
    stamp = Stamp("thử", NOON)
    import_programme(read_files(), stamp=stamp)
    for unit in (UNIT, OTHER):
        contacts.change_contact(stage.programme, Contact(unit=unit, mail=f"{unit}@example.vn"), stamp=stamp)
    stage.notes["links"] = {unit: make_link(stage, unit) for unit in (UNIT, OTHER)}
    for number, figure in ((BAD, "x"), (GOOD, 5)):
        take(*send(make_workbook(stage, UNIT, figure), numbered(number)))
    publish_edition("mau", period=PERIOD, now=NOON, actor="thử")
    put_scan(numbered(5))


def make_link(stage: Stage, unit: str) -> str:
    """A link that was opened once: its next opening within the hour is not noted."""
    token, _ = create_link(stage.programme, unit, expires=NOON + timedelta(days=30), now=NOON)
    open_link(token, NOON)
    return token


def take(key: str, version: str) -> None:
    """The queue's event of one upload, handled."""
    from chalicelib.intake.check import check_workbook
    from chalicelib.intake.receive import receive

    receive(key, version, now=lambda: NOON, check=check_workbook, make_copy=copying.make_marked_copy)


def put_scan(number: str) -> str:
    key = posted_scan_key(number)
    objects.put_object(key, _SCAN, content_type="application/pdf")
    return key
