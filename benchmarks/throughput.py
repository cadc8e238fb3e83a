"""How far off estimates are on rows held apart from the fit, and how long one takes: `python -m benchmarks.throughput`."""

import argparse
import logging
import random
import statistics
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import calibrate, closed_loop, kernels, rows
from benchmarks.rows import Row
from components.catalog import efficiencies
from components.catalog.efficiencies import Efficiency

FITTED_CONCURRENCIES = (1, 4, 16, 64, 256)
"""Of the first split; rows at 2, 8, 32, 128 and anything else are held apart."""

TITLE = "Mean absolute error on measured vLLM servers"

Pair = tuple[float, float, float, float]
"""Measured and estimated seconds to the first token, then per token."""

# What aiconfigurator calls our precisions' operators.
PEER_MODES = {
    "bf16": {"gemm_quant_mode": "bfloat16"},
    "fp8": {"gemm_quant_mode": "fp8"},
    "mxfp4": {},
}


def pairs(held: Iterable[Row], by: Efficiency | None) -> list[Pair]:
    """Of each row, what was measured and what the planner says."""
    found = []
    for row in held:
        first, token = closed_loop.estimate(row, by)
        found.append((row.first_token_seconds, first, row.token_seconds, token))
    return found


def mape(found: Sequence[Pair]) -> tuple[float, float]:
    """Mean absolute errors as shares of what was measured: per token, and to the first one."""
    token = statistics.mean(abs(said / was - 1) for _, _, was, said in found)
    first = statistics.mean(abs(said / was - 1) for was, said, _, _ in found)
    return token, first


def by_concurrency(own: Sequence[Row], start: Efficiency) -> list[Pair]:
    """Fitted to some numbers of concurrent requests, asked for the others."""
    seen = [row for row in own if row.concurrency in FITTED_CONCURRENCIES]
    return pairs((row for row in own if row not in seen), calibrate.fit(seen, start))


def by_model(own: Sequence[Row], start: Efficiency) -> dict[str, list[Pair]]:
    """Fitted to all models but one, asked for that one; nothing where a GPU has rows of one only."""
    names = sorted({row.model.name for row in own})
    found = {}
    for name in names if len(names) > 1 else ():
        by = calibrate.fit([row for row in own if row.model.name != name], start)
        found[name] = pairs((row for row in own if row.model.name == name), by)
    return found


def errors(measured: Sequence[Row], root: Path) -> Table:
    """One line a GPU and way of holding apart, one more for each model held apart."""
    table = Table("GPU", "held apart", "rows", "per token", "first token", title=TITLE)
    for system in rows.MACHINES:
        own = [row for row in measured if row.system == system]
        gpu, start = kernels.FOLDERS[system][0], kernels.operators(root, system)
        models = by_model(own, start)
        lines = {
            "other concurrencies": by_concurrency(own, start),
            "each model in turn": [pair for held in models.values() for pair in held],
            **{f"  {name}": held for name, held in models.items()},
            "all (operators, no fit)": pairs(own, start),
            "none (as in the catalog)": pairs(own, efficiencies.of(gpu)),
        }
        for position, (what, found) in enumerate(lines.items()):
            if found:
                token, first = mape(found)
                cells = (str(len(found)), f"{token:.1%}", f"{first:.1%}")
                table.add_row(gpu.title if position == 0 else "", what, *cells)
        table.add_section()
    return table


def peer_estimate(row: Row) -> tuple[float, float]:
    """AIConfigurator's answer to the same question, in seconds."""
    from aiconfigurator.cli.api import cli_estimate

    mixture = row.model.experts > 1
    split = row.tensor_parallel // row.expert_parallel if mixture else None
    found = cli_estimate(
        row.path if row.path != "meta-llama/Llama-3.1-70B" else "meta-llama/Meta-Llama-3.1-70B",
        row.system,
        backend_name="vllm",
        isl=round(row.input_tokens),
        osl=round(row.output_tokens),
        batch_size=row.concurrency,
        tp_size=row.tensor_parallel,
        moe_tp_size=split,
        moe_ep_size=row.expert_parallel if mixture else None,
        **({} if mixture else PEER_MODES[row.precision]),
    )
    return found.ttft / 1e3, found.tpot / 1e3


Estimate = Callable[[Row], tuple[float, float]]


def answers(estimate: Estimate, asked: Sequence[Row], rounds: int) -> tuple[list[Pair], float]:
    """What it says of each row, and mean seconds an estimate, asked many times over where once is too short to time."""
    estimate(asked[0])
    began = time.perf_counter()
    for _ in range(rounds):
        said = [estimate(row) for row in asked]
    seconds = (time.perf_counter() - began) / (rounds * len(asked))
    found = [
        (row.first_token_seconds, first, row.token_seconds, token)
        for row, (first, token) in zip(asked, said, strict=True)
    ]
    return found, seconds


def beside(measured: Sequence[Row], root: Path, count: int) -> tuple[Table, float]:
    """Both estimators on the same held-apart rows of H100, in one process; and how many times faster ours is."""
    own = [row for row in measured if row.system == "h100_sxm"]
    held = [row for row in own if row.concurrency not in FITTED_CONCURRENCIES]
    asked = random.Random(0).sample(held, min(count, len(held)))
    seen = [row for row in own if row not in held]
    by = calibrate.fit(seen, kernels.operators(root, "h100_sxm"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        theirs, theirs_seconds = answers(peer_estimate, asked, 1)
        logging.disable(logging.NOTSET)
    ours, ours_seconds = answers(lambda row: closed_loop.estimate(row, by), asked, 200)
    title = f"{len(asked)} H100 rows held apart by concurrency"
    table = Table("", "per token", "first token", "an estimate", title=title)
    for name, found, seconds in (
        ("this planner", ours, ours_seconds),
        ("AIConfigurator 0.12.0", theirs, theirs_seconds),
    ):
        token, first = mape(found)
        table.add_row(name, f"{token:.1%}", f"{first:.1%}", f"{seconds * 1e6:,.0f} µs")
    return table, theirs_seconds / ours_seconds


def drift(measured: Sequence[Row], root: Path) -> float:
    """Largest change of a constant in the catalog if it were fitted today, as a share."""
    worst = 0.0
    for system in rows.MACHINES:
        own = [row for row in measured if row.system == system]
        now = calibrate.fit(own, kernels.operators(root, system))
        held = efficiencies.of(kernels.FOLDERS[system][0])
        for name, _, _ in calibrate.FREE:
            worst = max(worst, abs(calibrate.get(held, name) / calibrate.get(now, name) - 1))
    return worst


def main() -> None:
    """The table of errors, then both estimators side by side."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--beside", type=int, default=32, help="rows to ask both; 0 leaves AIConfigurator out"
    )
    chosen = arguments.parse_args()
    console, root = Console(), rows.published()
    measured, left_out = rows.usable(rows.read(root / "silicon_sample.csv"))
    console.print(f"{len(measured)} rows of measured servers; left out:")
    for reason, count in left_out.most_common():
        console.print(f"  {count} {reason}")
    console.print(errors(measured, root))
    console.print(f"the catalog's constants are within {drift(measured, root):.1%} of a fit made now")
    if chosen.beside:
        table, faster = beside(measured, root, chosen.beside)
        console.print(table, f"{faster:,.0f} times faster an estimate (target 1,000)")


if __name__ == "__main__":
    main()
