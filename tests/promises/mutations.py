"""Shows that the promises can fail: `python -m tests.promises.mutations` breaks one guard at a time, in a copy of the
tree, and runs the tests of the promise that the guard keeps.

It prints a table, and exits with 1 where a guard can be broken and no test of its promise fails.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import NamedTuple

from tests.promises.results import keep

ROOT = Path(__file__).parents[2]
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
_ALONE = "not stack and not office and not browser and not node and not tools and not process"


class Mutation(NamedTuple):
    """One guard broken: in `file`, `new` in the place of `old`. `tests` are where the promise is held in this case."""

    guard: str
    promise: str
    tests: str
    file: str
    old: str
    new: str


MUTATIONS = (
    Mutation(
        "a receipt is written only where there is none",
        "one-receipt",
        "tests/contract",
        "chalicelib/store/commit.py",
        "table.put(receipt_key(receipt.upload_id), receipt, broken=ReceiptExists)",
        "table.put_fields(receipt_key(receipt.upload_id), receipt.model_dump())",
    ),
    Mutation(
        "a further version under a key is an upload of its own",
        "one-receipt",
        "tests/intake",
        "chalicelib/intake/receive.py",
        "    return own, known.get(own)",
        "    return first_id, first",
    ),
    Mutation(
        "a decision is written over the state that it was made on",
        "nothing-lost",
        "tests/office/test_review.py",
        "chalicelib/store/commit.py",
        "put = table.put_after(state_key(after.address), after, change=before.change, broken=StateMoved)",
        "put = table.put_fields(state_key(after.address), after.model_dump())",
    ),
    Mutation(
        "of several uploads the newest counts, not the last taken in",
        "one-order",
        "tests/domain/test_decision.py",
        "chalicelib/domain/submission/decision.py",
        "    return (upload.came, upload.turn.rank) > (last[0], last[1].rank)",
        "    return True",
    ),
    Mutation(
        "a sweep finishes the delete of a refused classified file",
        "finished",
        "tests/intake/test_sweep.py",
        "chalicelib/intake/sweep.py",
        "receipt.version_id == version.version_id and receipt.bytes_kept",
        "receipt.version_id == version.version_id",
    ),
    Mutation(
        "a workbook typed from paper is put only where there is none",
        "finished",
        "tests/office/test_paper.py",
        "chalicelib/store/uploads.py",
        "metadata=metadata, must_be_new=True",
        "metadata=metadata, must_be_new=False",
    ),
    Mutation(
        "of a refused classified file the bytes are deleted after its receipt",
        "nothing-left",
        "tests/intake/test_receive.py",
        "chalicelib/intake/receive.py",
        "    if not receipt.bytes_kept:",
        "    if False:",
    ),
    Mutation(
        "a purge deletes the marked copy",
        "nothing-left",
        "tests/operate/test_purge.py",
        "chalicelib/store/purging.py",
        "    keys = [marked_copy_key(receipt.address, receipt.upload_id), *scans,",
        "    keys = [*scans,",
    ),
    Mutation(
        "the number of an edition is taken once",
        "frozen",
        "tests/store/test_families.py",
        "chalicelib/store/editions.py",
        "table.put(key, edition, broken=EditionExists)",
        "table.put_fields(key, edition.model_dump())",
    ),
    Mutation(
        "a letter is sent only by who claimed it",
        "told",
        "tests/office/test_reminders.py",
        "chalicelib/office/letters.py",
        "    if not take(code, claimed, period=period):\n        return None",
        "    take(code, claimed, period=period)",
    ),
    Mutation(
        "a letter without an answer is unclear, not sent",
        "told",
        "tests/office/test_reminders.py",
        "chalicelib/office/letters.py",
        "        return Progress.CLAIMED, type(failure).__name__",
        '        return Progress.SENT, ""',
    ),
    Mutation(
        "a revoked or expired link opens nothing",
        "isolated",
        "tests/intake/test_links.py",
        "chalicelib/intake/links.py",
        "    if link is None or not link.is_valid(now):\n        return None",
        "    if link is None:\n        return None",
    ),
    Mutation(
        "a form needs the seal of our pages",
        "isolated",
        "tests/web/test_permissions.py",
        "chalicelib/web/forms.py",
        "    return bool(secret) and hmac.compare_digest(",
        "    return bool(secret) or hmac.compare_digest(",
    ),
    Mutation(
        "a role does what is its own",
        "isolated",
        "tests/web/test_permissions.py",
        "chalicelib/web/dispatch.py",
        "    if not is_allowed(session.role, permission, branch=session.branch or branch):",
        "    if False:",
    ),
    Mutation(
        "who is bound to a branch opens no other part of a programme",
        "isolated",
        "tests/web/test_bound_reviewer.py",
        "chalicelib/web/console/desk.py",
        "    if branch != (session.branch or branch):",
        "    if False:",
    ),
    Mutation(
        "a page of a branch makes no address of another unit",
        "isolated",
        "tests/web/test_bound_reviewer.py",
        "chalicelib/web/console/desk.py",
        "        if self.programme.branch and self.programme.find_unit(unit, self.period) is None:",
        "        if False:",
    ),
    Mutation(
        "an attempt to sign in is counted before it is made",
        "isolated",
        "tests/web/test_sign_in.py",
        "chalicelib/web/console/sign_in.py",
        "    if not count_attempt(name, address=request.address, now=request.now):\n        raise TooMany\n"
        "    try:\n        answer = step()\n",
        "    try:\n        answer = step()\n"
        "        if not count_attempt(name, address=request.address, now=request.now):\n            raise TooMany\n",
    ),
    Mutation(
        "text in CSV begins no formula",
        "disarmed",
        "tests/report/test_data.py",
        "chalicelib/report/plain.py",
        'writerow((disarm(text), ""))',
        'writerow((text.encode(errors="replace").decode(), ""))',
    ),
    Mutation(
        "restored records name the versions of the restored objects",
        "restored",
        "tests/operate/test_backup.py",
        "chalicelib/operate/restore.py",
        "adapted = dict(rename(item, self.names))",
        "adapted = dict(item)",
    ),
    Mutation(
        "a backup reads what its scan has missed",
        "restored",
        "tests/operate/test_hourly.py",
        "chalicelib/operate/whole_table.py",
        "while missed := self._presupposed - self.given.keys() - asked:",
        "while missed := set[Key]():",
    ),
    Mutation(
        "a purge deletes the backups of the table",
        "nothing-left",
        "tests/operate/test_purge.py",
        "chalicelib/store/backups.py",
        "if each.key not in kept)",
        "if each.key in kept)",
    ),
    Mutation(
        "a purge takes the upload's sentences out of every version of the drafts",
        "nothing-left",
        "tests/operate/test_purge.py",
        "chalicelib/store/purging.py",
        "    if emptied != draft:",
        "    if False:",
    ),
)


def copy_tree(folder: Path) -> None:
    """Copies what git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)


