"""Rotation of the customer key. MiniStack knows no rotation on demand, so KMS is a stub here."""

from __future__ import annotations

import pytest
from botocore.stub import Stubber

from chalicelib.external.keys import rotate_key
from chalicelib.store.clients import kms
from chalicelib.store.errors import Denied


@pytest.fixture
def stub(stores: None, monkeypatch: pytest.MonkeyPatch) -> Stubber:
    monkeypatch.setenv("TONGHOP_KEY", "the-key")
    return Stubber(kms())


def test_the_key_is_given_new_material(stub: Stubber) -> None:
    stub.add_response("rotate_key_on_demand", {"KeyId": "the-key"}, {"KeyId": "the-key"})
    with stub:
        assert rotate_key() == "the-key"


def test_a_refusal_says_so(stub: Stubber) -> None:
    stub.add_client_error("rotate_key_on_demand", "AccessDeniedException")
    with stub, pytest.raises(Denied):
        rotate_key()
