"""Demand through an average day, hour by hour, and the replicas that follow it.

Hours are UTC, and each region has its share of the model's one day; that regions sleep at different times is not told
apart. The day is a mean one, of busy weekdays and quiet Sundays alike. Replicas that a known peak of the stack file holds
beyond what the day's demand needs are not counted.

Headroom is counted in what a month costs and in an open ceiling. The autoscaler has no term of its own for it: it comes
near by adding replicas while those that run are at four fifths of what they can do.
"""

import functools
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from components.planning import limits
from components.planning.model_plan import ModelPlan
from components.settings.base import Workload
from components.settings.model import LoadSettings

HOURS: Final = 24

PEAK_HOUR: Final = 15
"""UTC, of the assumed day: afternoon in Europe, morning in America."""

NIGHT_OVER_DAY: Final = 0.2
"""Trough over peak of the raised cosine before it is bent: an assumption, not measured."""

WAITED_FOR: Final[tuple[Workload, ...]] = ("interactive", "internal")
"""Workloads that hold headroom. Batch and development wait for a cold start themselves."""


def shape(load: LoadSettings) -> tuple[float, ...]:
    """Demand in each hour over that of the busiest: as the stack file says, or the assumed day."""
    return load.by_hour if load.by_hour is not None else assumed_day(load.average_over_peak)


def mean_over_peak(load: LoadSettings) -> float:
    """Mean demand as a fraction of the peak."""
    return sum(shape(load)) / HOURS


@functools.cache
def assumed_day(average: float) -> tuple[float, ...]:
    """A raised cosine, 1 at its peak hour, bent by a power until its mean is the average asked for.

    One wave a day is generally reported of services that people use; its form is assumed, not taken from a trace. The
    power is found by halving, to a mean within 1e-9.
    """
    middle, swing = (1 + NIGHT_OVER_DAY) / 2, (1 - NIGHT_OVER_DAY) / 2
    wave = [middle + swing * math.cos(2 * math.pi * (hour - PEAK_HOUR) / HOURS) for hour in range(HOURS)]
    low, high = 0.0, 1000.0
    for _ in range(60):
        power = (low + high) / 2
        if sum(value**power for value in wave) / HOURS > average:
            low = power
        else:
            high = power
    return tuple(value**low for value in wave)


def growth_per_second(demand: tuple[float, ...]) -> float:
    """The steepest rise from one hour to the next, midnight included, in requests/s per second."""
    steps = (after - before for before, after in pairwise((*demand, demand[0])))
    return max(0.0, *steps) / 3600


def headroom(growth: float, cold_start_seconds: float, requests_per_second: float) -> int:
    """Replicas held above need: what demand grows by while one more starts, in whole replicas."""
    return math.ceil(growth * cold_start_seconds / requests_per_second - 1e-9)


def rising(demand: tuple[float, ...]) -> tuple[bool, ...]:
    """Whether the hour after is busier."""
    return tuple(after > before for before, after in pairwise((*demand, demand[0])))


def replicas_by_hour(
    demand: tuple[float, ...],
    needed_at: Callable[[float], int],
    *,
    spare: int,
    floor: int,
    ceiling: int,
) -> tuple[int, ...]:
    """What each hour's demand needs, with the headroom while demand grows, between floor and ceiling.

    A model asleep holds no headroom: nothing runs in an hour without demand where the floor is 0.
    """
    found = []
    for arrivals, grows in zip(demand, rising(demand), strict=True):
        wanted = needed_at(arrivals) + (spare if grows and (arrivals > 0 or floor) else 0)
        found.append(min(max(wanted, floor), ceiling))
    return tuple(found)


def utilisation_by_hour(model: ModelPlan) -> tuple[float, ...]:
    """Demand over what the replicas of each hour could finish at full concurrency; 0 where none runs."""
    full = model.throughput.requests_per_second / limits.UTILISATION_BAND[1]
    return tuple(
        arrivals / (count * full) if count else 0.0
        for arrivals, count in zip(model.demand.by_hour, model.replicas.by_hour, strict=True)
    )
