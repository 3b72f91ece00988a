"""Letters that did not arrive: the contact is marked, and gets no further ones until somebody has looked.

The mark goes with the address: another one is written to at once, the same one after the office says that it works.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.audit import Action, Stamp, make_line
from chalicelib.domain.period.contacts import Contact, Trouble
from chalicelib.external import mail
from chalicelib.store import programmes
from chalicelib.store.contacts import find_contacts, mark_contact

_ACTOR = "intake"


def take_event(body: str, *, now: datetime) -> bool:
    """Marks every contact with an address that a letter did not reach; whether the message was of a letter at all.

    An address that no contact has is passed over, and so is what is known already. Raises MailUnreadable and
    StorageErrors; then nothing stands against the same message again.
    """
    undelivered = mail.parse_event(body)
    if undelivered and undelivered.trouble:
        for programme in programmes.list_programmes():
            for contact in find_contacts(programme).values():
                if contact.mail.casefold() in undelivered.addresses and contact.is_news(undelivered.trouble):
                    _mark(programme, contact, undelivered.trouble, Stamp(_ACTOR, now))
    return undelivered is not None


def _mark(programme: str, contact: Contact, trouble: Trouble, stamp: Stamp) -> None:
    line = make_line(
        Action.CONTACT_UNREACHED, f"unit:{contact.unit}", programme=programme, stamp=stamp, kind=trouble.reason
    )
    mark_contact(programme, contact, trouble, line)
