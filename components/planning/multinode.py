"""Models that no single node holds: how many nodes one replica takes, how it is split, and what joins them.

Tensor parallel inside a node and pipeline parallel between nodes, as vLLM's guide to distributed serving advises (v0.8.3,
read 2026-11-21): a pipeline crosses the network once a stage, tensor parallelism twice a layer.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from components.catalog import accelerators, prices
from components.catalog.accelerators import Accelerator
from components.catalog.models import Model
from components.planning import memory, offers, throughput
from components.planning.limits import GPU_MEMORY_UTILISATION, HOURS_PER_MONTH
from components.planning.placement import LEAST_CAPABILITY, TENSOR_PARALLEL, batched_tokens, precision_of
from components.planning.replicas import Here
from components.settings.model import ModelSettings

MOST_NODES = 8
"""Of one replica: beyond this one lost node takes too much with it."""

EFA_SHARE = 0.9
"""Of an EFA's rate that transfers reach; 97 % of p5.48xlarge's 3,200 Gbit/s were shown (le.qun.ch, 2024-12-25)."""

EFA_LATENCY_SECONDS = 30e-6
"""Of one message between two nodes of a zone; general knowledge, not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gang:
    """One replica over several nodes: what a LeaderWorkerSet starts and restarts together."""

    accelerator: Accelerator
    nodes: int
    """And stages of the pipeline."""
    tensor_parallel: int
    """GPUs of each node that share a layer."""
    inter_token_seconds: float
    """With the planned sequences, through all stages."""
    hop_seconds: float
    """Of that, between one stage and the next."""
    usd_per_month: float
    """Of one replica, on-demand."""


def stage_share(model: Model, stages: int) -> float:
    """Part of the layers that the fullest stage holds: 31 of 61 where two stages share 61."""
    return math.ceil(model.layers / stages) / model.layers


def needed_gib(
    settings: ModelSettings, model: Model, accelerator: Accelerator, tensor_parallel: int, stages: int
) -> float:
    """Of each GPU of the fullest stage: its layers' weights and cache, and activations of the full width."""
    share = stage_share(model, stages)
    sequences = settings.concurrent_sequences
    mean_tokens = settings.load.input_tokens + settings.load.output_tokens
    weights = memory.weight_bytes(model, precision_of(settings, model)) / tensor_parallel
    cache = max(
        memory.kv_bytes_per_sequence(model, settings.context_tokens),
        sequences * memory.kv_bytes_per_sequence(model, mean_tokens),
    ) / memory.kv_shards(model, tensor_parallel)
    working = memory.activation_gib(model, tensor_parallel, batched_tokens(accelerator), sequences)
    return (weights + cache) * share / memory.GIB + working


def hop_seconds(model: Model, accelerator: Accelerator, sequences: float) -> float:
    """To hand the hidden state of one step to the next node, in 16 bits."""
    bytes_per_second = accelerator.network_gbps * 1e9 / 8 * EFA_SHARE
    return EFA_LATENCY_SECONDS + sequences * model.hidden_size * 2 / bytes_per_second


def gang(settings: ModelSettings, model: Model, accelerator: Accelerator, region: str) -> Gang | None:
    """The fewest nodes of that type that hold one replica; None where they would be too many or talk over plain Ethernet."""
    precision = precision_of(settings, model)
    splits = [one for one in TENSOR_PARALLEL if one <= accelerator.gpu_count and memory.divides(model, one)]
    capable = accelerator.gpu.compute_capability >= LEAST_CAPABILITY[precision]
    if not splits or not accelerator.efa_interfaces or not capable:
        return None
    split, usable = splits[-1], accelerator.gpu_memory_gib * GPU_MEMORY_UTILISATION
    for stages in range(2, min(MOST_NODES, model.layers) + 1):
        if needed_gib(settings, model, accelerator, split, stages) <= usable:
            break
    else:
        return None
    sequences = settings.concurrent_sequences
    mean_tokens = settings.load.input_tokens + settings.load.output_tokens / 2
    step = throughput.decode_step_seconds(model, precision, accelerator.gpu, split, sequences, mean_tokens)
    hop = hop_seconds(model, accelerator, sequences)
    usd = prices.on_demand_usd_per_hour(accelerator.instance_type, region)
    return Gang(
        accelerator=accelerator,
        nodes=stages,
        tensor_parallel=split,
        inter_token_seconds=step + (stages - 1) * hop,
        hop_seconds=hop,
        usd_per_month=stages * usd * HOURS_PER_MONTH,
    )


def holds(settings: ModelSettings, model: Model, accelerator: Accelerator) -> bool:
    """Whether the memory of one node of that type holds a replica, whatever it is split over."""
    usable = accelerator.gpu_memory_gib * GPU_MEMORY_UTILISATION
    return any(
        memory.divides(model, one) and needed_gib(settings, model, accelerator, one, 1) <= usable
        for one in TENSOR_PARALLEL
        if one <= accelerator.gpu_count
    )


def best_gang(settings: ModelSettings, model: Model, region: str, sold: Iterable[Accelerator]) -> Gang | None:
    """Of one replica: that keeps the token interval if any does, over the fewest nodes, for the least."""
    found = [one for accelerator in sold if (one := gang(settings, model, accelerator, region))]
    promised = settings.objective.inter_token_seconds
    return min(
        found,
        key=lambda one: (one.inter_token_seconds > promised, one.nodes, one.usd_per_month),
        default=None,
    )


def described(one: Gang, model: Model) -> str:
    """What one replica would take, and why it is split so."""
    machine = one.accelerator
    return (
        f"one replica takes {one.nodes} {machine.instance_type} as a LeaderWorkerSet of size {one.nodes}: tensor parallel"
        f" {one.tensor_parallel} in each node, pipeline parallel {one.nodes} between them, {machine.efa_interfaces} EFA"
        f" interfaces ({machine.network_gbps:,.0f} Gbit/s) a node in one zone, ${one.usd_per_month:,.0f} a month;"
        f" each token crosses the network at {one.nodes - 1} of its {model.layers} layers, with tensor parallel over all"
        f" nodes it would {2 * model.layers} times"
    )


def hint(settings: ModelSettings, model: Model, here: Here) -> str:
    """For the refusal of a model that no node asked for holds: what would; empty where some single node does."""
    sold = offers.sold_here(here)
    asked = [
        one for one in sold if one.instance_type in (settings.instance_types or accelerators.ACCELERATORS)
    ]
    if not asked or any(holds(settings, model, one) for one in sold):
        return ""
    one = best_gang(settings, model, here.region, asked)
    told = described(one, model) if one else f"nor do {MOST_NODES} of them with EFA together"
    return f"; no single node holds it, and this fleet joins none: {told}"
