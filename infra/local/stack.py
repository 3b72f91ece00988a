"""One embedded stack: MiniStack as a child process, its state in one directory, the template deployed into it.

Callers use it like AWS: `Stack.environment` has the endpoint and the keys for botocore. README.md beside this file
lists what MiniStack cannot do.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import boto3

from infra.deployment import SETTINGS, Deployment, DeploymentError
from infra.package import ROOT, Package

HOST = "127.0.0.1"
REGION = "ap-southeast-1"
ACCOUNT = "000000000000"
NAME = "tonghop-local"
DEPLOYMENTS = f"{NAME}-deployments-{ACCOUNT}"
# MiniStack treats the keys it was started with as the account's root, and accepts no other key that it did not issue.
KEY = SECRET = "test"  # noqa: S105 - no secret: it opens a stack that only this machine can reach
PATIENCE_S = 60.0
STOP_S = 10.0
"""How long an orderly stop may take; then the stack is killed."""
KEPT_AFTER_S = 60.0
"""What is older than this is on disk, also on an overloaded machine; usually some seconds, and workbooks at once."""
WHOSE = "/_tonghop/whose"
"""The path at which `server.py` answers with the directory of its state."""


class StackError(RuntimeError):
    """The embedded stack could not be started, stopped or filled; the message says where to look."""


class AlreadyRunningError(StackError):
    """Another process runs the stack of this directory: stop it first, or `Stack.attach` to it."""


class Stack:
    """The embedded stack with its state under `var`.

    MiniStack inherits a lock on `var/lock` and holds it as long as it lives. So a killed stack is known to be dead at
    once, and no process id is trusted, which the system may have given to another process.
    """

    def __init__(self, var: Path, *, port: int = 0) -> None:
        """`port` 0 means the last port, so that printed links stay valid, or else any free port."""
        self.var = var.resolve()
        self.log = self.var / "ministack.log"
        self.outputs: dict[str, str] = {}
        self._record = self.var / "stack.json"
        self._state = self.var / "state"
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    # ---- access ----

    @property
    def endpoint(self) -> str:
        """The address of all services."""
        return f"http://{HOST}:{self._port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that make a process use this stack as AWS."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": REGION,
            **{setting: self.outputs[output] for output, setting in SETTINGS.items() if output in self.outputs},
        }

    def client(self, service: str) -> Any:
        """An administrator's boto3 client."""
        return boto3.client(
            service, endpoint_url=self.endpoint, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET
        )  # type: ignore[call-overload]

    # ---- start and stop ----

    def start(self) -> Self:
        """Starts MiniStack on the saved state, and returns when it answers."""
        self.var.mkdir(parents=True, exist_ok=True)
        lock = self._take_lock()
        try:
            self._port = self._find_port()
            scratch = self.var / "tmp"
            shutil.rmtree(scratch, ignore_errors=True)  # a killed stack leaves its workers' code in it
            scratch.mkdir()
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "infra.local.server"],
                    cwd=ROOT,
                    env=self._settings(scratch),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=[lock.fileno()],
                    start_new_session=True,
                )
        finally:
            lock.close()
        try:
            self._write_record(self._process.pid)
            self._wait_for(self._answers, "did not answer")
        except BaseException:
            self._process.kill()
            raise
        return self

    @classmethod
    def attach(cls, var: Path) -> Self:
        """The stack that another process runs under `var`."""
        stack = cls(var)
        if not stack.is_running():
            raise StackError(f"no embedded stack is running under {var}")
        record = stack._read_record()
        stack._port, stack.outputs = record["port"], record["outputs"]
        return stack

    def is_running(self) -> bool:
        """Whether any process runs this stack."""
        try:
            self._take_lock().close()
        except AlreadyRunningError:
            return True
        except FileNotFoundError:
            return False
        return False

    def stop(self) -> None:
        """Lets MiniStack save its memory, and returns when it has ended."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            if self._is_gone():
                break
            os.kill(self._read_record()["pid"], how)
            self._wait_for(self._is_gone, "did not stop", STOP_S, is_needed=how == signal.SIGKILL)
        if self._process:
            self._process.wait()
        shutil.rmtree(self.var / "tmp", ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # ---- deployment ----

    def deploy(self, package: Package, **parameters: str) -> dict[str, str]:
        """Creates or updates the CloudFormation stack from the template that AWS gets; returns its outputs.

        `ApiUrl` is the address under which MiniStack serves the API.
        """
        deployment = Deployment(NAME, REGION, ACCOUNT, DEPLOYMENTS, self.client)
        try:
            self.outputs = deployment.apply(package, {"PagesOrigin": self.endpoint, "Scheme": "http", **parameters})
        except DeploymentError as error:
            raise StackError(str(error)) from error
        stage = json.loads(package.template.read_text())["Resources"]["RestAPI"]["Properties"]["StageName"]
        self.outputs["ApiUrl"] = f"{self.endpoint}/restapis/{self.outputs['RestAPIId']}/{stage}/_user_request_"
        self._write_record(self._read_record()["pid"])
        return self.outputs

    def logs(self, function: str) -> Iterator[str]:
        """The log of a function, oldest first; `function` as in the template's log groups: api, intake, sweep …"""
        logs = self.client("logs")
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/{NAME}/{function}")
        yield from (event["message"] for page in pages for event in page["events"])

    # ---- the process ----

    def _settings(self, scratch: Path) -> dict[str, str]:
        """MiniStack's environment, without the caller's variables: its workers inherit it."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "TZ": "UTC",  # as in Lambda
            "TMPDIR": str(scratch),
            "AUTH": "true",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self._port),
            "MINISTACK_HOST": HOST,
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self._state),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.var / "s3"),
            "IOT_MTLS_ENABLED": "0",  # these two would listen on further ports
            "SFTP_ENABLED": "0",
        }

    def _take_lock(self) -> IO[bytes]:
        """The open lock of the directory. A child that inherits it holds it until the child ends."""
        lock = (self.var / "lock").open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise AlreadyRunningError(f"an embedded stack is already running under {self.var}") from None
        return lock

    def _find_port(self) -> int:
        """The requested port; or the last one, so that links handed out then still work; or any free port.

        Raises StackError if the requested port is not free.
        """
        last = self._read_record()["port"] if self._record.is_file() else 0
        for port in (self._port,) if self._port else (last, 0):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((HOST, port))
                except OSError:
                    continue
                return int(probe.getsockname()[1])
        raise StackError(f"another process holds port {self._port}: choose another one with --port (make: PORT=…)")

    def _answers(self) -> bool:
        """Whether our MiniStack is ready. Raises StackError with the end of its log if the process has ended."""
        if self._process and self._process.poll() is not None:
            tail = self.log.read_text(errors="replace").splitlines()[-5:]
            raise StackError(f"MiniStack ended while starting; {self.log} ends with:\n" + "\n".join(tail))
        return self._ask("/_ministack/ready") is not None and self._ask(WHOSE) == str(self._state)

    def _ask(self, path: str) -> str | None:
        """The answer of the process that holds the port; None if it does not answer as MiniStack does."""
        door = HTTPConnection(HOST, self._port, timeout=5)
        try:
            door.request("GET", path)
            answer = door.getresponse()
            return answer.read().decode(errors="replace") if answer.status == HTTPStatus.OK else None
        except (OSError, HTTPException):
            return None
        finally:
            door.close()

    def _is_gone(self) -> bool:
        return not self.is_running()

    def _wait_for(
        self, condition: Callable[[], bool], failure: str, seconds: float = PATIENCE_S, *, is_needed: bool = True
    ) -> None:
        """Polls until the condition holds. Raises StackError if a needed condition does not hold in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                if is_needed:
                    raise StackError(f"MiniStack {failure} within {seconds:.0f} s; see {self.log}")
                return
            time.sleep(0.02)

    def _read_record(self) -> dict[str, Any]:
        return dict(json.loads(self._record.read_text()))

    def _write_record(self, pid: int) -> None:
        record: Mapping[str, Any] = {"pid": pid, "port": self._port, "outputs": self.outputs}
        self._record.write_text(json.dumps(record, indent=2) + "\n")
