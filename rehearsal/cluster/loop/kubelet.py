"""What a kubelet and its drivers would do for the pods of model servers: start a process, probe it, and see it out.

KWOK's nodes run nothing. Each pod of the serving namespace that the scheduler has put on one is stood for by a process of
this machine at an address of its own, such as 127.200.0.1, so that Prometheus and the entrance reach it at its pod's address.
Nothing else of a kubelet is here: no image, no volume, no limit; the pod's cold start is the plan's.
"""

import asyncio
import contextlib
import errno
import itertools
import multiprocessing
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from components.planning import labels
from components.regional.node_pools.manifests import STARTUP_TAINTS
from rehearsal.cluster.loop.api import MERGE, Api, Json

NETWORKS = tuple(f"127.{place}" for place in range(200, 216))
"""Each run takes one that no other run on this machine has."""

PROBE_SECONDS = 0.1
"""Of ours, a second and a half of the model's; in earnest a probe's period adds up to five."""

PODS = f"/api/v1/namespaces/{labels.SERVING_NAMESPACE}/pods"

Target = Callable[[Json, str], tuple[Callable[..., None], tuple[Any, ...]]]
"""From a pod and its address: what its process runs, and with what."""


@dataclass
class Kubelet:
    """Of all nodes at once."""

    api: Api
    target: Target
    preload: Sequence[str] = ()
    """Modules that every pod's process needs: loaded once, for all of them, a process is there in 6 ms instead of 160."""
    pods: dict[str, Json] = field(default_factory=dict)
    """Those that there are, by name, as last told; the entrance and the recorder read them."""
    _processes: dict[str, multiprocessing.process.BaseProcess] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _leaving: set[str] = field(default_factory=set)
    _addresses: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self._network, self._held = network()
        self._forks = multiprocessing.get_context("forkserver")
        self._forks.set_forkserver_preload(list(self.preload))

    async def run(self) -> None:
        """For as long as it is not cancelled."""
        await asyncio.gather(self._watch_pods(), self._watch_nodes())

    async def _watch_pods(self) -> None:
        async for kind, pod in self.api.watch(PODS):
            name = pod["metadata"]["name"]
            if kind == "DELETED":
                self.pods.pop(name, None)
                self._end(name)
                continue
            self.pods[name] = pod
            if "deletionTimestamp" in pod["metadata"]:
                if name not in self._leaving:
                    self._leaving.add(name)
                    self._replace_task(name, self._see_out(pod))
            elif pod["spec"].get("nodeName") and name not in self._tasks:
                self._replace_task(name, self._start(pod))

    async def _watch_nodes(self) -> None:
        """The storage driver takes its taint off a new node."""
        async for kind, node in self.api.watch("/api/v1/nodes"):
            taints = node["spec"].get("taints", [])
            kept = [one for one in taints if one["key"] not in STARTUP_TAINTS.values()]
            if kind != "DELETED" and kept != taints:
                name = node["metadata"]["name"]
                # As a merge: another's taint that comes meanwhile is refused by the version, and seen at the next event.
                told = {"resourceVersion": node["metadata"]["resourceVersion"]}
                await self.api.patch(
                    f"/api/v1/nodes/{name}", {"metadata": told, "spec": {"taints": kept}}, form=MERGE
                )

    def _replace_task(self, name: str, work: Any) -> None:
        if name in self._tasks:
            self._tasks[name].cancel()
        self._tasks[name] = asyncio.create_task(work)

    async def _start(self, pod: Json) -> None:
        name, count = pod["metadata"]["name"], next(self._addresses)
        address = f"{self._network}.{count // 250}.{count % 250 + 1}"
        run, given = self.target(pod, address)
        process = self._forks.Process(target=run, args=given, daemon=True)
        process.start()
        self._processes[name] = process
        await self.api.patch(f"{PODS}/{name}/status", {"status": status(address, ready=False)})
        async with httpx.AsyncClient(trust_env=False) as client:
            while not await _healthy(client, address):
                await asyncio.sleep(PROBE_SECONDS)
        await self.api.patch(f"{PODS}/{name}/status", {"status": status(address, ready=True)})

    async def _see_out(self, pod: Json) -> None:
        """preStop, then SIGTERM, then, at the end of its grace, SIGKILL; the pod is gone when its process is."""
        name, spec = pod["metadata"]["name"], pod["spec"]
        process = self._processes.get(name)
        if process:
            grace = pod["metadata"]["deletionGracePeriodSeconds"]
            (server,) = [one for one in spec["containers"] if "lifecycle" in one]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(grace):
                    await asyncio.sleep(server["lifecycle"]["preStop"]["sleep"]["seconds"])
                    process.terminate()
                    while process.is_alive():
                        await asyncio.sleep(PROBE_SECONDS)
        await self.api.delete(f"{PODS}/{name}", at_once=True)

    def _end(self, name: str) -> None:
        if task := self._tasks.pop(name, None):
            task.cancel()
        self._leaving.discard(name)
        if process := self._processes.pop(name, None):
            process.kill()

    def of(self, model: str) -> list[Json]:
        """The pods that a model has."""
        return [one for one in self.pods.values() if one["metadata"]["labels"][labels.MODEL] == model]

    def on(self, node: str) -> list[str]:
        """Names of the pods that a node has."""
        return [name for name, pod in self.pods.items() if pod["spec"].get("nodeName") == node]

    def take_away(self, node: str) -> None:
        """The node's machine is gone: its processes end at once."""
        for name in self.on(node):
            if process := self._processes.get(name):
                process.kill()

    def close(self) -> None:
        """Ends every process that it started."""
        for name in list(self._processes):
            self._end(name)
        self._held.close()


def network() -> tuple[str, socket.socket]:
    """One of `NETWORKS`, and the socket that keeps it from other runs until it is closed.

    Raises `RuntimeError` where pods cannot have addresses of their own.
    """
    for one in NETWORKS:
        held = socket.socket()
        try:
            held.bind((f"{one}.255.254", labels.SERVER_PORT))
        except OSError as refused:
            held.close()
            if refused.errno != errno.EADDRINUSE:
                raise RuntimeError(
                    f"the loop gives its pods addresses in {one}.0.0/16, and this machine's loopback has 127.0.0.1 alone;"
                    " run it on Linux, or in a Linux container"
                ) from None
        else:
            return one, held
    raise RuntimeError(f"{len(NETWORKS)} loops run on this machine already; wait for one to end")


def status(address: str, *, ready: bool) -> Json:
    """Of a pod whose containers run, and answer or do not yet."""
    truth = "True" if ready else "False"
    true = ("PodScheduled", "Initialized", "PodReadyToStartContainers")
    return {
        "phase": "Running",
        "podIP": address,
        "podIPs": [{"ip": address}],
        "conditions": [
            *({"type": one, "status": "True"} for one in true),
            *({"type": one, "status": truth} for one in ("ContainersReady", "Ready")),
        ],
    }


def is_ready(pod: Json) -> bool:
    """Whether it takes requests: ready, and not told to go."""
    return "deletionTimestamp" not in pod["metadata"] and any(
        one["type"] == "Ready" and one["status"] == "True"
        for one in pod.get("status", {}).get("conditions", [])
    )


async def _healthy(client: httpx.AsyncClient, address: str) -> bool:
    """Most are asked long before they listen: that is found out without a request, at a tenth of what one takes."""
    try:
        _, opened = await asyncio.open_connection(address, labels.SERVER_PORT)
        opened.close()
        return (await client.get(f"http://{address}:{labels.SERVER_PORT}/health")).is_success
    except (OSError, httpx.TransportError):
        return False
