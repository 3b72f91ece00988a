"""What a verb refuses is said in the same sentence at every door."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from chalicelib.office.refusals import Mistaken, Moved, Refusal, Unknown
from chalicelib.operate.cli import operate
from chalicelib.web.problems import make_problem


@pytest.mark.parametrize(("refusal", "status"), [(Refusal, 400), (Unknown, 404), (Moved, 409)])
@pytest.mark.parametrize("sentence", ["", "Mã 180 đang thuộc về một đơn vị khác."])
def test_a_page_and_a_command_say_the_sentence_of_the_refusal(
    monkeypatch: pytest.MonkeyPatch, refusal: type[Refusal], status: int, sentence: str
) -> None:
    expected = sentence or refusal.sentence
    problem = make_problem(refusal(sentence))
    assert (problem.status, problem.text) == (status, expected)

    @click.command()
    def refuse() -> None:
        raise refusal(sentence)

    monkeypatch.setitem(operate.commands, "refuse", refuse)
    done = CliRunner().invoke(operate, ["refuse"], catch_exceptions=False)
    assert (done.exit_code, done.stderr) == (2, f"{expected}\n")


@pytest.mark.parametrize(("number", "ending"), [(1, "lỗi 1."), (20, "lỗi 20."), (25, "lỗi 20; và 5 lỗi nữa.")])
def test_mistakes_are_told_in_one_sentence_and_counted_beyond_twenty(number: int, ending: str) -> None:
    told = str(Mistaken([f"lỗi {each}" for each in range(1, number + 1)]))
    assert told.startswith("Chưa lưu được, vì: lỗi 1")
    assert told.endswith(ending)
