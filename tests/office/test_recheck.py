"""The submissions of a period are checked anew: what would come out otherwise is said, and nothing is changed."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.audit import Stamp
from chalicelib.domain.issues.issue import make_issue
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.anew import Anew, Recheck, Verdict
from chalicelib.domain.submission.records import Address, Outcome, Status
from chalicelib.intake.receive import receive
from chalicelib.office import recheck as office
from chalicelib.office.programme import import_programme
from chalicelib.office.purge import purge
from chalicelib.office.recheck import check_period, gather, list_cells, recheck_period, render_list
from chalicelib.office.refusals import Unknown
from chalicelib.office.review import Subject, return_submission
from chalicelib.store import programmes, rechecks, table, uploads, whole
from chalicelib.workbook.lists import read_list
from tests.store.sample import ADDRESS, FILES, NOON, check, now, numbered, send, workbook

OTHER = ADDRESS.model_copy(update={"unit": "180"})
PERIOD = ADDRESS.period


def take(data: bytes, number: int, address: Address = ADDRESS, **sent: Any) -> None:
    receive(*send(data, numbered(number), address=address, **sent), now=now, check=check)


def stricter(data: bytes, programme: Programme, *, expected: Address | None = None, file_name: str = "") -> Outcome:
    """Today's rules: more than 5 is an error, "4" is read as 40."""
    found = check(data, programme, expected=expected, file_name=file_name)
    figure = found.values.get("A1")
    if figure and figure.value == 4:
        return found.model_copy(update={"values": {"A1": figure.model_copy(update={"value": 40})}})
    if figure and figure.value == 9:
        return Outcome(status=Status.REJECTED, sha256=found.sha256, issues=(make_issue("form.unmarked"),))
    return found


def look(programme: Programme, *, check: Any = stricter, **given: Any) -> list[Anew]:
    return list(check_period(programme, period=PERIOD, check=check, **given))


def verdicts(found: list[Anew]) -> dict[str, Verdict]:
    return {each.address.unit: each.verdict for each in found}


def dump_stores() -> tuple[list[Any], list[tuple[str, str, str]]]:
    """Every item, and every version of every object with its hash."""
    objects = [
        (
            version.key,
            version.version_id,
            whole.read_version(bucket, key=version.key, version_id=version.version_id).sha256,
        )
        for bucket in (whole.INBOX, whole.REPORTS)
        for version in whole.list_versions(bucket)
    ]
    return list(table.scan_items()), objects


def test_nothing_differs_by_the_rules_that_accepted_it(programme: Programme) -> None:
    take(workbook(A1=9), 1)
    take(workbook(A1=4), 2, OTHER)
    assert verdicts(look(programme, check=check)) == {"178": Verdict.SAME, "180": Verdict.SAME}


def test_what_would_come_out_otherwise_is_told_and_nothing_is_changed(programme: Programme) -> None:
    take(workbook(A1=9), 1)
    take(workbook(A1=4), 2, OTHER)
    before = dump_stores()
    found = look(programme)
    assert verdicts(found) == {"178": Verdict.REJECTED, "180": Verdict.OTHER_FIGURES}
    assert [(each.label, each.before, each.after) for each in found[1].differences] == [("Số lượt người", "4", "40")]
    assert dump_stores() == before


def test_only_the_revision_that_stands_is_checked_by_its_own_bytes(programme: Programme) -> None:
    take(workbook(A1=9), 1)
    take(workbook(A1=5), 2, received=NOON + timedelta(hours=1))
    (found,) = look(programme)
    assert (found.verdict, found.revision, found.upload_id) == (Verdict.SAME, 2, numbered(2))
    send(workbook(A1=9), numbered(2))  # the form is posted again to the key of the accepted upload
    assert verdicts(look(programme)) == {"178": Verdict.SAME}


def test_what_the_unit_said_before_is_held_against_it_as_intake_does(programme: Programme) -> None:
    year = ADDRESS.model_copy(update={"period": "nam"})
    files = {**FILES, "bc.toml": FILES["bc.toml"].replace(b"version = 1\n", b"version = 1\ncumulative = true\n")}
    import_programme(files, stamp=Stamp("pv05", NOON))
    programmes.forget()
    later = NOON + timedelta(days=160)
    receive(*send(workbook(A1=5), numbered(1), address=year, received=later), now=lambda: later, check=check_whole)
    take(workbook(A1=8), 2)  # afterwards: the half year has more than the year
    loaded = programmes.load_in_force("mau")
    (found,) = check_period(loaded, period="nam", check=check_whole)
    assert [issue.code for issue in found.errors] == ["rule.less_than_before"]


def check_whole(data: bytes, programme: Programme, *, expected: Address | None = None, file_name: str = "") -> Outcome:
    found = check(data, programme, expected=expected, file_name=file_name)
    return found.model_copy(update={"unit": expected.unit, "period": expected.period}) if expected else found


