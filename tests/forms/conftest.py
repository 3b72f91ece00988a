"""The shipped programmes, and the same with everything that waits switched on."""

from __future__ import annotations

import pytest

from chalicelib import folders
from chalicelib.domain.programme.model import FormPart, Programme

SHIPPED = ("ct138-2022", "ct138-2026")


def read_shipped(code: str) -> Programme:
    return folders.load_folder(folders.SHIPPED / code)


def switch_on(programme: Programme) -> Programme:
    """The programme with every section, table and narrative asked in every period."""

    def ask(part: FormPart) -> FormPart:
        return part.model_copy(update={"periods": None})

    parts = ("sections", "tables", "narratives")
    forms = (
        form.model_copy(update={name: tuple(map(ask, getattr(form, name))) for name in parts})
        for form in programme.forms
    )
    fields = {name: getattr(programme, name) for name in Programme.model_fields}  # a copy would keep the old forms
    return Programme(**fields | {"forms": tuple(forms)})


@pytest.fixture(params=SHIPPED)
def programme(request: pytest.FixtureRequest) -> Programme:
    return read_shipped(request.param)
