"""The Lambda entry points and nothing else: the queue's consumer, the schedules, the routes."""

from datetime import UTC, datetime
from typing import Any

from chalice.app import Chalice, Cron, Rate

from chalicelib.web.routes import routes

app = Chalice(app_name="tonghop")
app.register_blueprint(routes)


def _now() -> datetime:
    return datetime.now(UTC)


@app.on_sqs_message(queue="inbox", batch_size=1, name="intake")
def intake(event: Any) -> None:
    """One message of the inbox's queue: one or more uploads that have arrived. What fails is delivered again."""
    from chalicelib.intake.check import check_workbook
    from chalicelib.intake.events import parse_events
    from chalicelib.intake.receive import receive
    from chalicelib.workbook.annotate import annotate

    for message in event:
        attempt = int(message.to_dict().get("attributes", {}).get("ApproximateReceiveCount", 1))
        for arrival in parse_events(message.body):
            receive(*arrival, now=_now, check=check_workbook, annotate=annotate, attempt=attempt)


@app.schedule(Rate(15, unit=Rate.MINUTES), name="sweep")
def sweep(event: Any) -> dict[str, int]:
    """Every quarter of an hour: uploads whose event was lost are taken in."""
    from chalicelib.intake.check import check_workbook
    from chalicelib.intake.sweep import sweep as sweep_uploads
    from chalicelib.workbook.annotate import annotate

    return sweep_uploads(now=_now, check=check_workbook, annotate=annotate)._asdict()


@app.schedule(Cron(5, "*", "*", "*", "?", "*"), name="consolidate")
def consolidate(event: Any) -> dict[str, int]:
    """Five minutes past every hour: a new edition of each open or freshly locked period whose inputs changed."""
    from chalicelib.report.publish import publish_due

    return publish_due(now=_now())


@app.lambda_function(name="publish")
def publish(event: dict[str, str], context: Any) -> dict[str, Any]:
    """On demand: an edition of one period now; the latest one again where nothing changed."""
    from chalicelib.report.publish import publish_edition

    edition = publish_edition(event["programme"], event["period"], now=_now(), actor=event.get("actor", "operator"))
    return edition.model_dump(mode="json")
