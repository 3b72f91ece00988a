"""What a browser does on a unit's page: asks for a pre-signed POST, and posts the workbook to the bucket."""

from __future__ import annotations

import http.client
import secrets
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Post:
    """A prepared upload: where to post, and the fields that go before the file."""

    upload_id: str
    url: str
    fields: dict[str, str]


def obtain_post(pages: str, token: str, period: str, form: str, file_name: str) -> Post:
    """A pre-signed POST of the unit's link."""
    from chalicelib.intake.links import mint_upload, open_link
    from chalicelib.store.programmes import load_in_force

    now = datetime.now(UTC)
    link = open_link(token, now)
    if link is None:
        raise RuntimeError("the link is not valid")
    minted = mint_upload(
        link, load_in_force(link.programme), period=period, form=form, file_name=file_name, now=now
    )
    return Post(minted.upload_id, minted.url, minted.fields)


def send(post: Post, file_name: str, data: bytes) -> None:
    """Posts the file as a browser does: multipart/form-data, the file last. Raises RuntimeError with the answer."""
    boundary = secrets.token_hex(16)
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
             for name, value in post.fields.items()]  # fmt: skip
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n\r\n'.encode()
    body = b"".join([*parts, head, data, f"\r\n--{boundary}--\r\n".encode()])
    where = urlsplit(post.url)
    door = http.client.HTTPConnection(where.netloc, timeout=30)
    door.request("POST", where.path or "/", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
    answer = door.getresponse()
    text = answer.read().decode(errors="replace")
    if answer.status >= http.client.BAD_REQUEST:
        raise RuntimeError(f"{answer.status}: {text[:500]}")
