"""A trace played against replicas that somebody steers, request by request and always the same way.

Each request goes to the ready replica with the fewest under way, as the entrance sends them. GPU-hours run from the order
of a replica to its last answer, its cold start included. A decision is made upon the reading before: scraping and asking
make it up to one interval old. Spot interruptions, failures, answers cut off when a replica's grace ends, and the node's own
end after its pod's are left out. A GPU counts as used in every moment in which its replica has something to do: what
DCGM_FI_DEV_GPU_UTIL is generally described to say, taken as given here, not measured.
"""

import heapq
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from components.planning import limits
from components.planning.model_plan import ModelPlan
from components.planning.scaling_plan import ScalingPlan
from rehearsal.replay import law
from rehearsal.replay.law import Past, Reading
from rehearsal.replay.server import Server, Speed, speed_of
from rehearsal.replay.traces import Request

READING_SECONDS = 120
"""Of the p95, as `queries.WINDOW` says."""

Steering = Callable[[float, Reading, int, int], int]
"""From the second, the reading, the replicas there are and those that are ready: how many there shall be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a steering cost, and whom it kept waiting."""

    requests: int
    within: int
    """Of them, with a first token within the objective."""
    rejected: int
    gpu_hours: float
    most_replicas: int
    timeline: tuple[tuple[float, int], ...]
    """Replicas from each second on."""

    @property
    def attainment(self) -> float:
        """Of all requests; one turned away has not been served in time."""
        return self.within / self.requests


class Asked(Protocol):
    """How many replicas the triggers ask for."""

    def __call__(self, reading: Reading, scaling: ScalingPlan, *, current: int, ready: int) -> int: ...


def steered(model: ModelPlan, asked: Asked = law.asked) -> Steering:
    """By the control law and the plan's own numbers; it remembers, so each run needs a new one."""
    past = Past()

    def steer(now: float, reading: Reading, current: int, ready: int) -> int:
        nonlocal past
        wanted = asked(reading, model.scaling, current=current, ready=ready)
        target, past = law.decide(wanted, past, now, model.scaling, model.replicas, current=current)
        return target

    return steer


def first_replicas(model: ModelPlan, requests: Sequence[Request], speed: Speed) -> int:
    """Ready when the trace begins, for every steering alike: its first cold start's work within the utilisation band."""
    seconds = model.cold_start.seconds
    work = sum(speed.work_seconds(one) for one in requests if one.seconds < seconds)
    return min(
        max(math.ceil(work / (seconds * limits.UTILISATION_BAND[1])), model.replicas.floor, 1),
        model.replicas.ceiling,
    )


def simulate(
    model: ModelPlan, requests: Sequence[Request], steer: Steering, *, first: int | None = None
) -> Outcome:
    """Every decision and every request, up to the last answer; `first` replicas are ready, or as many as will be needed."""
    speed = speed_of(model)
    fleet = _Fleet(model=model, speed=speed)
    fleet.resize(0.0, first_replicas(model, requests, speed) if first is None else first, warm=True)
    rejected, decision = 0, float(law.SYNC_SECONDS)
    known: Reading | None = None
    for request in requests:
        while decision <= request.seconds:
            fleet.advance(decision)
            seen = fleet.reading(decision)
            target = steer(decision, known or seen, len(fleet.staying), fleet.ready(decision))
            fleet.resize(decision, target)
            known, decision = seen, decision + law.SYNC_SECONDS
        fleet.advance(request.seconds)
        rejected += not fleet.send(request)
    end = requests[-1].seconds
    fleet.close(end)
    waits = [wait for one in (*fleet.staying, *fleet.gone) for _, wait in one.waits]
    return Outcome(
        requests=len(requests),
        within=sum(wait <= model.objective.time_to_first_token_seconds for wait in waits),
        rejected=rejected,
        gpu_hours=fleet.replica_seconds * model.pod.gpus / 3600,
        most_replicas=max(count for _, count in fleet.timeline),
        timeline=tuple(fleet.timeline),
    )


