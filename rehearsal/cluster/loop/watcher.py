"""What an operator would have on the screen, every fifteen of the model's seconds: from the API server and Prometheus."""

import asyncio
import contextlib
import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from components.catalog import metrics
from components.planning import labels
from rehearsal.cluster.loop.api import Api, Json
from rehearsal.cluster.loop.entrance import Entrance
from rehearsal.cluster.loop.kubelet import Kubelet, is_ready
from rehearsal.cluster.loop.pace import PACE, shortened
from rehearsal.cluster.timeline import Sample

EVERY_SECONDS: Final = 1.0
"""Of ours."""

HPAS = f"/apis/autoscaling/v2/namespaces/{labels.SERVING_NAMESPACE}/horizontalpodautoscalers"
DEPLOYMENTS = f"/apis/apps/v1/namespaces/{labels.SERVING_NAMESPACE}/deployments"

QUERIES: Final[Mapping[str, str]] = {
    "waiting": f"sum by (model_name) ({metrics.REQUESTS_WAITING})",
    "running": f"sum by (model_name) ({metrics.REQUESTS_RUNNING})",
    "kv_cache_use": f"avg by (model_name) ({metrics.KV_CACHE_USE})",
    "gpu_utilisation_percent": (
        "avg by (model_name) (label_replace("
        f'{metrics.GPU_UTILISATION}, "model_name", "$1", "exported_pod", "(.+)-[a-z0-9]+-[a-z0-9]+"))'
    ),
    "time_to_first_token_seconds": shortened(
        "histogram_quantile(0.95, sum by (le, model_name)"
        f" (rate({metrics.TIME_TO_FIRST_TOKEN}_bucket[2m]))) > 0"
    ),
}
"""The triggers' own measures, for all models at once."""

MEASURES: Final = ("kv_cache_use", "gpu_utilisation_percent", "time_to_first_token_seconds")


@dataclass
class Watcher:
    """Writes down every model's state until it is cancelled."""

    api: Api
    kubelet: Kubelet
    entrances: Mapping[str, Entrance]
    prometheus_port: int
    began: float
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    _sent: dict[str, int] = field(default_factory=dict)

    async def run(self) -> None:
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
            for count in range(1_000_000):
                await asyncio.sleep(self.began + count * EVERY_SECONDS - time.monotonic())
                await self._look(client)

    async def _look(self, client: httpx.AsyncClient) -> None:
        at = (time.monotonic() - self.began) * PACE
        hpas, deployments, *measured = await asyncio.gather(
            self.api.get(HPAS),
            self.api.get(DEPLOYMENTS),
            *(ask(client, self.prometheus_port, query) for query in QUERIES.values()),
        )
        desired = {
            one["spec"]["scaleTargetRef"]["name"]: one["status"].get("desiredReplicas", 0)
            for one in hpas["items"]
        }
        replicas = {one["metadata"]["name"]: one["spec"]["replicas"] for one in deployments["items"]}
        seen = dict(zip(QUERIES, measured, strict=True))
        for name, entrance in self.entrances.items():
            pods = self.kubelet.of(name)
            arrived, self._sent[name] = entrance.sent - self._sent.get(name, 0), entrance.sent
            self.samples.setdefault(name, []).append(
                Sample(
                    seconds=at,
                    desired=desired.get(name, 0),
                    replicas=replicas.get(name, 0),
                    ready=sum(map(is_ready, pods)),
                    nodes=len({one["spec"]["nodeName"] for one in pods if "nodeName" in one["spec"]}),
                    arriving=arrived / (EVERY_SECONDS * PACE),
                    waiting=_whole(seen["waiting"].get(name)),
                    running=_whole(seen["running"].get(name)),
                    **{key: seen[key].get(name) for key in MEASURES},
                )
            )


async def ask(client: httpx.AsyncClient, prometheus_port: int, query: str) -> dict[str, float]:
    """By model, or without one; nothing where there is nothing to see, and nothing at all while Prometheus is gone."""
    with contextlib.suppress(httpx.TransportError):
        answer = await client.get(f"http://127.0.0.1:{prometheus_port}/api/v1/query", params={"query": query})
        if answer.is_success:
            return dict(_values(answer.json()["data"]["result"]))
    return {}


def _values(result: Iterable[Json]) -> Iterable[tuple[str, float]]:
    for one in result:
        value = float(one["value"][1])
        if math.isfinite(value):
            yield one["metric"].get("model_name", ""), value


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
