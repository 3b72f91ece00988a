"""SnapStart, a stage's setting `snap_start`: what somebody waits for starts from a snapshot of a published version.

Without it a call that finds no function running waits until Python has imported ours. With it Lambda goes on from
memory in which that was done (`chalicelib/snapshot.py`). It is paid for as long as a version is kept: docs/costs.md.
"""

import json
from collections.abc import Mapping
from typing import Any

ALIAS = "live"
"""Names the version that is called; the function itself, `$LATEST`, has no snapshot."""

AWAITED = ("APIHandler", "Intake")
NAMES = ("APIHandlerName", "Intake")
"""The outputs of the stack with what they are called in the account."""


def start_from_snapshots(template: Mapping[str, Any]) -> dict[str, Any]:
    """The SAM template with versions, snapshots and an alias for the functions that somebody waits for.

    SAM leads the queue to the alias. The paths of the API are led here, and its permission.
    """
    changed: dict[str, Any] = json.loads(json.dumps(template).replace("${APIHandler.Arn}", "${APIHandler.Alias}"))
    for name in AWAITED:
        changed["Resources"][name]["Properties"] |= {
            "SnapStart": {"ApplyOn": "PublishedVersions"},
            "AutoPublishAlias": ALIAS,
            "AutoPublishAliasAllProperties": True,  # a setting of the function makes a version too, not its code alone
        }
    changed["Resources"]["APIHandlerInvokePermission"]["Properties"]["FunctionName"] = {"Ref": "APIHandler.Alias"}
    return changed


def forget_versions(functions: Any, name: str) -> None:
    """Deletes the versions to which no alias leads: SAM keeps them, and their snapshots are paid for.

    `functions` is Lambda's client.
    """
    called = {alias["FunctionVersion"] for alias in functions.list_aliases(FunctionName=name)["Aliases"]}
    pages = functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    for version in [each["Version"] for page in pages for each in page["Versions"]]:
        if version not in called | {"$LATEST"}:
            functions.delete_function(FunctionName=name, Qualifier=version)
