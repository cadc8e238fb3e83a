"""What else a model could run on in a region, and what each choice costs more or less than the chosen one."""

import dataclasses
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from components.catalog import accelerators, prices
from components.catalog.accelerators import Accelerator
from components.catalog.models import NativePrecision
from components.planning import placement, pricing, throughput
from components.planning.limits import HOURS_PER_MONTH, UTILISATION_BAND
from components.planning.model_plan import ModelPlan, ReplicaPlan
from components.planning.placement import TENSOR_PARALLEL, Placement
from components.planning.ranges import Range, total
from components.planning.replicas import Here, node_range, replica_plan
from components.settings.base import Precision

PRECISIONS: dict[NativePrecision, tuple[Precision, ...]] = {
    "bf16": ("bf16", "fp8", "int4"),
    "fp8": ("fp8", "int4"),
    "mxfp4": ("mxfp4",),
}
"""In which each published precision can also be served: vLLM makes FP8 of 16 bits while it loads, int4 needs a checkpoint."""


WORTH_TELLING = 4.0
"""Times the cheapest: what costs more than that in a mean month is no alternative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One instance type, precision and split on which the model keeps its objective in this region."""

    placement: Placement
    precision: Precision
    published: bool
    """Whether the weights are served in the precision they were published in."""
    replicas: ReplicaPlan
    usd_per_month: Range
    """Of GPU nodes, whole ones."""

    @property
    def instance_type(self) -> str:
        return self.placement.accelerator.instance_type

    @property
    def tensor_parallel(self) -> int:
        return self.placement.engine.tensor_parallel

    @property
    def tokens_per_second(self) -> float:
        """Answer tokens of one replica at full concurrency, while no prompt is read."""
        return self.placement.engine.max_num_seqs / self.placement.step_seconds

    @property
    def inter_token_seconds(self) -> float:
        """Mean, at the upper edge of the utilisation band."""
        busy = self.placement.requests_per_second * UTILISATION_BAND[1]
        return throughput.inter_token_seconds(
            self.placement.step_seconds, self.placement.prefill_seconds, busy
        )

    @property
    def name(self) -> str:
        """`g6e.xlarge fp8`, and over how many GPUs where it is split."""
        split = f" over {self.tensor_parallel} GPUs" if self.tensor_parallel > 1 else ""
        return f"{self.instance_type} {self.precision}{split}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseMix:
    """Expected dollars a month of the same replicas, bought in three ways."""

    planned_usd_per_month: float
    on_demand_usd_per_month: float
    most_spot_usd_per_month: float
    """Everything above the on-demand floor on spot."""


def as_if(model: ModelPlan, found: Placement, precision: Precision, replicas: ReplicaPlan) -> ModelPlan:
    """The model's plan as far as its GPU nodes are priced, placed elsewhere."""
    pods = found.pods_per_node
    return dataclasses.replace(
        model,
        accelerator=found.accelerator,
        precision=precision,
        replicas=replicas,
        nodes=node_range(replicas, pods),
        pod=dataclasses.replace(model.pod, gpus=found.engine.tensor_parallel, pods_per_node=pods),
    )


def gpu_usd_per_month(model: ModelPlan, region: str) -> Range:
    """The bill's own lines, of this model's GPU nodes."""
    return total(line.usd_per_hour for line in pricing.gpu_lines(model, region)).times(HOURS_PER_MONTH)


def chosen(model: ModelPlan, here: Here) -> Alternative:
    """What the plan took, in the same terms."""
    settings = here.settings.models[model.name].model_copy(
        update={"tensor_parallel": model.engine.tensor_parallel}
    )
    found = placement.place(settings, model.model, model.accelerator, here.region)
    if not isinstance(found, Placement):
        raise AssertionError(f"{model.name} was planned on {found.instance_type} but {found.reason}")
    return Alternative(
        placement=found,
        precision=model.precision,
        published=model.precision == model.model.native_precision,
        replicas=model.replicas,
        usd_per_month=gpu_usd_per_month(model, here.region),
    )


def sold_here(here: Here) -> Iterator[Accelerator]:
    """Instance types that the region's zones offer at a known price."""
    zones = here.settings.regions[here.region].zones
    for accelerator in accelerators.ACCELERATORS.values():
        if placement.unavailable(accelerator, here.region, zones) is None:
            yield accelerator


