"""What an update of a stack would do, as CloudFormation's change set says, and what it must never do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

GUARDED = ("AWS::Cognito::UserPool", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket")
"""The types of what holds data, or is needed to read it."""

STACK_POLICY = json.dumps(
    {
        "Statement": [
            {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"},
            {
                "Effect": "Deny",
                "Action": ["Update:Replace", "Update:Delete"],
                "Principal": "*",
                "Resource": "*",
                "Condition": {"StringEquals": {"ResourceType": list(GUARDED)}},
            },
        ]
    }
)
"""CloudFormation itself refuses what the change set did not foresee. It holds for updates; a removal keeps the data."""

_VERBS = {"Add": "added", "Remove": "removed", "Modify": "changed"}
_REPLACED = {"True": "replaced", "Conditional": "perhaps replaced"}
_ORDER = ("removed", "replaced", "perhaps replaced", "added", "changed")


class Change(NamedTuple):
    """One resource, and what happens to it."""

    verb: str
    name: str
    kind: str

    @property
    def is_forbidden(self) -> bool:
        """Whether it would take away what holds data. What is "perhaps" replaced is left to the stack's policy."""
        return self.kind in GUARDED and self.verb in ("removed", "replaced")


def read_changes(pages: Iterable[Mapping[str, Any]]) -> list[Change]:
    """The changes of the pages of DescribeChangeSet, what takes away first."""
    found = [_read(each["ResourceChange"]) for page in pages for each in page["Changes"]]
    return sorted(found, key=lambda change: (_ORDER.index(change.verb), change.name))


def _read(given: Mapping[str, Any]) -> Change:
    verb = _VERBS.get(given["Action"], "changed")
    if verb == "changed":
        verb = _REPLACED.get(given.get("Replacement", ""), verb)
    return Change(verb, given["LogicalResourceId"], given["ResourceType"])


def render_changes(changes: Iterable[Change]) -> str:
    """A line for each."""
    return "\n".join(f"  {change.verb:<16}  {change.name} ({change.kind})" for change in changes)
