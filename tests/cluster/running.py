"""Plays all scenarios at once on one loop, and writes down what each model did."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.planning import labels
from rehearsal.cluster.loop.api import Api, Json
from rehearsal.cluster.loop.entrance import Entrance
from rehearsal.cluster.loop.kubelet import Kubelet, is_ready
from rehearsal.cluster.loop.loop import Loop
from rehearsal.cluster.loop.pace import PACE, wall
from rehearsal.cluster.loop.watcher import Watcher
from rehearsal.cluster.timeline import Counts, Event, Recording, Thresholds
from rehearsal.replay.server import speed_of
from tests.cluster import model_server
from tests.cluster.model_server import Starting
from tests.cluster.scenarios import MINUTE, SCENARIOS, Scenario, requests

PATIENCE_SECONDS = 60


@dataclass
class Stage:
    """A loop with its stand-ins, while scenarios play on it."""

    loop: Loop
    api: Api
    began: float = 0.0
    """Of `time.monotonic()`; 0 until the floors are ready."""
    entrances: dict[str, Entrance] = field(default_factory=dict)
    events: dict[str, list[Event]] = field(default_factory=dict)
    kubelet: Kubelet = field(init=False)

    def __post_init__(self) -> None:
        self.kubelet = Kubelet(self.api, self.target)

    def target(self, pod: Json, address: str) -> tuple[Callable[..., None], tuple[Any, ...]]:
        """A floor that was there before is warm; what comes later is cold."""
        model = self.loop.model(pod["metadata"]["labels"][labels.MODEL])
        cold = model.cold_start.image_seconds + model.cold_start.on_node_seconds
        starting = Starting(
            model=model.name,
            pod=pod["metadata"]["name"],
            address=address,
            speed=speed_of(model),
            cold_seconds=cold if self.began else 0.0,
            shutdown_seconds=model.drain.shutdown_seconds,
        )
        return model_server.serve, (starting,)

    def pods(self, name: str) -> list[Json]:
        return [one for one in self.kubelet.pods.values() if one["metadata"]["labels"][labels.MODEL] == name]

    def ready(self, name: str) -> int:
        return sum(map(is_ready, self.pods(name)))

    @property
    def seconds(self) -> float:
        """Of the model's, since all began."""
        return (time.monotonic() - self.began) * PACE

    async def until(self, seconds: float) -> None:
        """Of the model's."""
        await asyncio.sleep(self.began + wall(seconds) - time.monotonic())

    def tell(self, name: str, told: str) -> None:
        self.events.setdefault(name, []).append(Event(self.seconds, told))


async def eventually(holds: Callable[[], Any], what: str) -> None:
    """Raises `TimeoutError` with what never came to be."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        await asyncio.sleep(0.1)


async def play(loop: Loop, names: tuple[str, ...] = tuple(SCENARIOS)) -> dict[str, Recording]:
    """Everything, from the first floor to the last answer."""
    async with Api(loop.plane) as api:
        stage = Stage(loop, api)
        kubelet = asyncio.create_task(stage.kubelet.run())
        try:
            return await _play(stage, names)
        finally:
            kubelet.cancel()
            stage.kubelet.close()


async def _play(stage: Stage, names: tuple[str, ...]) -> dict[str, Recording]:
    floors = {model.name: model.replicas.floor for model in stage.loop.plan.models}
    await eventually(lambda: all(stage.ready(name) == count for name, count in floors.items()), "floors ready")
    await asyncio.to_thread(stage.loop.let_scale)
    stage.entrances = {name: Entrance(lambda name=name: stage.pods(name)) for name in names}
    stage.began = time.monotonic()
    watcher = Watcher(stage.api, stage.kubelet, stage.entrances, stage.loop.prometheus_port, stage.began)
    watching = asyncio.create_task(watcher.run())
    async with asyncio.TaskGroup() as all_of_them:
        for name in names:
            all_of_them.create_task(_one(stage, SCENARIOS[name]))
    watching.cancel()
    return {name: recording(stage, SCENARIOS[name], watcher) for name in names}


async def _one(stage: Stage, scenario: Scenario) -> None:
    demand = stage.loop.model(scenario.name).demand
    given = requests(scenario, demand.input_tokens, demand.output_tokens)
    await stage.entrances[scenario.name].play(given, stage.began)
    await stage.until(scenario.minutes * MINUTE)


def recording(stage: Stage, scenario: Scenario, watcher: Watcher) -> Recording:
    """What was seen of one model."""
    model, entrance = stage.loop.model(scenario.name), stage.entrances[scenario.name]
    scaling = model.scaling
    return Recording(
        name=scenario.name,
        sentence=scenario.sentence,
        pace=PACE,
        floor=model.replicas.floor,
        ceiling=model.replicas.ceiling,
        counts=Counts(
            sent=entrance.sent,
            answered=entrance.answered,
            refused=entrance.refused,
            lost=len(entrance.lost),
        ),
        samples=tuple(watcher.samples[scenario.name]),
        events=tuple(stage.events.get(scenario.name, ())),
        thresholds=Thresholds(
            waiting_requests=scaling.waiting_requests,
            kv_cache_use=scaling.kv_cache_use,
            gpu_utilisation_percent=scaling.gpu_utilisation_percent,
            time_to_first_token_seconds=scaling.time_to_first_token_seconds,
        ),
    )
