"""The Lambda entry points and nothing else: the queue's consumer, the schedules, the routes."""

from datetime import UTC, datetime
from typing import Any

from chalice.app import Chalice, Cron, Rate

from chalicelib import snapshot, telemetry
from chalicelib.web.blueprint import blueprint

app = Chalice(app_name="tonghop")
app.register_blueprint(blueprint)


def _now() -> datetime:
    return datetime.now(UTC)


@app.middleware("http")
def observe(event: Any, get_response: Any) -> Any:
    """Adds the request's id, which is in the access log too, to every line that a page logs."""
    with telemetry.watch("pages", request=str(event.context.get("requestId", ""))):
        return get_response(event)


@app.on_sqs_message(queue="inbox", batch_size=1, name="intake")
def intake(event: Any) -> None:
    """Takes in what one message of the queue tells of: uploads, or a letter that did not arrive.

    A message that fails is delivered again.
    """
    from chalicelib.intake.check import check_workbook
    from chalicelib.intake.copying import make_marked_copy
    from chalicelib.intake.events import parse_events
    from chalicelib.intake.receive import receive
    from chalicelib.office.undelivered import take_event

    make_copy = telemetry.count_copies(make_marked_copy)
    for message in event:
        attempt = int(message.to_dict().get("attributes", {}).get("ApproximateReceiveCount", 1))
        with telemetry.watch("intake", attempt=str(attempt)):
            arrivals = [] if take_event(message.body, now=_now()) else parse_events(message.body)
        for arrival in arrivals:
            with telemetry.watch("intake", correlation_id=telemetry.correlate(arrival.key), attempt=str(attempt)):
                receipt = receive(*arrival, now=_now, check=check_workbook, make_copy=make_copy, attempt=attempt)
                telemetry.count_receipt(receipt)


@app.schedule(Rate(15, unit=Rate.MINUTES), name="sweep")
def sweep(event: Any) -> dict[str, int]:
    """Every quarter of an hour: takes in uploads whose event was lost, deletes old trials and slips, counts
    overdue editions."""
    from chalicelib.intake.check import check_workbook
    from chalicelib.intake.copying import make_marked_copy
    from chalicelib.intake.sweep import LASTING, choose_since, is_inbox_told
    from chalicelib.intake.sweep import sweep as sweep_uploads
    from chalicelib.intake.trial import forget_trials
    from chalicelib.office.slips import forget_slips
    from chalicelib.operate.overdue import find_overdue

    with telemetry.watch("sweep"):
        swept = sweep_uploads(
            now=_now,
            check=check_workbook,
            make_copy=telemetry.count_copies(make_marked_copy),
            since=choose_since(_now()),
            lasting=LASTING,
            answered=telemetry.count_receipt,
        )._asdict()
        forgotten = forget_trials(now=_now()) + forget_slips(now=_now())
        overdue = find_overdue(_now())
        counts = {
            "SweepTaken": swept["taken"],
            "SweepFailed": swept["failed"],
            "NotificationsOff": int(not is_inbox_told()),
        }
        telemetry.put_metrics(counts | {"EditionsOverdue": len(overdue)})
        telemetry.note("swept", overdue=overdue, forgotten=forgotten, **swept)
    return swept


@app.schedule(Cron(5, "*", "*", "*", "?", "*"), name="consolidate")
def consolidate(event: Any) -> dict[str, int]:
    """Five minutes past every hour: makes an edition of each open or freshly locked period whose inputs changed; and
    once a day removes the files of drafts that nobody needs any more, also where an edition could not be made."""
    from chalicelib.office.draft_files import read_keeping, remove_drafts_daily
    from chalicelib.operate.overdue import count_editions, read_editions
    from chalicelib.report.publish import publish_due

    with telemetry.watch("consolidate"):
        now = _now()
        try:
            editions = publish_due(now=now)
            telemetry.put_metrics(count_editions(read_editions(editions), made=now))
        finally:
            removed = remove_drafts_daily(now=now, keeping=read_keeping())
        telemetry.note("consolidated", editions=editions, removed=removed)
    return editions


@app.schedule(Cron("0/5", "*", "*", "*", "?", "*"), name="remind")
def remind(event: Any) -> dict[str, int]:
    """Every five minutes: sends the letters about uploads answered since, and once a day the reminders that are due."""
    from chalicelib.office import outcome_letters, reminders
    from chalicelib.office.letters import MOST_BY_THE_CLOCK

    with telemetry.watch("remind"):
        now = _now()
        result = outcome_letters.send_due(now=now)
        if reminders.is_morning(now):
            result += reminders.send_due(now=now, most=max(0, MOST_BY_THE_CLOCK - result.tried))
        counts = {"sent": result.sent, "failed": result.failed}
        if result.tried:
            telemetry.put_metrics({"LettersSent": result.sent, "LettersFailed": result.failed})
            telemetry.note("letters", left=result.left, **counts)
    return counts


@app.schedule(Cron(35, "*", "*", "*", "?", "*"), name="backup")
def backup(event: Any) -> dict[str, int]:
    """Between two editions, every hour: puts a backup of the table into the bucket of reports, if one is due."""
    from chalicelib.operate.backup import back_up_due, read_hours

    with telemetry.watch("backup"):
        made = back_up_due(now=_now(), hours=read_hours())
        counts = {"items": int(made["items"])} if made else {}
        telemetry.note("backed up" if made else "no backup due", **counts)
    return counts


@app.lambda_function(name="publish")
def publish(event: dict[str, str], context: Any) -> dict[str, Any]:
    """On demand: makes an edition of one period, or gives the latest one when nothing has changed."""
    from chalicelib.operate.overdue import count_editions
    from chalicelib.report.publish import publish_edition

    with telemetry.watch("publish", programme=event["programme"], period=event["period"]):
        now = _now()
        edition = publish_edition(
            event["programme"], period=event["period"], now=now, actor=event.get("actor", "operator"),
            reason=event.get("reason", ""),
        )  # fmt: skip
        telemetry.put_metrics(count_editions([edition], made=now))
    return edition.model_dump(mode="json")


@app.lambda_function(name="recheck")
def recheck(event: dict[str, str], context: Any) -> dict[str, int]:
    """On demand: checks the submissions of one period anew and keeps the list for the console. It writes no record."""
    from chalicelib.intake.check import check_workbook
    from chalicelib.office.recheck import recheck_period

    programme, period, actor = event["programme"], event["period"], event.get("actor", "operator")
    with telemetry.watch("recheck", programme=programme, period=period):
        found = recheck_period(programme, period=period, now=_now(), actor=actor, check=check_workbook)
        telemetry.note("rechecked", **found.counts)
    return found.counts


@app.lambda_function(name="slips")
def slips(event: dict[str, str], context: Any) -> dict[str, int]:
    """On demand: makes links for more units than a page holds, and one file of their slips for the console."""
    from chalicelib.office.slips import make_slips
    from chalicelib.web.console.slips import render_file

    with telemetry.watch("slips", programme=event["programme"]):
        made = make_slips(event, now=_now(), render=render_file)
        telemetry.note("slips", links=made)
    return {"links": made}


snapshot.fill()
