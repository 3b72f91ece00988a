"""The inputs of an edition as plain data with a hash. Equal hashes mean that nothing changed.

All revisions are kept, so the manifest is enough to make the edition again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.domain.programme.model import Period, Programme
from chalicelib.domain.submission.records import State

FORMAT = 1
"""Increase it when equal inputs give a different consolidation than before."""


def describe_inputs(
    programme: Programme,
    period: Period,
    states: Sequence[State],
    *,
    phase: str,
    compared: Sequence[Mapping[str, Any] | None],
    made_with: Mapping[str, str],
    outsiders: Sequence[str] = (),
) -> dict[str, Any]:
    """The manifest: only texts, numbers, lists and dicts.

    `compared` are the manifests of the two consolidations that this one is compared with, None if there is none.
    """
    return {
        "format": FORMAT,
        "programme": programme.code,
        **({"branch": programme.branch} if programme.branch else {}),
        "programme_version": programme.version,
        "programme_sha256": hash_text(programme.model_dump_json()),
        "period": period.code,
        "phase": str(phase),
        "states": [_describe_state(state) for state in states if _is_shown(state)],
        "outsiders": list(outsiders),
        "compared": list(compared),
        "made_with": dict(sorted(made_with.items())),
    }


def replace_office(manifest: Mapping[str, Any], office: Mapping[str, str]) -> dict[str, Any]:
    """The manifest with this office's own part, such as the version of its draft; without the part if it is empty."""
    facts = {name: part for name, part in manifest.items() if name != "office"}
    return facts | ({"office": dict(sorted(office.items()))} if office else {})


def _is_shown(state: State) -> bool:
    """Whether the state appears in an edition in any way."""
    return any((state.submission, state.last_rejected, state.exception_until, state.exception_reason))


def _describe_state(state: State) -> dict[str, Any]:
    sent = state.submission
    return {
        "unit": state.address.unit,
        "form": state.address.form,
        "revision": sent.revision if sent else 0,
        "sha256": sent.sha256 if sent else "",
        "upload_id": sent.upload_id if sent else "",
        "received": _show(state.received),
        "first_received": _show(state.first_received),
        "timeliness": state.timeliness,
        "review": state.review,
        "comment": state.comment,
        "exception_until": _show(state.exception_until),
        "exception_reason": state.exception_reason,
        "refused": state.was_refused,
    }


def _show(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def hash_manifest(manifest: Mapping[str, Any]) -> str:
    """SHA-256 over the manifest as canonical JSON: keys sorted, no spaces, UTF-8."""
    return hash_text(json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str))


def hash_text(text: str) -> str:
    return hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()
