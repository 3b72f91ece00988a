"""The cost of a year, from counted calls and measured times: `python -m infra.costs` prints docs/costs.md's tables.

`tests/infra/test_costs.py` counts the calls, `make bench` measures times and memory.
Prices are list prices of Singapore in US dollars, without tax and discounts. Check them before you make a budget.
The monthly free tier of every account is subtracted where it matters.
"""

from __future__ import annotations

from dataclasses import dataclass

COUNTED = {
    "a unit opens its page": {"BatchGetItem": 1, "GetItem": 1, "Query": 1},
    "a blank form is downloaded, and that is noted": {
        "GetItem": 2,
        "PutObject": 1,
        "Query": 2,
        "TransactWriteItems": 1,
        "UpdateItem": 1,
    },
    "it is downloaded again": {"GetItem": 2, "PutObject": 1, "Query": 2, "UpdateItem": 1},
    "it prepares an upload": {"GetItem": 3, "Query": 1, "TransactWriteItems": 1, "UpdateItem": 1},
    "an accepted upload is taken in": {"BatchGetItem": 1, "GetObject": 1, "TransactWriteItems": 1},
    "its page is opened again": {"BatchGetItem": 2, "GetItem": 1, "Query": 1},
    "the answer is looked at": {"GetItem": 3, "Query": 2},
    "a workbook is checked without being sent": {
        "DeleteObject": 1,
        "GetItem": 2,
        "GetObject": 1,
        "ListObjectVersions": 2,
        "PutObject": 1,
        "Query": 2,
        "UpdateItem": 1,
    },
    "a new edition": {"GetItem": 1, "PutObject": 11, "Query": 9, "TransactWriteItems": 1},
    "the clock removes the files of a draft": {
        "DeleteObject": 10,
        "ListObjectVersions": 1,
        "Query": 6,
        "TransactWriteItems": 1,
    },
    "a file of the slips of 31 new links is made": {
        "BatchGetItem": 1,
        "ListObjectVersions": 1,
        "PutObject": 2,
        "Query": 2,
        "TransactWriteItems": 1,
    },
    "the clock finds that nothing changed": {"GetItem": 1, "Query": 9},
    "a period with one report is checked anew": {"GetObject": 1, "PutObject": 1, "Query": 4},
    "a sweep of up to 100 recent uploads": {"BatchGetItem": 1, "ListObjectVersions": 2},
    "the clock sends one letter with an outcome": {"GetItem": 1, "Query": 6, "SendEmail": 1, "TransactWriteItems": 2},
    "the clock finds no letter to send": {"Query": 4},
    "a letter comes back, and its contact is marked": {"Query": 2, "TransactWriteItems": 1},
    "the clock makes a backup of the table": {"PutObject": 3, "Query": 8, "Scan": 1},
    "the draft is looked at after a report has come": {"GetItem": 1, "Query": 6},
    "it is looked at again": {"GetItem": 1, "Query": 5},
    "a heading is previewed": {"Query": 4},
    "a submission is looked at": {"BatchGetItem": 1, "GetItem": 2, "Query": 9},
    "the page of its unit": {"BatchGetItem": 2, "GetItem": 1, "Query": 3},
    "the page of one of its figures": {"Query": 3},
}
"""Calls to AWS, by purpose."""

COUNTED_OF_PROGRAMMES = {
    "the programme's page is opened": {"Query": 3},
    "what a sổ would change is looked at": {"GetItem": 4, "GetObject": 1, "Query": 7},
    "it is proposed": {"GetItem": 3, "GetObject": 1, "PutObject": 1, "Query": 3, "TransactWriteItems": 1},
    "the proposal is looked at": {
        "GetItem": 3,
        "GetObject": 1,
        "ListGroups": 1,
        "ListUsers": 1,
        "ListUsersInGroup": 4,
        "Query": 8,
    },
    "what withdrawing it does is looked at": {"Query": 2},
    "it is withdrawn": {"Query": 2, "TransactWriteItems": 1},
}
"""The same for the pages on which a whole programme is changed: some times a year."""

UNITS = (11, 250, 10_000)

