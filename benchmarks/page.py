"""docs/speed.md, from the results of the last runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.counts import CARRIED_FOR, OWN
from benchmarks.measure import Figure, Figures
from benchmarks.results import read_figures, read_results
from benchmarks.table import BENCHES, PARTS, Bench, By

NEAR = 1.2
"""In parts of its floor; further from it, the page says why."""

_HEAD = """# Speed

Written by `make bench`, which takes some minutes; `make bench FULL=1` takes the long rows too. What is compared takes
turns in one run, in processor time, and the median counts. **Only the ratios hold** from one machine to another, and
on a quiet one to ± 4 % from one run to the next; on a busy one less, and time that passes says little there. Peers do a
part of our work: they read, or write, and check little or nothing.

Calls, imported modules and the libraries of each function do not drift: tests hold them.
"""
_WORDS: dict[By, str] = {"value": "", "elapsed": ", time passed", "megabytes": ", memory"}


def render_speed() -> str:
    """The page."""
    kept = read_results()
    taken = {code: (bench, kept[code]) for code, bench in BENCHES.items() if code in kept}
    parts = [_HEAD, *_render_runs(kept), "## What is to be reached\n"]
    parts += ["| what | ours | beside | × | at most | |", "|---|---:|---|---:|---:|---|"]
    for bench, run in taken.values():
        parts += _render_goals(bench, read_figures(run["figures"]))
    for bench, run in taken.values():
        parts += ["", *render_bench(bench, run)]
    if PARTS in kept:
        parts += ["", *render_parts(kept[PARTS]["parts"])]
    return "\n".join(parts) + "\n"


def _render_runs(kept: dict[str, Any]) -> Iterator[str]:
    if runs := list(kept.values()):
        machines = {f"{run['processor']}, {run['cores']} cores, Python {run['python']}" for run in runs}
        days, loads = {run["date"] for run in runs}, [run["load"] for run in runs]
        yield f"Run on {'; '.join(sorted(machines))}; {_span(sorted(days))}.\n"
        yield f"Load of the machine when a row began: {_span(sorted(loads))}, this run itself included.\n"


def _span(values: list[Any]) -> str:
    return str(values[0]) if values[0] == values[-1] else f"{values[0]} to {values[-1]}"


def _render_goals(bench: Bench, figures: Figures) -> Iterator[str]:
    for goal in bench.goals:
        own, other = _find(figures[goal.of], goal.by), _find(figures[goal.against], goal.by)
        what = bench.title + _WORDS[goal.by] + (f": {goal.of}" if goal.of != "ours" else "")
        is_reached = own <= other * goal.most
        ours = f"{own:,.0f} MB" if goal.by == "megabytes" else _write(own, bench)
        cells = (what, ours, goal.against, _ratio(own, other), f"{goal.most:.2f}", "" if is_reached else "**not yet**")
        yield f"| {' | '.join(cells)} |"


def _find(figure: Figure, by: By) -> float:
    found = getattr(figure, by)
    assert isinstance(found, float)  # noqa: S101 - a goal names what its bench measures
    return found


def render_bench(bench: Bench, run: dict[str, Any]) -> Iterator[str]:
    figures = read_figures(run["figures"])
    floor = figures[bench.floor].value
    rounds = "" if bench.unit == "calls" else f" ({run['rounds']} rounds)" if run["rounds"] > 1 else " (one round)"
    has_memory = any(each.megabytes for each in figures.values())
    has_time = bench.unit == "s" and any(each.elapsed for each in figures.values())
    heads = [bench.unit, "× floor", *["s passed"] * has_time, *["peak MB"] * has_memory]
    yield f"## {bench.title}{rounds}\n"
    yield f"| | {' | '.join(heads)} |"
    yield f"|---|{'---:|' * len(heads)}"
    for name, figure in sorted(figures.items(), key=lambda each: each[1].value):
        cells = [_write(figure.value, bench, bare=True), _ratio(figure.value, floor)]
        cells += [f"{figure.elapsed:.1f}" if figure.elapsed else ""] * has_time
        cells += [f"{figure.megabytes:,.0f}" if figure.megabytes else ""] * has_memory
        shown = f"{name} (floor)" if name == bench.floor else f"**{name}**" if name.startswith("ours") else name
        yield f"| {shown} | {' | '.join(cells)} |"
    if figures["ours"].value > NEAR * floor:
        yield f"\n{bench.why}"


def _write(value: float, bench: Bench, *, bare: bool = False) -> str:
    if bench.unit == "calls":
        text = f"{value:.0f}"
    else:
        shown = value * 1000 if bench.unit == "ms" else value
        text = f"{shown:,.0f}" if shown >= 100 else f"{shown:.1f}"
    return text if bare else f"{text} {bench.unit}"


def _ratio(value: float, other: float) -> str:
    return f"{value / other:.2f}"


def render_parts(parts: dict[str, list[int]]) -> Iterator[str]:
    packed, unpacked = (sum(sizes[place] for sizes in parts.values()) / 1e6 for place in (0, 1))
    yield f"## The zip of the functions: {packed:.1f} MB, {unpacked:.1f} MB unpacked\n"
    yield from ("| library | MB | MB unpacked | for |", "|---|---:|---:|---|")
    for name, (small, large) in sorted(parts.items(), key=lambda each: -each[1][1]):
        shown = f"**{name}**" if name == OWN else name
        yield f"| {shown} | {small / 1e6:.2f} | {large / 1e6:.2f} | {CARRIED_FOR.get(name, '')} |"
