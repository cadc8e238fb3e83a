"""Plays all scenarios at once on one loop, and writes down what each model did."""

import asyncio
import copy
import dataclasses
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from components.catalog import metrics
from rehearsal.cluster.control_plane import NotRunning
from rehearsal.cluster.loop.api import Api
from rehearsal.cluster.loop.entrance import Entrance
from rehearsal.cluster.loop.loop import Loop
from rehearsal.cluster.loop.pace import PACE, wall
from rehearsal.cluster.loop.watcher import Watcher, ask
from rehearsal.cluster.timeline import Event, Recording, Thresholds
from tests.cluster.scenarios import MINUTE, SCENARIOS, Scenario, requests
from tests.cluster.stage import Stage, eventually

BEFORE_THE_HOUR: Final = 4.0
"""Of our seconds, and one of the model's minutes: so much is seen of what was before."""

NOTICE_SECONDS: Final = 4.0
"""Of ours, that KEDA has to read a ScaledObject."""

MOST_SECONDS: Final = 480.0
"""Of ours: a calendar's minute may be 68 s away, the night takes 108 from then, the outage 30, and each wait its patience."""

RESTARTED: Final = ("keda-operator",)
"""What Kubernetes would start again: KEDA 2.20.2 may die of a nil pointer when triggers of one ScaledObject fall back at once
(one outage in some ten, 2026-11-21). Whatever else ends by itself fails the run."""


@dataclass(frozen=True, slots=True)
class Played:
    """What was seen of each model, and which controllers fell meanwhile, with their last words."""

    recordings: dict[str, Recording]
    fallen: tuple[str, ...]