def break_guard(mutation: Mutation, tree: Path) -> str:
    """The test that fails once the guard is broken; empty if none does. A tree in which no test begins is no proof."""
    path = tree / mutation.file
    whole = path.read_text("utf-8")
    path.write_text(whole.replace(mutation.old, mutation.new), "utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", _ALONE]
        chosen = ["--promise", mutation.promise, mutation.tests]
        done = subprocess.run([*command, *chosen], cwd=tree, capture_output=True, text=True, check=False)
    finally:
        path.write_text(whole, "utf-8")
    if done.returncode not in (0, 1):
        raise SystemExit(f"{mutation.guard}: no tests were run\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    found = _FAILED.search(done.stdout)
    return found[1].partition("[")[0] if found and done.returncode else ""


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.promises.mutations", description="Break the guards.")
    parser.add_argument("words", nargs="?", default="", help="only guards whose description has these words")
    parser.add_argument("--record", action="store_true", help="keep the table for the docs, if all were broken")
    given = parser.parse_args()
    found: dict[str, tuple[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        copy_tree(Path(folder))
        for mutation in (each for each in MUTATIONS if given.words in each.guard):
            found[mutation.guard] = mutation.promise, break_guard(mutation, Path(folder))
            print(f"{mutation.promise:14}{mutation.guard:70}{found[mutation.guard][1] or 'SURVIVED'}", flush=True)
    if given.record and not given.words:
        keep({"mutations": {"date": date.today().isoformat(), "found": found}})
    survived = sum(not test for _, test in found.values())
    print(f"{len(found)} guards broken; {survived} of them without a promise failing")
    sys.exit(min(survived, 1))


if __name__ == "__main__":
    main()
