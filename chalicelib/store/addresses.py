"""The keys of every record and object. No other module spells a key.

Numbers are padded, so that the order of keys is the order of numbers. The codes of programmes, periods,
forms and units must be plain words: they stand in keys, with "#" and "/" between them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

from chalicelib.domain.clock import VIETNAM
from chalicelib.domain.submission.records import Address

INBOX = "inbox/"
"""Uploads, in the inbox. All prefixes below are in the bucket of reports."""

HANDOUTS = "handouts/"
"""Files made for one download. A lifecycle rule of the bucket deletes them after some days."""

TRIALS = "trial/"
"""Workbooks that a unit has checked without sending them, and the answers. The sweep deletes them after a day."""

SLIPS = "slips/"
"""Slips of many new links, until somebody downloads them. The sweep deletes them after a day."""

DRAFTS = "drafts/"
"""Files of editions that are not frozen. The clock removes them after some days, unless somebody downloaded one."""

BACKUPS = "backups/"
"""Backups of the table, made by the clock. A lifecycle rule of the bucket deletes them after some days."""

SCANS = "records/scans/"
_POSTED_SCANS = f"{HANDOUTS}scans/"
_IMPORTS = f"{HANDOUTS}imports/"
_RECHECKS = f"{HANDOUTS}rechecks/"
_NUMBER = "[0-9a-f]{32}"
_HASH_LETTERS, _BODY_LETTERS = 12, 32
_PACKED = ".gz"

PROGRAMMES_PK = "G#"
"""The pk under which every programme that was ever imported is listed."""

PEOPLE_PK = "H#"
"""The pk under which everything about the console's users is kept."""

_VERSION = "V#"
_OF_A_PERIOD = frozenset("BDEFIJMOPQRS")
_WORD = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_UPLOAD_KEY = re.compile(
    rf"{INBOX}(?P<programme>{_WORD})/(?P<period>{_WORD})/(?P<form>{_WORD})/(?P<unit>{_WORD})/(?P<id>{_NUMBER})"
)


class Key(NamedTuple):
    """The primary key of an item."""

    pk: str
    sk: str


class KeyUnreadable(ValueError):
    """A key that this system never mints."""


# Objects


def upload_key(address: Address, upload_id: str) -> str:
    """Where an upload is stored. Raises KeyUnreadable where a code cannot stand in a key."""
    key = f"{INBOX}{address.programme}/{address.period}/{address.form}/{address.unit}/{upload_id}"
    parse_key(key)
    return key


def parse_key(key: str) -> tuple[Address, str]:
    """The address and the upload id in an upload's key. Raises KeyUnreadable for anything else."""
    match = _UPLOAD_KEY.fullmatch(key)
    if match is None:
        raise KeyUnreadable(key[:200])
    parts = match.groupdict()
    upload_id = parts.pop("id")
    return Address(**parts), upload_id


def decode_key(written: str) -> str:
    """A key as it stands in an event: "+" is a space, %2F a slash (moto encodes those too)."""
    return unquote_plus(written)


def marked_copy_key(address: Address, upload_id: str) -> str:
    return f"marked/{address.programme}/{address.period}/{address.form}/{address.unit}/{upload_id}.xlsx"


def trial_key(address: Address, trial_id: str) -> str:
    """Where a workbook is posted for a trial. Raises KeyUnreadable where a code cannot stand in a key."""
    return TRIALS + upload_key(address, trial_id).removeprefix(INBOX)


def trials_prefix(address: Address) -> str:
    return trial_key(address, "0" * 32).rpartition("/")[0] + "/"


def trial_answer_key(address: Address, trial_id: str) -> str:
    return f"{trial_key(address, trial_id)}.json"


def trial_copy_key(address: Address, trial_id: str) -> str:
    return f"{trial_key(address, trial_id)}.xlsx"


def trial_list_key(address: Address, trial_id: str) -> str:
    """Where the list of its issues is stored when it is asked for."""
    return f"{trial_key(address, trial_id)}-loi.xlsx"


