"""A channel for letters that keeps what it is given, and what happens on the way."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.domain.period.contacts import Contact


class Fake:
    """A channel of a test: what it sent, and what happens before a letter is taken."""

    def __init__(self, before: Callable[[str], None] = lambda _: None, *, ready: bool = True) -> None:
        self.before, self.ready = before, ready
        self.letters: list[tuple[str, str, str]] = []

    @property
    def sent(self) -> list[str]:
        return [to for to, _, _ in self.letters]

    def is_ready(self) -> bool:
        return self.ready

    def find_address(self, contact: Contact) -> str:
        return contact.phone

    def send(self, to: str, subject: str, text: str) -> None:
        self.before(to)
        self.letters.append((to, subject, text))


class Crash(BaseException):
    """The process ends."""


def crash(_: str) -> None:
    raise Crash
