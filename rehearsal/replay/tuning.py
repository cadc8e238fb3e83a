"""Settings of the autoscaler tried one after the other on a trace."""

import dataclasses
from collections.abc import Sequence
from typing import Final

from components.planning.model_plan import ModelPlan
from components.planning.scaling_plan import ScalingPlan
from rehearsal.replay.simulator import Outcome, simulate, steered
from rehearsal.replay.traces import Request

TRIED: Final[dict[str, tuple[float, ...]]] = {
    "gpu_utilisation_percent": (80, 90, 100),
    "kv_cache_use": (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8),
    "waiting_requests": (1, 2, 5, 10, 20),
    "up_window_seconds": (0, 60),
    "up_pods": (2, 4),
    "down_window_seconds": (300, 600),
}
"""Values within the bounds of `ScalingSettings`, in the order in which they are tried."""

ROUNDS: Final = 2
"""Through all of them: what the last one changes may change what is best for the first."""


def tuned(model: ModelPlan, requests: Sequence[Request], *, attainment: float) -> tuple[ModelPlan, Outcome]:
    """The best found when one value is changed at a time: enough in time first, then the fewest GPU-hours.

    It is tuned on the very trace it is judged on, so it says what the settings can reach, not what another day would.
    """
    best = simulate(model, requests, steered(model))
    for _ in range(ROUNDS):
        before = model.scaling
        for name, values in TRIED.items():
            for value in values:
                if value == getattr(model.scaling, name):
                    continue
                tried = with_scaling(model, **{name: value})
                found = simulate(tried, requests, steered(tried))
                if _rank(found, attainment) < _rank(best, attainment):
                    model, best = tried, found
        if model.scaling == before:
            break
    return model, best


def with_scaling(model: ModelPlan, **values: float) -> ModelPlan:
    """The same plan, steered otherwise."""
    return dataclasses.replace(model, scaling=dataclasses.replace(model.scaling, **values))


def changes(before: ScalingPlan, after: ScalingPlan) -> str:
    """What a person would write into `scaling`."""
    found = [
        f"{name} {getattr(after, name):g}" for name in TRIED if getattr(before, name) != getattr(after, name)
    ]
    return ", ".join(found) or "nothing changed"


def _rank(outcome: Outcome, attainment: float) -> tuple[float, float]:
    return max(attainment - outcome.attainment, 0.0), outcome.gpu_hours
