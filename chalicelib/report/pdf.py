"""Turns the Word document into a PDF with LibreOffice, where it is installed.

LibreOffice runs with a profile of its own, which is thrown away: without macros, links to elsewhere and the network.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_SECONDS = 120
"""The time that the longest report may take, on a slow machine, with LibreOffice's first start."""

_NAMES = ("soffice", "libreoffice")
_PLACES = (
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)

_SETTINGS = {
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks"): "true",
    ("Common/Security/Scripting", "DisableMacrosExecution"): "true",
    ("Common/Security/Scripting", "DisableActiveContent"): "true",
    ("Inet/Settings", "ooInetProxyType"): "2",
    ("Inet/Settings", "ooInetHTTPProxyName"): "127.0.0.1",
    ("Inet/Settings", "ooInetHTTPProxyPort"): "9",
    ("Inet/Settings", "ooInetHTTPSProxyName"): "127.0.0.1",
    ("Inet/Settings", "ooInetHTTPSProxyPort"): "9",
}
"""By path and name in LibreOffice's registry. Nothing listens at the proxy's port, so nothing is fetched."""


class PdfFailed(Exception):
    """There is no PDF; the message says why to people."""


def make_pdf(document: bytes, *, seconds: float = _SECONDS) -> bytes:
    """The Word document as a PDF. Raises PdfFailed."""
    program = find_office()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "a.docx").write_bytes(document)
        profile = folder / "profile"
        _write_settings(profile)
        _run(
            [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to", "pdf",
             "--outdir", name, str(folder / "a.docx")],
            seconds=seconds,
        )  # fmt: skip
        made = folder / "a.pdf"
        if not made.is_file():
            raise PdfFailed("LibreOffice không chuyển được báo cáo Word sang PDF.")
        return made.read_bytes()


def find_office() -> str:
    """LibreOffice's program. Raises PdfFailed."""
    for found in _list_programs():
        return found
    raise PdfFailed("Máy này chưa cài LibreOffice. Cài LibreOffice rồi chạy lại, hoặc mở tệp Word và lưu thành PDF.")


def _list_programs() -> Iterator[str]:
    yield from filter(None, map(shutil.which, _NAMES))
    yield from filter(os.path.isfile, _PLACES)


def _write_settings(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{"Office." if path.startswith("Common") else ""}{path}">'
        f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for (path, name), value in _SETTINGS.items()
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>",
        "utf-8",
    )


def _run(command: list[str], *, seconds: float) -> None:
    """Runs LibreOffice for so long at most. It starts further processes, which end with it."""
    with subprocess.Popen(  # noqa: S603 - LibreOffice with a file of ours, no shell
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise PdfFailed(f"LibreOffice chạy quá {seconds:.0f} giây nên đã được dừng lại.") from None
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