def body_prefix(key: Key) -> str:
    """Below which the stored parts of an item lie, today's and those of its earlier states."""
    return f"records/{'/'.join((*key.pk.split('#'), *key.sk.split('#')))}/"


def body_key(key: Key, sha256: str) -> str:
    """Where the fields that do not fit into an item are stored: below the item's own key, under their hash."""
    return f"{body_prefix(key)}{sha256[:_BODY_LETTERS]}.json.gz"


def is_body_key(key: str) -> bool:
    return key.startswith("records/") and key.endswith(".json.gz")


def rename_body_key(key: str, *, old: str, new: str) -> str:
    """The key of a body whose hash has changed."""
    return key.replace(old[:_BODY_LETTERS], new[:_BODY_LETTERS])


def edition_file_key(
    programme: str, *, period: str, number: int, name: str, sha256: str, stays: bool, is_packed: bool = False
) -> str:
    """The key holds the hash, so two processes that make the same number never overwrite each other's file."""
    folder, suffix = "editions/" if stays else DRAFTS, _PACKED if is_packed else ""
    return f"{folder}{programme}/{period}/{number:06}/{sha256[:_HASH_LETTERS]}/{name}{suffix}"


def is_packed_key(key: str) -> bool:
    """Whether what lies there is compressed."""
    return key.endswith(_PACKED)


def is_draft_file(key: str) -> bool:
    """Whether a file of an edition is one that the clock may remove."""
    return key.startswith(DRAFTS)


def drafts_prefix(programme: str, *, period: str) -> str:
    return f"{DRAFTS}{programme}/{period}/"


def parse_draft_file(key: str) -> int:
    """The number of the edition that a draft's file belongs to."""
    return int(key.split("/")[3])


def programme_files_key(programme: str, number: int, sha256: str) -> str:
    return f"programmes/{programme}/V{number:06}-{sha256[:_HASH_LETTERS]}.json"


def proposal_files_key(programme: str, number: int, sha256: str) -> str:
    """Beside the versions, whose keys begin with another letter."""
    return f"programmes/{programme}/P{number:06}-{sha256[:_HASH_LETTERS]}.json"


def handout_key(sha256: str, *, suffix: str) -> str:
    return f"{HANDOUTS}{sha256}{suffix}"


def is_made_handout(key: str) -> bool:
    """Whether an object is a file made for a download, and no scan or workbook that the office posted."""
    return key.startswith(HANDOUTS) and "/" not in key.removeprefix(HANDOUTS)


def import_key(number: str) -> str:
    """Where a workbook for the console is posted; `number` is 32 hexadecimal digits."""
    return _IMPORTS + number


def is_import_key(key: str) -> bool:
    return re.fullmatch(_IMPORTS + _NUMBER, key) is not None


def recheck_key(programme: str, *, period: str) -> str:
    """Where the latest recheck of a period is kept. It is deleted with the other handouts."""
    return f"{_RECHECKS}{programme}/{period}.json.gz"


def slips_key(programme: str, *, asked_id: str) -> str:
    """Where the slips are kept that were asked for under this number."""
    return f"{slips_prefix(programme)}{asked_id}.zip"


def slips_prefix(programme: str) -> str:
    return f"{SLIPS}{programme}/"


def posted_scan_key(number: str) -> str:
    """Where a scan is posted. It is deleted with the other handouts unless figures are entered from it."""
    return _POSTED_SCANS + number


def kept_scan_key(key: str) -> str:
    """Where a posted scan is kept. The key of a scan that is kept already is returned unchanged."""
    return SCANS + key.rpartition("/")[2]


def is_scan_key(key: str) -> bool:
    """Whether a scan may lie under this key, posted or kept."""
    return re.fullmatch(f"({SCANS}|{_POSTED_SCANS}){_NUMBER}", key) is not None


def backup_key(made: str, *, name: str) -> str:
    """Where a part of a backup of the table is kept; `made` is what `name_time` says of when it began."""
    return f"{BACKUPS}{made}/{name}"


def parse_backup_key(key: str) -> tuple[str, str]:
    """When the backup began that an object belongs to, and the part's name."""
    made, _, name = key.removeprefix(BACKUPS).partition("/")
    return made, name


