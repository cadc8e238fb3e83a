"""How many copies of a model a region keeps, expects and may grow to."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict

from components.planning import hours, limits, sizing, variability
from components.planning.model_plan import ReplicaPlan
from components.planning.placement import Placement
from components.planning.ranges import Range
from components.planning.scaling import never_waiting
from components.settings.fleet import FleetSettings
from components.settings.mistakes import Mistake
from components.settings.model import ModelSettings

LEAST_REPLICAS = 1
"""Outside production; there, an interactive model keeps two. Batch falls to 0 once a known peak can wake it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Where and in which fleet a model is being planned."""

    region: str
    settings: FleetSettings


def floor_of(settings: ModelSettings, *, production: bool) -> int:
    """Replicas at rest where the stack file leaves it open."""
    if settings.replicas.min is not None:
        return settings.replicas.min
    if settings.workload == "interactive" and production:
        return limits.INTERACTIVE_LEAST_REPLICAS
    if settings.workload == "batch" and settings.scaling.known_peaks:
        return 0
    return LEAST_REPLICAS


class Queue(TypedDict):
    """What a request meets at one replica, as `sizing` asks for it."""

    slots: int
    service_seconds: float
    prefill_seconds: float
    """Of the prompt the promise is measured on."""
    waiting_factor: float


def queue_of(settings: ModelSettings, chosen: Placement) -> Queue:
    """A slot is held while all slots' prompts are read in turn and the answer is written."""
    slots, load = chosen.engine.max_num_seqs, settings.load
    service = slots / chosen.requests_per_second
    reading = slots * chosen.prefill_seconds
    return Queue(
        slots=slots,
        service_seconds=service,
        prefill_seconds=chosen.first_token_seconds,
        waiting_factor=variability.waiting_factor(variability.of_service(load, reading, service - reading)),
    )


def replicas_at(settings: ModelSettings, chosen: Placement, arrivals: float) -> int:
    """Replicas that carry that many requests a second within the objective."""
    return sizing.replicas_for(
        arrivals,
        chosen.requests_per_second,
        objective_seconds=settings.objective.time_to_first_token_seconds,
        **queue_of(settings, chosen),
    )


def replica_plan(
    name: str, here: Here, chosen: Placement, cold_start_seconds: float
) -> ReplicaPlan | list[Mistake]:
    """Floor, mean and ceiling: what demand asks for, within what the stack file allows."""
    settings = here.settings.models[name]
    floor = floor_of(settings, production=here.settings.production)
    peak = settings.load.peak_requests_per_second
    worst = sizing.peak_if_another_dies(here.region, here.settings.shares, peak)
    own = here.settings.shares[here.region] * peak
    demand = tuple(own * part for part in hours.shape(settings.load))
    spare = _headroom(settings, chosen, demand, cold_start_seconds)
    ceiling = settings.replicas.max or _open_ceiling(settings, chosen, demand, worst, spare, floor)
    mistakes = list(_floor_mistakes(name, here, floor))
    if ceiling > limits.MOST_REPLICAS:
        text = (
            f"needs {ceiling} replicas of {chosen.accelerator.instance_type} in {here.region} at"
            f" {usable(chosen):.3g} requests/s each; {limits.MOST_REPLICAS} of one model is the most"
        )
        return [*mistakes, Mistake(f"fleet.models.{name}.load.peak_requests_per_second", text)]
    if ceiling < max(floor, 1):
        text = f"{ceiling} is below the {floor} replicas kept at rest; raise it to at least {max(floor, 1)}"
        mistakes.append(Mistake(f"fleet.models.{name}.replicas.max", text))
    if (needed := replicas_at(settings, chosen, own)) > ceiling:
        text = (
            f"{ceiling} cannot carry {here.region}'s peak of {own:g} requests/s, which needs {needed}"
            f" replicas of {chosen.accelerator.instance_type} at {usable(chosen):.3g} requests/s each"
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
    spot_ceiling = min(spot_ceiling, ceiling - on_demand)
    mistakes += _scaling_mistakes(name, settings, chosen, here, ceiling)
    if mistakes:
        return mistakes
    by_hour = hours.replicas_by_hour(
        demand,
        lambda arrivals: replicas_at(settings, chosen, arrivals),
        spare=spare,
        floor=floor,
        ceiling=ceiling,
    )
    return ReplicaPlan(
        floor=floor,
        expected=sum(by_hour) / hours.HOURS,
        ceiling=ceiling,
        on_demand_floor=on_demand,
        spot_ceiling=spot_ceiling,
        headroom=spare,
        by_hour=by_hour,
    )


def _scaling_mistakes(
    name: str, settings: ModelSettings, chosen: Placement, here: Here, ceiling: int
) -> Iterator[Mistake]:
    """What the autoscaler would be asked in vain."""
    for key, one in settings.scaling.known_peaks.items():
        if one.replicas > ceiling:
            text = f"{one.replicas} is above the {ceiling} replicas this model may grow to in {here.region}"
            yield Mistake(f"fleet.models.{name}.scaling.known_peaks.{key}.replicas", text)
    if never := never_waiting(settings, chosen.engine):
        yield Mistake(f"fleet.models.{name}.scaling.waiting_requests", never)


def usable(chosen: Placement) -> float:
    """Requests a second that one replica is planned for: the utilisation band's upper edge."""
    return chosen.requests_per_second * limits.UTILISATION_BAND[1]


def _headroom(
    settings: ModelSettings, chosen: Placement, demand: tuple[float, ...], cold_start_seconds: float
) -> int:
    if settings.workload not in hours.WAITED_FOR:
        return 0
    return hours.headroom(hours.growth_per_second(demand), cold_start_seconds, usable(chosen))


def _open_ceiling(
    settings: ModelSettings,
    chosen: Placement,
    demand: tuple[float, ...],
    worst: float,
    spare: int,
    floor: int,
) -> int:
    """The peak with another region lost, or an ordinary day's busiest rise with its headroom, whichever is more.

    The two are not added up: a region is lost seldom, and outside the peak hour its ceiling holds room enough.
    """
    growing = [arrivals for arrivals, grows in zip(demand, hours.rising(demand), strict=True) if grows]
    ordinary = replicas_at(settings, chosen, max(growing, default=0.0)) + spare
    peaks = [one.replicas for one in settings.scaling.known_peaks.values()]
    return max(replicas_at(settings, chosen, worst), ordinary, floor + 1, *peaks)


def node_range(replicas: ReplicaPlan, pods_per_node: int) -> Range:
    """Whole nodes: at rest those of on-demand and of spot apart, at the ceiling, and on the mean of a day's hours."""

    def whole(count: int) -> int:
        return math.ceil(count / pods_per_node)

    floor = whole(replicas.on_demand_floor) + whole(replicas.spot_floor)
    by_hour = [max(floor, whole(count)) for count in replicas.by_hour]
    return Range(
        floor=floor,
        expected=sum(by_hour) / len(by_hour),
        ceiling=max(whole(replicas.ceiling), floor),
    )


def _floor_mistakes(name: str, here: Here, floor: int) -> list[Mistake]:
    settings = here.settings.models[name]
    path = f"fleet.models.{name}.replicas.min"
    if (
        settings.workload == "interactive"
        and here.settings.production
        and floor < limits.INTERACTIVE_LEAST_REPLICAS
    ):
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
