"""What is tried on the loop: traffic for each model, and what is done to the fleet meanwhile."""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from components.planning import labels
from components.planning.drain import drain_plan
from rehearsal.cluster.loop.kubelet import is_ready
from rehearsal.replay.traces import Request
from tests.cluster.stage import Stage, eventually

MINUTE: Final = 60.0

OUTAGE_MINUTES: Final = 6.0
"""Longer than the window in which an earlier demand still counts: what holds replicas after it is the fallback alone."""


async def nothing(stage: Stage) -> None:
    """Traffic alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One model's traffic, in the model's own seconds."""

    name: str
    """Of the model in `loop.yaml`."""
    sentence: str
    rate: Sequence[tuple[float, float]]
    """Minute and requests a second; straight between them."""
    after: float = 0
    """Minutes from the beginning of all to its own: two cores do not find nodes for everybody at once in time."""
    by_calendar: bool = False
    """Its own beginning is a minute before the calendar's hour."""
    until_calm: bool = False
    """It lasts until what happens to it is over, after everybody else."""
    happening: Callable[[Stage], Awaitable[None]] = nothing

    @property
    def minutes(self) -> float:
        return self.rate[-1][0]


def requests(scenario: Scenario, input_tokens: int, output_tokens: int) -> Iterator[Request]:
    """Poisson arrivals at that rate, answers between half and one and a half times the mean; always the same."""
    chance = random.Random(scenario.name)
    most = max(rate for _, rate in scenario.rate)
    at = chance.expovariate(most)
    while at < scenario.minutes * MINUTE:
        if chance.random() < rate_at(scenario.rate, at / MINUTE) / most:
            answer = round(output_tokens * chance.uniform(0.5, 1.5))
            yield Request(seconds=at, input_tokens=input_tokens, output_tokens=answer)
        at += chance.expovariate(most)


def rate_at(rate: Sequence[tuple[float, float]], minute: float) -> float:
    """Straight between the points; where two share a minute, the later one counts from it on."""
    for (before, low), (after, high) in itertools.pairwise(rate):
        if before <= minute < after:
            return low + (high - low) * (minute - before) / (after - before)
    return rate[-1][1]


async def take_a_spot_node(stage: Stage) -> None:
    """As AWS does it: a notice, upon which Karpenter deletes its claim of the node, and 120 s later the machine is gone."""
    at = (SCENARIOS["spot"].after + 13) * MINUTE
    await stage.until(at)
    node, claim = await _a_spot_node(stage, "spot")
    stage.tell("spot", "120 seconds' notice for a spot node")
    await stage.api.delete(f"/apis/karpenter.sh/v1/nodeclaims/{claim}")
    gone = at + drain_plan().notice_seconds
    while stage.kubelet.on(node) and stage.seconds < gone:
        await asyncio.sleep(0.1)
    stage.tell("spot", f"{len(stage.kubelet.on(node))} of its pods are left")
    await stage.until(gone)
    stage.kubelet.take_away(node)
    stage.tell("spot", "the node is gone")


async def _a_spot_node(stage: Stage, name: str) -> tuple[str, str]:
    """One with a ready pod of the model on it, and Karpenter's claim of it."""
    holders = {one["spec"]["nodeName"] for one in stage.kubelet.of(name) if is_ready(one)}
    for claim in (await stage.api.get("/apis/karpenter.sh/v1/nodeclaims"))["items"]:
        spot = claim["metadata"]["labels"].get(labels.CAPACITY) == "spot"
        if spot and claim["status"].get("nodeName") in holders:
            return claim["status"]["nodeName"], claim["metadata"]["name"]
    raise LookupError(f"no ready pod of {name} is on a spot node: {sorted(holders)}")


async def lose_prometheus(stage: Stage) -> None:
    """At a moment when nothing else plays; demand ends with it, so that whoever could see would remove replicas."""
    await stage.calm.wait()
    stage.loop.lose_prometheus()
    stage.tell("blind", "Prometheus gone")
    stage.entrances["blind"].closed = True
    lost = stage.seconds
    await eventually(lambda: _fallen_back(stage, True), "KEDA holds by its fallback")
    stage.tell("blind", "KEDA holds by its fallback")
    await stage.until(lost + OUTAGE_MINUTES * MINUTE)
    stage.loop.return_prometheus()
    stage.tell("blind", "Prometheus is back")
    await eventually(lambda: _fallen_back(stage, False), "KEDA sees again")
    stage.tell("blind", "KEDA sees again")


async def _fallen_back(stage: Stage, wanted: bool) -> bool:
    """Whether KEDA itself says so, or the opposite, of the ScaledObject."""
    path = f"/apis/keda.sh/v1alpha1/namespaces/{labels.SERVING_NAMESPACE}/scaledobjects/blind"
    conditions = (await stage.api.get(path))["status"]["conditions"]
    return wanted == any(one["type"] == "Fallback" and one["status"] == "True" for one in conditions)


SCENARIOS: Final = {
    one.name: one
    for one in (
        Scenario(
            name="ramp",
            sentence="Demand grows eightfold in ten minutes: replicas follow by two a minute, and each finds a node",
            rate=((0, 0.175), (1, 0.175), (11, 1.4), (20, 1.4)),
        ),
        Scenario(
            name="peak",
            sentence="A peak comes and goes: five calm minutes, then one replica fewer every two minutes",
            rate=((0, 0.2), (1, 0.2), (1, 1.2), (9, 1.2), (9, 0.15), (26, 0.15)),
            after=9,
        ),
        Scenario(
            name="flood",
            sentence="Five times what the ceiling carries: the queue ends where the plan says, the rest is told 503",
            rate=((0, 0.1), (2, 0.1), (2, 2.0), (10, 2.0), (10, 0.1), (12, 0.1)),
        ),
        Scenario(
            name="spot",
            sentence="AWS takes a spot node back with 120 seconds' notice: what was accepted is answered",
            rate=((0, 0.75), (24, 0.75)),
            after=5,
            happening=take_a_spot_node,
        ),
        Scenario(
            name="morning",
            sentence="A known peak: its replicas are ready before anybody comes",
            rate=((0, 0.1), (13, 0.1), (13, 0.8), (18, 0.8), (18, 0.1), (20, 0.1)),
            by_calendar=True,
        ),
        Scenario(
            name="night",
            sentence="A batch model sleeps on no node, is woken by the calendar, works, and sleeps again",
            rate=((0, 0.0), (11, 0.0), (11, 0.4), (16, 0.4), (16, 0.0), (27, 0.0)),
            by_calendar=True,
        ),
        Scenario(
            name="blind",
            sentence="Prometheus is gone for six minutes: nothing is removed that runs, and KEDA sees again when it is back",
            rate=((0, 0.9), (90, 0.9)),
            # Of the same family as the flood, whose node it must not take.
            after=14,
            until_calm=True,
            happening=lose_prometheus,
        ),
    )
}
