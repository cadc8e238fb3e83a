"""What is tried on the loop: traffic for each model, and what is done to the fleet meanwhile."""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rehearsal.replay.traces import Request

MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One model's traffic, in the model's own seconds."""

    name: str
    """Of the model in `loop.yaml`."""
    sentence: str
    rate: Sequence[tuple[float, float]]
    """Minute and requests a second; straight between them."""

    @property
    def minutes(self) -> float:
        return self.rate[-1][0]


def requests(scenario: Scenario, input_tokens: int, output_tokens: int) -> tuple[Request, ...]:
    """Poisson arrivals at that rate, answers between half and one and a half times the mean; always the same."""
    chance = random.Random(scenario.name)
    found: list[Request] = []
    most = max(rate for _, rate in scenario.rate)
    at = chance.expovariate(most)
    while at < scenario.minutes * MINUTE:
        if chance.random() < rate_at(scenario.rate, at / MINUTE) / most:
            found.append(
                Request(
                    seconds=at,
                    input_tokens=input_tokens,
                    output_tokens=round(output_tokens * chance.uniform(0.5, 1.5)),
                )
            )
        at += chance.expovariate(most)
    return tuple(found)


def rate_at(rate: Sequence[tuple[float, float]], minute: float) -> float:
    """Straight between the points."""
    for (before, low), (after, high) in itertools.pairwise(rate):
        if before <= minute <= after:
            return high if after == before else low + (high - low) * (minute - before) / (after - before)
    return 0.0


SCENARIOS: Final = {
    one.name: one
    for one in (
        Scenario(
            name="ramp",
            sentence="Demand grows eightfold in ten minutes: replicas follow by two a minute, and each finds a node",
            rate=((0, 0.2), (1, 0.2), (11, 1.6), (18, 1.6)),
        ),
        Scenario(
            name="peak",
            sentence="A peak comes and goes: five calm minutes, then one replica fewer every two minutes",
            rate=((0, 0.2), (1, 0.2), (1, 1.2), (9, 1.2), (9, 0.15), (26, 0.15)),
        ),
        Scenario(
            name="flood",
            sentence="Five times what the ceiling carries: the queue ends where the plan says, the rest is told 503",
            rate=((0, 0.2), (2, 0.2), (2, 4.0), (9, 4.0), (9, 0.2), (11, 0.2)),
        ),
        Scenario(
            name="spot",
            sentence="AWS takes a spot node back with 120 seconds' notice: what was accepted is answered",
            rate=((0, 0.9), (22, 0.9)),
        ),
    )
}
