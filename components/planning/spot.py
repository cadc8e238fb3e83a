"""How much of a model stands on spot, in which zones, and when on-demand takes over: one pure law.

Three rules, each weighed on real zones by `python -m benchmarks.spot`. A zone that has just come back is likely to go
again, so none is trusted with a new replica before an hour of uptime: in 45 days of V100 spot in nine zones, one in 15
of the 195-second steps of a zone up for less than 16 minutes was its last, one in 700 of a zone up for a day and a half.
Replicas in one zone are lost together (within three minutes in 92 % of co-interruptions: Kim et al., Spot-and-Scoot,
arXiv 2604.16457), so spare spot covers the fullest zone and no more. Where the zones are too few for that to be cheap,
on-demand stands beside them. SkyServe's SpotHedge (Mao et al., arXiv 2411.01438) also spreads, spares and falls back.

Measured on 2026-11-21 on those traces, 10 replicas, 324 s cold, spot at 0.42 of on-demand, against an oracle that keeps
the same on-demand floor: with half on-demand every region alone costs 1.04-1.10 of the oracle and serves 99.94-99.96 %
of demand; with 30 %, all nine zones together 1.06 and 99.92 %, a single region 1.14-1.22; with none, all nine 1.17 and
99.83 %, a single region 1.33-1.48. The hour was chosen on the first half: there all nine zones at 30 % serve 99.89 % at
1.10, in the second half 99.94 % at 1.03. The node pools themselves know only their weights; of this law they do the
fallback and the spread.
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
    settled_seconds: float = 3600.0
    """Uptime before a zone is trusted with a new replica, and so before on-demand hands back to spot."""
    most_zones: int = 6
    """Zones used at once, the longest up first."""
    falls_back: bool = True
    """Whether on-demand stands in for spot that is not to be had."""


NAIVE = SpotPolicy(carries=0.0, settled_seconds=0.0, most_zones=99, falls_back=False)
"""Spot in whatever zones have it, and nothing where none has."""

POOLS = SpotPolicy(carries=0.0, settled_seconds=0.0, most_zones=99)
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
    policy: SpotPolicy, uptime_seconds: Mapping[str, float], held: Mapping[str, int]
) -> tuple[str, ...]:
    """Zones that may hold spot now, the longest up first: settled ones, and those that hold replicas already.

    `uptime_seconds` names only zones that have spot now. A zone with replicas has earned its trust; leaving it for having
    been up too short would cost the cold start that the rule is there to avoid.
    """
    trusted = [
        zone
        for zone, seconds in uptime_seconds.items()
        if seconds >= policy.settled_seconds or held.get(zone, 0)
    ]
    return tuple(sorted(trusted, key=lambda zone: (-uptime_seconds[zone], zone)))[: policy.most_zones]
