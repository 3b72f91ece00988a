"""The table becomes what it was at an earlier moment; the audit stays, and what came later is taken in again."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from chalicelib.domain.audit import Stamp
from chalicelib.domain.programme.model import Programme
from chalicelib.office.purge import purge
from chalicelib.operate import former
from chalicelib.operate.cli import operate
from chalicelib.store import table
from chalicelib.store.addresses import find_kind, key_of
from chalicelib.store.clients import dynamodb
from chalicelib.store.settings import read_settings
from tests.operate.conftest import take
from tests.store.engine import INDEX
from tests.store.sample import NOON, workbook

pytestmark = pytest.mark.promise("restored")

FORMER = "former"


def dump(name: str = "", *, leaving_out: str = "") -> list[str]:
    items = (item for item in table.scan_items(name) if find_kind(key_of(item).pk) != leaving_out)
    return sorted(str(sorted(item.items())) for item in items)


@pytest.fixture
def kept(programme: Programme) -> None:
    """A table with everything as it is at this moment, as AWS makes it; then more happens."""
    take(workbook(A1=8), 2)
    own = dynamodb().describe_table(TableName=read_settings().table)["Table"]
    dynamodb().create_table(
        TableName=FORMER,
        KeySchema=own["KeySchema"],
        AttributeDefinitions=own["AttributeDefinitions"],
        LocalSecondaryIndexes=[INDEX],
        BillingMode="PAY_PER_REQUEST",
    )
    for item in table.scan_items():
        dynamodb().put_item(TableName=FORMER, Item=item)
    first, second, *_ = sorted((item for item in table.scan_items() if find_kind(key_of(item).pk) == "S"), key=str)
    table.write([table.remove(key_of(first))], subject="thử")
    table.put_item(second | {"more": {"S": "x"}}, over=True)
    take(workbook(A1=9), 3)


@pytest.mark.usefixtures("kept")
def test_the_table_is_what_it_was_and_the_audit_tells_all(monkeypatch: pytest.MonkeyPatch) -> None:
    audit = [line for line in dump() if line not in dump(leaving_out="A")]
    ran = CliRunner().invoke(operate, ["restore", "--table", FORMER], input="y\n")
    assert ran.exit_code == 0, ran.output
    assert dump(leaving_out="A") == dump(FORMER, leaving_out="A")
    assert [line for line in dump() if line not in dump(leaving_out="A")] == audit
    again = CliRunner().invoke(operate, ["restore", "--table", FORMER])
    assert again.exit_code == 0
    assert '"missing": 0,\n "changed": 0,\n "later": 0' in again.output


@pytest.mark.usefixtures("kept")
def test_nothing_is_changed_without_a_yes() -> None:
    before = dump()
    assert CliRunner().invoke(operate, ["restore", "--table", FORMER], input="n\n").exit_code != 0
    assert dump() == before


@pytest.mark.usefixtures("kept")
def test_what_was_purged_since_is_named_because_it_comes_back() -> None:
    [upload, *_] = sorted(
        item["upload_id"]["S"] for item in table.scan_items(FORMER) if find_kind(key_of(item).pk) == "S"
    )
    purge(upload, reason="mật", stamp=Stamp("op", NOON))
    ran = CliRunner().invoke(operate, ["restore", "--table", FORMER], input="y\n")
    assert f"tonghop operate purge {upload}" in ran.output


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("after", range(5))
def test_cut_off_it_is_finished_by_another_run(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    calls = iter(range(after))

    def cut(_: str, __: int) -> None:
        if next(calls, None) is None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        former.put_back(FORMER, former.compare_with(FORMER), progress=cut)
    former.put_back(FORMER, former.compare_with(FORMER))
    assert former.compare_with(FORMER).is_none