@dataclass(slots=True, kw_only=True)
class _Fleet:
    """Replicas that stay, those told to go, and those gone."""

    model: ModelPlan
    speed: Speed
    staying: list[Server] = field(default_factory=list)
    leaving: list[Server] = field(default_factory=list)
    gone: list[Server] = field(default_factory=list)
    replica_seconds: float = 0.0
    """Of replicas that are gone, and at the end of all."""
    timeline: list[tuple[float, int]] = field(default_factory=list)
    seen: dict[int, int] = field(default_factory=dict)
    """How many waits of each replica are already in `coming`."""
    coming: list[tuple[float, float]] = field(default_factory=list)
    recent: deque[tuple[float, float]] = field(default_factory=deque)
    looked: float = 0.0

    def advance(self, until: float) -> None:
        for one in self.staying:
            one.advance(until)
        for one in tuple(self.leaving):
            one.advance(until)
            if not one.inflight:
                self._end(one, until)

    def send(self, request: Request) -> bool:
        ready = [one for one in self.staying if one.ready <= request.seconds]
        if not ready:
            return False
        return min(ready, key=lambda one: one.inflight).take(request)

    def ready(self, now: float) -> int:
        return sum(one.ready <= now for one in self.staying)

    def resize(self, now: float, target: int, *, warm: bool = False) -> None:
        """More are ordered, or the youngest go: those not ready first, as the ReplicaSet chooses."""
        before = len(self.staying)
        while len(self.staying) < target:
            ready = now if warm else now + self.model.cold_start.seconds
            self.staying.append(Server(speed=self.speed, ordered=now, ready=ready, now=now))
        while len(self.staying) > target:
            last = self.staying.pop()
            last.leaving = now
            self.leaving.append(last)
        if len(self.staying) != before:
            self.timeline.append((now, target))

    def reading(self, now: float) -> Reading:
        ready = [one for one in self.staying if one.ready <= now]
        passed = now - self.looked
        self.looked = now
        starting = self.model.cold_start.node_seconds + self.model.cold_start.image_seconds
        # A replica that still loads has its GPU already, idle.
        holding = sum(one.ready > now >= one.ordered + starting for one in self.staying)
        busy = sum(one.busy_seconds for one in ready) / passed
        for one in self.staying:
            one.busy_seconds = 0.0
        count = max(len(ready), 1)
        return Reading(
            waiting=sum(one.waiting for one in ready),
            kv_cache_use=sum(one.used_tokens for one in ready) / (self.speed.cached_tokens * count),
            gpu_utilisation_percent=min(100 * busy / max(len(ready) + holding, 1), 100.0),
            time_to_first_token_seconds=self._p95(now),
        )

    def _p95(self, now: float) -> float:
        for one in (*self.staying, *self.leaving):
            known = self.seen.get(id(one), 0)
            for wait in one.waits[known:]:
                heapq.heappush(self.coming, wait)
            self.seen[id(one)] = len(one.waits)
        while self.coming and self.coming[0][0] <= now:
            self.recent.append(heapq.heappop(self.coming))
        while self.recent and self.recent[0][0] <= now - READING_SECONDS:
            self.recent.popleft()
        waits = sorted(wait for _, wait in self.recent)
        return waits[math.ceil(0.95 * len(waits)) - 1] if waits else 0.0

    def close(self, end: float) -> None:
        """Let everybody finish; what stays is paid for up to the last arrival, the same for every steering."""
        for one in (*self.staying, *self.leaving):
            one.advance(math.inf)
        for one in self.staying:
            self.replica_seconds += end - one.ordered
        for one in tuple(self.leaving):
            self._end(one, end)

    def _end(self, one: Server, at: float) -> None:
        """A replica that leaves is paid for until it is empty, and at most for its grace."""
        self.leaving.remove(one)
        self.gone.append(one)
        left = one.leaving if one.leaving is not None else at
        self.replica_seconds += min(at, left + self.model.drain.grace_seconds) - one.ordered
