"""A spot policy played against what zones really offered, step by step and always the same way."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from components.planning import limits
from components.planning.spot import SpotPolicy, chosen_zones, mix, spread

ON_DEMAND = ""
"""The place beside the zones that always has room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneTraces:
    """Whether each zone had spot, at equal steps of time.

    A zone that has spot has as much as is asked for and one that runs out takes all of it back: what a trace of single
    nodes can say.
    """

    gap_seconds: float
    available: Mapping[str, tuple[bool, ...]]

    def __post_init__(self) -> None:
        if len({len(steps) for steps in self.available.values()}) > 1:
            raise ValueError("zones of one replay need traces of one length")

    @property
    def steps(self) -> int:
        return len(next(iter(self.available.values()), ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a policy cost and what it served."""

    cost_share: float
    """Over the cost of all replicas on-demand all the time."""
    served_share: float
    """Of demand: replicas left run full when some are gone, so a loss within the utilisation band drops nothing."""
    ready_share: float
    """Of the replicas asked for, the part that was ready: stricter, for it counts what only slows answers down."""
    interruptions: int
    """Replicas taken back."""
    launches: int
    """Replicas started after the first ones."""


@dataclass(slots=True)
class _Fleet:
    """Second at which each replica is ready, by the place it stands in."""

    ready: dict[str, list[float]] = field(default_factory=dict)

    def held(self) -> dict[str, int]:
        return {place: len(seconds) for place, seconds in self.ready.items()}

    def lose(self, zone: str) -> int:
        return len(self.ready.pop(zone, ()))

    def launch(self, wanted: Mapping[str, int], at: float) -> int:
        launched = 0
        for place, count in wanted.items():
            have = self.ready.setdefault(place, [])
            missing = max(count - len(have), 0)
            have.extend([at] * missing)
            launched += missing
        return launched

    def let_go(self, wanted: Mapping[str, int], places: Iterable[str], now: float) -> None:
        """Starts that are no longer wanted at once; ready replicas only while as many as wanted stay ready."""
        serving = sum(second <= now for seconds in self.ready.values() for second in seconds)
        for place in places:
            have = sorted(self.ready.get(place, ()))
            while len(have) > wanted.get(place, 0):
                if have[-1] <= now:
                    if serving <= sum(wanted.values()):
                        break
                    serving -= 1
                have.pop()
            self.ready[place] = have


def replay(
    traces: ZoneTraces, policy: SpotPolicy, replicas: int, cold_start_seconds: float, spot_share: float
) -> Outcome:
    """Holds that many replicas through the traces; the first ones are ready as they begin.

    A lost zone's replicas serve nothing from that step on: the notice goes to ending what runs. Whatever is launched is
    paid for at once and serves a cold start later.
    """
    fleet, uptime = _Fleet(), dict.fromkeys(traces.available, -traces.gap_seconds)
    cost = served = ready = 0.0
    interruptions = launches = 0
    for step in range(traces.steps):
        now = step * traces.gap_seconds
        for zone, offered in traces.available.items():
            uptime[zone] = uptime[zone] + traces.gap_seconds if offered[step] else -traces.gap_seconds
            interruptions += 0 if offered[step] else fleet.lose(zone)
        up = {zone: seconds for zone, seconds in uptime.items() if seconds >= 0}
        zones = chosen_zones(policy, up, fleet.held(), cold_start_seconds)
        bought = mix(policy, replicas, len(zones), spot_share)
        wanted = {ON_DEMAND: bought.on_demand, **spread(bought.spot, zones)}
        launched = fleet.launch(wanted, now + cold_start_seconds if step else 0.0)
        launches += launched if step else 0
        fleet.let_go(wanted, (ON_DEMAND, *sorted(up, key=up.__getitem__)), now)
        held = fleet.held()
        cost += sum(held.values()) * spot_share + held.get(ON_DEMAND, 0) * (1 - spot_share)
        more_ready, more_served = _served(fleet, replicas, now, traces.gap_seconds)
        ready, served = ready + more_ready, served + more_served
    steps = max(traces.steps, 1)
    return Outcome(
        cost_share=cost / steps / replicas,
        served_share=served / steps,
        ready_share=ready / steps,
        interruptions=interruptions,
        launches=launches,
    )


def _served(fleet: _Fleet, replicas: int, now: float, gap: float) -> tuple[float, float]:
    """Shares of one step: of the replicas that were ready, and of the demand that those could carry."""
    starting = sorted(second for seconds in fleet.ready.values() for second in seconds)
    count = sum(second <= now for second in starting)
    ready = served = 0.0
    since = now
    for second in [*(one for one in starting if now < one < now + gap), now + gap]:
        share = (second - since) / gap
        ready += share * min(1.0, count / replicas)
        served += share * min(1.0, count / (limits.UTILISATION_BAND[1] * replicas))
        count, since = count + 1, second
    return ready, served


def oracle_cost_share(
    traces: ZoneTraces,
    cold_start_seconds: float,
    spot_share: float,
    on_demand_share: float = 0.0,
    unserved_cost: float = math.inf,
) -> float:
    """The least that any schedule can cost that knows the traces to their end, as `Outcome.cost_share` counts.

    One replica's best path over places and steps, by dynamic programming: whatever holds a number of replicas throughout
    is as many such paths. A change of place pays the new one for a cold start before it serves, and needs its zone up
    meanwhile. `on_demand_share` of the replicas stay on-demand; a step unserved costs `unserved_cost`, by default more
    than anything.
    """
    warming = math.ceil(cold_start_seconds / traces.gap_seconds - 1e-9)
    start_cost = cold_start_seconds / traces.gap_seconds
    places = {**traces.available, ON_DEMAND: (True,) * traces.steps}
    price = {place: 1.0 if place == ON_DEMAND else spot_share for place in places}
    run = dict.fromkeys(places, warming)
    cost = dict.fromkeys(places, 0.0)
    best = 0.0
    for step in range(traces.steps):
        begun = best
        for place, offered in places.items():
            switched = begun + price[place] * start_cost if run[place] >= warming else math.inf
            free = 0.0 if step == 0 else min(cost[place], switched)
            cost[place] = free + price[place] if offered[step] else math.inf
            run[place] = run[place] + 1 if offered[step] else 0
        best = min(begun + unserved_cost, *cost.values())
    return on_demand_share + (1 - on_demand_share) * best / max(traces.steps, 1)
