"""Model servers that are given the time they need to start, and are asked the right questions while they run."""

from collections.abc import Iterator
from typing import Any

from components.planning import coldstart
from policies.reading import containers, model_pod, whole
from policies.rule import Resource, Rule, at, items

LEAST_START_SECONDS = int(2 * (coldstart.ENGINE_SECONDS + coldstart.WARMUP_SECONDS))
"""Twice what the engine takes before it has read any weight: no model starts in less."""

LEAST_LIVENESS_SECONDS = 30
"""A long step may block /health for many seconds; a restart costs a cold start."""


def _patience(probe: Any) -> int:
    return (whole(at(probe, "failureThreshold")) or 3) * (whole(at(probe, "periodSeconds")) or 10)


def _engine_timeout(container: Any) -> int | None:
    named = {at(one, "name"): at(one, "value") for one in items(container, "env")}
    return whole(named.get("VLLM_ENGINE_READY_TIMEOUT_S"))


def servers_are_given_time_to_start(resource: Resource) -> Iterator[str]:
    pod = model_pod(resource)
    for container in items(pod, "containers"):
        startup = at(container, "startupProbe")
        if startup is None:
            yield "has no startupProbe: liveness would end it while it loads its weights"
            continue
        allowed = _patience(startup)
        if allowed < LEAST_START_SECONDS:
            yield f"is given {allowed} s to start; loading and compiling take {LEAST_START_SECONDS} s at the least"
        timeout = _engine_timeout(container)
        if timeout is None or timeout > allowed:
            yield f"lets its engine start for {timeout} s but its startupProbe ends it after {allowed} s"
        deadline = whole(at(resource.inputs, "spec", "progressDeadlineSeconds")) or 600
        least = int(allowed + coldstart.NODE_SECONDS)
        if deadline < least:
            yield f"is called failed after {deadline} s; a node and the start together may take {least} s"


def servers_are_asked_for_their_health(resource: Resource) -> Iterator[str]:
    for container in items(model_pod(resource), "containers"):
        for name in ("startupProbe", "readinessProbe", "livenessProbe"):
            probe = at(container, name)
            if probe is None:
                yield f"has no {name}"
            elif at(probe, "httpGet", "path") != "/health":
                yield f"asks {at(probe, 'httpGet', 'path')} in its {name}; vLLM answers for its engine on /health"
        liveness = at(container, "livenessProbe")
        if liveness is not None and _patience(liveness) < LEAST_LIVENESS_SECONDS:
            yield f"is restarted after {_patience(liveness)} s of silence, which one long step may take"


def containers_state_what_they_use(resource: Resource) -> Iterator[str]:
    pod = model_pod(resource)
    for container in containers(pod):
        name = at(container, "name")
        for key in ("cpu", "memory"):
            if at(container, "resources", "requests", key) is None:
                yield f"asks for no {key} for container {name}: its node may be too small for it"
        if at(container, "resources", "limits", "memory") is None:
            yield f"sets no memory limit for container {name}: a leak would take its node down"


def idle_connections_outlive_the_entrance(resource: Resource) -> Iterator[str]:
    """The load balancer reuses a connection for 60 s; a server that closes it earlier causes sporadic 502s."""
    for container in items(model_pod(resource), "containers"):
        named = {at(one, "name"): at(one, "value") for one in items(container, "env")}
        kept = whole(named.get("VLLM_HTTP_TIMEOUT_KEEP_ALIVE"))
        if kept is None or kept <= 60:
            yield f"closes idle connections after {kept or 5} s, before the entrance's 60 s: clients would see 502"


def admission_is_bounded(resource: Resource) -> Iterator[str]:
    for container in items(model_pod(resource), "containers"):
        words = [str(one).split("=")[0] for one in items(container, "args")]
        if "--max-num-queued-reqs" not in words:
            yield "queues requests without end; --max-num-queued-reqs answers 503 so that clients move on"


RULES = (
    Rule(
        name="servers-are-given-time-to-start",
        assures="no probe or deadline ends a model server that is still loading",
        remedy="keep startupProbe, VLLM_ENGINE_READY_TIMEOUT_S and progressDeadlineSeconds as the plan adds them up",
        resource=servers_are_given_time_to_start,
    ),
    Rule(
        name="servers-are-asked-for-their-health",
        assures="every model server is asked on /health, and not restarted over one long step",
        remedy="keep the three probes of serving/manifests.py",
        resource=servers_are_asked_for_their_health,
    ),
    Rule(
        name="containers-state-what-they-use",
        assures="every container of a model server requests CPU and memory, and is limited in memory",
        remedy="state resources.requests and limits.memory",
        resource=containers_state_what_they_use,
    ),
    Rule(
        name="idle-connections-outlive-the-entrance",
        assures="no model server closes a connection that the load balancer may still use",
        remedy="set VLLM_HTTP_TIMEOUT_KEEP_ALIVE above the load balancer's idle timeout",
        resource=idle_connections_outlive_the_entrance,
    ),
    Rule(
        name="admission-is-bounded",
        assures="a model server that is full says so at once",
        remedy="pass --max-num-queued-reqs",
        resource=admission_is_bounded,
    ),
)
