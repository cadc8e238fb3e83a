"""What else a model could run on in a region, and what each choice costs more or less than the chosen one."""

import dataclasses
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from components.planning import models, placement, pricing, throughput
from components.planning.limits import HOURS_PER_MONTH, UTILISATION_BAND
from components.planning.model_plan import ModelPlan, ReplicaPlan
from components.planning.placement import Placement
from components.planning.ranges import Range, total
from components.planning.replicas import Here, node_range, replica_plan
from components.settings.base import Precision

WORTH_TELLING = 3.0
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


def alternatives(
    model: ModelPlan, here: Here, found: tuple[tuple[Placement, Precision], ...]
) -> tuple[Alternative, ...]:
    """Those worth telling, cheapest first by what a mean month costs, then by the floor."""
    guessed = [(mean_usd_per_hour(model, one), one, precision) for one, precision in found]
    worth = WORTH_TELLING * min((usd for usd, _, _ in guessed), default=0.0)
    sized = (_sized(model, here, one, precision) for usd, one, precision in guessed if usd <= worth)
    return tuple(sorted(itertools.chain.from_iterable(sized), key=_rank))


def mean_usd_per_hour(model: ModelPlan, found: Placement) -> float:
    """Of the floor's nodes, or of mean demand where that is more, on-demand; tells what is far too dear."""
    busy = model.demand.mean_requests_per_second / (found.requests_per_second * UTILISATION_BAND[1])
    pods = found.pods_per_node
    return max(math.ceil(model.replicas.floor / pods), busy / pods) * found.usd_per_hour


def _sized(model: ModelPlan, here: Here, found: Placement, precision: Precision) -> Iterator[Alternative]:
    settings = here.settings.models[model.name]
    cold = models.cold_start_of(settings, here, model.model, found)
    replicas = replica_plan(model.name, here, found, cold.seconds)
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
        return f"nothing that keeps the objective in {taken.precision} costs less"
    reason = (
        "the stack file prefers it"
        if taken.instance_type in instance_types
        else "where the choice is open the plan takes what costs least at the region's own peak"
    )
    return f"costs ${extra:,.0f} a month more than {cheapest.name}, because {reason}"


def stands_on_one_node(one: Alternative) -> bool:
    """Whether losing one node takes every replica at rest, though there are several."""
    return 1 < one.replicas.floor <= one.placement.pods_per_node


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
    if stands_on_one_node(one):
        text += "; all of its floor on one node"
    if one.precision != taken.precision and not one.published:
        text += f"; {one.precision} answers must be judged first"
    return text
