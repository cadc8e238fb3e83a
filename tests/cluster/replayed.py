"""What the replay says of a scenario that the real loop played: the same traffic and plan, and the cold start it had."""

import dataclasses
import statistics
from collections.abc import Iterable
from pathlib import Path

from components.planning.fleet import plan_fleet
from components.planning.model_plan import ModelPlan
from components.settings import stackfile
from components.settings.understanding import understand
from rehearsal.cluster.timeline import Recording
from rehearsal.replay import simulator
from tests.cluster.scenarios import SCENARIOS, requests

FLEET = Path(__file__).parent / "loop.yaml"

REPLAYED = ("ramp", "peak", "flood", "spot", "blind")
"""Scenarios that the law alone steers, from their beginning to the first thing that is done to them; calendars are not."""


def fleet() -> stackfile.StackFile:
    """The scenarios' stack."""
    return stackfile.parse(FLEET.read_text(), "loop", FLEET.name)


def models() -> dict[str, ModelPlan]:
    """The scenarios' models, by name."""
    file = fleet()
    return {one.name: one for one in understand(file.fleet, file.stack, plan_fleet).regions[0].models}


def replay(recording: Recording) -> tuple[tuple[float, int], ...]:
    """Second and replicas of each change, as the simulator has them."""
    model = with_its_cold_start(models()[recording.name], recording)
    demand = model.demand
    traffic = tuple(requests(SCENARIOS[model.name], demand.input_tokens, demand.output_tokens))
    return simulator.simulate(model, traffic, simulator.steered(model), first=model.replicas.floor).timeline


def with_its_cold_start(model: ModelPlan, recording: Recording) -> ModelPlan:
    """The plan's, and what real programs took besides: finding a node, starting a process. It weighs `PACE` times."""
    took = statistics.mean(cold_starts(recording))
    more = took - model.cold_start.seconds
    cold = dataclasses.replace(model.cold_start, node_seconds=model.cold_start.node_seconds + more)
    return dataclasses.replace(model, cold_start=cold)


def cold_starts(recording: Recording) -> list[float]:
    """Of each replica beyond the floor: from the second it was ordered to the one in which so many were ready."""
    return [
        first(recording, "ready", count) - first(recording, "replicas", count)
        for count in range(recording.floor + 1, max(one.ready for one in recording.samples) + 1)
    ]


def first(recording: Recording, what: str, count: int) -> float:
    """The second at which there were first so many."""
    return next(one.seconds for one in recording.samples if getattr(one, what) >= count)


def within_one(recording: Recording, *, late_seconds: float = 0) -> tuple[int, int]:
    """Samples, up to the first thing that was done, in which the replay is at most one replica away; and all of them.

    Away from where it is then, or was up to `late_seconds` of the model's before.
    """
    until = recording.events[0].seconds if recording.events else float("inf")
    told = replay(recording)
    near = [
        min(abs(one.replicas - at(told, one.seconds - late)) for late in (0, min(late_seconds, one.seconds)))
        <= 1
        for one in recording.samples
        if one.seconds < until
    ]
    return sum(near), len(near)


def all_within_one(recordings: Iterable[Recording], *, late_seconds: float = 0) -> tuple[int, int]:
    """The same of several, added up."""
    each = [within_one(one, late_seconds=late_seconds) for one in recordings]
    return sum(near for near, _ in each), sum(every for _, every in each)


def at(steps: Iterable[tuple[float, int]], second: float) -> int:
    """Of steps in the order of time, the value at a second."""
    return [value for start, value in steps if start <= second][-1]
