"""A channel by which letters reach units: a module with these three functions. `mail` is the only one so far.

To add a channel, add a module here and name it in `CHANNELS` of `office/letters.py`.
"""

from __future__ import annotations

from typing import Protocol

from chalicelib.domain.period.contacts import Contact


class NotTaken(Exception):
    """The channel refuses this letter. The message is the channel's own code for the reason, never an address."""


class Channel(Protocol):
    """What sending letters needs from a channel."""

    def is_ready(self) -> bool:
        """Whether the office has set the channel up."""

    def find_address(self, contact: Contact) -> str:
        """The contact's address in this channel, or ""."""

    def send(self, to: str, *, subject: str, text: str) -> None:
        """Sends one letter to one address. Raises NotTaken, and StorageErrors."""
