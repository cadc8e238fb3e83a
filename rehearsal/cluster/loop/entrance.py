"""What the load balancer and users behind it would do: send each request to the ready replica with the fewest under way."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import httpx

from components.planning import labels
from rehearsal.cluster.loop.kubelet import Json, is_ready
from rehearsal.cluster.loop.pace import wall
from rehearsal.cluster.timeline import Counts
from rehearsal.replay.traces import Request


@dataclass
class Entrance:
    """To one model; counts what became of each request."""

    pods: Callable[[], Iterable[Json]]
    sent: int = 0
    answered: int = 0
    refused: int = 0
    """503 from a replica whose queue is full, or nobody there."""
    lost: list[str] = field(default_factory=list)
    """Begun and never answered: what was broken off, by the pod."""
    closed: bool = False
    """Nobody comes any more; who is inside is answered."""
    _under_way: Counter[str] = field(default_factory=Counter)

    @property
    def counts(self) -> Counts:
        """So far."""
        return Counts(sent=self.sent, answered=self.answered, refused=self.refused, lost=len(self.lost))

    async def play(self, requests: Iterable[Request], began: float) -> None:
        """Each at its own second after `began`, of `time.monotonic()`; returns when all are answered."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        async with (
            httpx.AsyncClient(timeout=None, trust_env=False, limits=limits) as client,
            asyncio.TaskGroup() as all_of_them,
        ):
            for request in requests:
                await asyncio.sleep(began + wall(request.seconds) - time.monotonic())
                if self.closed:
                    break
                self.sent += 1
                all_of_them.create_task(self._send(client, request))

    async def _send(self, client: httpx.AsyncClient, request: Request) -> None:
        ready = [one for one in self.pods() if is_ready(one)]
        if not ready:
            self.refused += 1
            return
        chosen = min(ready, key=lambda one: self._under_way[one["metadata"]["name"]])
        name, address = chosen["metadata"]["name"], chosen["status"]["podIP"]
        self._under_way[name] += 1
        try:
            answer = await client.post(
                f"http://{address}:{labels.SERVER_PORT}/v1/completions",
                json={"input_tokens": request.input_tokens, "output_tokens": request.output_tokens},
            )
        except httpx.TransportError as broken:
            self.lost.append(f"{name}: {type(broken).__name__}")
        else:
            if answer.status_code == 503:
                self.refused += 1
            else:
                answer.raise_for_status()
                self.answered += 1
        finally:
            self._under_way[name] -= 1
