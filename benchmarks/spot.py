"""`python -m benchmarks.spot --traces DIR`: the spot policy against an oracle, on traces of real zones.

Reads the JSON files that github.com/skypilot-org/spot-traces publishes (availability, one node): a folder of
`<zone>_<anything>.json` with `metadata.gap_seconds` and `data`, the spot nodes to be had at each step. The oracle knows them
to their end and has the same cold start; it is asked for the same on-demand floor, and for none. Price: spot at the
catalog's planning share of on-demand, in every zone alike, for these traces hold no prices.
"""

import argparse
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from components.catalog import prices
from components.planning.spot import NAIVE, POOLS, SpotPolicy
from components.planning.spot_replay import Outcome, ZoneTraces, oracle_cost_share, replay

REPLICAS = 10
COLD_START_SECONDS = 324.0
"""What prod's plan gives llama-8b."""

FLOOR_SHARES = (0.0, 0.3, 0.5)
"""0.3: what production leaves an interactive model at least (limits.MAX_SPOT_SHARE)."""

COST_TARGET, SERVED_TARGET = 1.10, 0.999
SECONDS_PER_DAY = 86_400


def read_traces(folder: Path, first_day: float = 0.0, last_day: float = float("inf")) -> ZoneTraces:
    """Every zone of a folder, cut to the shortest and to the days asked for."""
    files = {path.stem.split("_")[0]: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    gaps = {one["metadata"]["gap_seconds"] for one in files.values()}
    if len(gaps) != 1:
        raise SystemExit(f"{folder} needs JSON traces of one gap_seconds; it has {sorted(gaps) or 'none'}")
    gap = float(gaps.pop())
    steps = min(len(one["data"]) for one in files.values())
    begin, end = (int(min(day * SECONDS_PER_DAY / gap, steps)) for day in (first_day, last_day))
    available = {zone: tuple(count > 0 for count in one["data"][begin:end]) for zone, one in files.items()}
    return ZoneTraces(gap_seconds=gap, available=available)


def by_region(traces: ZoneTraces) -> Iterator[tuple[str, ZoneTraces]]:
    """Each region alone (a zone's name without its letter), then all together."""
    zones = sorted(traces.available)
    for region, group in itertools.groupby(zones, key=lambda zone: zone[:-1]):
        yield region, replace(traces, available={zone: traces.available[zone] for zone in group})
    yield "all", traces


def policies(replicas: int) -> Iterator[tuple[str, SpotPolicy, float]]:
    """Each with the on-demand share that the oracle beside it must keep too."""
    for share in FLOOR_SHARES:
        floor = round(share * replicas)
        yield f"policy, {share:.0%} on-demand", SpotPolicy(on_demand_floor=floor), floor / replicas
    yield "pools by weight only", POOLS, 0.0
    yield "naive spot", NAIVE, 0.0
    yield "all on-demand", SpotPolicy(on_demand_floor=replicas), 0.0


def rows(
    traces: ZoneTraces, replicas: int, cold_seconds: float, spot_share: float
) -> Iterator[tuple[str, Outcome, float, float]]:
    """Each policy's outcome, with its cost over the oracle's that keeps the same floor and over the oracle's that is free."""
    free = oracle_cost_share(traces, cold_seconds, spot_share)
    for name, policy, share in policies(replicas):
        found = replay(traces, policy, replicas, cold_seconds, spot_share)
        bound = share + (1 - share) * free
        yield name, found, found.cost_share / bound, found.cost_share / free


def table(traces: ZoneTraces, replicas: int, cold_seconds: float, spot_share: float) -> Table:
    """One line per region and policy."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    heads = ("cost", "/oracle", "/free", "served", "ready", "taken", "started", "target")
    for position, head in enumerate(("Region", "policy", *heads)):
        shown.add_column(head, justify="left" if position < 2 else "right", no_wrap=True)
    for region, here in by_region(traces):
        free = oracle_cost_share(here, cold_seconds, spot_share)
        shown.add_row(region, "oracle, free", f"{free:.3f}", "", "1.000", "100 %", "100 %", "", "", "")
        for name, found, ratio, free_ratio in rows(here, replicas, cold_seconds, spot_share):
            met = ratio <= COST_TARGET and found.served_share >= SERVED_TARGET
            shown.add_row(
                "",
                name,
                f"{found.cost_share:.3f}",
                f"{ratio:.3f}",
                f"{free_ratio:.3f}",
                f"{found.served_share:.3%}",
                f"{found.ready_share:.3%}",
                f"{found.interruptions}",
                f"{found.launches}",
                "met" if met else "-",
            )
    return shown


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spot", description=__doc__)
    parser.add_argument("--traces", type=Path, required=True, help="folder of <zone>_*.json")
    parser.add_argument("--replicas", type=int, default=REPLICAS)
    parser.add_argument("--cold-seconds", type=float, default=COLD_START_SECONDS)
    parser.add_argument("--spot-share", type=float, default=prices.SPOT_SHARE, help="over on-demand's price")
    parser.add_argument(
        "--days", default="0:inf", help="FIRST:LAST of the traces, to tune on one part and test on another"
    )
    chosen = parser.parse_args()
    first, last = (float(day) for day in chosen.days.split(":"))
    traces = read_traces(chosen.traces, first, last)
    console = Console()
    wide = console if console.is_terminal else Console(width=110)
    wide.print(
        f"{len(traces.available)} zones, {traces.steps * traces.gap_seconds / SECONDS_PER_DAY:.1f} days;"
        f" {chosen.replicas} replicas, {chosen.cold_seconds:g} s cold, spot at {chosen.spot_share:g} of on-demand."
        " Cost: of all on-demand. /oracle: with the same floor."
        f" Target: <= {COST_TARGET:g} of it and >= {SERVED_TARGET:.1%} of demand served."
    )
    wide.print(table(traces, chosen.replicas, chosen.cold_seconds, chosen.spot_share))


if __name__ == "__main__":
    main()
