"""`make demo`: the whole way of a report on the embedded stack, with no step skipped.

Programme → links → workbooks through pre-signed POSTs → queue → Lambda → DynamoDB → edition in S3 → `out/`.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from chalicelib.domain.audit import Stamp
from chalicelib.domain.issues.issue import Severity
from chalicelib.domain.language.vietnamese import render_instant
from chalicelib.domain.programme.model import Programme
from chalicelib.domain.submission.records import Answer, Edition, Receipt
from infra.demo.earlier import seed_earlier
from infra.demo.programme import DEMO_CODE, DEMO_FORM, DEMO_PERIOD, read_demo_documents, read_demo_files
from infra.demo.samples import MISSING, Sample, make_samples
from infra.demo.sending import Post, obtain_post, send
from infra.local.stack import Stack
from infra.package import ROOT, package

VAR = ROOT / "var" / "demo"
KEPT_PROGRAMME = ROOT / "var" / "forms" / DEMO_CODE
TIME_TO_DUE = 14
"""Seconds for sending nine workbooks. On a slower machine they arrive late and are judged late."""
PATIENCE_S = 90
DRAFT = Path(__file__).parent / "du-thao"
"""What the office writes in its draft: a file for each heading."""


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=ROOT / "out", help="Where samples and edition go.")
@click.option("--var", type=click.Path(path_type=Path), default=VAR, help="The embedded stack's state, made anew.")
@click.option("--time-to-due", default=TIME_TO_DUE, help="Seconds from the import to the period's due date.")
def main(out: Path, var: Path, time_to_due: int) -> None:
    """Runs the demonstration: of 11 districts one reports late, one with mistakes, one not at all."""
    began = time.monotonic()
    shutil.rmtree(var, ignore_errors=True)
    with step("Đóng gói mã nguồn như khi đưa lên AWS"):
        made = package("local", ROOT / "build" / "local")
    with Stack(var) as stack:
        with step("Khởi động AWS cục bộ (MiniStack), triển khai mẫu CloudFormation"):
            stack.deploy(made)
            os.environ.update(stack.environment)
        run(stack, out, timedelta(seconds=time_to_due))
    click.echo(f"\nXong sau {time.monotonic() - began:.0f} giây.")


@contextmanager
def step(text: str) -> Iterator[None]:
    began = time.monotonic()
    click.echo(f"• {text} …", nl=False)
    sys.stdout.flush()
    yield
    click.echo(f" {time.monotonic() - began:.1f} giây")


def run(stack: Stack, out: Path, time_to_due: timedelta) -> None:
    """Everything between a running stack and an edition on disk."""
    with step("Số liệu năm trước: nhập, duyệt, phát hành"):
        seed_earlier(datetime.now(UTC) + time_to_due, now=datetime.now(UTC))
    due = datetime.now(UTC) + time_to_due
    programme = import_programme(due)
    tokens = make_links(programme)
    form, period = programme.form_by_code[DEMO_FORM], programme.period_by_code[DEMO_PERIOD]
    samples = list(make_samples(programme, form, period))
    keep_samples(samples, out)
    click.echo(f"• {len(samples)} tệp mẫu; đơn vị {MISSING} không gửi; hạn nộp {render_instant(period.due)}")
    on_time = [sample for sample in samples if not sample.late]
    receipts = send_all(stack, on_time, tokens, "Gửi trước hạn")
    with step("Chờ đến hạn nộp"):
        time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds() + 1))
    receipts |= send_all(stack, [sample for sample in samples if sample.late], tokens, "Gửi sau hạn  ")
    show_receipts(programme, receipts)
    with step("Ghi dự thảo của PV05"):
        write_draft(programme)
    with step("Tổng hợp (hàm Lambda publish)"):
        edition = publish(stack)
    keep_edition(edition, out)


def import_programme(due: datetime) -> Programme:
    """Renews the programme of 2022 to fall due at `due`, keeps its folder for the command line, and imports it."""
    from chalicelib.office.programme import import_programme as import_files
    from chalicelib.store import programmes

    files = {name: text.encode() for name, text in read_demo_files(due).items()}
    files |= read_demo_documents()
    shutil.rmtree(KEPT_PROGRAMME, ignore_errors=True)
    KEPT_PROGRAMME.mkdir(parents=True)
    for name, data in files.items():
        (KEPT_PROGRAMME / name).write_bytes(data)
    import_files(files, stamp=Stamp("demo", datetime.now(UTC)))
    return programmes.load_in_force(DEMO_CODE)


def write_draft(programme: Programme) -> None:
    """Keeps the office's own text for some headings, as the console does."""
    from chalicelib.office.draft import OutlinedReport, save_heading

    outline = programme.find_outline(DEMO_PERIOD)
    if outline is None:
        raise LookupError(f"{programme.code}: no outline")
    report = OutlinedReport(programme, programme.period_by_code[DEMO_PERIOD], outline)
    stamp = Stamp("demo", datetime.now(UTC))
    for path in sorted(DRAFT.glob("*.txt")):
        save_heading(report, heading=path.stem, text=path.read_text("utf-8"), based_on=0, stamp=stamp)


