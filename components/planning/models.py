"""How one model runs in one region: placement, replicas, probes and pace, brought together."""

import math
import zlib

from components.catalog import accelerators
from components.catalog import models as catalog
from components.catalog.models import Model
from components.planning import (
    coldstart,
    hours,
    labels,
    limits,
    multinode,
    placement,
    sizing,
    storage,
    throughput,
)
from components.planning.drain import drain_plan
from components.planning.model_plan import (
    ColdStartPlan,
    DemandPlan,
    ModelPlan,
    ObjectivePlan,
    PodPlan,
    ReplicaPlan,
    ThroughputPlan,
    WeightsPlan,
)
from components.planning.placement import Misfit, Placement
from components.planning.replicas import Here, floor_of, node_range, queue_of, replica_plan, replicas_at
from components.planning.scaling import scaling_plan
from components.settings.mistakes import Mistake
from components.settings.model import ModelSettings

SYSTEM_CPU_MILLIS = 1000
"""Of a GPU node, kept for kubelet and the daemons of CNI, CSI, DCGM, device plugin and node feature discovery."""

SYSTEM_MEMORY_SHARE = 0.075
"""Of a node's memory that the hypervisor and kernel take; Karpenter's own vmMemoryOverheadPercent."""

SYSTEM_MEMORY_GIB = 3.0
"""Kubelet's reserve at 110 pods (1.5 GiB) and the same daemons."""


def model_plan(name: str, here: Here) -> ModelPlan | list[Mistake]:
    """The plan of one model in one region, or every reason there is none."""
    settings = here.settings.models[name]
    model = catalog.find(settings.model)
    zones = here.settings.regions[here.region].zones

    def usd_at_peak(candidate: Placement) -> float:
        peak = here.settings.shares[here.region] * settings.load.peak_requests_per_second
        kept = max(floor_of(settings, production=here.settings.production), 1)
        replicas = max(replicas_at(settings, candidate, peak), kept)
        return math.ceil(replicas / candidate.pods_per_node) * candidate.usd_per_hour

    chosen, misfits = placement.choose(settings, model, here.region, zones, usd_at_peak)
    if chosen is None:
        return [_unplaced(name, here, misfits)]
    cold = cold_start_of(settings, here, model, chosen)
    replicas = replica_plan(name, here, chosen, cold.seconds)
    if isinstance(replicas, list):
        return replicas
    return _assemble(name, here, model, chosen, replicas, cold, placement.reason(chosen, misfits, settings))


def _unplaced(name: str, here: Here, misfits: tuple[Misfit, ...]) -> Mistake:
    tried = "; ".join(f"{one.instance_type} {one.reason}" for one in misfits)
    if not here.settings.models[name].instance_types:
        sold = [
            one for one in misfits if "not offered" not in one.reason and "no known price" not in one.reason
        ]
        tried = f"of {len(sold)} GPU instance types there none fits; the closest: " + _closest(sold)
    settings = here.settings.models[name]
    joined = multinode.hint(settings, catalog.find(settings.model), here)
    return Mistake(
        f"fleet.models.{name}.instance_types", f"nothing in {here.region} can run it: {tried}{joined}"
    )


def _closest(misfits: list[Misfit]) -> str:
    large = sorted(misfits, key=lambda one: accelerators.find(one.instance_type).memory_gib)[-3:]
    return "; ".join(f"{one.instance_type} {one.reason}" for one in large) or "none is offered"


def cold_start_of(settings: ModelSettings, here: Here, model: Model, chosen: Placement) -> ColdStartPlan:
    """With the bytes as stored, from the file system the stack chose."""
    read = storage.storage_plan(here.settings).read_gib_per_second
    return coldstart.cold_start_plan(
        storage.stored_gib(settings), chosen.engine.tensor_parallel, chosen.accelerator, read
    )


