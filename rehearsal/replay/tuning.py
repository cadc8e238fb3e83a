"""Settings of the autoscaler tried one after the other on a trace."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final

from components.planning import memory, throughput
from components.planning.model_plan import ModelPlan
from rehearsal.replay.server import speed_of
from rehearsal.replay.simulator import Outcome, simulate, steered
from rehearsal.replay.traces import Request

TRIED: Final[dict[str, tuple[float, ...]]] = {
    "kv_cache_at_load": (0.7, 0.75, 0.8, 0.85, 0.9, 0.95),
    "gpu_utilisation_percent": (60, 80, 100),
    "waiting_requests": (1, 2, 5, 10),
    "up_window_seconds": (0, 60),
    "up_pods": (1, 2, 4),
    "down_window_seconds": (300, 600, 1800),
    "down_pods": (1, 2),
}
"""Values within the bounds of `ScalingSettings`, in the order in which they are tried."""

ROUNDS: Final = 2
"""Through all of them: what the last one changes may change what is best for the first."""


def tuned(
    model: ModelPlan, requests: Sequence[Request], *, attainment: float
) -> tuple[dict[str, float], Outcome]:
    """What to write into `scaling`, and what it brings: enough in time first, then the fewest GPU-hours.

    One value is changed at a time. It is tuned on the very trace it is judged on, so it tells what can be reached, not what
    another day would.
    """
    best: tuple[dict[str, float], Outcome] = {}, simulate(model, requests, steered(model))
    for _ in range(ROUNDS):
        before = best
        for name, values in TRIED.items():
            for value in values:
                tried = {**best[0], name: value}
                steered_so = with_settings(model, tried)
                if steered_so.scaling == with_settings(model, best[0]).scaling:
                    continue
                found = simulate(steered_so, requests, steered(steered_so))
                if _rank(found, attainment) < _rank(best[1], attainment):
                    best = tried, found
        if best is before:
            break
    return best


def with_settings(model: ModelPlan, values: Mapping[str, Any]) -> ModelPlan:
    """The same plan, had those settings been in the stack file."""
    planned = dict(values)
    if "kv_cache_at_load" in planned:
        planned["kv_cache_use"] = cache_use_at(model, planned.pop("kv_cache_at_load"))
    return dataclasses.replace(model, scaling=dataclasses.replace(model.scaling, **planned))


def cache_use_at(model: ModelPlan, load: float) -> float:
    """As `planning.scaling.kv_cache_use`, from the replica that is replayed."""
    speed, demand = speed_of(model), model.demand
    prefill = demand.input_tokens / speed.prompt_tokens_per_second
    sequences = throughput.sequences_at(load, prefill, speed.step_seconds[1:], demand.output_tokens)
    use = memory.cache_use(speed.cached_tokens, sequences, demand.input_tokens + demand.output_tokens)
    return max(round(use, 3), 0.001)


def changes(values: Mapping[str, float]) -> str:
    """What a person would write into `scaling`."""
    return ", ".join(f"{name} {value:g}" for name, value in values.items()) or "nothing changed"


def _rank(outcome: Outcome, attainment: float) -> tuple[float, float]:
    return max(attainment - outcome.attainment, 0.0), outcome.gpu_hours
