"""The embedded stack from a shell: `python -m infra.local up`, then `eval "$(python -m infra.local env)"`."""

import argparse
import shlex
import signal
import sys
from pathlib import Path

from infra.local.seed import seed
from infra.local.stack import Stack, StackError
from infra.package import ROOT, package


def up(var: Path, port: int) -> Stack:
    """Package, start and deploy; a stack that already runs gets the new package."""
    made = package("local", ROOT / "build" / "local")
    stack = Stack(var, port=port)
    stack = Stack.attach(var) if stack.is_running() else stack.start()
    print(f"pages: {stack.deploy(made)['ApiUrl']}\nlog:   {stack.log}")
    return stack


def serve(var: Path, port: int) -> None:
    """As `up`, but stay in the foreground, and stop with Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    stack = Stack(var, port=port)
    try:
        stack = up(var, port)
        seeded = seed(stack)
        print(f"links: {seeded or stack.var / 'links.csv'}\nCtrl-C stops it.", flush=True)
        signal.pause()
    except KeyboardInterrupt:
        print("stopping")
    finally:
        stack.stop()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="The embedded stack.")
    parser.add_argument("action", choices=["up", "serve", "down", "status", "env", "logs"])
    parser.add_argument(
        "function", nargs="?", default="intake", help="for logs: api, intake, consolidate, publish, remind or sweep"
    )
    parser.add_argument("--var", type=Path, default=ROOT / "var" / "local", help="where the state is kept")
    parser.add_argument("--port", type=int, default=0, help="default: the last one, or any free one")
    given = parser.parse_args()
    try:
        act(given)
    except StackError as error:
        sys.exit(str(error))


def act(given: argparse.Namespace) -> None:
    """Do the one thing asked for."""
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
            print("\n".join(Stack.attach(given.var).logs(given.function)))


if __name__ == "__main__":
    main()