def cheapest_sizes(here: Here) -> tuple[tuple[Accelerator, int], ...]:
    """For each GPU and number of them, the size that gives them for least; the others cost more and serve no faster."""
    best: dict[tuple[str, int], tuple[float, int, Accelerator]] = {}
    for accelerator in sold_here(here):
        usd = prices.on_demand_usd_per_hour(accelerator.instance_type, here.region)
        for split in TENSOR_PARALLEL:
            if split <= accelerator.gpu_count:
                offer = (usd / (accelerator.gpu_count // split), accelerator.gpu_count, accelerator)
                key = (accelerator.gpu.title, split)
                best[key] = min(best.get(key, offer), offer, key=lambda one: one[:2])
    return tuple((accelerator, key[1]) for key, (_, _, accelerator) in best.items())


def feasible(model: ModelPlan, here: Here) -> tuple[tuple[Placement, Precision], ...]:
    """Every instance type, precision and split on which the model fits and keeps its objective."""
    settings = here.settings.models[model.name]
    found: list[tuple[Placement, Precision]] = []
    sizes = cheapest_sizes(here)
    for precision in dict.fromkeys((model.precision, *PRECISIONS[model.model.native_precision])):
        asked = {
            split: settings.model_copy(update={"precision": precision, "tensor_parallel": split})
            for split in TENSOR_PARALLEL
        }
        for accelerator, split in sizes:
            tried = placement.place(asked[split], model.model, accelerator, here.region)
            if isinstance(tried, Placement):
                found.append((tried, precision))
    return tuple(found)


def alternatives(
    model: ModelPlan, here: Here, found: tuple[tuple[Placement, Precision], ...]
) -> tuple[Alternative, ...]:
    """Those worth telling, cheapest first by what a mean month costs, then by the floor."""
    guessed = [(_mean_usd_per_hour(model, one), one, precision) for one, precision in found]
    worth = WORTH_TELLING * min((usd for usd, _, _ in guessed), default=0.0)
    sized = (_sized(model, here, one, precision) for usd, one, precision in guessed if usd <= worth)
    return tuple(sorted(itertools.chain.from_iterable(sized), key=_rank))


def _mean_usd_per_hour(model: ModelPlan, found: Placement) -> float:
    """Of the floor, or of mean demand where that is more, on-demand; enough to leave out what is far too dear."""
    busy = model.demand.mean_requests_per_second / (found.requests_per_second * UTILISATION_BAND[1])
    return max(model.replicas.floor, busy) / found.pods_per_node * found.usd_per_hour


def _sized(model: ModelPlan, here: Here, found: Placement, precision: Precision) -> Iterator[Alternative]:
    replicas = replica_plan(model.name, here, found)
    if isinstance(replicas, ReplicaPlan):
        usd = gpu_usd_per_month(as_if(model, found, precision, replicas), here.region)
        published = precision == model.model.native_precision
        yield Alternative(
            placement=found, precision=precision, published=published, replicas=replicas, usd_per_month=usd
        )


def _rank(one: Alternative) -> tuple[float, float, str, int]:
    usd = one.usd_per_month
    return usd.expected, usd.floor, one.instance_type, one.tensor_parallel


def others(taken: Alternative, ranked: tuple[Alternative, ...], count: int) -> tuple[Alternative, ...]:
    """The cheapest other choices, each instance type and precision once."""
    seen = {(taken.instance_type, taken.precision)}
    found = []
    for one in ranked:
        if (key := (one.instance_type, one.precision)) not in seen:
            seen.add(key)
            found.append(one)
    return tuple(found[:count])


def purchase_mix(model: ModelPlan, region: str) -> PurchaseMix:
    """What spot does to the bill of a mean month."""
    held = model.replicas
    none = dataclasses.replace(held, on_demand_floor=held.floor, spot_ceiling=0)
    most = dataclasses.replace(held, spot_ceiling=held.ceiling - held.on_demand_floor)
    planned, on_demand, spot = (
        gpu_usd_per_month(dataclasses.replace(model, replicas=one), region).expected
        for one in (held, none, most)
    )
    return PurchaseMix(
        planned_usd_per_month=planned,
        on_demand_usd_per_month=on_demand,
        most_spot_usd_per_month=spot,
    )


def why_chosen(taken: Alternative, ranked: tuple[Alternative, ...], instance_types: tuple[str, ...]) -> str:
    """What the chosen one costs more than the cheapest that keeps the objective in the same precision, and why."""
    alike = [one for one in ranked if one.precision == taken.precision]
    cheapest = alike[0] if alike else taken
    extra = taken.usd_per_month.expected - cheapest.usd_per_month.expected
    if extra < 0.5:
        return f"of {len(alike)} placements that keep the objective in {taken.precision} none costs less"
    reason = (
        "the stack file prefers it"
        if taken.instance_type in instance_types
        else "where the choice is open the plan takes what costs least at the region's own peak"
    )
    return f"costs ${extra:,.0f} a month more than {cheapest.name}, because {reason}"


def compared(one: Alternative, taken: Alternative) -> str:
    """What another choice would change, in one sentence."""
    extra = one.usd_per_month.expected - taken.usd_per_month.expected
    by = "the same" if abs(extra) < 0.5 else f"${abs(extra):,.0f} {'more' if extra > 0 else 'less'}"
    nodes = one.replicas.expected / one.placement.pods_per_node
    text = (
        f"{by} a month: {nodes:.1f} nodes at ${one.placement.usd_per_hour:,.2f} an hour in a mean month,"
        f" {one.inter_token_seconds * 1000:.0f} ms a token against {taken.inter_token_seconds * 1000:.0f}"
    )
    ceiling = one.usd_per_month.ceiling - taken.usd_per_month.ceiling
    if extra * ceiling < 0:
        text += f"; at the ceiling ${abs(ceiling):,.0f} {'more' if ceiling > 0 else 'less'}"
    if one.precision != taken.precision and not one.published:
        text += f"; {one.precision} answers must be judged first"
    return text
