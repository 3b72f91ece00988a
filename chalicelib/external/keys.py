"""The customer key. AWS rotates it every year; an operator can rotate it at any time."""

from __future__ import annotations

from chalicelib.store.clients import kms
from chalicelib.store.errors import translated
from chalicelib.store.settings import read_setting


def rotate_key() -> str:
    """Starts new key material; data encrypted earlier stays readable. Returns the key's name."""
    key = read_setting("TONGHOP_KEY")
    with translated("key"):
        return str(kms().rotate_key_on_demand(KeyId=key)["KeyId"])
