"""A stand-in for vLLM that serves no model: it keeps a request for as long as the plan says that a GPU would.

It has the pinned vLLM's metric names, a queue that ends in 503, the plan's speed, a cold start and a drain, and answers with
nothing but the seconds it took. Beside it, as on a node, answers a stand-in for NVIDIA's exporter. Its clock is the model's:
`PACE` seconds of it pass in one of ours. It works as `rehearsal.replay.server` does, and simplifies what that simplifies.
"""

import asyncio
import json
import multiprocessing
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import prometheus_client
import uvicorn
from prometheus_client import CollectorRegistry, Gauge, Histogram

from components.catalog import metrics
from components.planning import labels
from rehearsal.cluster.loop.monitoring import EXPORTER_PORT
from rehearsal.cluster.loop.pace import PACE, wall
from rehearsal.replay.server import Server, Speed
from rehearsal.replay.traces import Request

TICK_SECONDS: Final = 0.02
"""Of ours, between two looks at what is done."""

BUCKETS: Final = (
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0, 80.0, 160.0,
    640.0, 2560.0,
)  # fmt: skip
"""Of vLLM's time to first token."""

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Starting:
    """What one pod's process is told."""

    model: str
    pod: str
    address: str
    speed: Speed
    cold_seconds: float
    """Of the model's, until its port opens."""
    shutdown_seconds: float
    """Of the model's, that it may go on answering once it was told to end."""


def now() -> float:
    """The model's clock; the same in every process of this machine."""
    return time.monotonic() * PACE


def serve(starting: Starting) -> None:
    """Until it is told to end."""
    asyncio.run(_serve(starting))


async def _serve(starting: Starting) -> None:
    began = now()
    # A run that is killed takes its servers with it: the next run's pods are to be at their addresses.
    if run := multiprocessing.parent_process():
        asyncio.get_running_loop().add_reader(run.sentinel, os._exit, 1)
    standing = Standing(starting)
    prometheus_client.start_http_server(EXPORTER_PORT, starting.address, standing.exporter)
    await asyncio.sleep(wall(starting.cold_seconds))
    standing.server.ready = standing.server.now = began + starting.cold_seconds
    answers = uvicorn.Config(
        standing.app,
        host=starting.address,
        port=labels.SERVER_PORT,
        log_level="error",
        interface="asgi3",
        lifespan="off",
        # What was accepted is answered, within its deadline.
        timeout_graceful_shutdown=max(1, round(wall(starting.shutdown_seconds))),
    )
    ticking = asyncio.create_task(standing.tick())
    await uvicorn.Server(answers).serve()
    ticking.cancel()


class Standing:
    """One replica: its queue, its clock and its series."""

    def __init__(self, starting: Starting) -> None:
        self.server = Server(speed=starting.speed, ordered=now(), ready=now(), now=now())
        self.registry = CollectorRegistry()
        self.exporter = CollectorRegistry()
        self._answers: dict[int, asyncio.Future[None]] = {}
        self._asked = asyncio.Event()
        self._seen = 0
        self._looked = now()
        who = {"model_name": starting.model, "engine": "0"}
        self._waits = self._histogram(metrics.TIME_TO_FIRST_TOKEN, who)
        server = self.server
        for name, value in (
            (metrics.REQUESTS_RUNNING, lambda: server.inflight - server.waiting),
            (metrics.REQUESTS_WAITING, lambda: server.waiting),
            (metrics.KV_CACHE_USE, lambda: server.used_tokens / server.speed.cached_tokens),
        ):
            Gauge(name, name, list(who), registry=self.registry).labels(**who).set_function(value)
        on = {"gpu": "0", "pod": starting.pod, "namespace": labels.SERVING_NAMESPACE, "container": "vllm"}
        utilisation = Gauge(metrics.GPU_UTILISATION, "of the GPU", list(on), registry=self.exporter)
        utilisation.labels(**on).set_function(self._busy_percent)
        self._metrics = prometheus_client.make_asgi_app(self.registry)

    def _histogram(self, name: str, who: dict[str, str]) -> Histogram:
        return Histogram(name, name, list(who), buckets=BUCKETS, registry=self.registry).labels(**who)

    def _busy_percent(self) -> float:
        """Since it was last asked."""
        passed, self._looked = now() - self._looked, now()
        busy, self.server.busy_seconds = self.server.busy_seconds, 0.0
        return min(100.0, 100 * busy / passed) if passed > 0 else 0.0

    async def tick(self) -> None:
        """Works on, and lets those go whose answer is done; rests while nobody asks."""
        while True:
            self._work()
            if not self.server.inflight:
                self._asked.clear()
                await self._asked.wait()
            await asyncio.sleep(TICK_SECONDS)

    def _work(self) -> None:
        server = self.server
        server.advance(now())
        for done in server.answered:
            self._answers.pop(id(done)).set_result(None)
        server.answered.clear()
        for _, wait in server.waits[self._seen :]:
            self._waits.observe(wait)
        self._seen = len(server.waits)

    async def app(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """`/health`, `/metrics` and completions."""
        if scope["path"] == "/metrics":
            await self._metrics(scope, receive, send)
        elif scope["path"] == "/health":
            await _answer(send, 200, {})
        else:
            await self._complete(receive, send)

    async def _complete(self, receive: Receive, send: Send) -> None:
        asked = json.loads((await receive())["body"])
        self._work()
        request = Request(
            seconds=now(), input_tokens=asked["input_tokens"], output_tokens=asked["output_tokens"]
        )
        self.server.advance(request.seconds)
        if not self.server.take(request):
            await _answer(send, 503, {"error": "the queue is full"})
            return
        self._asked.set()
        answer = self._answers[id(request)] = asyncio.get_running_loop().create_future()
        await answer
        await _answer(send, 200, {"seconds": now() - request.seconds})


async def _answer(send: Send, status: int, body: dict[str, Any]) -> None:
    content = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