def name_time(at: datetime) -> str:
    """A time as it stands in a key: sorts as time does, and needs no quotes anywhere."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"


# Items


def key_of(item: Mapping[str, Any]) -> Key:
    """The key of an item as DynamoDB's protocol writes it."""
    return Key(item["pk"]["S"], item["sk"]["S"])


def find_kind(pk: str) -> str:
    """The letter that says what an item is: "P" for the state of an obligation, "S" for a revision …"""
    return pk.partition("#")[0]


def find_period(pk: str) -> tuple[str, str] | None:
    """The programme and the period of an item whose pk names both."""
    kind, *parts = pk.split("#")
    return (parts[0], parts[1]) if kind in _OF_A_PERIOD else None


def state_key(address: Address) -> Key:
    return Key(states_pk(address.programme, period=address.period), f"F#{address.form}#U#{address.unit}")


def read_state_sk(sk: str) -> tuple[str, str]:
    """The form and the unit of a state.

    >>> read_state_sk("F#bieu-1#U#X01")
    ('bieu-1', 'X01')
    """
    form, _, unit = sk.removeprefix("F#").partition("#U#")
    return form, unit


def states_pk(programme: str, *, period: str) -> str:
    return f"P#{programme}#{period}"


def parse_state_key(key: Key) -> Address:
    """The obligation whose state has this key."""
    _, programme, period = key.pk.split("#")
    _, form, _, unit = key.sk.split("#")
    return Address(programme=programme, period=period, form=form, unit=unit)


def revision_key(address: Address, revision: int) -> Key:
    return Key(revisions_pk(address), f"R#{revision:06}")


def revisions_pk(address: Address) -> str:
    return f"S#{address.programme}#{address.period}#{address.form}#{address.unit}"


def receipt_key(upload_id: str) -> Key:
    return Key(receipt_pk(upload_id), "RECEIPT")


def receipt_pk(upload_id: str) -> str:
    return f"U#{upload_id}"


def prepared_key(address: Address, at: datetime, upload_id: str) -> Key:
    sk = f"{prepared_prefix(address)}{render_time(at)}#{upload_id}"
    return Key(prepared_pk(address.programme, unit=address.unit), sk)


def prepared_pk(programme: str, *, unit: str) -> str:
    """Under which all uploads that a unit prepared are listed: its page asks for those of all its duties at once."""
    return f"N#{programme}#{unit}"


def prepared_prefix(address: Address) -> str:
    """How the sk of the uploads for one obligation begins."""
    return f"{address.period}#{address.form}#"


def parse_prepared_key(key: Key) -> Address:
    """The obligation for which an upload was prepared."""
    _, programme, unit = key.pk.split("#")
    period, form, *_ = key.sk.split("#")
    return Address(programme=programme, period=period, form=form, unit=unit)


def name_former_prepared(address: Address) -> str:
    """The pk of the uploads prepared for an obligation before version 0.3."""
    return f"N#{address.programme}#{address.period}#{address.form}#{address.unit}"


def justification_key(address: Address, revision: int, at: datetime) -> Key:
    return Key(justifications_pk(address), f"R#{revision:06}#{render_time(at)}")


def justifications_pk(address: Address) -> str:
    return f"J#{address.programme}#{address.period}#{address.form}#{address.unit}"


def note_key(address: Address, at: datetime) -> Key:
    return Key(notes_pk(address), render_time(at))


def notes_pk(address: Address) -> str:
    return f"I#{address.programme}#{address.period}#{address.form}#{address.unit}"


def paper_key(address: Address, upload_id: str) -> Key:
    return Key(papers_pk(address), upload_id)


def papers_pk(address: Address) -> str:
    return f"B#{address.programme}#{address.period}#{address.form}#{address.unit}"


def confirmation_key(programme: str, *, period: str, number: int) -> Key:
    return Key(confirmations_pk(programme, period=period), f"#{number:06}")


def confirmations_pk(programme: str, *, period: str) -> str:
    return f"Q#{programme}#{period}"


