"""What takes something away or changes what counts is shown with everything it would do, and then made.

Each such verb has a function that gives a `PreparedChange`; pages show it by `web/console/changing.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.domain.period.effects import Effect

if TYPE_CHECKING:
    from chalicelib.workbook.programme.compare import SheetChange


class Preview(NamedTuple):
    """What a change would do: what it does to what is there, and what keeps it from being made.

    Of a programme also what differs sheet by sheet, and the code of the one that it makes beside the one in force, if
    it does not change that; `sheets` is None for what changes no programme.
    """

    effects: Sequence[Effect]
    mistakes: Sequence[str] = ()
    sheets: Sequence[SheetChange] | None = None
    new_code: str = ""


class PreparedChange(NamedTuple):
    """A verb before it is done: `what` says it in words, `preview` finds what it would do, and `make` does it.

    `make` checks anew whatever the verb checks: between the two somebody else may have been faster. It gives what the
    verb gives.
    """

    what: str
    preview: Callable[[], Preview]
    make: Callable[[], Any]
