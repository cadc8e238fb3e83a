"""What would shorten a model's cold start, by how many seconds and for how many dollars a month."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.catalog import accelerators, prices, regions, startup
from components.catalog.accelerators import Accelerator
from components.planning import coldstart, pricing
from components.planning.limits import HOURS_PER_MONTH
from components.planning.memory import GIB, weight_bytes
from components.planning.model_plan import ColdStartPlan, ModelPlan
from components.planning.plan import FleetPlan, RegionPlan
from components.planning.storage import lustre_gib_per_second

LUSTRE_MB_PER_TIB = 1000
"""The fastest of Lustre's tiers; the slower ones read a small file system slower than EFS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One change, and what it does to the cold start of one model in one region."""

    name: str
    saves_seconds: float
    usd_per_month: float
    """More than now; below zero where it costs less than what it replaces."""
    sentence: str

    @property
    def usd_per_second(self) -> float:
        """Dollars a month for each second saved; infinite where none is."""
        return max(self.usd_per_month, 0.0) / self.saves_seconds if self.saves_seconds > 0 else math.inf


def levers(model: ModelPlan, here: RegionPlan) -> tuple[Lever, ...]:
    """Fewest dollars per second saved first, then most seconds; what saves nothing last, and why."""
    found = (
        parallel_pull(model),
        baked_image(model, here),
        streamer(model, here),
        *stored_as_served(model),
        *wider_network(model, here),
        node_cache(model),
        *lustre(model, here),
        warm_spare(model, here),
    )
    return tuple(sorted(found, key=lambda one: (one.usd_per_second, -one.saves_seconds, one.name)))


def parallel_pull(model: ModelPlan) -> Lever:
    """The image's layers fetched and unpacked side by side."""
    unpacking = coldstart.IMAGE_GB / coldstart.UNPACK_GB_PER_SECOND * startup.PARALLEL_PULL_SHARE
    fetching = coldstart.IMAGE_GB * 8 / model.accelerator.network_gbps
    return Lever(
        name="parallel image pull",
        saves_seconds=max(model.cold_start.image_seconds - max(unpacking, fetching), 0.0),
        usd_per_month=0.0,
        sentence="nodes unpack the image's layers side by side: a feature gate of the node image, still experimental",
    )


def baked_image(model: ModelPlan, here: RegionPlan) -> Lever:
    """Node disks restored from a snapshot that holds the image; priced for the region, whose models share it."""
    restore = startup.SNAPSHOT_RESTORE_USD_PER_ZONE_HOUR * len(here.zones) * HOURS_PER_MONTH
    stored = startup.IMAGE_UNPACKED_GB * startup.SNAPSHOT_USD_PER_GB_MONTH
    return Lever(
        name="image in the node's snapshot",
        saves_seconds=max(model.cold_start.image_seconds - startup.BAKED_IMAGE_SECONDS, 0.0),
        usd_per_month=(restore + stored) * prices.index(here.region),
        sentence=(
            f"fast snapshot restore in {len(here.zones)} zones, shared by the region's models;"
            " images then lie on EBS, not on NVMe"
        ),
    )


def _reads_per_month(model: ModelPlan) -> float:
    return pricing.READS_PER_REPLICA_HOUR * model.replicas.expected * HOURS_PER_MONTH


def _cold_start(model: ModelPlan, gib: float, machine: Accelerator, gib_per_second: float) -> ColdStartPlan:
    """With weights of that size, on that machine, from storage of that speed."""
    return coldstart.cold_start_plan(gib, model.engine.tensor_parallel, machine, gib_per_second)


def stored_as_served(model: ModelPlan) -> Iterator[Lever]:
    """A checkpoint in the precision that is served, where a wider one is read and quantised at every start."""
    gib = weight_bytes(model.model, model.precision) / GIB
    if gib >= model.weights.size_gib:
        return
    share = gib / model.weights.size_gib
    cold = model.cold_start
    yield Lever(
        name=f"weights stored in {model.precision}",
        saves_seconds=(1 - share) * (cold.weights_seconds + cold.engine_seconds - coldstart.ENGINE_SECONDS),
        usd_per_month=0.0,
        sentence=(
            f"{gib:.0f} GiB are read for {model.weights.size_gib:.0f}: name a repository that holds them so,"
            " once its answers have been compared"
        ),
    )


def wider_network(model: ModelPlan, here: RegionPlan) -> Iterator[Lever]:
    """The next instance type with as many of the same GPU and more network, where the region sells one."""
    own = model.accelerator
    wider = [
        one
        for one in accelerators.ACCELERATORS.values()
        if (one.gpu, one.gpu_count) == (own.gpu, own.gpu_count)
        and one.network_gbps > own.network_gbps
        and set(regions.offered_zones(one.instance_type, here.region)) & set(here.zones)
        and prices.priced(one.instance_type, here.region)
    ]
    if not wider:
        return
    now = prices.on_demand_usd_per_hour(own.instance_type, here.region)
    usd, machine = min(
        ((prices.on_demand_usd_per_hour(one.instance_type, here.region), one) for one in wider),
        key=lambda pair: pair[0],
    )
    cold = _cold_start(model, model.weights.size_gib, machine, here.storage.read_gib_per_second)
    yield Lever(
        name=f"{machine.instance_type} for its network",
        saves_seconds=max(model.cold_start.seconds - cold.seconds, 0.0),
        usd_per_month=(usd - now) * model.nodes.expected * HOURS_PER_MONTH,
        sentence=(
            f"{machine.network_gbps:g} Gbit/s for {own.network_gbps:g} with the same GPU,"
            " on every node of the expected replicas"
        ),
    )