UPLOADS = 2 * 1.4  # a year: two periods, and four in ten workbooks come a second time
PAGES_PER_UPLOAD = 9  # the unit's page, preparing, waiting for the answer, the answer, history
READS_PER_PAGE, WRITES_PER_PAGE = 12, 2  # the counts above, in units of 4 KB and 1 KB; a state is 3.6 KB
STATE_KB, RECORD_KB = 3.6, 11  # the obligation; all that an accepted upload writes, each item in whole KB
OUTLINE_KB, WRITES_OF_INDEX = 0.8, 2  # of the obligation in the table's index, where each write moves it
HOURS_OPEN = 2 * 61 * 24  # two periods, from opening to a week after the lock
LOOKS = HOURS_OPEN + 2 * 400  # and then once a day for those with an exception
SHARES = (0.1, 0.4)  # of the hours in which an input changed, so that a draft is made
EDITION_MB, DATA_MB = 0.048, 0.0012  # per unit as stored: all files; of them the data, which every draft keeps
EDITION_S, LOOK_S = 0.019, 0.001  # per unit: making the files, finding no change
DRAFT_DAYS, DRAFTS_KEPT = 7, 2 * 3  # the shipped settings: days with all files; the latest ones of two periods
DOWNLOADED = 0.05  # estimated: the share of drafts that somebody downloads, which keeps their files
INTAKE_S, PAGE_S, COLD_S = 0.5, 0.08, 2.0
LOG_KB = 1.5  # per call of a function
SWEEPS, DAYS = 365 * 96, 365
LETTER_PASSES, READS_PER_PASS = 365 * 288, 4  # every five minutes, where mail is set up
READS_PER_LETTER, WRITES_PER_LETTER = 20, 2 * 4  # the counts above, receipt and contacts included; and the note itself
BACKUPS = HOURS_OPEN + DAYS - HOURS_OPEN // 24  # every hour while a period is open, otherwise daily
BACKUPS_KEPT = 9 * BACKUPS / DAYS  # seven days, and two more until S3 deletes
BACKUP_SHARE, BACKUP_S_PER_MB = (
    0.15,
    0.1,
)  # estimated: its size, compressed, of that of the table; reading and writing it

PRICE = {
    "GB-second": 0.0000166667, "call": 0.20e-6, "request": 4.25e-6, "read": 0.1425e-6, "write": 0.7125e-6,
    "table GB": 12 * (0.285 + 0.228), "object GB": 12 * 0.025, "put": 5e-6, "get": 0.4e-6, "log GB": 0.70,
    "key": 12.0, "key request": 3e-6, "alarm": 1.2, "metric hour": 0.30 / 730, "message": 0.40e-6,
    "firewall": 12 * 6.0, "checked request": 0.60e-6,
    "snapshot GB": 365 * 86_400 * 1.5046e-6, "restored GB": 1.397998e-4,  # of US East: Singapore's were not at hand
}  # fmt: skip
"""GB prices are for a year of keeping."""

FREE_GB_SECONDS, FREE_CALLS, FREE_LOG_GB, FREE_MESSAGES = 12 * 400_000, 12 * 1_000_000, 12 * 5, 12 * 1_000_000
FREE_KEY_REQUESTS, FREE_METRIC_HOURS = 12 * 20_000, 10 * 12 * 730
ALARMS, FREE_ALARMS = 21, 10
METRICS_OF_CLOCK, METRICS_OF_UPLOADS = (
    5,
    7,
)  # our own: counted each hour; in hours with uploads, with three codes of errors
SERVICES_WITH_KEY = (
    3  # the table, the buckets, the queue: each asks for the key once in five minutes of a function's work
)
POLLS = 12 * 650_000  # Lambda polls the idle queue


