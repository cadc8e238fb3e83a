"""Whether two instance types together serve a model's peak for less than the best one alone.

Requests of different sizes suit different GPUs (Griggs et al., Melange, arXiv 2404.14527): short ones are cheap on small
GPUs, long ones keep the objective on large ones only. Each size of request takes a share of a replica's time on each type;
the cheapest whole numbers of nodes of at most two types that hold all shares, and keep the p95 time to first token, is the
mix. It carries the region's own peak; what the region must hold for another that dies comes on top of it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from components.catalog.accelerators import Accelerator
from components.planning import placement, sizing
from components.planning.limits import HOURS_PER_MONTH, MOST_REPLICAS, UTILISATION_BAND
from components.planning.model_plan import ModelPlan
from components.planning.placement import Misfit, Placement
from components.planning.replicas import Here
from components.settings.model import ModelSettings

SIZES = ((0.5, 0.3), (0.3, 1.0), (0.2, 2.75))
"""Share of requests and their length over the mean's, prompts and answers alike: half are short and a fifth are long.

An assumption, with the stack file's mean kept, until a stack file tells a distribution."""

WORTH_MIXING = 0.05
"""Of the single type's price: less is not worth two pools, two sets of nodes and a router that knows lengths."""

MOST_STEPS = 64
"""Numbers of nodes of the first type that are tried; of more, evenly spaced ones, each within 2 % of its neighbour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """One instance type as this search sees it: what each size of request takes of one node's time."""

    placement: Placement
    usd_per_hour: float
    """Of one node."""
    load: tuple[float, ...]
    """Nodes that the whole peak of each size would keep busy within the utilisation band; infinite where it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Nodes of one or two instance types that carry the peak within the objective."""

    nodes: tuple[tuple[str, int], ...]
    """Instance type and whole nodes."""
    usd_per_month: float
    """Of those nodes through a whole month, on-demand."""


def sized(settings: ModelSettings, factor: float) -> ModelSettings:
    """The same model asked for requests that many times as long, as far as its context allows."""
    load = settings.load
    scale = min(factor, settings.context_tokens / (load.input_tokens + load.output_tokens))
    longer = load.model_copy(
        update={
            "input_tokens": max(math.floor(load.input_tokens * scale), 1),
            "output_tokens": max(math.floor(load.output_tokens * scale), 1),
        }
    )
    return settings.model_copy(update={"load": longer})


def _placed(
    settings: ModelSettings, model: ModelPlan, accelerator: Accelerator, region: str, factor: float
) -> Placement | Misfit:
    """With as many at once as planned; where that is too many, with so few that they keep no more than planned."""
    longer = sized(settings, factor)
    found = placement.place(longer, model.model, accelerator, region)
    if isinstance(found, Placement) or factor <= 1:
        return found
    fewer = max(math.floor(settings.concurrent_sequences / factor), 1)
    return placement.place(
        longer.model_copy(update={"concurrent_sequences": fewer}), model.model, accelerator, region
    )


def pool(model: ModelPlan, here: Here, found: Placement) -> Pool:
    """What each size of request takes on this type; a size that breaks the objective or the memory takes for ever."""
    settings = here.settings.models[model.name].model_copy(
        update={"precision": model.precision, "tensor_parallel": found.engine.tensor_parallel}
    )
    load = []
    for share, factor in SIZES:
        tried = _placed(settings, model, found.accelerator, here.region, factor)
        if isinstance(tried, Placement):
            arrivals = model.demand.peak_requests_per_second * share
            busy = arrivals / (tried.requests_per_second * UTILISATION_BAND[1])
            load.append(busy / found.pods_per_node)
        else:
            load.append(math.inf)
    return Pool(placement=found, usd_per_hour=found.usd_per_hour, load=tuple(load))


def left_for_second(first: Pool, second: Pool, nodes: int) -> tuple[float, tuple[float, ...]]:
    """Nodes of the second type still needed when that many of the first take what they spare it most, and of each size.

    A fractional knapsack: the first type fills up with the sizes that cost the second most per share of its own time.
    """
    room, needed = float(nodes), 0.0
    kept = [1.0] * len(first.load)
    for size in sorted(range(len(first.load)), key=lambda one: -_worth(first, second, one)):
        taken = min(room / first.load[size], 1.0) if 0 < first.load[size] < math.inf else 0.0
        room -= taken * first.load[size] if taken else 0.0
        kept[size] = 1.0 - taken
        if kept[size] > 1e-9:
            needed += kept[size] * second.load[size]
    return needed, tuple(kept)


def _worth(first: Pool, second: Pool, size: int) -> float:
    own = first.load[size]
    return second.load[size] / own if 0 < own < math.inf else 0.0


