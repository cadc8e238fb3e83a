"""How one model runs in one region: placement, replicas, probes and pace, brought together."""

import math
import zlib
from dataclasses import dataclass

from components.catalog import accelerators
from components.catalog import models as catalog
from components.catalog.models import Model
from components.planning import coldstart, labels, limits, placement, sizing, throughput
from components.planning.drain import drain_plan
from components.planning.memory import GIB, weight_bytes
from components.planning.model_plan import (
    ColdStartPlan,
    DemandPlan,
    KnownPeak,
    ModelPlan,
    ObjectivePlan,
    PodPlan,
    ReplicaPlan,
    ScalingPlan,
    ThroughputPlan,
    WeightsPlan,
)
from components.planning.placement import Misfit, Placement
from components.planning.ranges import Range
from components.settings.base import Precision, Workload
from components.settings.fleet import FleetSettings
from components.settings.mistakes import Mistake
from components.settings.model import ModelSettings

LEAST_REPLICAS: dict[Workload, int] = {"interactive": 1, "internal": 1, "batch": 1, "development": 1}
"""Outside production; there, an interactive model keeps two. Batch falls to 0 once a known peak can wake it."""

SYSTEM_CPU_MILLIS = 1000
"""Of a GPU node, kept for kubelet and the daemons of CNI, CSI, DCGM, device plugin and node feature discovery."""

SYSTEM_MEMORY_SHARE = 0.075
"""Of a node's memory that the hypervisor and kernel take; Karpenter's own vmMemoryOverheadPercent."""

SYSTEM_MEMORY_GIB = 3.0
"""Kubelet's reserve at 110 pods (1.5 GiB) and the same daemons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Where and in which fleet a model is being planned."""

    region: str
    settings: FleetSettings

    @property
    def production(self) -> bool:
        return self.settings.environment == "production"

    @property
    def shares(self) -> dict[str, float]:
        return {name: one.traffic_share for name, one in self.settings.regions.items()}


def model_plan(name: str, here: Here) -> ModelPlan | list[Mistake]:
    """The plan of one model in one region, or every reason there is none."""
    settings = here.settings.models[name]
    model = catalog.find(settings.model)
    zones = here.settings.regions[here.region].zones

    def usd_at_peak(candidate: Placement) -> float:
        replicas = replicas_at(
            settings, candidate, here.shares[here.region] * settings.load.peak_requests_per_second
        )
        return math.ceil(replicas / candidate.pods_per_node) * candidate.usd_per_hour

    chosen, misfits = placement.choose(settings, model, here.region, zones, usd_at_peak)
    if chosen is None:
        return [_unplaced(name, here, misfits)]
    replicas = replica_plan(name, here, chosen)
    if isinstance(replicas, list):
        return replicas
    return _assemble(name, here, model, chosen, replicas, placement.reason(chosen, misfits, settings))


def _unplaced(name: str, here: Here, misfits: tuple[Misfit, ...]) -> Mistake:
    tried = "; ".join(f"{one.instance_type} {one.reason}" for one in misfits)
    if not here.settings.models[name].instance_types:
        sold = [
            one for one in misfits if "not offered" not in one.reason and "no known price" not in one.reason
        ]
        tried = f"of {len(sold)} GPU instance types there none fits; the closest: " + _closest(sold)
    return Mistake(f"fleet.models.{name}.instance_types", f"nothing in {here.region} can run it: {tried}")


def _closest(misfits: list[Misfit]) -> str:
    large = sorted(misfits, key=lambda one: accelerators.find(one.instance_type).memory_gib)[-3:]
    return "; ".join(f"{one.instance_type} {one.reason}" for one in large) or "none is offered"


def floor_of(settings: ModelSettings, *, production: bool) -> int:
    """Replicas at rest where the stack file leaves it open."""
    if settings.replicas.min is not None:
        return settings.replicas.min
    if settings.workload == "interactive" and production:
        return limits.INTERACTIVE_LEAST_REPLICAS
    if settings.workload == "batch" and settings.scaling.known_peaks:
        return 0
    return LEAST_REPLICAS[settings.workload]


def replicas_at(settings: ModelSettings, chosen: Placement, arrivals: float) -> int:
    """Replicas that carry that many requests a second within the objective."""
    return sizing.replicas_for(
        arrivals,
        chosen.requests_per_second,
        slots=chosen.engine.max_num_seqs,
        service_seconds=chosen.engine.max_num_seqs / chosen.requests_per_second,
        prefill_seconds=chosen.prefill_seconds,
        objective_seconds=settings.objective.time_to_first_token_seconds,
    )


