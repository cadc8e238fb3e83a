"""Fits the constants of `catalog.efficiencies` and prints them: `python -m benchmarks.calibrate`.

The most likely constants given the rows, if operators say where each lies and a scale says how far a server may bring it
from there (Gaussian in logarithms), and rows scatter by a tenth per token and by three tenths to the first one. What rows do
not tell, such as 16-bit kernels on a GPU whose rows are all FP8, so stays where the operators put it. First tokens of runs in
which all requests are equally long are left out: such requests end together and their successors wait for each other, which
users do not. The scales were chosen by hand with all rows in view; a fit itself never sees a row held apart.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from rich.console import Console
from scipy.optimize import least_squares

from benchmarks import closed_loop, kernels, rows
from benchmarks.rows import Row
from components.catalog.efficiencies import Efficiency

# What is fitted, how far (in logarithms) rows may take it from the operators, and the most it may be.
FREE: tuple[tuple[str, float, float], ...] = (
    ("sixteen_bit.bandwidth", 0.08, kernels.MOST),
    ("sixteen_bit.compute", 0.05, kernels.MOST),
    ("eight_bit.bandwidth", 0.08, kernels.MOST),
    ("eight_bit.compute", 0.05, kernels.MOST),
    ("eight_bit.expert_bandwidth", 0.2, 1.0),
    ("eight_bit.expert_compute", 0.3, kernels.MOST),
    ("eight_bit.expert_layer_seconds", 0.5, 1e-3),
    ("four_bit.expert_bandwidth", 0.2, 1.0),
    ("four_bit.expert_compute", 0.3, kernels.MOST),
    ("four_bit.expert_layer_seconds", 0.5, 1e-3),
    ("cache_bandwidth", 0.1, kernels.MOST),
    ("layer_seconds", 0.7, 1e-3),
    ("step_seconds", 0.7, 0.1),
    ("request_seconds", 0.7, 1.0),
    ("prompts_ahead", 0.3, 10.0),
)
TOKEN_SCATTER, FIRST_TOKEN_SCATTER = 0.1, 0.3


def get(efficiency: Efficiency, name: str) -> float:
    """The field, or the field of a field, of that name."""
    value: object = efficiency
    for part in name.split("."):
        value = getattr(value, part)
    assert isinstance(value, int | float)
    return float(value)


def put(efficiency: Efficiency, names: Sequence[str], values: Sequence[float]) -> Efficiency:
    """A copy with those fields changed; four-bit dense layers follow the 16-bit ones."""
    changes: dict[str, object] = {}
    for name, value in zip(names, values, strict=True):
        outer, _, inner = name.partition(".")
        if inner:
            held = changes.get(outer, getattr(efficiency, outer))
            changes[outer] = replace(held, **{inner: float(value)})  # type: ignore[type-var]
        else:
            changes[outer] = float(value)
    changed: Efficiency = replace(efficiency, **changes)  # type: ignore[arg-type]
    wide = changed.sixteen_bit
    four = replace(changed.four_bit, bandwidth=wide.bandwidth, compute=wide.compute)
    return replace(changed, four_bit=four)


def fit(measured: Sequence[Row], start: Efficiency) -> Efficiency:
    """The most likely constants of one GPU."""
    names = [name for name, _, _ in FREE]
    spread = np.array([scale for _, scale, _ in FREE])
    most = np.log([bound for _, _, bound in FREE])
    expected = np.minimum(np.log([get(start, name) for name in names]), most - 1e-6)

    def off(logs: np.ndarray) -> np.ndarray:
        by = put(start, names, np.exp(logs))
        found = list((logs - expected) / spread)
        for row in measured:
            first, token = closed_loop.estimate(row, by)
            found.append(np.log(token / row.token_seconds) / TOKEN_SCATTER)
            if row.drawn_lengths:
                found.append(np.log(first / row.first_token_seconds) / FIRST_TOKEN_SCATTER)
        return np.array(found)

    best = least_squares(off, expected, loss="soft_l1", bounds=(-np.inf, most))
    return replace(put(start, names, np.exp(best.x)), basis="rows")


def line(efficiency: Efficiency) -> str:
    """As `catalog.efficiencies` writes it."""

    def three(one: float) -> str:
        return f"{one:.3g}" if one < 1000 else f"{one:.0f}"

    parts = [f'basis="{efficiency.basis}"']
    for name in ("sixteen_bit", "eight_bit", "four_bit"):
        one = getattr(efficiency, name)
        row = (one.bandwidth, one.compute, one.expert_bandwidth, one.expert_compute)
        cells = ", ".join([*map(three, row), three(one.expert_layer_seconds * 1e6)])
        parts.append(f"{name}=_kernels(({cells}))")
    for name in ("cache_bandwidth", "attention_compute", "all_reduce_gb_per_second", "prompts_ahead"):
        parts.append(f"{name}={three(getattr(efficiency, name))}")
    for name in ("all_reduce_seconds", "layer_seconds", "step_seconds"):
        parts.append(f"{name}={three(getattr(efficiency, name) * 1e6)}e-6")
    parts.append(f"request_seconds={efficiency.request_seconds:.3f}")
    return f"Efficiency({', '.join(parts)})"


def main() -> None:
    """Print every GPU's constants."""
    root = rows.published()
    measured, left_out = rows.usable(rows.read(root / "silicon_sample.csv"))
    console = Console(soft_wrap=True)
    console.print(f"{len(measured)} rows; left out: {dict(left_out)}")
    for system in kernels.FOLDERS:
        start = kernels.operators(root, system)
        own = [row for row in measured if row.system == system]
        found = fit(own, start) if own else start
        console.print(f"{system} ({len(own)} rows): {line(found)}", highlight=False)


if __name__ == "__main__":
    main()