def test_a_duty_that_was_ended_rejects_and_does_not_break_the_run(programme: Programme) -> None:
    take(workbook(A1=5), 1)
    take(workbook(A1=5), 2, OTHER)
    fields = {name: getattr(programme, name) for name in Programme.model_fields}
    found = look(Programme(**fields | {"units": programme.units[:1]}))
    assert verdicts(found) == {"178": Verdict.SAME, "180": Verdict.REJECTED}
    assert [issue.code for issue in found[1].errors] == ["upload.not_owed"]


def test_returned_and_withdrawn_submissions_are_counted_and_not_checked(programme: Programme, stamp: Stamp) -> None:
    take(workbook(A1=9), 1)
    return_submission(Subject(programme, ADDRESS), "sửa lại", stamp=stamp)
    assert verdicts(look(programme)) == {"178": Verdict.NOT_COUNTED}


def test_bytes_that_are_gone_are_missing_and_purged_ones_are_said_to_be(programme: Programme, stamp: Stamp) -> None:
    take(workbook(A1=5), 1)
    take(workbook(A1=5), 2, OTHER)
    purge(numbered(1), reason="thử", stamp=stamp)
    for version in list(whole.list_versions(whole.INBOX)):
        uploads.delete_upload(version.key, version.version_id)
    found = look(programme)
    assert verdicts(found) == {"178": Verdict.ERASED, "180": Verdict.MISSING}
    assert [each.is_otherwise for each in found] == [False, True]


def test_what_is_purged_while_the_period_is_checked_is_not_quoted(programme: Programme, stamp: Stamp) -> None:
    take(workbook(A1=9), 1)

    def look_late(*given: Any, **more: Any) -> Outcome:
        purge(numbered(1), reason="thử", stamp=stamp)
        return stricter(*given, **more)

    assert recheck_period("mau", period=PERIOD, now=NOON, actor="pv05:an", check=look_late).found == ()
    kept = rechecks.find_recheck("mau", period=PERIOD)
    assert kept
    assert (kept.counts, kept.found) == ({Verdict.ERASED: 1}, ())


def test_one_form_alone_can_be_checked(programme: Programme) -> None:
    take(workbook(A1=5), 1)
    assert [len(look(programme, form=form)) for form in ("", "bc")] == [1, 1]
    with pytest.raises(Unknown):
        look(programme, form="khac")


def test_the_checker_goes_to_another_process_whole(programme: Programme) -> None:
    checker = office.BatchCheck(programme, stricter)
    assert pickle.loads(pickle.dumps(checker)) == checker  # noqa: S301 - our own bytes


def test_the_list_for_the_console_is_kept_until_the_next_one_and_goes_with_a_purge(
    programme: Programme, stamp: Stamp
) -> None:
    take(workbook(A1=9), 1)
    before = list(table.scan_items())
    for _ in range(2):
        found = recheck_period("mau", period=PERIOD, now=NOON, actor="pv05:an", check=stricter)
    assert rechecks.find_recheck("mau", period=PERIOD) == found
    assert list(table.scan_items()) == before
    purge(numbered(1), reason="thử", stamp=stamp)  # it quotes cells
    assert rechecks.find_recheck("mau", period=PERIOD) is None


# The whole of a run


@pytest.fixture
def run(programme: Programme, stamp: Stamp) -> Recheck:
    take(workbook(A1=9), 1)
    take(workbook(A1=5), 2, OTHER)
    return gather(programme, look(programme), period=PERIOD, stamp=stamp)


def test_a_run_counts_all_and_lists_what_would_come_out_otherwise(run: Recheck) -> None:
    assert run.counts == {"rejected": 1, "same": 1}
    assert [each.address.unit for each in run.found] == ["178"]
    assert (run.programme_version, run.made, run.actor) == (1, NOON, "pv05:an")


def test_the_list_names_unit_form_and_reason(run: Recheck, programme: Programme) -> None:
    ((unit, form, revision, verdict, reason),) = list_cells(run, programme)
    assert (unit, form, revision, verdict) == ("Thành phố Lạng Sơn", "Báo cáo", "1", "Sẽ bị từ chối")
    assert reason
    assert read_list(render_list(run, programme))[1][0] == "Thành phố Lạng Sơn"


def test_progress_is_told(run: Recheck, programme: Programme, stamp: Stamp) -> None:
    told: list[tuple[str, int]] = []
    gather(programme, look(programme), period=PERIOD, stamp=stamp, progress=lambda *step: told.append(step))
    assert sum(number for _, number in told) == 2


def test_every_verdict_has_its_words() -> None:
    words: Mapping[Verdict, str] = office.VERDICTS
    assert set(words) == set(Verdict)
