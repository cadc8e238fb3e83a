"""Whether prompts and answers should run on replicas of their own, with the KV cache sent from one to the other.

It does not add throughput (vLLM's guide to disaggregated prefilling, read 2026-11-21): it separates the two promises, and
lets prompts run where compute is cheap and answers where bandwidth is. Both pools are sized here at the region's peak, their
network included, and compared with the same GPUs doing both by chunked prefill.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from components.catalog.accelerators import Accelerator
from components.planning import sizing
from components.planning.limits import HOURS_PER_MONTH, MOST_REPLICAS, UTILISATION_BAND
from components.planning.memory import kv_bytes_per_sequence
from components.planning.model_plan import ModelPlan
from components.planning.multinode import EFA_SHARE
from components.planning.placement import Placement
from components.planning.replicas import Here, replicas_at

TCP_SHARE = 0.5
"""Of a network without EFA that the cache gets, through the memory of both hosts. An assumption."""

NVLINK_COPY_GB_PER_SECOND = 240.0
"""From one GPU to another of its node: 80 % of A100's 300 one way, which newer ones exceed. General knowledge."""

WORTH_SPLITTING = 0.05
"""Of the best mixed pool's price: less is not worth two pools, a router and a cache in flight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Replicas of their own for prompts and for answers, at the region's peak."""

    prefill: Placement
    prefill_replicas: int
    decode: Placement
    decode_replicas: int
    transfer_seconds: float
    """Of one mean prompt's KV cache."""
    usd_per_month: float
    """Of both pools' nodes held through a month, on-demand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """Replicas that do both, at the region's peak."""

    placement: Placement
    replicas: int
    chunk_tokens: int
    """Of a prompt in one step, so that no token of the others comes later than promised."""
    first_token_seconds: float
    """Of a mean prompt read in such chunks, before any queue."""
    usd_per_month: float


def cache_gb_per_second(sender: Placement, receiver: Placement) -> float:
    """At which the GPUs of one replica send their parts of the cache to another's, side by side."""
    own = sender.accelerator
    gpus = sender.engine.tensor_parallel + receiver.engine.tensor_parallel
    if own == receiver.accelerator and own.gpu.nvlink and gpus <= own.gpu_count:
        fewer = min(sender.engine.tensor_parallel, receiver.engine.tensor_parallel)
        return NVLINK_COPY_GB_PER_SECOND * fewer
    return min(_share_of_network(sender), _share_of_network(receiver))


def _share_of_network(one: Placement) -> float:
    """Of a replica, in GB/s: its GPUs' part of the node's network."""
    machine: Accelerator = one.accelerator
    share = EFA_SHARE if machine.efa_interfaces else TCP_SHARE
    return machine.network_gbps / 8 * share * one.engine.tensor_parallel / machine.gpu_count


def link(sender: Placement, receiver: Placement) -> str:
    """Over what the cache travels."""
    own = sender.accelerator
    gpus = sender.engine.tensor_parallel + receiver.engine.tensor_parallel
    if own == receiver.accelerator and own.gpu.nvlink and gpus <= own.gpu_count:
        return "NVLink"
    return "EFA" if own.efa_interfaces and receiver.accelerator.efa_interfaces else "TCP"


def split(model: ModelPlan, prefill: Placement, decode: Placement, least: int) -> Split | None:
    """The two pools that keep both promises at the peak; None where reading and sending a prompt takes too long."""
    arrivals, promised = model.demand.peak_requests_per_second, model.objective.time_to_first_token_seconds
    cache = kv_bytes_per_sequence(model.model, model.demand.input_tokens)
    transfer = cache / (cache_gb_per_second(prefill, decode) * 1e9)
    before_token = prefill.prefill_seconds + transfer + decode.step_seconds
    if before_token > promised or decode.step_seconds > model.objective.inter_token_seconds:
        return None
    reading = max(prefill.prefill_seconds, 1e-9)
    readers = sizing.replicas_for(
        arrivals,
        1 / reading,
        slots=1,
        service_seconds=reading,
        prefill_seconds=before_token,
        objective_seconds=promised,
    )
    answers = decode.engine.max_num_seqs / (model.demand.output_tokens * decode.step_seconds)
    writers = math.ceil(arrivals / (answers * UTILISATION_BAND[1]) - 1e-9)
    # A replica sends, or receives, one cache after the other; it computes meanwhile.
    carried = math.ceil(arrivals * transfer / UTILISATION_BAND[1] - 1e-9)
    readers, writers = max(readers, carried, least), max(writers, carried, least)
    if max(readers, writers) > MOST_REPLICAS:
        return None
    return Split(
        prefill=prefill,
        prefill_replicas=readers,
        decode=decode,
        decode_replicas=writers,
        transfer_seconds=transfer,
        usd_per_month=_usd_per_month(prefill, readers) + _usd_per_month(decode, writers),
    )


