"""The embedded stack runs the very template: an upload finds its way, rights hold, and what was kept is there again."""

import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.domain.audit import Stamp
from chalicelib.domain.submission.records import Address
from chalicelib.office.programme import import_programme
from chalicelib.store import clients, programmes
from chalicelib.store.addresses import upload_key
from chalicelib.store.receipts import find_receipt
from infra.local.authenticator import read_code
from infra.local.stack import REGION, STOP_S, AlreadyRunningError, Stack, StackError
from infra.package import ROOT, Package

pytestmark = pytest.mark.stack


def assume(stack: Stack, function: str, service: str) -> Any:
    """A client with the rights of a function."""
    role = stack.client("lambda").get_function_configuration(FunctionName=stack.outputs[function])["Role"]
    keys = stack.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.client(
        service,
        endpoint_url=stack.endpoint,
        region_name=REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def sign(stack: Stack, key: str) -> dict[str, Any]:
    """What the page hands to a browser: a form for one key and at most 100 bytes."""
    limit = ["content-length-range", 1, 100]
    return dict(
        assume(stack, "APIHandlerName", "s3").generate_presigned_post(
            stack.outputs["Inbox"], key, Conditions=[limit], ExpiresIn=60
        )
    )


def post(form: dict[str, Any], body: bytes, **changed: str) -> tuple[int, str]:
    """Send the form as a browser does."""
    boundary = uuid.uuid4().hex
    fields = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in {**form["fields"], **changed}.items()
    )
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    whole = (fields + head).encode() + body + f"\r\n--{boundary}--\r\n".encode()
    url = urlsplit(form["url"])
    connection = HTTPConnection(url.netloc)
    connection.request("POST", url.path, whole, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> bool:
    """Whether the condition comes to hold in time."""
    deadline = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds


def count_records(stack: Stack) -> int:
    return int(stack.client("dynamodb").scan(TableName=stack.outputs["Table"])["Count"])


def kill(stack: Stack) -> None:
    """As a power cut would."""
    assert stack._process
    stack._process.send_signal(signal.SIGKILL)
    stack._process.wait()


@pytest.fixture(scope="session")
def address(stack: Stack) -> Iterator[Address]:
    """Some unit's duty in the shipped programme, imported; the store in this process is that of the stack."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in stack.environment.items():
            patch.setenv(name, value)
        clients.forget()
        files = {path.name: path.read_bytes() for path in (ROOT / "forms" / "ct138-2022").iterdir() if path.is_file()}
        import_programme(files, stamp=Stamp("test", datetime.now(UTC)))
        programme = programmes.load_in_force("ct138-2022")
        yield Address(
            programme=programme.code,
            period=programme.periods[0].code,
            form=programme.forms[0].code,
            unit=programme.units[0].code,
        )
    clients.forget()


def test_an_upload_by_presigned_post_gets_its_receipt(stack: Stack, address: Address) -> None:
    upload_id = uuid.uuid4().hex
    assert post(sign(stack, upload_key(address, upload_id)), b"not a workbook") == (204, "")
    assert wait_for(lambda: find_receipt(upload_id) is not None), list(stack.logs("intake"))


def test_what_cannot_be_taken_in_is_kept_as_a_dead_letter(packaged: Package, tmp_path: Path) -> None:
    with Stack(tmp_path) as stack:
        outputs = stack.deploy(packaged, RedeliverySeconds="1")
        stack.client("s3").put_object(Bucket=outputs["Inbox"], Key="inbox/of nobody's", Body=b"x")
        letters = stack.client("sqs")
        assert wait_for(lambda: count_messages(letters, outputs["DeadLetters"]) == 1)


def count_messages(client: Any, queue: str) -> int:
    name = "ApproximateNumberOfMessages"
    return int(client.get_queue_attributes(QueueUrl=queue, AttributeNames=[name])["Attributes"][name])


def test_a_form_is_good_for_its_own_key_only(stack: Stack) -> None:
    assert post(sign(stack, "inbox/one"), b"x", key="inbox/other")[0] == 403


def test_a_form_is_not_good_for_a_larger_file(stack: Stack) -> None:
    status, text = post(sign(stack, "inbox/one"), b"x" * 101)
    assert (status, "EntityTooLarge" in text) == (400, True)


def test_a_signature_outside_of_the_inbox_is_worth_nothing(stack: Stack) -> None:
    assert post(sign(stack, "elsewhere/one"), b"x")[0] == 403


@pytest.mark.parametrize(
    ("service", "call", "arguments"),
    [
        ("dynamodb", "delete_item", {"TableName": "Table", "Key": {"pk": {"S": "x"}, "sk": {"S": "x"}}}),
        ("dynamodb", "scan", {"TableName": "Table"}),
        ("s3", "delete_object", {"Bucket": "Inbox", "Key": "inbox/x"}),
        ("s3", "put_object", {"Bucket": "Reports", "Key": "x"}),
        ("sqs", "send_message", {"QueueUrl": "Queue", "MessageBody": "x"}),
        ("lambda", "invoke", {"FunctionName": "Sweep"}),
    ],
)
def test_pages_have_no_right_to(stack: Stack, service: str, call: str, arguments: dict[str, Any]) -> None:
    named = {
        key: stack.outputs.get(value, value) if isinstance(value, str) else value for key, value in arguments.items()
    }
    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(assume(stack, "APIHandlerName", service), call)(**named)


def test_a_second_stack_in_the_same_place_is_refused(stack: Stack) -> None:
    with pytest.raises(AlreadyRunningError):
        Stack(stack.var).start()


def test_serving_it_a_second_time_names_the_pages_and_leaves_the_first_alone(stack: Stack) -> None:
    command = [sys.executable, "-m", "infra.local", "serve", "--var", str(stack.var)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert f"already running under {stack.var}, with its pages at {stack.outputs['ApiUrl']}" in done.stderr
    assert stack.is_running()


def test_a_port_that_another_process_holds_is_told(stack: Stack, tmp_path: Path) -> None:
    port = urlsplit(stack.endpoint).port or 0
    with pytest.raises(StackError, match=f"another process holds port {port}"):
        Stack(tmp_path, port=port).start()


def test_another_stack_on_the_same_port_is_not_taken_for_this_one(stack: Stack, tmp_path: Path) -> None:
    other = Stack(tmp_path, port=urlsplit(stack.endpoint).port or 0)
    assert (stack._answers(), other._answers()) == (True, False)


def test_a_stop_takes_seconds_however_busy_it_is(packaged: Package, tmp_path: Path) -> None:
    with Stack(tmp_path) as stack:
        stack.deploy(packaged)
        idle = HTTPConnection(urlsplit(stack.endpoint).netloc)
        idle.request("GET", urlsplit(stack.outputs["ApiUrl"]).path + "/pv05/dang-nhap")
        assert idle.getresponse().status == 200
        idle.request("GET", "/_ministack/ready")  # and the answer is not fetched
        began = time.monotonic()
        stack.stop()
        assert time.monotonic() - began < STOP_S + 5
        assert not stack.is_running()
        idle.close()


def test_a_developer_without_a_telephone_is_told_the_code(stack: Stack) -> None:
    cognito, name, password = stack.client("cognito-idp"), f"thu-{uuid.uuid4().hex[:6]}", "Mat-khau-cua-toi-2026"
    cognito.admin_create_user(UserPoolId=stack.outputs["Users"], Username=name, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=stack.outputs["Users"], Username=name, Password=password, Permanent=True)
    entered = cognito.initiate_auth(
        ClientId=stack.outputs["UsersClient"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": password},
    )
    access = entered["AuthenticationResult"]["AccessToken"]
    cognito.associate_software_token(AccessToken=access)
    code = read_code(stack, name)
    assert cognito.verify_software_token(AccessToken=access, UserCode=code)["Status"] == "SUCCESS"
    with pytest.raises(StackError, match="no account"):
        read_code(stack, "khong-co")


def test_another_process_finds_it(stack: Stack) -> None:
    assert Stack.attach(stack.var).environment == stack.environment


def test_nothing_is_there_to_attach_to(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="no embedded stack"):
        Stack.attach(tmp_path)


def test_after_a_stop_everything_is_there_again(packaged: Package, tmp_path: Path) -> None:
    with Stack(tmp_path) as stack:
        table = stack.deploy(packaged)["Table"]
        stack.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": "x"}, "sk": {"S": "x"}})
        before = stack.deploy(packaged)
    with Stack(tmp_path) as stack:
        assert stack.deploy(packaged) == before
        assert count_records(stack) == 1


def test_a_killed_stack_comes_back_as_it_was_seconds_before(packaged: Package, tmp_path: Path) -> None:
    stack = Stack(tmp_path).start()
    table = stack.deploy(packaged)["Table"]
    stack.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": "kept"}, "sk": {"S": "x"}})
    assert wait_for(lambda: is_saved(stack, "cloudformation", "CREATE_COMPLETE"))
    assert wait_for(lambda: is_saved(stack, "dynamodb", "kept"))
    kill(stack)
    assert not stack.is_running()
    with Stack(tmp_path) as again:
        again.deploy(packaged)
        assert count_records(again) == 1


def is_saved(stack: Stack, service: str, word: str) -> bool:
    state = stack.var / "state" / f"{service}.json"
    return state.is_file() and word in state.read_text()