def streamer(model: ModelPlan, here: RegionPlan) -> Lever:
    """Weights read from the region's bucket by many readers at once, and no longer from EFS."""
    reads = _reads_per_month(model)
    requests = reads * model.weights.size_gib * 1024 / startup.STREAMER_REQUEST_MIB
    paid = requests / 1e6 * startup.S3_GET_USD_PER_MILLION
    spared = (
        reads * model.weights.size_gib * prices.EFS_READ_USD_PER_GB if here.storage.kind == "efs" else 0.0
    )
    cold = _cold_start(model, model.weights.size_gib, model.accelerator, startup.STREAMER_GIB_PER_SECOND)
    saved = max(model.cold_start.weights_seconds - cold.weights_seconds, 0.0)
    bound = "" if saved else f"; {model.accelerator.network_gbps:g} Gbit/s of network is what bounds it"
    return Lever(
        name="weights streamed from S3",
        saves_seconds=saved,
        usd_per_month=(paid - spared) * prices.index(here.region),
        sentence=f"Run:ai's streamer reads the bucket in parallel, straight to the GPU{bound}",
    )


def node_cache(model: ModelPlan) -> Lever:
    """Weights kept on the node's own NVMe."""
    return Lever(
        name="weights on the node's NVMe",
        saves_seconds=0.0,
        usd_per_month=0.0,
        sentence=(
            "a new node's disk is empty, so a cold start gains nothing;"
            f" a restart in place gains up to {model.cold_start.weights_seconds:.0f} s"
        ),
    )


def lustre(model: ModelPlan, here: RegionPlan) -> Iterator[Lever]:
    """Lustre's fastest tier at the size the weights need, where EFS is what they lie on now.

    Its disks read a rate per TiB (FSx API reference, PERSISTENT_2); what its servers cache in memory reads faster and is
    not counted.
    """
    if here.storage.kind != "efs":
        return
    speed = lustre_gib_per_second(here.storage.claim_gib, LUSTRE_MB_PER_TIB)
    cold = _cold_start(model, model.weights.size_gib, model.accelerator, speed)
    kept = here.storage.used_gib * prices.EFS_USD_PER_GB_MONTH
    read = (
        sum(_reads_per_month(one) * one.weights.size_gib for one in here.models) * prices.EFS_READ_USD_PER_GB
    )
    paid = here.storage.claim_gib * prices.FSX_USD_PER_GB_MONTH[LUSTRE_MB_PER_TIB]
    yield Lever(
        name="Lustre instead of EFS",
        saves_seconds=max(model.cold_start.weights_seconds - cold.weights_seconds, 0.0),
        usd_per_month=(paid - kept - read) * prices.index(here.region),
        sentence=(
            f"{here.storage.claim_gib} GiB read {speed:.1f} GiB/s from disk in all, EFS"
            f" {here.storage.read_gib_per_second:.1f} GiB/s for each node; shared by the region's models"
        ),
    )


def warm_spare(model: ModelPlan, here: RegionPlan) -> Lever:
    """One more replica on the floor: the first one that is missing is there already."""
    node = prices.on_demand_usd_per_hour(model.accelerator.instance_type, here.region)
    return Lever(
        name="one warm spare replica",
        saves_seconds=model.cold_start.seconds,
        usd_per_month=node / model.pod.pods_per_node * HOURS_PER_MONTH,
        sentence="the first replica that is missing is there already; the second still starts cold",
    )


def levers_data(model: ModelPlan, here: RegionPlan) -> list[Mapping[str, Any]]:
    """The same for programs, in the same order."""
    return [
        {
            "lever": one.name,
            "saves_seconds": round(one.saves_seconds, 1),
            "usd_per_month": round(one.usd_per_month, 2),
            "why": one.sentence,
        }
        for one in levers(model, here)
    ]


def cold_start_lines(plan: FleetPlan) -> Iterator[str]:
    """One line a model, of its slowest region: the phases, and the lever that saves most per dollar of a month."""
    for name in (model.name for model in plan.regions[0].models):
        planned = [(here, one) for here in plan.regions for one in here.models if one.name == name]
        here, model = max(planned, key=lambda pair: pair[1].cold_start.seconds)
        cold, best = model.cold_start, levers(model, here)[0]
        yield (
            f"{name} {cold.seconds:.0f} s (node {cold.node_seconds:.0f}, image {cold.image_seconds:.0f},"
            f" weights {cold.weights_seconds:.0f}): {best.name} saves {best.saves_seconds:.0f} s"
            f" at ${max(best.usd_per_month, 0):,.0f}"
        )