def make_links(programme: Programme) -> dict[str, str]:
    """A link for each district: its token by unit."""
    from chalicelib.domain.audit import Stamp
    from chalicelib.office.links import create_links

    stamp = Stamp("demo", datetime.now(UTC))
    districts = [programme.unit_by_code[obligation.unit] for obligation in programme.obligations(DEMO_PERIOD)]
    made = create_links(programme, districts, expires=stamp.at + timedelta(days=1), stamp=stamp)
    return {new.unit.code: new.token for new in made}


def keep_samples(samples: Sequence[Sample], out: Path) -> None:
    folder = out / "samples"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for sample in samples:
        (folder / f"{sample.unit.code} {sample.file_name}").write_bytes(sample.data)


def send_all(stack: Stack, samples: Sequence[Sample], tokens: dict[str, str], label: str) -> dict[str, Receipt]:
    """Sends each workbook through its unit's link and waits until every one has its receipt."""
    posts: list[Post] = []
    with click.progressbar(samples, label=f"• {label}", file=sys.stdout) as bar:
        for sample in bar:
            link = f"{stack.outputs['ApiUrl']}/nop/{tokens[sample.unit.code]}"
            post = obtain_post(link, DEMO_PERIOD, DEMO_FORM, sample.file_name)
            send(post, sample.file_name, sample.data)
            posts.append(post)
    with click.progressbar(length=len(posts), label="• Biên nhận    ", file=sys.stdout) as bar:
        found: dict[str, Receipt] = {}
        for sample, post in zip(samples, posts, strict=True):
            found[sample.unit.code] = wait_for_receipt(stack, post.upload_id)
            bar.update(1)
    return found


def wait_for_receipt(stack: Stack, upload_id: str) -> Receipt:
    from chalicelib.store import receipts

    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        receipt = receipts.find_receipt(upload_id)
        if receipt:
            return receipt
        time.sleep(0.1)
    sys.exit(f"Không có biên nhận cho {upload_id}; nhật ký:\n" + "\n".join(list(stack.logs("intake"))[-20:]))


_ANSWERS = {Answer.ACCEPTED: "nhận", Answer.REJECTED: "chưa nhận", Answer.ALREADY_RECEIVED: "đã nhận trước đó"}


def show_receipts(programme: Programme, receipts: dict[str, Receipt]) -> None:
    for code, receipt in sorted(receipts.items()):
        unit = programme.unit_by_code[code].full_name
        when = {"on_time": "đúng hạn", "late": "muộn"}.get(str(receipt.timeliness or ""), "")
        errors = sum(1 for issue in receipt.issues if issue.severity is Severity.ERROR)
        told = f"{errors} lỗi, {len(receipt.issues) - errors} cảnh báo"
        click.echo(f"  {receipt.number}  {unit:22} {_ANSWERS[receipt.answer]:9} {when:8} {told}")
        for issue in receipt.issues[:5]:
            click.echo(f"      [{issue.code}] {issue.message}")
    click.echo(f"  {'—':11}  {programme.unit_by_code[MISSING].full_name:22} chưa nộp")


def publish(stack: Stack) -> Edition:
    """Invokes the Lambda function that publishes on demand, as the console does."""
    answer = stack.client("lambda").invoke(
        FunctionName=stack.outputs["Publish"],
        Payload=json.dumps({"programme": DEMO_CODE, "period": DEMO_PERIOD, "actor": "demo"}).encode(),
    )
    payload = answer["Payload"].read()
    if "FunctionError" in answer:
        sys.exit(f"Tổng hợp không thành công: {payload.decode()}\n" + "\n".join(list(stack.logs("publish"))[-20:]))
    return Edition.model_validate_json(payload)


def keep_edition(edition: Edition, out: Path) -> None:
    from chalicelib.store import uploads

    folder = out / "edition"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    click.echo(
        f"• Lần phát hành số {edition.number}, từ {len(edition.inputs)} bản nộp, lúc {render_instant(edition.made)}:"
    )
    for name, key in edition.files.items():
        path = folder / name
        path.write_bytes(uploads.read_report(key))
        click.echo(f"    {show_path(path)}")
    click.echo(f"  Tệp mẫu đã gửi: {show_path(out / 'samples')}/")
    click.echo(f"  Thử tiếp, không cần mạng: .venv/bin/tonghop consolidate {show_path(out / 'samples')} -o out/offline")


def show_path(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


if __name__ == "__main__":
    main()