async def play(loop: Loop, names: tuple[str, ...] = tuple(SCENARIOS)) -> Played:
    """Everything, from the first floor to the last answer; raises `TimeoutError` with what is still open."""
    async with Api(loop.plane) as api:
        stage = Stage(loop, api)
        playing = asyncio.create_task(_play(stage, names))
        beside = [asyncio.create_task(one) for one in (stage.kubelet.run(), _tend(stage))]
        try:
            # Whatever ends first has either played to the end or failed, and then nothing goes on without it.
            done, _ = await asyncio.wait(
                {playing, *beside}, timeout=MOST_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if not done:
                raise TimeoutError(f"not over after {MOST_SECONDS:.0f} s; {_open(stage)}")
            for one in done:
                one.result()
            return Played(await playing, tuple(stage.fallen))
        finally:
            for one in (playing, *beside):
                one.cancel()
            stage.kubelet.close()


async def _tend(stage: Stage) -> None:
    """For as long as it is not cancelled; raises `NotRunning` where something ends that nobody would start again."""
    while True:
        for name, told in stage.loop.plane.ended().items():
            if name not in RESTARTED:
                raise NotRunning(told)
            stage.fallen.append(told)
            stage.loop.plane.restart(name)
        await asyncio.sleep(0.5)


def _open(stage: Stage) -> str:
    """What is not answered yet, and what was told last, of each model."""
    told = {name: events[-1].told for name, events in stage.events.items()}
    return "; ".join(
        f"{name}: {one.counts.open} requests open" + (f", last {told[name]!r}" if name in told else "")
        for name, one in stage.entrances.items()
    )


async def _play(stage: Stage, names: tuple[str, ...]) -> dict[str, Recording]:
    floors = {model.name: model.replicas.floor for model in stage.loop.plan.models}

    async def ready() -> bool:
        return all(stage.ready(name) == count for name, count in floors.items())

    await eventually(ready, "floors ready")
    await _seen(stage, sum(floors.values()))
    stage.entrances = {name: Entrance(lambda name=name: stage.kubelet.of(name)) for name in names}
    minute = _next_minute(stage)
    objects = [turned(one, minute) for one in stage.loop.scaled_objects]
    await asyncio.to_thread(stage.loop.let_scale, objects)
    stage.began = time.monotonic()
    watcher = Watcher(stage.api, stage.kubelet, stage.entrances, stage.loop.prometheus_port, stage.began)
    watching = asyncio.create_task(watcher.run())
    chosen = [SCENARIOS[name] for name in names]
    async with asyncio.TaskGroup() as everybody:
        for one in chosen:
            if one.until_calm:
                everybody.create_task(_one(stage, one))
        async with asyncio.TaskGroup() as first:
            for one in chosen:
                if not one.until_calm:
                    first.create_task(_one(stage, one))
        stage.calm.set()
    watching.cancel()
    return {one.name: recording(stage, one, watcher) for one in chosen}


async def _seen(stage: Stage, servers: int) -> None:
    """Until Prometheus has looked at each server and its GPU.

    It looks for new pods every five seconds whatever the pace: in earnest a third of a scrape's interval, here five of them,
    in which KEDA would have failed three times and fallen back.
    """
    async with httpx.AsyncClient(trust_env=False) as client:
        for series in (metrics.REQUESTS_WAITING, metrics.GPU_UTILISATION):

            async def counted(series: str = series) -> bool:
                told = await ask(client, stage.loop.prometheus_port, f"count({series})")
                return list(told.values()) == [servers]

            await eventually(counted, f"Prometheus sees {series} of {servers} servers")


def _next_minute(stage: Stage) -> datetime:
    """The first that begins late enough; noted down, by the other clock, for whoever plays by it."""
    now = datetime.now(UTC)
    soonest = now + timedelta(seconds=NOTICE_SECONDS + BEFORE_THE_HOUR)
    minute = soonest.replace(second=0, microsecond=0) + timedelta(minutes=1)
    stage.turned = time.monotonic() + (minute - now).total_seconds()
    return minute


def turned(scaled_object: dict[str, Any], minute: datetime) -> dict[str, Any]:
    """The same with its calendar's hours set to this minute: one of ours, fifteen of the model's."""
    found = copy.deepcopy(scaled_object)
    for trigger in found["spec"]["triggers"]:
        if trigger["type"] == "cron":
            trigger["metadata"] |= {
                key: f"{at.minute} {at.hour} * * *"
                for key, at in (("start", minute), ("end", minute + timedelta(minutes=1)))
            }
    return found


def start_of(stage: Stage, scenario: Scenario) -> float:
    """Of `time.monotonic()`."""
    return (
        stage.turned - BEFORE_THE_HOUR
        if scenario.by_calendar
        else stage.began + wall(scenario.after * MINUTE)
    )


async def _one(stage: Stage, scenario: Scenario) -> None:
    demand = stage.loop.model(scenario.name).demand
    given = requests(scenario, demand.input_tokens, demand.output_tokens)
    start = start_of(stage, scenario)
    async with asyncio.TaskGroup() as both:
        both.create_task(stage.entrances[scenario.name].play(given, start))
        both.create_task(scenario.happening(stage))
    if not scenario.until_calm:
        await asyncio.sleep(start + scenario.minutes * MINUTE / PACE - time.monotonic())


def recording(stage: Stage, scenario: Scenario, watcher: Watcher) -> Recording:
    """What was seen of one model, in its own time."""
    model = stage.loop.model(scenario.name)
    before = (start_of(stage, scenario) - stage.began) * PACE
    length = scenario.minutes * MINUTE
    return Recording(
        name=scenario.name,
        sentence=scenario.sentence,
        pace=PACE,
        floor=model.replicas.floor,
        ceiling=model.replicas.ceiling,
        counts=stage.entrances[scenario.name].counts,
        samples=tuple(
            dataclasses.replace(one, seconds=one.seconds - before)
            for one in watcher.samples[scenario.name]
            if 0 <= one.seconds - before <= length
        ),
        events=tuple(Event(one.seconds - before, one.told) for one in stage.events.get(scenario.name, ())),
        thresholds=Thresholds(
            **{one.name: getattr(model.scaling, one.name) for one in dataclasses.fields(Thresholds)}
        ),
    )
