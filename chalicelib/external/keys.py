"""The customer key: rotated by AWS every year, and by an operator when there is a reason."""

from __future__ import annotations

from chalicelib.store.clients import kms
from chalicelib.store.errors import translated
from chalicelib.store.settings import read_setting


def rotate_key() -> str:
    """New key material from now on; what was encrypted before stays readable. Gives the key's name."""
    key = read_setting("TONGHOP_KEY")
    with translated("key"):
        return str(kms().rotate_key_on_demand(KeyId=key)["KeyId"])
