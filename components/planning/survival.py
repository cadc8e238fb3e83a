"""Whether the fleet keeps its promise when any one region is lost."""

import math
from collections.abc import Iterator

from components.planning.plan import RegionPlan, Survival
from components.settings.fleet import FleetSettings
from components.settings.mistakes import Mistake


def demanded(settings: FleetSettings) -> bool:
    """As the stack file says; left out, in production. A lone region is never asked to."""
    chosen = settings.traffic.survive_region_loss
    wanted = settings.production if chosen is None else chosen
    return wanted and len(settings.regions) > 1


def survivals(regions: tuple[RegionPlan, ...]) -> tuple[Survival, ...]:
    """For each region lost and each model: what the others can carry at their ceilings."""
    return tuple(
        Survival(
            lost_region=lost.region,
            model=model.name,
            peak_requests_per_second=model.demand.fleet_peak_requests_per_second,
            capacity_requests_per_second=sum(
                other.replicas.ceiling * other.throughput.requests_per_second
                for here in regions
                if here is not lost
                for other in here.models
                if other.name == model.name
            ),
        )
        for lost in regions
        for model in lost.models
    )


def shortfalls(
    settings: FleetSettings, regions: tuple[RegionPlan, ...], survivals: tuple[Survival, ...]
) -> Iterator[Mistake]:
    """Each model that the remaining regions could not carry at its peak, with what they could."""
    # While parts of a faulty stack file are set aside, the regions at hand are not the fleet and prove nothing.
    whole = math.isclose(sum(settings.shares.values()), 1, abs_tol=1e-6)
    if not whole or not demanded(settings):
        return
    for one in survivals:
        if not one.holds:
            yield _shortfall(one, [here for here in regions if here.region != one.lost_region])


def _shortfall(one: Survival, remaining: list[RegionPlan]) -> Mistake:
    carried, each = [], 0.0
    for here in remaining:
        model = next(model for model in here.models if model.name == one.model)
        rate = model.throughput.requests_per_second
        carried.append(f"{here.region} {model.replicas.ceiling} x {rate:.3g}")
        each += rate
    peak, capacity = one.peak_requests_per_second, one.capacity_requests_per_second
    return Mistake(
        f"fleet.models.{one.model}.replicas.max",
        f"without {one.lost_region} the others carry {capacity:.3g} of the peak's {peak:g} requests/s"
        f" ({' + '.join(carried)}), {peak - capacity:.3g} too few; raise it to at least {math.ceil(peak / each - 1e-9)},"
        " leave it out, or set fleet.traffic.survive_region_loss to false",
    )
