"""What the autoscaler decides, as pure functions: KEDA's triggers, and the Kubernetes autoscaler that follows them.

Ratios, tolerance and first recommendation as in copies of kubernetes/kubernetes pkg/controller/podautoscaler
(replica_calculator.go, horizontal.go) read on 2026-11-21; windows and pace as generally known, and held against recordings of
the real controller (`tests/rehearsal/replay/recordings`). KEDA answers with the measured value itself, so between one
replica and the ceiling only the autoscaler's rhythm counts; KEDA's own polling wakes a model that sleeps, which is not
replayed, and no more is a known peak.
"""

import math
from dataclasses import dataclass
from typing import Final

from components.planning.model_plan import ReplicaPlan
from components.planning.scaling import DECISION_SECONDS, TOLERANCE
from components.planning.scaling_plan import ScalingPlan

SYNC_SECONDS: Final = DECISION_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the series say that the four queries read."""

    waiting: int
    """Requests without a slot or with none of their prompt read, in all replicas."""
    kv_cache_use: float
    """Mean fraction of the whole cache."""
    gpu_utilisation_percent: float
    """Mean; of a GPU that always has something to do it is 100, however little that is."""
    time_to_first_token_seconds: float
    """p95."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the autoscaler remembers: recommendations and changes, each with its second."""

    recommended: tuple[tuple[float, int], ...] = ()
    changed: tuple[tuple[float, int], ...] = ()
    """Replicas added, or, below zero, removed."""


def asked(reading: Reading, scaling: ScalingPlan, *, current: int, ready: int) -> int:
    """The largest demand of the triggers, each as its query answers (`regional.autoscaling.queries`)."""
    gpu = reading.gpu_utilisation_percent if reading.waiting >= ready else 0.0
    first_token = min(reading.time_to_first_token_seconds, scaling.time_to_first_token_most_seconds)
    return max(
        shared_out(reading.waiting, scaling.waiting_requests, current),
        in_proportion(reading.kv_cache_use / scaling.kv_cache_use, current, ready),
        in_proportion(gpu / scaling.gpu_utilisation_percent, current, ready),
        in_proportion(first_token / scaling.time_to_first_token_seconds, current, ready),
    )


def shared_out(total: float, each: float, current: int) -> int:
    """`AverageValue`: as many as the total fills."""
    return current if _near(total / (each * current)) else math.ceil(total / each)


def in_proportion(ratio: float, current: int, ready: int) -> int:
    """`Value`: the ready replicas times measure over target, so that those still starting are not multiplied."""
    return current if _near(ratio) else math.ceil(ratio * ready)


def _near(ratio: float) -> bool:
    return abs(1 - ratio) <= TOLERANCE


def blind(scaling: ScalingPlan, *, current: int, failures: int) -> int:
    """Without an answer it stays, and after enough failures goes up to the fallback, never down to it."""
    return max(current, scaling.fallback_replicas) if failures >= scaling.fallback_failures else current


def decide(
    wanted: int, past: Past, now: float, scaling: ScalingPlan, replicas: ReplicaPlan, *, current: int
) -> tuple[int, Past]:
    """Replicas from now on: the demand, calmed by the windows and held to the pace and the limits."""
    kept = max(scaling.up_window_seconds, scaling.down_window_seconds)
    # An autoscaler without a past takes what it finds for its first recommendation.
    earlier = past.recommended or ((now, current),)
    recommended = (*_since(earlier, now - kept), (now, wanted))
    calm = _calmed(recommended, now, scaling, current)
    target = _paced(calm, past.changed, now, scaling, current)
    target = min(max(target, replicas.floor, 1), replicas.ceiling)
    slowest = max(scaling.up_period_seconds, scaling.down_period_seconds)
    changed = _since(past.changed, now - slowest)
    if target != current:
        changed = (*changed, (now, target - current))
    return target, Past(recommended=recommended, changed=changed)


def _since(events: tuple[tuple[float, int], ...], second: float) -> tuple[tuple[float, int], ...]:
    """The autoscaler counts what happened strictly after its cutoff."""
    return tuple(one for one in events if one[0] > second)


def _calmed(
    recommended: tuple[tuple[float, int], ...], now: float, scaling: ScalingPlan, current: int
) -> int:
    """Up to the least of what was asked for in one window, down to the most in the other; else where it is.

    What is asked for now counts even where the window has no length.
    """
    latest = recommended[-1][1]
    up = min([latest, *(n for _, n in _since(recommended, now - scaling.up_window_seconds))])
    down = max([latest, *(n for _, n in _since(recommended, now - scaling.down_window_seconds))])
    return min(max(current, up), down)


def _paced(
    target: int, changed: tuple[tuple[float, int], ...], now: float, scaling: ScalingPlan, current: int
) -> int:
    """So many pods a period: counted from how many there were when the period began."""
    if target > current:
        before = current - sum(n for _, n in _since(changed, now - scaling.up_period_seconds))
        return max(current, min(target, before + scaling.up_pods))
    before = current - sum(n for _, n in _since(changed, now - scaling.down_period_seconds))
    return min(current, max(target, before - scaling.down_pods))