def _assemble(
    name: str,
    here: Here,
    model: Model,
    chosen: Placement,
    replicas: ReplicaPlan,
    cold: ColdStartPlan,
    reason: str,
) -> ModelPlan:
    settings = here.settings.models[name]
    precision = placement.precision_of(settings, model)
    size_gib = storage.stored_gib(settings)
    demand = demand_plan(settings, here)
    family = model.family
    return ModelPlan(
        name=name,
        model=model,
        family=family,
        workload=settings.workload,
        precision=precision,
        accelerator=chosen.accelerator,
        accelerator_reason=reason,
        engine=chosen.engine,
        memory=chosen.memory,
        throughput=throughput_plan(settings, chosen, replicas, demand),
        demand=demand,
        objective=ObjectivePlan(
            time_to_first_token_seconds=settings.objective.time_to_first_token_seconds,
            inter_token_seconds=settings.objective.inter_token_seconds,
        ),
        replicas=replicas,
        nodes=node_range(replicas, chosen.pods_per_node),
        cold_start=cold,
        probes=coldstart.probe_plan(cold),
        drain=drain_plan(),
        scaling=scaling_plan(settings, model, chosen, replicas, cold),
        pod=pod_plan(chosen),
        rollout=coldstart.rollout_plan(cold, size_gib, replicas.floor),
        weights=weights_plan(name, here, model, size_gib),
        priority_class=f"llm-fleet-{settings.workload}",
        listener_priority=listener_priority(name),
        node_selector={labels.FAMILY: family, labels.INSTANCE_TYPE: chosen.accelerator.instance_type},
    )


def listener_priority(name: str) -> int:
    """1 to 50,000, as load balancers number their rules; of two that meet, `plan_fleet` refuses one."""
    return 1 + zlib.crc32(name.encode()) % 50_000


def demand_plan(settings: ModelSettings, here: Here) -> DemandPlan:
    """This region's share of the model's demand."""
    load = settings.load
    own = here.settings.shares[here.region] * load.peak_requests_per_second
    return DemandPlan(
        peak_requests_per_second=own,
        mean_requests_per_second=own * hours.mean_over_peak(load),
        fleet_peak_requests_per_second=load.peak_requests_per_second,
        by_hour=tuple(own * part for part in hours.shape(load)),
        input_tokens=load.input_tokens,
        output_tokens=load.output_tokens,
    )


def throughput_plan(
    settings: ModelSettings, chosen: Placement, replicas: ReplicaPlan, demand: DemandPlan
) -> ThroughputPlan:
    """Of one replica; latencies at this region's peak on as many replicas as it needs."""
    serving = max(min(replicas_at(settings, chosen, demand.peak_requests_per_second), replicas.ceiling), 1)
    per_replica = demand.peak_requests_per_second / serving
    return ThroughputPlan(
        decode_tokens_per_second=chosen.engine.max_num_seqs / chosen.step_seconds,
        prefill_tokens_per_second=settings.load.input_tokens / chosen.prefill_seconds,
        inter_token_seconds=throughput.inter_token_seconds(
            chosen.step_seconds, chosen.prefill_seconds, per_replica
        ),
        time_to_first_token_seconds=sizing.time_to_first_token_seconds(
            serving, demand.peak_requests_per_second, **queue_of(settings, chosen)
        ),
        requests_per_second=chosen.requests_per_second * limits.UTILISATION_BAND[1],
    )


def pod_plan(chosen: Placement) -> PodPlan:
    """The node, less what the system needs, shared by the replicas on it."""
    pods, machine = chosen.pods_per_node, chosen.accelerator
    memory = machine.ram_gib * (1 - SYSTEM_MEMORY_SHARE) - SYSTEM_MEMORY_GIB
    return PodPlan(
        cpu_millis=(machine.vcpus * 1000 - SYSTEM_CPU_MILLIS) // pods,
        memory_gib=int(memory / pods),
        shm_gib=min(8, int(memory / pods / 4)) if chosen.engine.tensor_parallel > 1 else 0,
        gpus=chosen.engine.tensor_parallel,
        pods_per_node=pods,
    )


def weights_plan(name: str, here: Here, model: Model, size_gib: float) -> WeightsPlan:
    """Which files: the stack's repository and revision, or the catalog's."""
    settings = here.settings.models[name]
    revision = settings.revision or model.revision or ""
    return WeightsPlan(
        repository=settings.repository or model.repository,
        revision=revision,
        gated=model.gated,
        size_gib=size_gib,
        read_ahead=here.settings.weights.storage == "fsx",
        scratch_gib=math.ceil(size_gib * 1.2) + 5,
        publish_deadline_seconds=coldstart.publish_deadline_seconds(size_gib),
        fill_deadline_seconds=coldstart.fill_deadline_seconds(size_gib),
        beside=model.beside,
        path=f"{name}/{revision}",
    )
