"""A way by which a letter reaches a unit. A module with these three functions is one: `mail` is the one there is.

Another channel is another module here, and its place in `CHANNELS` of `office/reminders.py`.
"""

from __future__ import annotations

from typing import Protocol

from chalicelib.domain.period.reminders import Contact


class NotTaken(Exception):
    """The channel does not take this letter; the message is its own code for why, never an address."""


class Channel(Protocol):
    """What a round needs to know of a channel."""

    def is_ready(self) -> bool:
        """Whether the office has set it up."""

    def find_address(self, contact: Contact) -> str:
        """Where it reaches this contact, or ""."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Sends one letter to one address. Raises NotTaken, and StorageErrors."""