def prompt(
    one: Pool, nodes: int, taken: Sequence[float], arrivals: Sequence[float], objective: float
) -> bool:
    """Whether that many nodes of one type answer their part of the peak in time, the queue included."""
    offered = sum(share * rate for share, rate in zip(taken, arrivals, strict=True))
    if offered <= 0:
        return True
    replicas = nodes * one.placement.pods_per_node
    slots = one.placement.engine.max_num_seqs
    busy = sum(share * load for share, load in zip(taken, one.load, strict=True) if share)
    service = busy * one.placement.pods_per_node * UTILISATION_BAND[1] * slots / offered
    first_token = sizing.time_to_first_token_seconds(
        replicas,
        offered,
        slots=slots,
        service_seconds=service,
        prefill_seconds=one.placement.first_token_seconds,
    )
    return first_token <= max(objective, one.placement.first_token_seconds)


def _candidates(
    first: Pool, second: Pool, arrivals: Sequence[float], objective: float, least: int, below: float
) -> Iterator[Mix]:
    """Mixes of the two that carry the peak for less than so many dollars a month."""
    alone = sum(first.load)
    finite = sum(load for load in first.load if load < math.inf)
    most = min(max(math.ceil(alone if alone < math.inf else finite), least), MOST_REPLICAS)
    for nodes in range(0, most + 1, math.ceil((most + 1) / MOST_STEPS)):
        needed, kept = left_for_second(first, second, nodes)
        if needed == math.inf:
            continue
        rest = math.ceil(needed - 1e-9)
        replicas = nodes * first.placement.pods_per_node + rest * second.placement.pods_per_node
        rest += max(math.ceil((least - replicas) / second.placement.pods_per_node), 0)
        mix = _mix((first, nodes), (second, rest))
        if len(mix.nodes) < 2 or mix.usd_per_month >= below:
            continue
        taken = [1 - share for share in kept]
        if prompt(first, nodes, taken, arrivals, objective) and prompt(
            second, rest, kept, arrivals, objective
        ):
            yield mix


def _mix(*counted: tuple[Pool, int]) -> Mix:
    return Mix(
        nodes=tuple((one.placement.accelerator.instance_type, nodes) for one, nodes in counted if nodes),
        usd_per_month=sum(one.usd_per_hour * nodes for one, nodes in counted) * HOURS_PER_MONTH,
    )


def single(one: Pool, arrivals: Sequence[float], objective: float, least: int) -> Mix | None:
    """The fewest nodes of one type that carry all sizes, if it can serve them all."""
    busy = sum(one.load)
    if busy == math.inf:
        return None
    fewest = max(math.ceil(busy - 1e-9), math.ceil(least / one.placement.pods_per_node), 1)
    everything = [1.0] * len(one.load)
    for nodes in range(fewest, MOST_REPLICAS + 1):
        if prompt(one, nodes, everything, arrivals, objective):
            return _mix((one, nodes))
    return None


def cheapest(
    pools: Sequence[Pool], arrivals: Sequence[float], objective: float, least: int
) -> tuple[Mix | None, Mix | None]:
    """The cheapest nodes of one type, and of two types where that is cheaper still."""
    alone = (single(one, arrivals, objective, least) for one in pools)
    best = min((mix for mix in alone if mix), key=_usd, default=None)
    below = best.usd_per_month if best else math.inf
    paired = (
        mix
        for first, second in combinations(pools, 2)
        for mix in _candidates(first, second, arrivals, objective, least, below)
    )
    return best, min(paired, key=_usd, default=None)


def _usd(mix: Mix) -> float:
    return mix.usd_per_month


def mix_of(
    model: ModelPlan, here: Here, found: Sequence[Placement], least: int
) -> tuple[Mix | None, Mix | None]:
    """The best single type and the best mix of those placements at this region's peak, with at least that many replicas."""
    arrivals = [model.demand.peak_requests_per_second * share for share, _ in SIZES]
    pools = [pool(model, here, one) for one in found]
    return cheapest(pools, arrivals, model.objective.time_to_first_token_seconds, least)


def sentence(best: Mix | None, mix: Mix | None) -> str:
    """Whether to mix, and what it saves at the peak."""
    if best is None:
        return "no single type serves every length of request" + (f"; {_named(mix)} would" if mix else "")
    if mix is None:
        return f"no mix of two types beats {_named(best)} at the peak"
    saved = 1 - mix.usd_per_month / best.usd_per_month
    if saved <= WORTH_MIXING:
        return f"does not pay: {_named(mix)} would cost {saved:.0%} less than {_named(best)} at the peak"
    return (
        f"told apart by length, {_named(mix)} carry the peak for {saved:.0%} less than {_named(best)}"
        f" (${best.usd_per_month - mix.usd_per_month:,.0f} a month held there); asks for a router that sends by prompt length"
    )


def _named(mix: Mix) -> str:
    return " and ".join(f"{nodes} {instance_type}" for instance_type, nodes in mix.nodes)
