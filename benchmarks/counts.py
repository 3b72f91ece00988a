"""What is counted, not timed: calls to AWS, and what the zip of the functions carries."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Figure, Figures
from benchmarks.names import OURS, TOGETHER
from infra.costs import COUNTED
from infra.package import BUILD, package
from infra.supply.locks import make_plain


def count_upload(_: int, *, rounds: int) -> Figures:  # noqa: ARG001 - every bench is called alike
    """What is read of the table, the workbook, what is written."""
    return _count("an accepted upload is taken in", least=3)


def count_page(_: int, *, rounds: int) -> Figures:  # noqa: ARG001
    """The link, and what it leads to; with uploads prepared."""
    return _count("its page is opened again", least=2)


def _count(what: str, *, least: int) -> Figures:
    return {TOGETHER: Figure(least), OURS: Figure(sum(COUNTED[what].values()))}


OWN = "tonghop"
CARRIED_FOR = {
    OWN: "every function",
    "annotated-types": "every function: pydantic",
    "aws-lambda-powertools": "every function: lines of the log, metrics",
    "boto3": "every function",
    "botocore": "every function: boto3",
    "cffi": "pages: cryptography, its compiled part",
    "chalice": "every function: events and routes",
    "cryptography": "pages: PyJWT holds tokens of Cognito against their signature",
    "defusedxml": "pages: openpyxl takes it, where it is, for what it parses",
    "docxtpl": "consolidate, publish, pages: the Word document, and a template that comes in",
    "et-xmlfile": "pages: openpyxl",
    "jinja2": "pages; consolidate, publish: docxtpl",
    "jmespath": "every function: boto3",
    "lxml": "consolidate, publish, pages: python-docx",
    "markupsafe": "pages; consolidate, publish: Jinja",
    "openpyxl": "pages: a report typed from paper, a programme on trial",
    "pycparser": "none: cffi asks for it where a library is built; it is left out",
    "pydantic": "every function: the records",
    "pydantic-core": "every function: pydantic",
    "pyjwt": "pages: tokens of Cognito",
    "python-dateutil": "every function: botocore",
    "python-docx": "consolidate, publish, pages: docxtpl",
    "s3transfer": "every function: boto3",
    "segno": "pages: QR codes of links and of second factors; consolidate, publish: that of the console",
    "six": "every function: dateutil",
    "tomli-w": "pages: a programme that is changed",
    "typing-extensions": "every function: pydantic, powertools",
    "typing-inspection": "every function: pydantic",
    "urllib3": "every function: botocore",
    "xlsxwriter": "pages: blank forms; intake, sweep: marked copies; consolidate, publish: the workbook",
}
"""What each part of the zip is in it for: functions, and their work."""


@dataclass
class Part:
    """Bytes of a library in the zip, and unpacked."""

    packed: int = 0
    unpacked: int = 0


def count_parts() -> dict[str, Part]:
    """The parts of the zip as it is deployed, the largest first; it is made if the sources have changed."""
    return read_parts(package("local", BUILD / "local").code)


def read_parts(path: Path) -> dict[str, Part]:
    """By the name of its distribution; whatever belongs to none is our own, or Chalice's runtime."""
    parts: dict[str, Part] = defaultdict(Part)
    with zipfile.ZipFile(path) as archive:
        owners = _find_owners(archive)
        for entry in archive.infolist():
            part = parts[owners.get(_top(entry.filename), OWN)]
            part.packed += entry.compress_size
            part.unpacked += entry.file_size
    return dict(sorted(parts.items(), key=lambda each: -each[1].unpacked))


def _find_owners(archive: zipfile.ZipFile) -> dict[str, str]:
    """The distribution of each name at the top of the zip, from the lists of files that wheels bring."""
    owners = {"chalice": "chalice"}
    for record in (name for name in archive.namelist() if name.endswith(".dist-info/RECORD")):
        name = make_plain(record.partition("-")[0])
        owners |= {_top(line): name for line in archive.read(record).decode().splitlines()}
        owners[_top(record).replace(".dist-info", ".data")] = name
    return owners


def _top(path: str) -> str:
    return path.partition(",")[0].partition("/")[0]
