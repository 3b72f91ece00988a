"""What a year costs, from counted calls and measured times: `python -m infra.costs` prints the table of docs/costs.md.

Prices are list prices of Singapore in US dollars, without tax and without discounts; look them up anew before a budget
is made of them. What is free every month for every account is taken off where it matters.
"""

from __future__ import annotations

from dataclasses import dataclass

UNITS = (11, 250, 10_000)

# Measured: docs/costs.md says how.
UPLOADS = 2 * 1.4  # a year: two periods, and four in ten workbooks come a second time
PAGES_PER_UPLOAD = 9  # the unit's page, preparing, waiting for the answer, the answer, history
STATE_KB, RECORD_KB = 20, 44  # the obligation; all that an accepted upload writes
HOURS_OPEN = 2 * 61 * 24  # two periods, from opening to lock
EDITIONS_OF_HOURS = 0.1  # hours in which something changed
EDITION_MB, EDITION_S, LOOK_S = 0.072, 0.041, 0.004  # per unit: files, making them, finding that nothing changed
INTAKE_S, PAGE_S, COLD_S = 0.5, 0.08, 2.0
LOG_KB = 1.5  # per call of a function
SWEEPS = 365 * 96

PRICE = {
    "GB-second": 0.0000166667, "call": 0.20e-6, "request": 4.25e-6, "read": 0.1425e-6, "write": 0.7125e-6,
    "table GB": 12 * (0.285 + 0.228), "object GB": 12 * 0.025, "put": 5e-6, "get": 0.4e-6, "log GB": 0.70,
    "key": 12.0, "alarm": 1.2, "metric": 3.6,
}  # fmt: skip
"""GB prices are for a year of keeping."""

FREE_GB_SECONDS, FREE_CALLS, FREE_LOG_GB = 12 * 400_000, 12 * 1_000_000, 12 * 5
ALARMS, FREE_ALARMS = 13, 10


@dataclass(frozen=True)
class Year:
    """A year with so many units; its costs by service, in dollars."""

    units: int

    @property
    def uploads(self) -> float:
        return self.units * UPLOADS

    @property
    def pages(self) -> float:
        return self.uploads * PAGES_PER_UPLOAD + 5_000  # PV05's own

    @property
    def editions(self) -> float:
        return min(HOURS_OPEN * EDITIONS_OF_HOURS, self.uploads)

    def cost(self) -> dict[str, float]:
        """By service, dearest things first as they usually are."""
        return {
            "KMS key": PRICE["key"],
            "Lambda": self._cost_functions(),
            "API Gateway": self.pages * PRICE["request"],
            "DynamoDB": self._cost_table(),
            "S3": self._cost_objects(),
            "CloudWatch": max(0, ALARMS - FREE_ALARMS) * PRICE["alarm"]
            + max(0.0, self._calls() * LOG_KB / 1e6 - FREE_LOG_GB) * PRICE["log GB"],
        }

    def _calls(self) -> float:
        return self.pages + self.uploads + SWEEPS + 365 * 24

    def _cost_functions(self) -> float:
        seconds = (
            0.5 * (self.pages * PAGE_S + SWEEPS * (COLD_S + self.uploads / 2 * 0.001))
            + 1.0 * self.uploads * (INTAKE_S + COLD_S / 5)
            + 1.73 * (HOURS_OPEN * (COLD_S + self.units * LOOK_S) + self.editions * self.units * EDITION_S)
        )
        calls = max(0.0, self._calls() - FREE_CALLS) * PRICE["call"]
        return max(0.0, seconds - FREE_GB_SECONDS) * PRICE["GB-second"] + calls

    def _cost_table(self) -> float:
        reads = HOURS_OPEN * self.units * STATE_KB / 4 * 2 + self.pages * 8 + SWEEPS * self.uploads / 2 * 0.5
        writes = self.uploads * RECORD_KB * 2 + self.pages * 2
        kept = self.uploads * RECORD_KB / 1e6
        return reads * PRICE["read"] + writes * PRICE["write"] + kept * PRICE["table GB"]

    def _cost_objects(self) -> float:
        kept = self.uploads * 60e-6 + self.editions * self.units * EDITION_MB / 1e3
        puts = self.uploads * 2 + self.editions * 11 + SWEEPS * self.uploads / 2_000
        return kept * PRICE["object GB"] + puts * PRICE["put"] + self.pages * PRICE["get"]


def render() -> str:
    """The table in Markdown."""
    years = [Year(units).cost() for units in UNITS]
    lines = [
        "| USD a year | " + " | ".join(f"{units:,} units" for units in UNITS) + " |",
        "|---|" + "---|" * len(UNITS),
    ]
    lines += [f"| {name} | " + " | ".join(f"{year[name]:.2f}" for year in years) + " |" for name in years[0]]
    lines.append("| **all** | " + " | ".join(f"**{sum(year.values()):.0f}**" for year in years) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(render())