def _usd_per_month(one: Placement, replicas: int) -> float:
    return math.ceil(replicas / one.pods_per_node) * one.usd_per_hour * HOURS_PER_MONTH


def mixed(model: ModelPlan, here: Here, one: Placement, least: int) -> Mixed:
    """The same peak on replicas that do both, and the chunks in which they may read prompts.

    A step that also reads c prompt tokens takes as much longer as reading them alone: c is what the promised interval
    leaves of it, and a prompt takes as many steps as it has chunks.
    """
    settings = here.settings.models[model.name]
    load = settings.load
    replicas = max(replicas_at(settings, one, model.demand.peak_requests_per_second), least)
    tokens = max(load.input_tokens * (1 - load.prefix_cache_hit_rate), 1.0)
    rate = tokens / max(one.prefill_seconds, 1e-9)
    spare = max(model.objective.inter_token_seconds - one.step_seconds, 0.0)
    chunk = max(min(math.floor(spare * rate), one.engine.max_num_batched_tokens), 1)
    steps = math.ceil(tokens / chunk)
    return Mixed(
        placement=one,
        replicas=replicas,
        chunk_tokens=chunk,
        first_token_seconds=one.prefill_seconds + steps * one.step_seconds,
        usd_per_month=_usd_per_month(one, replicas),
    )


def best(model: ModelPlan, here: Here, found: Sequence[Placement], least: int) -> tuple[Mixed, Split | None]:
    """The cheapest mixed pool and the cheapest pair of pools among those placements."""
    together = min((mixed(model, here, one, least) for one in found), key=lambda one: one.usd_per_month)
    pairs = (split(model, prefill, decode, least) for prefill, decode in product(found, repeat=2))
    apart = min((one for one in pairs if one), key=lambda one: one.usd_per_month, default=None)
    return together, apart


def sentence(model: ModelPlan, together: Mixed, apart: Split | None) -> str:
    """Whether to split prompts from answers, with the arithmetic."""
    chunks = (
        f"chunks of {together.chunk_tokens} tokens keep {model.objective.inter_token_seconds * 1000:.0f} ms a token and"
        f" the first in {together.first_token_seconds:.2f} s"
    )
    kept = together.first_token_seconds <= model.objective.time_to_first_token_seconds
    if apart is None:
        return f"does not pay: no pair of pools keeps the objective, {chunks if kept else 'nor do chunks'}"
    saved = 1 - apart.usd_per_month / together.usd_per_month
    over = link(apart.prefill, apart.decode)
    pools = (
        f"{apart.prefill_replicas} {apart.prefill.accelerator.instance_type} for prompts and {apart.decode_replicas}"
        f" {apart.decode.accelerator.instance_type} for answers, {apart.transfer_seconds * 1000:.0f} ms a cache over"
        f" {over},"
    )
    mixed_pool = f"{together.replicas} {together.placement.accelerator.instance_type} that do both"
    if not kept:
        return f"pays: {pools} keep what {mixed_pool} cannot, {together.first_token_seconds:.2f} s to a first token in chunks"
    if saved > WORTH_SPLITTING:
        warned = "" if over != "TCP" else "; llm-d advises EFA or the like for production (v0.9)"
        return f"pays: {pools} cost {saved:.0%} less at the peak than {mixed_pool}{warned}"
    by = (
        f"{-saved:.0%} more than"
        if saved < -0.005
        else f"{saved:.0%} less than"
        if saved > 0.005
        else "as much as"
    )
    return f"does not pay: {pools} cost {by} {mixed_pool}; {chunks}"
