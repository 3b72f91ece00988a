"""The embedded stack from a shell: `python -m infra.local up`, then `eval "$(python -m infra.local env)"`."""

import argparse
import shlex
import signal
import sys
from pathlib import Path

from infra.local.authenticator import read_code
from infra.local.seed import ADMIN, LINKS, seed
from infra.local.stack import KEPT_AFTER_S, AlreadyRunningError, Stack, StackError
from infra.package import ROOT, package

VAR = ROOT / "var" / "local"


def up(var: Path, port: int) -> Stack:
    """Packages, starts and deploys; a running stack gets the new package."""
    made = package("local", ROOT / "build" / "local")
    stack = Stack(var, port=port)
    stack = Stack.attach(var) if stack.is_running() else stack.start()
    print(f"pages: {stack.deploy(made)['ApiUrl']}\nlog:   {stack.log}")
    return stack


def serve(var: Path, port: int) -> None:
    """Starts and deploys a stack of its own, stays in the foreground, and stops with Ctrl-C or SIGTERM.

    Raises AlreadyRunningError, which names the pages, where another process runs the stack of this directory.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if Stack(var).is_running():
        running = Stack.attach(var)
        raise AlreadyRunningError(
            f"an embedded stack is already running under {running.var}, with its pages at "
            f"{running.outputs.get('ApiUrl', running.endpoint)}: stop that one first, or choose another --var"
        )
    try:
        print("packaging and starting: some seconds, a minute the first time", flush=True)
        made = package("local", ROOT / "build" / "local")
        with Stack(var, port=port) as stack:
            stack.deploy(made)
            seed(stack)
            print(describe(stack), flush=True)
            signal.pause()
    except KeyboardInterrupt:
        print("stopped")


def describe(stack: Stack) -> str:
    """The addresses, links and password for opening the pages."""
    pages, secrets = stack.outputs["ApiUrl"], show_path(stack.var / LINKS)
    return f"""units:    each has its own address, in {secrets}
console:  {pages}/pv05
account:  {ADMIN}; its first password is in the last line of {secrets}
code:     .venv/bin/python -m infra.local code{_choose(stack.var)}   (the six digits, without a telephone)
commands: eval "$(.venv/bin/python -m infra.local env{_choose(stack.var)})"; .venv/bin/tonghop operate --help
log:      {show_path(stack.log)}
kept:     workbooks at once, decisions some seconds later: a power cut takes at most the last {KEPT_AFTER_S:.0f} s
Ctrl-C stops it; what was sent stays under {show_path(stack.var)}."""


def _choose(var: Path) -> str:
    return "" if var == VAR else f" --var {shlex.quote(show_path(var))}"


def show_path(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="The embedded stack.")
    parser.add_argument("action", choices=["up", "serve", "down", "status", "env", "logs", "code"])
    parser.add_argument(
        "name", nargs="?", help="for logs: api, intake, consolidate, publish, remind or sweep; for code: an account"
    )
    parser.add_argument("--var", type=Path, default=VAR, help="where the state is kept")
    parser.add_argument("--port", type=int, default=0, help="default: the last one, or any free one")
    given = parser.parse_args()
    try:
        act(given)
    except StackError as error:
        sys.exit(str(error))


def act(given: argparse.Namespace) -> None:
    """Runs the requested command."""
    match given.action:
        case "up":
            up(given.var, given.port)
        case "serve":
            serve(given.var, given.port)
        case "down":
            Stack(given.var).stop()
        case "status":
            print(f"running, pages: {Stack.attach(given.var).outputs.get('ApiUrl', 'not deployed')}")
        case "env":
            for name, value in Stack.attach(given.var).environment.items():
                print(f"export {name}={shlex.quote(value)}")
        case "logs":
            print("\n".join(Stack.attach(given.var).logs(given.name or "intake")))
        case "code":
            print(read_code(Stack.attach(given.var), given.name or ADMIN))


if __name__ == "__main__":
    main()
