"""A small programme, and uploads to it: what the tests of storing and receiving are told with.

The "workbook" of these tests is a line of JSON, {"A1": 5, "kho-khan": "Thiếu."}, and `check` reads it; what a true
workbook holds is other tests' business.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from chalicelib.domain.audit import Stamp
from chalicelib.domain.issues.issue import make_issue
from chalicelib.domain.programme.loading import load_programme
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Address, Figure, Outcome, State, Status, Submission, Upload
from chalicelib.office.programme import import_programme
from chalicelib.store import obligations, programmes
from chalicelib.store.addresses import upload_key
from chalicelib.store.clients import s3
from chalicelib.store.commit import commit_state
from chalicelib.store.names import encode_text
from chalicelib.store.settings import read_settings
from tests.store.engine import STORED, make_line

PROGRAMME_TOML = """
code = "mau"
title = "Chương trình mẫu"
year = 2022
number = "01/CTr-BCĐ"
signed = 2022-01-19
headline = "district"

[office]
parent = "UBND TỈNH"
name = "BAN CHỈ ĐẠO 138"
abbreviation = "BCĐ"
place = "Lạng Sơn"
contact = "PV05"
signer_authority = "KT. TRƯỞNG BAN"
signer_title = "PHÓ TRƯỞNG BAN"
signer_name = "Người ký"
addressee = "BCĐ 138/CP"
recipients = ["Lưu: VT"]

[unit_types]
district = "Huyện, thành phố"

[[periods]]
code = "6-thang"
name = "6 tháng"
data_from = 2021-11-15
data_to = 2022-05-14
opens = 2022-04-15
due = 2022-05-15
lock = 2022-06-15

[[periods]]
code = "nam"
name = "Năm"
data_from = 2021-11-15
data_to = 2022-11-14
opens = 2022-10-15
due = 2022-11-15
lock = 2022-12-15
compare_with = "6-thang"

[[duties]]
unit_type = "district"
period = "6-thang"
form = "bc"

[[duties]]
unit_type = "district"
period = "nam"
form = "bc"

[[targets]]
code = "T1"
title = "Ít nhất 2"
scope = "unit"
unit_type = "district"
conditions = [{ indicator = "A1", at_least = 2 }]
periods = ["nam"]
"""

FORM_TOML = """
code = "bc"
version = 1
title = "Báo cáo"
heading = "BÁO CÁO"

[[sections]]
title = "Số liệu"
indicators = ["A1"]

[[narratives]]
code = "kho-khan"
label = "Khó khăn, vướng mắc"
"""

FIELD = "kho-khan"
"""The form's field of prose."""

UNITS_CSV = """code,name,full_name,type,parent,valid_from,valid_to,certain,note
178,Lạng Sơn,Thành phố Lạng Sơn,district,,,,chắc chắn,
180,Tràng Định,Huyện Tràng Định,district,,,,chắc chắn,
"""

INDICATORS_CSV = """code,group,label,measure_unit,kind,senders,part_of,computed,also,valid_from,valid_to,source,note
A1,A,Số lượt người,lượt,flow,district,,,,,,,
"""

FILES: Mapping[str, bytes] = {
    "programme.toml": PROGRAMME_TOML.encode(),
    "bc.toml": FORM_TOML.encode(),
    "units.csv": UNITS_CSV.encode(),
    "indicators.csv": INDICATORS_CSV.encode(),
    "mau.docx": b"PK\x03\x04\xff a Word template",
}

ADDRESS = Address(programme="mau", period="6-thang", form="bc", unit="178")
NOON = datetime(2022, 5, 10, 5, 0, tzinfo=UTC)
DUE = datetime(2022, 5, 14, 17, 0, tzinfo=UTC)
LOCK = datetime(2022, 6, 14, 17, 0, tzinfo=UTC)


def make_programme(version: int = 1) -> Programme:
    texts = {name: data.decode() for name, data in FILES.items() if not name.endswith(".docx")}
    return load_programme(texts, version=version)


def import_sample() -> Programme:
    import_programme(FILES, stamp=Stamp("pv05", NOON))
    return programmes.load_in_force("mau")


def now() -> datetime:
    return NOON


def workbook(prose: str = "", **figures: int) -> bytes:
    return json.dumps(figures | ({FIELD: prose} if prose else {})).encode()


def check(data: bytes, programme: Programme, *, expected: Address | None = None, file_name: str = "") -> Outcome:
    """Accepts a line of JSON, refuses "secret…" without keeping it, rejects everything else."""
    sha256 = hashlib.sha256(data).hexdigest()
    if data.startswith(b"{"):
        said = {code: Figure(value=value, sheet="Số liệu", cell="E12") for code, value in json.loads(data).items()}
        prose = {FIELD: said.pop(FIELD)} if FIELD in said else {}
        return Outcome(status=Status.ACCEPTED, sha256=sha256, form="bc", version=1, values=said, narratives=prose)
    issue = make_issue("form.unmarked")
    return Outcome(status=Status.REJECTED, sha256=sha256, issues=(issue,), keep_bytes=not data.startswith(b"secret"))


def send(
    data: bytes,
    upload_id: str,
    *,
    address: Address = ADDRESS,
    file_name: str = "báo cáo.xlsx",
    confirmed: str = "yes",
    received: datetime = NOON,
    prepared: datetime | None = None,
) -> tuple[str, str]:
    """Puts an upload into the inbox as a browser's POST would; its key and version."""
    key = upload_key(address, upload_id)
    metadata = {"file-name": encode_text(file_name), "confirmed": confirmed, STORED: received.isoformat()}
    metadata |= {"prepared": prepared.isoformat()} if prepared else {}
    answer = s3().put_object(Bucket=read_settings().inbox, Key=key, Body=data, Metadata=metadata)
    return key, answer["VersionId"]


def numbered(number: int) -> str:
    """An upload id: 32 hexadecimal digits."""
    return f"{number:032x}"


def make_upload(number: int, data: bytes = b"{}", *, received: datetime = NOON, address: Address = ADDRESS) -> Upload:
    return Upload(
        id=numbered(number),
        address=address,
        key=upload_key(address, numbered(number)),
        version_id=f"v{number}",
        received=received,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        file_name="báo cáo.xlsx",
    )


def make_submission(revision: int = 1, *, values: Mapping[str, Figure] | None = None, text: str = "") -> Submission:
    upload = make_upload(revision)
    narratives = {"ghi-chu": Figure(value=text, sheet="Số liệu", cell="B20")} if text else {}
    return Submission(
        address=ADDRESS,
        revision=revision,
        upload_id=upload.id,
        programme_version=1,
        form_version=1,
        sha256=upload.sha256,
        file_name=upload.file_name,
        key=upload.key,
        version_id=upload.version_id,
        received=NOON,
        values=dict(values or {"A1": Figure(value=5, sheet="Số liệu", cell="E12")}),
        tables={},
        narratives=narratives,
    )


def grant_exception(until: datetime, address: Address = ADDRESS) -> State:
    before = obligations.find_state(address)
    after = before.moved(exception_until=until, exception_reason="mưa lũ")
    return commit_state(
        after, before=before, line=make_line("exception.granted", at=NOON + timedelta(seconds=after.change))
    )
