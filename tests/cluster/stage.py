"""A loop with its stand-ins, while scenarios play on it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from components.planning import labels
from rehearsal.cluster.loop.api import Api, Json
from rehearsal.cluster.loop.entrance import Entrance
from rehearsal.cluster.loop.kubelet import Kubelet, is_ready
from rehearsal.cluster.loop.loop import Loop
from rehearsal.cluster.loop.pace import PACE, wall
from rehearsal.cluster.timeline import Event
from rehearsal.replay.server import speed_of
from tests.cluster import model_server
from tests.cluster.model_server import Starting

PATIENCE_SECONDS = 60


@dataclass
class Stage:
    """A loop with its stand-ins, while scenarios play on it."""

    loop: Loop
    api: Api
    began: float = 0.0
    """Of `time.monotonic()`; 0 until the floors are ready."""
    turned: float = 0.0
    """When a calendar's minute begins, of `time.monotonic()`."""
    calm: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when only those play that wait for the others' end."""
    entrances: dict[str, Entrance] = field(default_factory=dict)
    events: dict[str, list[Event]] = field(default_factory=dict)
    fallen: list[str] = field(default_factory=list)
    """Controllers that ended by themselves and were started again, each with its last words."""
    kubelet: Kubelet = field(init=False)

    def __post_init__(self) -> None:
        self.kubelet = Kubelet(self.api, self.target, preload=[model_server.__name__])

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

    def ready(self, name: str) -> int:
        return sum(map(is_ready, self.kubelet.of(name)))

    @property
    def seconds(self) -> float:
        """Of the model's, since all began."""
        return (time.monotonic() - self.began) * PACE

    async def until(self, seconds: float) -> None:
        """Of the model's."""
        await asyncio.sleep(self.began + wall(seconds) - time.monotonic())

    def tell(self, name: str, told: str) -> None:
        """Something happened to a model now."""
        self.events.setdefault(name, []).append(Event(self.seconds, told))


async def eventually(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    """Raises `TimeoutError` with what never came to be."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await holds():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        await asyncio.sleep(0.1)