def feedback_key(programme: str, *, period: str, unit: str) -> Key:
    return Key(feedback_pk(programme, period=period), f"U#{unit}")


def feedback_pk(programme: str, *, period: str) -> str:
    return f"F#{programme}#{period}"


def link_key(token_hash: str) -> Key:
    return Key(f"L#{token_hash}", "LINK")


def link_listing_key(programme: str, *, unit: str, token_hash: str) -> Key:
    """The item that lists a link under its programme. It is written once and only points to the link."""
    return Key(link_listings_pk(programme), f"U#{unit}#{token_hash}")


def link_listings_pk(programme: str) -> str:
    return f"L#{programme}"


def edition_key(programme: str, *, period: str, number: int) -> Key:
    return Key(editions_pk(programme, period=period), f"#{number:06}")


def editions_pk(programme: str, *, period: str) -> str:
    return f"E#{programme}#{period}"


def fate_key(programme: str, *, period: str, number: int) -> Key:
    return Key(fates_pk(programme, period=period), f"#{number:06}")


def fates_pk(programme: str, *, period: str) -> str:
    return f"R#{programme}#{period}"


def draft_key(programme: str, *, period: str, number: int) -> Key:
    return Key(drafts_pk(programme, period=period), f"#{number:06}")


def drafts_pk(programme: str, *, period: str) -> str:
    return f"D#{programme}#{period}"


def version_key(programme: str, number: int) -> Key:
    return Key(versions_pk(programme), f"{_VERSION}{number:06}")


def versions_pk(programme: str) -> str:
    return f"{PROGRAMMES_PK}{programme}"


def proposal_key(programme: str, number: int) -> Key:
    return Key(proposals_pk(programme), f"#{number:06}")


def proposals_pk(programme: str) -> str:
    return f"W#{programme}"


def is_version(sk: str) -> bool:
    """Whether an item of kind "G" is a version. The other items of this kind list the programmes."""
    return sk.startswith(_VERSION)


def programme_listing_key(programme: str) -> Key:
    return Key(PROGRAMMES_PK, programme)


def audit_key(programme: str, at: datetime, line_id: str) -> Key:
    return Key(audit_pk(programme, month=f"{at.astimezone(VIETNAM):%Y-%m}"), f"{render_time(at)}#{line_id}")


def audit_pk(programme: str, *, month: str) -> str:
    """`month` is yyyy-mm in Viet Nam's time."""
    return f"A#{programme}#{month}"


def person_key(name: str) -> Key:
    """Names of users differ in more than small and capital letters."""
    return Key(PEOPLE_PK, f"U#{name.casefold()}")


def factor_key(name: str) -> Key:
    """Where it is kept that a user needs a new second factor."""
    return Key(PEOPLE_PK, f"F#{name.casefold()}")


LEAVERS_KEY = Key(PEOPLE_PK, "A#")
"""Where it is kept which administrators are losing that role at the moment."""


def contact_key(programme: str, *, unit: str) -> Key:
    return Key(contacts_pk(programme), f"U#{unit}")


def contacts_pk(programme: str) -> str:
    return f"C#{programme}"


def text_key(programme: str, *, moment: str) -> Key:
    return Key(texts_pk(programme), f"M#{moment}")


def texts_pk(programme: str) -> str:
    return f"T#{programme}"


def reminded_key(programme: str, *, period: str, moment: str, form: str, unit: str) -> Key:
    return Key(reminded_pk(programme, period=period), f"{moment}#{form}#{unit}")


def reminded_pk(programme: str, *, period: str) -> str:
    return f"M#{programme}#{period}"


def outcome_letter_key(programme: str, *, period: str, answered: datetime, upload_id: str) -> Key:
    """Sorted by the time of the receipt, so that one Query finds the letters of the last days."""
    return Key(outcome_letters_pk(programme, period=period), f"{render_time(answered)}#{upload_id}")


def outcome_letters_pk(programme: str, *, period: str) -> str:
    return f"O#{programme}#{period}"


def counter_key(subject: str, window: int) -> Key:
    return Key(f"K#{subject}", f"{window:012}")


def render_time(at: datetime) -> str:
    """Sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
