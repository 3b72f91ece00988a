"""Where anything can begin: found from the code, so that a new entry point cannot be forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import click

from app import app
from chalicelib.cli import main


def find_entries() -> set[str]:
    """ "app.sweep", "POST /nop/{token}/gui", "tonghop operate purge"."""
    return {*_find_handlers(), *_find_routes(), *_find_commands("tonghop", main)}


def _find_handlers() -> Iterator[str]:
    """The queue's consumer, the schedules, and the functions that run in the background."""
    for handler in (*app.event_sources, *app.pure_lambda_functions):
        yield f"app.{handler.name}"


def _find_routes() -> Iterator[str]:
    for path, methods in app.routes.items():
        yield from (f"{method} {path}" for method in methods)


def _find_commands(name: str, command: click.Command) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield name
        return
    for part, inner in command.commands.items():
        yield from _find_commands(f"{name} {part}", inner)
