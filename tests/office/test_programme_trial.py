"""A proposed programme is tried: what is filled in by itself is a report that intake would take."""

from __future__ import annotations

import pytest

from chalicelib import folders
from chalicelib.domain.programme.loading import load_programme
from chalicelib.domain.submission.records import Status
from chalicelib.intake.check import check_workbook
from chalicelib.office.programme_trial import find_trial, list_trials, make_document, make_sample
from chalicelib.office.refusals import Unknown


@pytest.mark.parametrize("code", ["ct138-2022", "ct138-2026"])
def test_a_report_that_is_filled_in_by_itself_keeps_the_rules_of_its_form(code: str) -> None:
    folder = folders.find_folder(code)
    assert folder
    programme = load_programme(folders.read_folder(folder))
    trials = list(list_trials(programme))
    assert len({trial.unit.type for trial in trials}) > 1
    for trial in trials:
        outcome = check_workbook(make_sample(programme, trial), programme)
        assert outcome.status is Status.ACCEPTED, [issue.message for issue in outcome.issues]
    with pytest.raises(Unknown):
        find_trial(programme, unit_type="la", form="la")
    with pytest.raises(Unknown):
        make_document(programme, {}, period="la")
