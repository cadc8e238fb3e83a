"""Whether replicas should share a GPU: by MIG where it must hold, by time slicing where nobody is promised anything.

A partition is planned as what it is, a smaller GPU: the same arithmetic of memory, latency and replicas decides.
"""

import dataclasses
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from components.catalog import partitions
from components.catalog.accelerators import Accelerator
from components.catalog.partitions import Partition
from components.planning import alternatives, models, offers, placement
from components.planning.alternatives import Alternative
from components.planning.limits import HOURS_PER_MONTH
from components.planning.model_plan import ModelPlan, ReplicaPlan
from components.planning.placement import Placement
from components.planning.replicas import Here, replica_plan

TIME_SLICING = "time slicing"

LEAST_CPU_MILLIS = 2000
"""Of a replica on a shared GPU: the API server and the engine's loop each keep a core busy. Ours, not measured."""

MOST_TIME_SLICES = 4
"""Copies that take turns on one GPU; beyond it each answer waits for three others."""

WORTH_SHARING = 0.05
"""Of the chosen placement's price in a mean month: less is not worth nodes that only one kind of pod can use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Replicas that share each GPU of one instance type."""

    partition: str
    """The MIG profile, or `time slicing by <copies>`."""
    per_gpu: int
    alternative: Alternative

    @property
    def part_usd_per_month(self) -> float:
        """Of the nodes, on-demand, that the expected replicas fill; the rest may carry others."""
        found = self.alternative.placement
        nodes = self.alternative.replicas.expected / found.pods_per_node
        return nodes * found.usd_per_hour * HOURS_PER_MONTH


def shared(accelerator: Accelerator, partition: Partition) -> Accelerator:
    """The instance type as its partitions look: more, smaller GPUs that cannot reach each other."""
    gpu = accelerator.gpu
    smaller = dataclasses.replace(
        gpu,
        memory_mib=math.floor(partition.memory_gib * 1024),
        bandwidth_gb_per_second=gpu.bandwidth_gb_per_second * partition.memory_share,
        bf16_tflops=gpu.bf16_tflops * partition.compute_share,
        fp8_tflops=gpu.fp8_tflops * partition.compute_share if gpu.fp8_tflops else None,
        nvlink=False,
        mig=False,
    )
    return dataclasses.replace(
        accelerator, gpu=smaller, gpu_count=accelerator.gpu_count * partition.instances
    )


def turns(accelerator: Accelerator, copies: int) -> Partition:
    """Time slicing as a partition: each copy keeps its part of the memory and, when all are busy, of everything else."""
    return Partition(
        name=f"{TIME_SLICING} by {copies}",
        instances=copies,
        memory_gib=accelerator.gpu_memory_gib / copies,
        memory_share=1 / copies,
        compute_share=1 / copies,
    )


def ways(here: Here, workload: str) -> Iterator[tuple[Accelerator, Partition]]:
    """Every way to share a GPU that the region sells and the workload bears."""
    for accelerator in offers.sold_here(here):
        for partition in partitions.of(accelerator.gpu):
            yield accelerator, partition
        if workload == "development":
            for copies in range(2, MOST_TIME_SLICES + 1):
                yield accelerator, turns(accelerator, copies)


def sharings(
    model: ModelPlan,
    here: Here,
    possible: Iterable[tuple[Accelerator, Partition]],
    most_usd_per_hour: float = math.inf,
) -> tuple[Sharing, ...]:
    """Those on which the model keeps its objective with processors enough, cheapest in a mean month first.

    What mean demand alone would cost more of than the limit is left out.
    """
    settings = here.settings.models[model.name].model_copy(
        update={"precision": model.precision, "tensor_parallel": 1}
    )
    found = []
    misfits: set[tuple[str, str]] = set()
    for accelerator, partition in possible:
        if (key := (accelerator.gpu.title, partition.name)) in misfits:
            continue
        tried = placement.place(settings, model.model, shared(accelerator, partition), here.region)
        if not isinstance(tried, Placement):
            # What one size of a GPU cannot hold, no other size of it can.
            misfits.add(key)
            continue
        too_dear = alternatives.mean_usd_per_hour(model, tried) > most_usd_per_hour
        if too_dear or models.pod_plan(tried).cpu_millis < LEAST_CPU_MILLIS:
            continue
        cold = models.cold_start_of(settings, here, model.model, tried)
        replicas = replica_plan(model.name, here, tried, cold.seconds)
        if isinstance(replicas, ReplicaPlan):
            found.append(_sharing(model, here, accelerator, partition, tried, replicas))
    return tuple(sorted(found, key=lambda one: one.alternative.usd_per_month.expected))


def _sharing(
    model: ModelPlan,
    here: Here,
    accelerator: Accelerator,
    partition: Partition,
    found: Placement,
    replicas: ReplicaPlan,
) -> Sharing:
    usd = alternatives.gpu_usd_per_month(
        alternatives.as_if(model, found, model.precision, replicas), here.region
    )
    return Sharing(
        partition=partition.name,
        per_gpu=found.accelerator.gpu_count // accelerator.gpu_count,
        alternative=Alternative(
            placement=found,
            precision=model.precision,
            published=model.precision == model.model.native_precision,
            replicas=replicas,
            usd_per_month=usd,
        ),
    )


def sentence(found: tuple[Sharing, ...], taken: Alternative, scaler: str) -> str:
    """Whether to share, how, what it saves and what it asks for."""
    if taken.tensor_parallel > 1:
        return f"a replica needs {taken.tensor_parallel} whole GPUs: partitions cannot reach each other"
    if not found:
        return "no partition of a GPU sold here holds the model within its objective"
    best = found[0]
    before, after = taken.usd_per_month.expected, best.alternative.usd_per_month.expected
    if after >= before * (1 - WORTH_SHARING):
        beside = min(found, key=lambda one: one.part_usd_per_month)
        return (
            f"does not pay: {_named(best)} would cost ${after:,.0f} in a mean month, {taken.instance_type} alone"
            f" ${before:,.0f}"
        ) + _beside_others(beside, before)
    saved = f"${before - after:,.0f} in a mean month"
    if scaler == "karpenter" and not best.alternative.replicas.floor:
        return (
            f"does not pay: {_named(best)} would save {saved}, but Karpenter adds no nodes for shared GPUs"
            " and none stand at rest"
        )
    together = ", all of the floor on one node" if alternatives.stands_on_one_node(best.alternative) else ""
    return f"{_named(best)} saves {saved}{together}; {_asks(best, scaler)}"


def _beside_others(one: Sharing, before: float) -> str:
    """What is left of it where other models use the rest of the node."""
    if one.part_usd_per_month >= before * (1 - WORTH_SHARING):
        return ""
    return f"; where others use the rest of {_named(one)}, its part of that is ${one.part_usd_per_month:,.0f}"


def _named(one: Sharing) -> str:
    how = "copies" if one.partition.startswith(TIME_SLICING) else f"{one.partition} partitions"
    return f"{one.alternative.instance_type} with {one.per_gpu} {how} a GPU"


def _asks(one: Sharing, scaler: str) -> str:
    """Karpenter counts whole nvidia.com/gpu only (kubernetes-sigs/karpenter issue 729, open in 2026-08)."""
    asked = (
        "time slicing keeps no copy from another's memory or turn, so for development only"
        if one.partition.startswith(TIME_SLICING)
        else f"it asks for nodes labelled nvidia.com/mig.config=all-{one.partition}"
    )
    grows = " in managed node groups: Karpenter adds none for shared GPUs" if scaler == "karpenter" else ""
    return asked + grows
