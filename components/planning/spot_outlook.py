"""What a model's mix of on-demand and spot costs and how much of it stands, on a scarce day and on a calm one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.catalog import prices, regions, spot
from components.planning import limits
from components.planning.model_plan import ModelPlan
from components.planning.spot import Mix


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotOdds:
    """One assumption about spot, and what follows for the mix."""

    basis: str
    available_share: float
    """Of the time, in at least one of the zones."""
    interruptions_per_hour: float
    """Of one spot replica."""
    usd_per_hour: float
    """Of the whole mix, on-demand standing in while spot is not to be had."""
    ready_share: float
    """Of the replicas, in the mean: every interruption costs one replica one cold start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotOutlook:
    """A model's ceiling in one region, as it may be bought."""

    on_demand: int
    spot: int
    zones: int
    """That offer the type, among those the region's plan uses."""
    on_demand_usd_per_hour: float
    """Of the same replicas, all on-demand."""
    carried_share_without_spot: float
    """Of what the ceiling carries at its planned load, by the on-demand replicas alone, running full."""
    carried_share_without_a_zone: float
    """The same when the zone with most spot replicas is lost and the rest run full."""
    scarce: SpotOdds
    calm: SpotOdds


def spot_outlook(model: ModelPlan, region: str, zones: tuple[str, ...]) -> SpotOutlook | None:
    """Of the ceiling, where spot is used most; None where no replica may run on spot or spot has no price."""
    spot_usd = prices.spot_usd_per_hour(model.accelerator.instance_type, region)
    held = Mix(
        on_demand=model.replicas.ceiling - model.replicas.spot_ceiling, spot=model.replicas.spot_ceiling
    )
    if not held.spot or spot_usd is None:
        return None
    own = prices.on_demand_usd_per_hour(model.accelerator.instance_type, region) / model.pod.pods_per_node
    cheap = spot_usd / model.pod.pods_per_node
    offered = len(set(regions.offered_zones(model.accelerator.instance_type, region)) & set(zones))
    measured, record = spot.scarce(region)
    seconds = model.cold_start.seconds
    monthly = spot.CALM_INTERRUPTIONS_PER_MONTH / limits.HOURS_PER_MONTH
    return SpotOutlook(
        on_demand=held.on_demand,
        spot=held.spot,
        zones=offered,
        on_demand_usd_per_hour=model.replicas.ceiling * own,
        carried_share_without_spot=_carried(held.on_demand, model.replicas.ceiling),
        carried_share_without_a_zone=_carried(held.left(offered), model.replicas.ceiling),
        scarce=odds(
            held,
            own,
            cheap,
            seconds,
            f"V100 spot in {measured}, 2023",
            record.any_available_share,
            record.interruptions_per_hour,
        ),
        calm=odds(held, own, cheap, seconds, "20 % of nodes taken back a month", 1.0, monthly),
    )


def odds(
    held: Mix,
    on_demand_usd: float,
    spot_usd: float,
    cold_seconds: float,
    basis: str,
    available: float,
    interruptions_per_hour: float,
) -> SpotOdds:
    """Prices are of one replica and hour."""
    mean_spot = available * spot_usd + (1 - available) * on_demand_usd
    starting = min(interruptions_per_hour * cold_seconds / 3600, 1.0) * available
    return SpotOdds(
        basis=basis,
        available_share=available,
        interruptions_per_hour=interruptions_per_hour,
        usd_per_hour=held.on_demand * on_demand_usd + held.spot * mean_spot,
        ready_share=1 - starting * held.spot / (held.on_demand + held.spot),
    )


def _carried(replicas: int, planned: int) -> float:
    """A replica is planned at the upper edge of the utilisation band and can carry that much more."""
    return min(replicas / (limits.UTILISATION_BAND[1] * planned), 1.0)


def spot_data(model: ModelPlan, region: str, zones: tuple[str, ...]) -> Mapping[str, Any] | None:
    """The same for programs."""
    found = spot_outlook(model, region, zones)
    if found is None:
        return None
    days = {
        name: {
            "basis": one.basis,
            "usd_per_hour": round(one.usd_per_hour, 3),
            "saving_share": round(1 - one.usd_per_hour / found.on_demand_usd_per_hour, 3),
            "ready_share": round(one.ready_share, 5),
        }
        for name, one in (("scarce", found.scarce), ("calm", found.calm))
    }
    return {
        "on_demand": found.on_demand,
        "spot": found.spot,
        "zones": found.zones,
        "carried_share_without_spot": round(found.carried_share_without_spot, 3),
        "carried_share_without_a_zone": round(found.carried_share_without_a_zone, 3),
        **days,
    }
