"""An upload's way on the embedded stack: from the bucket over the queue to the function, until its answer is stored.

Here time that passes counts, not the processor's: most of the way is waiting for the stack.
"""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from benchmarks.measure import Figure, Figures, Turn, take_turns
from benchmarks.names import CALLING, HANDLER, OURS
from chalicelib.domain.audit import Stamp
from chalicelib.office.programme import import_programme
from chalicelib.store import clients, programmes, receipts
from infra.demo.__main__ import make_links
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD, read_demo_files
from infra.demo.samples import WITH_ERRORS, make_sample
from infra.demo.sending import obtain_post, send
from infra.local.stack import ACCOUNT, REGION, Stack
from infra.package import BUILD, package

_EVERY_S, _PATIENCE_S = 0.01, 60.0
_LAMBDA = {"Service": "lambda.amazonaws.com"}
_CODES = {
    "marks": """
import json, boto3
table = boto3.client("dynamodb")
def handle(event, context):
    for message in event["Records"]:
        for each in json.loads(message["body"]).get("Records", []):
            table.put_item(TableName="marks", Item={"key": {"S": each["s3"]["object"]["key"]}})
""",
    "calls": """
import json, boto3
table, bucket = boto3.client("dynamodb"), boto3.client("s3")
def handle(event, context):
    for message in event["Records"]:
        for each in json.loads(message["body"]).get("Records", []):
            name = each["s3"]["object"]["key"]
            items = [{"key": {"S": name + mark}, "text": {"S": 1000 * "x"}} for mark in ("", *"abcd")]
            keys = [{"key": item["key"]} for item in items]
            table.batch_get_item(RequestItems={"calls": {"Keys": keys}})
            bucket.get_object(Bucket="calls", Key=name)["Body"].read()
            table.transact_write_items(TransactItems=[{"Put": {"TableName": "calls", "Item": item}} for item in items])
""",
}
"""What our function is held against, by the name of all that is made for it: a handler that notes that it was called,
and one that reads and writes as ours does."""


def measure_way(_: int, *, rounds: int) -> Figures:
    """The workbook of a further unit in each round, by turns with an object that only has a handler called."""
    made = package("local", BUILD / "local")
    with TemporaryDirectory() as folder, Stack(Path(folder)) as stack:
        stack.deploy(made)
        with mock.patch.dict(os.environ, stack.environment):
            clients.forget()
            turns = {HANDLER: _call_handler(stack, "marks"), CALLING: _call_handler(stack, "calls")}
            found = take_turns(turns | {OURS: _send_workbooks(stack)}, rounds=rounds)
        clients.forget()
        return found


def _send_workbooks(stack: Stack) -> Turn:
    """A turn posts an accepted workbook, and ends when its receipt is stored."""
    now = datetime.now(UTC)
    files = {name: text.encode() for name, text in read_demo_files(now + timedelta(days=5)).items()}
    import_programme(files, stamp=Stamp("bench", now))
    programme = programmes.load_in_force(DEMO_CODE)
    form, period = programme.form_by_code[DEMO_FORM], programme.period_by_code[DEMO_PERIOD]
    tokens = iter(each for each in make_links(programme).items() if each[0] != WITH_ERRORS)

    def take() -> Figure:
        unit, token = next(tokens)
        post = obtain_post(f"{stack.outputs['ApiUrl']}/nop/{token}", DEMO_PERIOD, DEMO_FORM, "a.xlsx")
        data = make_sample(programme, form, programme.unit_by_code[unit], period)
        return _time(lambda: send(post, "a.xlsx", data), lambda: receipts.find_receipt(post.upload_id))

    return take


def _call_handler(stack: Stack, own: str) -> Turn:
    """A turn puts an object into a bucket of its own, and ends when the handler has noted it."""
    _make_handler(stack, own)
    numbers = count()
    s3, table = stack.client("s3"), stack.client("dynamodb")

    def take() -> Figure:
        name = f"object-{next(numbers)}"
        return _time(
            lambda: s3.put_object(Bucket=own, Key=name, Body=bytes(25_000)),
            lambda: table.get_item(TableName=own, Key={"key": {"S": name}}).get("Item"),
        )

    return take


def _make_handler(stack: Stack, name: str) -> None:
    """A bucket that tells a queue of its objects, a function that takes its messages, and a table for what it notes."""
    s3, queues, functions = stack.client("s3"), stack.client("sqs"), stack.client("lambda")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [_allow("sts:AssumeRole", Principal=_LAMBDA)]})
    role = stack.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    rights = json.dumps(
        {"Version": "2012-10-17", "Statement": [_allow("dynamodb:*", "s3:GetObject", "sqs:*", Resource="*")]}
    )
    stack.client("iam").put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=rights)
    stack.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as zipped:
        zipped.writestr("handler.py", _CODES[name])
    ours = stack.client("lambda").get_function_configuration(FunctionName=stack.outputs["Intake"])
    functions.create_function(
        FunctionName=name,
        Runtime=ours["Runtime"],
        MemorySize=ours["MemorySize"],
        Role=role,
        Handler="handler.handle",
        Code={"ZipFile": code.getvalue()},
    )
    sending = _allow("sqs:SendMessage", Resource="*", Principal={"Service": "s3.amazonaws.com"})
    policy = json.dumps({"Version": "2012-10-17", "Statement": [sending]})
    queues.create_queue(QueueName=name, Attributes={"Policy": policy})
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
    functions.create_event_source_mapping(EventSourceArn=queue, FunctionName=name, BatchSize=1)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    told = {"QueueConfigurations": [{"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=told)


def _allow(*actions: str, **where: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), **where}


def _time(begin: Callable[[], object], find: Callable[[], object]) -> Figure:
    """The seconds that pass until what `begin` sets off is found."""
    began = time.perf_counter()
    begin()
    while find() is None:
        if time.perf_counter() - began > _PATIENCE_S:
            raise TimeoutError("nothing was stored")
        time.sleep(_EVERY_S)
    return Figure(time.perf_counter() - began)