@dataclass(frozen=True)
class Year:
    """A year with this many units; its costs by service, in dollars."""

    units: int
    drafts: float = SHARES[0]

    @property
    def uploads(self) -> float:
        return self.units * UPLOADS

    @property
    def pages(self) -> float:
        return self.uploads * PAGES_PER_UPLOAD + 5_000  # PV05's own

    @property
    def table_kb(self) -> float:
        """The table in the middle of the first year."""
        return self.uploads * RECORD_KB / 2

    @property
    def editions(self) -> float:
        return min(HOURS_OPEN * self.drafts, self.uploads)

    @property
    def editions_gb(self) -> float:
        """What the editions of a year take up at its end; those of the last days by the average of its days."""
        whole = min(self.editions, DRAFTS_KEPT + self.editions * (DOWNLOADED + DRAFT_DAYS / DAYS))
        return (whole * EDITION_MB + (self.editions - whole) * DATA_MB) * self.units / 1e3

    def cost(self) -> dict[str, float]:
        """The cost by service, usually the highest first."""
        return {
            "KMS key": PRICE["key"] + max(0.0, self._key_requests() - FREE_KEY_REQUESTS) * PRICE["key request"],
            "Lambda": self._cost_functions(),
            "API Gateway": self.pages * PRICE["request"],
            "DynamoDB": self._cost_table(),
            "S3": self._cost_objects(),
            "SQS": max(0.0, POLLS + self.uploads * 3 - FREE_MESSAGES) * PRICE["message"],
            "CloudWatch": max(0, ALARMS - FREE_ALARMS) * PRICE["alarm"]
            + max(0.0, self._calls() * LOG_KB / 1e6 - FREE_LOG_GB) * PRICE["log GB"]
            + max(0.0, self._metric_hours() - FREE_METRIC_HOURS) * PRICE["metric hour"],
        }

    def cost_firewall(self) -> float:
        """What WAF adds, if `RequestsPerAddress` is set."""
        return PRICE["firewall"] + self.pages * PRICE["checked request"]

    def cost_snapshots(self) -> float:
        """What SnapStart adds, if `snap_start` is set: two functions of 1 GB, at most three starts an hour."""
        return 2 * PRICE["snapshot GB"] + min(self.pages + self.uploads, 3 * 365 * 24) * PRICE["restored GB"]

    def _key_requests(self) -> float:
        """At most: a function that works all the time asks twelve times an hour."""
        most = LETTER_PASSES
        times = LETTER_PASSES + SWEEPS + 3 * 365 * 24 + min(self.pages, most) + min(self.uploads, most)
        return times * SERVICES_WITH_KEY

    def _metric_hours(self) -> float:
        return METRICS_OF_CLOCK * 365 * 24 + METRICS_OF_UPLOADS * min(self.uploads, HOURS_OPEN)

    def _calls(self) -> float:
        return self.pages + self.uploads + SWEEPS + 2 * 365 * 24 + LETTER_PASSES

    def _cost_functions(self) -> float:
        seconds = (
            1.0 * self.pages * PAGE_S
            + 0.5 * (SWEEPS * (COLD_S + self.uploads / 52 * 0.001))
            + 0.5 * (LETTER_PASSES * COLD_S + self.uploads * 0.25)
            + 1.0 * (365 * 24 * COLD_S + BACKUPS * self.table_kb / 1e3 * BACKUP_S_PER_MB)
            + 1.0 * self.uploads * (INTAKE_S + COLD_S / 5)
            + 1.73 * (LOOKS * (COLD_S + self.units * LOOK_S) + self.editions * self.units * EDITION_S)
        )
        calls = max(0.0, self._calls() - FREE_CALLS) * PRICE["call"]
        return max(0.0, seconds - FREE_GB_SECONDS) * PRICE["GB-second"] + calls

    def _cost_table(self) -> float:
        looked_at = LOOKS * 1.5 * self.units * STATE_KB / 4  # the yearly report looks at the 6-month one too
        swept = SWEEPS * self.uploads / 52 + DAYS * self.uploads  # receipts of a week; of everything once a day
        letters = LETTER_PASSES * READS_PER_PASS + self.uploads * READS_PER_LETTER
        scanned = BACKUPS * (self.table_kb + self.units * STATE_KB) / 4
        reminded = 12 * HOURS_OPEN / 24 * self.units * OUTLINE_KB / 4  # the passes of a morning's rounds
        reads = looked_at + reminded + self.pages * READS_PER_PAGE + swept + letters + scanned
        writes = self.uploads * ((RECORD_KB + WRITES_OF_INDEX) * 2 + WRITES_PER_LETTER) + self.pages * WRITES_PER_PAGE
        kept = self.uploads * RECORD_KB / 1e6
        return reads * PRICE["read"] + writes * PRICE["write"] + kept * PRICE["table GB"]

    def _cost_objects(self) -> float:
        backups = BACKUPS_KEPT * self.table_kb / 1e6 * BACKUP_SHARE
        kept = self.uploads * 60e-6 + self.editions_gb + backups
        puts = self.uploads * 2 + self.editions * 11 + SWEEPS * (2 + self.uploads / 1_000)
        puts += BACKUPS * (3 + self.table_kb / 8e3)
        return kept * PRICE["object GB"] + puts * PRICE["put"] + self.pages * PRICE["get"]


def render() -> str:
    """The table of costs in Markdown."""
    years = [Year(units).cost() for units in UNITS]
    lines = [
        "| USD a year | " + " | ".join(f"{units:,} units" for units in UNITS) + " |",
        "|---|" + "---|" * len(UNITS),
    ]
    lines += [f"| {name} | " + " | ".join(f"{year[name]:.2f}" for year in years) + " |" for name in years[0]]
    for share in SHARES:
        sums = [sum(Year(units, share).cost().values()) for units in UNITS]
        lines.append(
            f"| **all**, drafts in {share:.0%} of the hours | " + " | ".join(f"**{each:.0f}**" for each in sums) + " |"
        )
    for name, cost in (
        ("WAF, if `RequestsPerAddress` is set", Year.cost_firewall),
        ("SnapStart, if `snap_start` is set", Year.cost_snapshots),
    ):
        lines.append(f"| {name} | " + " | ".join(f"{cost(Year(units)):.2f}" for units in UNITS) + " |")
    return "\n".join(lines)


def render_counts() -> str:
    """The table of counted calls in Markdown."""
    lines = ["| what | calls |", "|---|---|"]
    for what, calls in (COUNTED | COUNTED_OF_PROGRAMMES).items():
        lines.append(f"| {what} | " + ", ".join(f"{number} {name}" for name, number in calls.items()) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(render(), render_counts(), sep="\n\n")
