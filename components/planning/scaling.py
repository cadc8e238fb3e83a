"""The autoscaler's thresholds, from what a replica does under load."""

import math
from typing import Final

from components.catalog.models import Model
from components.planning import limits, memory, placement, throughput
from components.planning.model_plan import ColdStartPlan, EnginePlan, ModelPlan, ReplicaPlan
from components.planning.placement import Placement
from components.planning.scaling_plan import KnownPeak, ScalingPlan
from components.settings.model import ModelSettings

LATENCY_STEP: Final = 1.25
"""A late first token is told as at most so many times its target. It says that replicas are too few, not by how many: behind
a queue of a minute's length it would ask for ten times as many. As a GPU of 100 % over its target of 80: one more of four."""

WAITING_PER_SEQUENCE: Final = 5 / 32
"""Waiting requests that call for another replica, for each sequence that one runs: five at the usual 32. A server that runs
few holds back few before it answers 503, and five could hardly be seen of them: at six a ramp got its second replica and, for
six minutes, no third, while two in five were refused (the loop, 2026-11-21)."""

TOLERANCE: Final = 0.1
"""Nearer to its target than this, a measure asks for no change: --horizontal-pod-autoscaler-tolerance, at its default."""

DECISION_SECONDS: Final = 15
"""Between two decisions of the Horizontal Pod Autoscaler: --horizontal-pod-autoscaler-sync-period at its default, on EKS."""


def scaling_plan(
    settings: ModelSettings, model: Model, place: Placement, replicas: ReplicaPlan, cold: ColdStartPlan
) -> ScalingPlan:
    """Thresholds and pace; when its eyes fail the autoscaler holds what runs, and at least the floor."""
    chosen = settings.scaling
    first_token = chosen.time_to_first_token_share * settings.objective.time_to_first_token_seconds
    return ScalingPlan(
        waiting_requests=waiting_requests(settings),
        kv_cache_use=kv_cache_use(settings, model, place),
        gpu_utilisation_percent=chosen.gpu_utilisation_percent,
        time_to_first_token_seconds=first_token,
        time_to_first_token_most_seconds=LATENCY_STEP * first_token,
        # A model that sleeps is not woken by a monitoring failure.
        fallback_replicas=max(replicas.floor, math.ceil(replicas.expected)) if replicas.floor else 0,
        fallback_failures=3,
        up_window_seconds=chosen.up_window_seconds,
        up_pods=chosen.up_pods,
        up_period_seconds=chosen.up_period_seconds,
        down_window_seconds=chosen.down_window_seconds,
        down_pods=chosen.down_pods,
        down_period_seconds=chosen.down_period_seconds,
        polling_seconds=chosen.polling_seconds,
        # Only ever used on the way to zero: asleep costs nothing, waking costs a cold start.
        cooldown_seconds=max(limits.DOWN_WINDOW_SECONDS, math.ceil(cold.seconds / 60) * 60),
        known_peaks=tuple(
            KnownPeak(name=key, timezone=one.timezone, start=one.start, end=one.end, replicas=one.replicas)
            for key, one in sorted(chosen.known_peaks.items())
        ),
    )


def waiting_requests(settings: ModelSettings) -> int:
    """Threshold of the queue, for each replica."""
    usual = max(round(WAITING_PER_SEQUENCE * settings.concurrent_sequences), 1)
    return settings.scaling.waiting_requests or usual


def never_waiting(settings: ModelSettings, engine: EnginePlan) -> str | None:
    """Why the queue's trigger could never ask for anything, in a sentence."""
    asked, most = waiting_requests(settings), engine.max_inflight_requests - engine.max_num_seqs
    if asked * (1 + TOLERANCE) < most:
        return None
    return (
        f"{asked} never wait for one replica: beyond {engine.max_num_seqs} that run and {most} that wait it answers 503;"
        f" ask for less than {most / (1 + TOLERANCE):.0f}, or leave it out"
    )


def kv_cache_use(settings: ModelSettings, model: Model, place: Placement) -> float:
    """Fraction of the KV cache in use on a replica at the chosen share of the requests/s it can finish.

    Not that share of the cache: slots run out long before it where the GPU is large, and few sequences do more than their
    part of the work, since each step is shorter. Guessing ahead is left out. In thousandths, as fine as KEDA passes it on.
    """
    load, engine = settings.load, place.engine
    steps = [
        throughput.decode_step_seconds(
            model,
            placement.precision_of(settings, model),
            place.accelerator.gpu,
            engine.tensor_parallel,
            sequences,
            load.input_tokens + load.output_tokens / 2,
        )
        for sequences in range(1, engine.max_num_seqs + 1)
    ]
    sequences = throughput.sequences_at(
        settings.scaling.kv_cache_at_load, place.prefill_seconds, steps, load.output_tokens
    )
    use = memory.cache_use(place.memory.cached_tokens, sequences, load.input_tokens + load.output_tokens)
    return max(round(use, 3), 0.001)


def ready_seconds(model: ModelPlan, peak: KnownPeak) -> float:
    """From the start of a known peak to the first answer of its last replica, where only the floor ran before.

    The autoscaler sees the calendar at its next decision, lets its window pass as with any demand, and adds so many pods a
    period; the last of them then starts cold. From none to one is KEDA's own step, at its next look.
    """
    scaling, floor = model.scaling, model.replicas.floor
    missing = peak.replicas - max(floor, 1)
    if missing <= 0:
        return model.cold_start.seconds + scaling.polling_seconds if peak.replicas > floor else 0.0
    periods = math.ceil(missing / scaling.up_pods) - 1
    woken = DECISION_SECONDS if floor else scaling.polling_seconds
    return woken + scaling.up_window_seconds + periods * scaling.up_period_seconds + model.cold_start.seconds
