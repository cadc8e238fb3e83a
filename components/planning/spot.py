"""How much of a model stands on spot, in which zones, and when on-demand takes over: one pure law.

Three rules, each weighed on real zones by `python -m benchmarks.spot`. A zone that has just come back is likely to go
again, so none is trusted with a new replica before it has lasted eight cold starts: in 45 days of V100 spot in nine
zones, one in 15 of the 195-second steps of a zone up for less than 16 minutes was its last, one in 700 of a zone up for
a day and a half. Replicas in one zone are lost together (92 % of co-interruptions fall within three minutes: Kim et al.,
Spot-and-Scoot, arXiv 2604.16457), so spare spot covers the fullest zone and no more. Where the zones are too few for
that to be cheap, on-demand stands beside them. SkyServe's SpotHedge (Mao et al., arXiv 2411.01438) also spreads, spares
and falls back.

Measured on 2026-11-21 on those traces, 10 replicas, 324 s cold, spot at 0.42 of on-demand, against an oracle that keeps
the same on-demand floor. With half on-demand every region alone costs 1.04-1.09 of the oracle and serves 99.93-99.96 %
of demand, and 1.03-1.09 and 99.92 % or more in each half of the 45 days. With 30 %: all nine zones together 1.06 and
99.91 %, one region 1.13-1.21 and 99.88-99.92 %. With none: all nine 1.15 and 99.81 %, one region 1.31-1.47. An oracle
without a floor costs less still: half on-demand is 1.38-1.70 of it. The defaults were chosen on these same traces, so
expect somewhat less of others. The node pools themselves know no more than their weights: of this law they do the
fallback, and the spread as a preference.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from components.planning import limits


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotPolicy:
    """What is trusted to spot."""

    on_demand_floor: int = 0
    """Replicas on on-demand nodes whatever spot does."""
    carries: float = limits.UTILISATION_BAND[1]
    """Share of the replicas that must be left when any one zone is lost: those left then run full, above their band."""
    spare: int = 0
    """Spot replicas beyond what that asks for."""
    settled_cold_starts: float = 8.0
    """Cold starts that a zone has been up for before it is trusted with a new replica, and on-demand hands back to it."""
    most_zones: int = 6
    """Zones used at once, the longest up first."""
    falls_back: bool = True
    """Whether on-demand stands in for spot that is not to be had."""


NAIVE = SpotPolicy(carries=0.0, settled_cold_starts=0.0, most_zones=99, falls_back=False)
"""Spot in whatever zones have it, and nothing where none has."""

POOLS = SpotPolicy(carries=0.0, settled_cold_starts=0.0, most_zones=99)
"""Two node pools of different weight and no more: spot where any zone has it, on-demand where none has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Replicas by how their nodes are bought."""

    on_demand: int
    spot: int

    def left(self, zones: int) -> int:
        """Replicas left when the fullest zone is lost, the spot spread evenly over that many."""
        return self.on_demand + self.spot - (math.ceil(self.spot / zones) if zones else 0)


@cache
def mix(policy: SpotPolicy, replicas: int, zones: int, spot_share: float) -> Mix:
    """The cheapest mix of at least that many replicas that loses any one zone and keeps what must be left.

    `spot_share` is spot's price over on-demand's. On-demand wins a tie, because it stays.
    """
    floor = min(policy.on_demand_floor, replicas)
    if zones == 0:
        return Mix(on_demand=replicas if policy.falls_back else floor, spot=0)
    least = math.ceil(policy.carries * replicas - 1e-9)
    if not policy.falls_back:
        return Mix(on_demand=floor, spot=replicas - floor + policy.spare)
    found = [
        _beside(on_demand, replicas, least, zones)
        for on_demand in range(floor, replicas + 1)
        if zones > 1 or on_demand >= least
    ]
    best = min(found, key=lambda one: (one.on_demand + one.spot * spot_share, -one.on_demand))
    return Mix(on_demand=best.on_demand, spot=best.spot + policy.spare)


def _beside(on_demand: int, replicas: int, least: int, zones: int) -> Mix:
    """The fewest spot replicas beside so many on-demand."""
    spot = replicas - on_demand
    while Mix(on_demand=on_demand, spot=spot).left(zones) < least:
        spot += 1
    return Mix(on_demand=on_demand, spot=spot)


def spread(spot: int, zones: Sequence[str]) -> dict[str, int]:
    """As even as whole replicas allow; what does not divide goes to the first."""
    share, rest = divmod(spot, len(zones)) if zones else (0, 0)
    return {zone: share + (place < rest) for place, zone in enumerate(zones)}


def chosen_zones(
    policy: SpotPolicy,
    uptime_seconds: Mapping[str, float],
    held: Mapping[str, int],
    cold_start_seconds: float,
) -> tuple[str, ...]:
    """Zones that may hold spot now, the longest up first: settled ones, and those that hold replicas already.

    `uptime_seconds` names only zones that have spot now. A zone with replicas has earned its trust; leaving it for having
    been up too short would cost the cold start that the rule is there to avoid.
    """
    settled = policy.settled_cold_starts * cold_start_seconds
    trusted = [zone for zone, seconds in uptime_seconds.items() if seconds >= settled or held.get(zone, 0)]
    return tuple(sorted(trusted, key=lambda zone: (-uptime_seconds[zone], zone)))[: policy.most_zones]
