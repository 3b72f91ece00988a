"""A browser without a window: follows redirects, keeps cookies, reads forms out of pages, and holds each page that it
reads to the words of `docs/tu-ngu.md`.
"""

from __future__ import annotations

import html
import json
import re
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode, urljoin

from chalice.test import Client

from app import app
from tests.web.terms import find_trade_words_on


class Page(NamedTuple):
    """One answer; `path` is where it was found."""

    path: str
    status: int
    headers: dict[str, Any]
    text: str

    @property
    def seal(self) -> str:
        return re.search(r'name="mau" value="([0-9a-f]+)"', self.text)[1]  # type: ignore[index]

    def hidden(self, *names: str) -> dict[str, str]:
        """The hidden fields of the page's forms, all or those so named; of a name given twice the first."""
        found: dict[str, str] = {}
        for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", self.text):
            name, value = (html.unescape(re.search(rf' {each}="([^"]*)"', tag)[1]) for each in ("name", "value"))  # type: ignore[index]
            if not names or name in names:
                found.setdefault(name, value)
        return found

    @property
    def data(self) -> Any:
        return json.loads(self.text)

    @property
    def words(self) -> str:
        """What a person reads: the text without tags, on one line."""
        body = re.sub(r"<(script|style|title)\b.*?</\1>", " ", self.text, flags=re.S)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    def header(self, name: str) -> Any:
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), None)


class Browser:
    """Chalice's test client with the habits of a browser."""

    def __init__(self) -> None:
        self._client = Client(app)
        self.cookies: dict[str, str] = {}
        self.headers: dict[str, str] = {"host": "bao-cao.test", "sec-fetch-site": "same-origin"}

    def __enter__(self) -> Self:
        self._client.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.__exit__(kind, error, trace)

    def get(self, path: str, **headers: str) -> Page:
        return self._send("GET", path, headers, b"")

    def get_json(self, path: str) -> Page:
        return self.get(path, accept="application/json")

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Page:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self._send("POST", path, kind | headers, urlencode(fields).encode())

    def confirm(self, page: Page) -> Page:
        """Presses the button on a page that shows what a change would do."""
        (form,) = (each for each in page.text.split("<form ") if 'name="xac-nhan"' in each)
        place = html.unescape(re.search(r'action="([^"]*)"', form)[1])  # type: ignore[index]
        named = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
        fields = {html.unescape(name): html.unescape(text) for name, text in named}
        return self.post(urljoin(page.path, place), fields | {"xac-nhan": "co"})

    def follow(self, page: Page) -> Page:
        """The page that a redirect leads to, on this site."""
        assert page.status == 303, page
        return self.get(urljoin(page.path, page.header("Location")))

    def _send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Page:
        sent = self.headers | headers
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self._client.http.request(method, path, headers=sent, body=body)
        self._keep(answer.headers)
        page = Page(path, answer.status_code, dict(answer.headers), answer.body.decode())
        assert find_trade_words_on(page.text) == [], page.path
        return page

    def _keep(self, headers: dict[str, Any]) -> None:
        given = next((value for name, value in headers.items() if name.lower() == "set-cookie"), [])
        for cookie in [given] if isinstance(given, str) else given:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in cookie:
                del self.cookies[name]
