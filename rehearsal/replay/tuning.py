"""Settings of the autoscaler tried one after the other on a trace."""

import dataclasses
from collections.abc import Sequence
from typing import Any, Final

from components.planning.model_plan import ModelPlan
from components.planning.scaling_plan import ScalingPlan
from rehearsal.replay.simulator import Outcome, simulate, steered
from rehearsal.replay.traces import Request

TRIED: Final[dict[str, tuple[float, ...]]] = {
    "gpu_utilisation_percent": (80, 90, 100),
    "waiting_requests": (1, 2, 5, 10, 20),
    "up_window_seconds": (0, 60),
    "up_pods": (2, 4),
    "down_window_seconds": (300, 600, 1800),
    "down_pods": (1, 2),
}
"""Values within the bounds of `ScalingSettings`, in the order in which they are tried."""

SLOTS_IN_USE: Final = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Shares of a replica's slots at which to add another: where slots run out before the cache, its use counts them."""

OUT_OF_THE_WAY: Final = 1_000_000
"""A target no GPU reaches. At 100 % the trigger adds nothing, but while GPUs are busy it still asks to keep all there are."""

ROUNDS: Final = 2
"""Through all of them: what the last one changes may change what is best for the first."""


def tuned(
    model: ModelPlan, requests: Sequence[Request], *, attainment: float, by_gpu: bool = True
) -> tuple[ModelPlan, Outcome]:
    """The best found: enough in time first, then the fewest GPU-hours.

    First every target of the cache is tried, then one value is changed at a time; without `by_gpu` as if there were no
    trigger on the GPU's utilisation, which the settings cannot say. It is tuned on the very trace it is judged on, so it
    tells what can be reached, not what another day would.
    """
    targets = cache_targets(model)
    cached = [{}, *({"kv_cache_use": use} for use in targets)]
    busy = (
        ({}, {"gpu_utilisation_percent": 100}) if by_gpu else ({"gpu_utilisation_percent": OUT_OF_THE_WAY},)
    )
    starts = [with_scaling(model, **{**more, **use}) for more in busy for use in cached]
    played = [(one, simulate(one, requests, steered(one))) for one in starts]
    best = min(played, key=lambda one: _rank(one[1], attainment))
    for _ in range(ROUNDS):
        before = best
        for name, values in {**TRIED, "kv_cache_use": targets}.items():
            if name == "gpu_utilisation_percent" and not by_gpu:
                continue
            for value in values:
                tried = with_scaling(best[0], **{name: value})
                if tried.scaling == best[0].scaling:
                    continue
                found = simulate(tried, requests, steered(tried))
                if _rank(found, attainment) < _rank(best[1], attainment):
                    best = tried, found
        if best is before:
            break
    return best


def cache_targets(model: ModelPlan) -> tuple[float, ...]:
    """Uses of the KV cache that stand for those shares of the slots, at mean lengths."""
    held = model.engine.max_num_seqs * (model.demand.input_tokens + model.demand.output_tokens)
    full = min(held / model.memory.cached_tokens, 1.0)
    return tuple(round(share * full, 3) for share in SLOTS_IN_USE)


def with_scaling(model: ModelPlan, **values: Any) -> ModelPlan:
    """The same plan, steered otherwise."""
    return dataclasses.replace(model, scaling=dataclasses.replace(model.scaling, **values))


def changes(before: ScalingPlan, after: ScalingPlan) -> str:
    """What a person would write into `scaling`."""
    found = [
        f"{name} {getattr(after, name):g}" if getattr(after, name) != OUT_OF_THE_WAY else "no GPU trigger"
        for name in (*TRIED, "kv_cache_use")
        if getattr(before, name) != getattr(after, name)
    ]
    return ", ".join(found) or "nothing changed"


def _rank(outcome: Outcome, attainment: float) -> tuple[float, float]:
    return max(attainment - outcome.attainment, 0.0), outcome.gpu_hours