def replica_plan(name: str, here: Here, chosen: Placement) -> ReplicaPlan | list[Mistake]:
    """Floor, mean and ceiling: what demand asks for, within what the stack file allows."""
    settings = here.settings.models[name]
    floor = floor_of(settings, production=here.production)
    peak = settings.load.peak_requests_per_second
    worst = sizing.peak_if_another_dies(here.region, here.shares, peak)
    own = here.shares[here.region] * peak
    peaks = [one.replicas for one in settings.scaling.known_peaks.values()]
    ceiling = settings.replicas.max or max(replicas_at(settings, chosen, worst), floor + 1, *peaks)
    mistakes = list(_floor_mistakes(name, here, floor))
    if ceiling < max(floor, 1):
        text = f"{ceiling} is below the {floor} replicas kept at rest; raise it to at least {max(floor, 1)}"
        mistakes.append(Mistake(f"fleet.models.{name}.replicas.max", text))
    if (needed := replicas_at(settings, chosen, own)) > ceiling:
        text = (
            f"{ceiling} cannot carry {here.region}'s peak of {own:g} requests/s, which needs {needed}"
            f" replicas of {chosen.accelerator.instance_type}"
        )
        mistakes.append(Mistake(f"fleet.models.{name}.replicas.max", text))
    spot_ceiling = math.floor(settings.purchase.spot_share * ceiling)
    on_demand = settings.purchase.on_demand_floor if settings.purchase.on_demand_floor is not None else floor
    on_demand = max(min(on_demand, floor), 0)
    if floor - on_demand > spot_ceiling:
        text = (
            f"leaves {floor - on_demand} of {floor} replicas to spot, but spot_share"
            f" {settings.purchase.spot_share:g} allows {spot_ceiling}; raise one of the two"
        )
        mistakes.append(Mistake(f"fleet.models.{name}.purchase.on_demand_floor", text))
    for key, one in settings.scaling.known_peaks.items():
        if one.replicas > ceiling:
            text = f"{one.replicas} is above the {ceiling} replicas this model may grow to in {here.region}"
            mistakes.append(Mistake(f"fleet.models.{name}.scaling.known_peaks.{key}.replicas", text))
    if mistakes:
        return mistakes
    expected = (
        own * settings.load.average_over_peak / (chosen.requests_per_second * limits.UTILISATION_BAND[1])
    )
    return ReplicaPlan(
        floor=floor,
        expected=min(max(float(floor), expected), float(ceiling)),
        ceiling=ceiling,
        on_demand_floor=on_demand,
        spot_ceiling=spot_ceiling,
    )


def _floor_mistakes(name: str, here: Here, floor: int) -> list[Mistake]:
    settings = here.settings.models[name]
    path = f"fleet.models.{name}.replicas.min"
    if settings.workload == "interactive" and here.production and floor < limits.INTERACTIVE_LEAST_REPLICAS:
        least = limits.INTERACTIVE_LEAST_REPLICAS
        text = f"{floor} is too few for an interactive model in production: keep {least}, one may be drained or lost"
        return [Mistake(path, text)]
    if floor == 0 and settings.workload in ("interactive", "internal"):
        text = f"0 leaves an {settings.workload} model without anyone to answer; only batch and development may sleep"
        return [Mistake(path, text)]
    if floor == 0 and not settings.scaling.known_peaks:
        text = (
            "0 would never wake: a model without replicas exports no queue to scale on;"
            " name a time in scaling.known_peaks that wakes it, or keep 1"
        )
        return [Mistake(path, text)]
    return []


def _assemble(
    name: str, here: Here, model: Model, chosen: Placement, replicas: ReplicaPlan, reason: str
) -> ModelPlan:
    settings = here.settings.models[name]
    precision = placement.precision_of(settings, model)
    size_gib = weight_bytes(model, stored_precision(settings, model)) / GIB
    read = coldstart.read_gib_per_second(here.settings.weights)
    cold = coldstart.cold_start_plan(size_gib, chosen.engine.tensor_parallel, chosen.accelerator, read)
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
        nodes=Range(
            floor=math.ceil(replicas.floor / chosen.pods_per_node),
            expected=replicas.expected / chosen.pods_per_node,
            ceiling=math.ceil(replicas.ceiling / chosen.pods_per_node),
        ),
        cold_start=cold,
        probes=coldstart.probe_plan(cold),
        drain=drain_plan(),
        scaling=scaling_plan(settings, replicas, cold),
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
    load, share = settings.load, here.shares[here.region]
    return DemandPlan(
        peak_requests_per_second=load.peak_requests_per_second * share,
        mean_requests_per_second=load.peak_requests_per_second * share * load.average_over_peak,
        fleet_peak_requests_per_second=load.peak_requests_per_second,
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
            serving,
            demand.peak_requests_per_second,
            slots=chosen.engine.max_num_seqs,
            service_seconds=chosen.engine.max_num_seqs / chosen.requests_per_second,
            prefill_seconds=chosen.prefill_seconds,
        ),
        requests_per_second=chosen.requests_per_second * limits.UTILISATION_BAND[1],
    )


def scaling_plan(settings: ModelSettings, replicas: ReplicaPlan, cold: ColdStartPlan) -> ScalingPlan:
    """The autoscaler's thresholds; when its eyes fail it holds what runs, and at least the floor."""
    chosen = settings.scaling
    return ScalingPlan(
        waiting_requests=chosen.waiting_requests,
        kv_cache_use=chosen.kv_cache_use,
        gpu_utilisation_percent=chosen.gpu_utilisation_percent,
        time_to_first_token_seconds=(
            chosen.time_to_first_token_share * settings.objective.time_to_first_token_seconds
        ),
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


def stored_precision(settings: ModelSettings, model: Model) -> Precision:
    """Of the files: a catalog checkpoint asked for in FP8 is stored as published and quantised while it loads."""
    return placement.precision_of(settings, model) if settings.repository else model.native_precision


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
        path=f"{name}/{revision}",
    )
