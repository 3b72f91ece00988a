"""Acts as a browser on a unit's page: opens it, asks for a pre-signed POST, and posts the workbook to the bucket."""

from __future__ import annotations

import http.client
import json
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Post:
    """A prepared upload: the URL to post to, and the fields that go before the file."""

    upload_id: str
    url: str
    fields: dict[str, str]


def obtain_post(link: str, period: str, form: str, file_name: str) -> Post:
    """Opens a unit's page, confirms that nothing is classified, and gets the pre-signed POST. Raises RuntimeError."""
    page = _ask("GET", link)
    seal = re.search(r'name="mau" value="([0-9a-f]+)"', page)
    if seal is None:
        raise RuntimeError(f"no form on the unit's page: {page[:300]}")
    fields = {"mau": seal[1], "xac-nhan": "co", "nghia-vu": f"{period}/{form}", "ten-tep": file_name}
    answer = json.loads(_ask("POST", f"{link}/gui", urlencode(fields)))
    return Post(answer["outcome"].rpartition("/")[2], answer["url"], answer["fields"])


def _ask(method: str, address: str, body: str = "") -> str:
    """Makes one request to the pages, like the page's own script."""
    where = urlsplit(address)
    door = http.client.HTTPConnection(where.netloc, timeout=30)
    headers = {"Accept": "application/json" if body else "text/html"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    door.request(method, where.path, body or None, headers)
    answer = door.getresponse()
    text = answer.read().decode(errors="replace")
    door.close()
    if answer.status >= http.client.BAD_REQUEST:
        raise RuntimeError(f"{answer.status}: {text[:500]}")
    return text


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
    door.close()
    if answer.status >= http.client.BAD_REQUEST:
        raise RuntimeError(f"{answer.status}: {text[:500]}")
