"""How fast replicas come and go, what is held when nobody knows, and who else may not interfere."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from components.planning import labels
from policies.autoscaling import prometheus_triggers
from policies.pools import GROUP, family_and_capacity
from policies.reading import model_servers, waited_for_in_production, whole
from policies.rule import Finding, Resource, Rule, at, items, label, of_kind


def _behavior(resource: Resource) -> Any:
    return at(resource.inputs, "spec", "advanced", "horizontalPodAutoscalerConfig", "behavior")


def scaling_down_is_slow(resource: Resource, *, least_down_window_seconds: int) -> Iterator[str]:
    if resource.kind != "ScaledObject":
        return
    window = whole(at(_behavior(resource), "scaleDown", "stabilizationWindowSeconds"))
    if window is None or window < least_down_window_seconds:
        yield f"removes replicas after {window} s of calm; a cold start asks for {least_down_window_seconds} s"
    if not items(_behavior(resource), "scaleUp", "policies"):
        yield "adds replicas without a pace; state scaleUp.policies"


def _pods_per_minute(direction: Any) -> float:
    """The fastest of its policies; a policy in percent counts as one pod, which is its least."""
    paces = [
        (whole(at(one, "value")) if at(one, "type") == "Pods" else 1) or 0
        for one in items(direction, "policies")
    ]
    periods = [whole(at(one, "periodSeconds")) or 15 for one in items(direction, "policies")]
    return max(
        (60 * pods / period for pods, period in zip(paces, periods, strict=True)), default=float("inf")
    )


def scaling_up_is_faster_than_down(resource: Resource) -> Iterator[str]:
    if resource.kind != "ScaledObject":
        return
    up, down = at(_behavior(resource), "scaleUp"), at(_behavior(resource), "scaleDown")
    if _pods_per_minute(down) >= _pods_per_minute(up):
        yield (
            f"adds {_pods_per_minute(up):g} replicas a minute and removes {_pods_per_minute(down):g}:"
            " a second peak would find it smaller than the first"
        )
    before = [whole(at(one, "stabilizationWindowSeconds")) or 0 for one in (up, down)]
    if before[0] >= max(before[1], 1):
        yield f"looks back {before[0]} s before it grows and {before[1]} s before it shrinks"


def fallback_holds_the_floor(resource: Resource) -> Iterator[str]:
    if resource.kind != "ScaledObject":
        return
    fallback = at(resource.inputs, "spec", "fallback")
    least = whole(at(resource.inputs, "spec", "minReplicaCount")) or 0
    held = whole(at(fallback, "replicas")) or 0
    if held < least:
        yield f"falls back to {held} replicas, fewer than the {least} it always keeps"
    if at(fallback, "behavior") != "currentReplicasIfHigher":
        yield "removes replicas when Prometheus falls silent; set fallback.behavior to currentReplicasIfHigher"


def sleeping_models_can_wake(resource: Resource) -> Iterator[str]:
    """With no replica there are no series: only a clock, or somebody else's series, can start the first."""
    if resource.kind != "ScaledObject" or (whole(at(resource.inputs, "spec", "minReplicaCount")) or 0) > 0:
        return
    if waited_for_in_production(resource) or label(resource, labels.WORKLOAD) == "interactive":
        yield "sleeps at zero replicas while somebody waits: a cold start takes minutes"
    triggers = items(resource.inputs, "spec", "triggers")
    if not any(at(one, "type") == "cron" for one in triggers):
        yield "sleeps at zero replicas and has no trigger that could wake it; give it a known peak"
    for name, metadata in prometheus_triggers(resource):
        if "or vector(0)" not in str(metadata.get("query", "")):
            yield f"trigger {name} fails while no replica runs, and the fallback would act on it; add `or vector(0)`"


def _cron_faults(metadata: Mapping[str, Any], least: int, most: int) -> Iterator[str]:
    wanted = whole(metadata.get("desiredReplicas")) or 0
    if not max(least, 1) <= wanted <= most:
        yield f"asks for {wanted} replicas of {least} to {most}"
    start, end = str(metadata.get("start", "")), str(metadata.get("end", ""))
    if len(start.split()) != 5 or len(end.split()) != 5:
        yield "does not start and end in five-field cron expressions"
    elif start == end:
        yield "ends when it starts"
    if _exists("Etc/UTC") and not _exists(str(metadata.get("timezone"))):
        yield f"is in the timezone {metadata.get('timezone')}, which does not exist"


@functools.cache
def _exists(timezone: str) -> bool:
    """Whether this machine's database has the timezone; one without any database knows none at all."""
    try:
        return bool(ZoneInfo(timezone))
    except (KeyError, ValueError, OSError):
        return False


def known_peaks_add_replicas(resource: Resource) -> Iterator[str]:
    if resource.kind != "ScaledObject":
        return
    least = whole(at(resource.inputs, "spec", "minReplicaCount")) or 0
    most = whole(at(resource.inputs, "spec", "maxReplicaCount")) or 100
    for trigger in items(resource.inputs, "spec", "triggers"):
        if at(trigger, "type") == "cron":
            for sentence in _cron_faults(at(trigger, "metadata") or {}, least, most):
                yield f"known peak {at(trigger, 'name')} {sentence}"


def replicas_belong_to_the_autoscaler(resource: Resource) -> Iterator[str]:
    """What the program states is only where to begin; stated again at every `up`, it would undo the autoscaler."""
    if resource.kind == "Deployment" and label(resource, labels.MODEL):
        path = "spec.replicas"
    elif resource.type == GROUP and family_and_capacity(resource) and _may_be_resized(resource):
        path = "scalingConfig.desiredSize"
    else:
        return
    if path not in resource.ignore_changes:
        yield f"is set back to its first size by every `pulumi up`; ignore changes of {path}"


def _may_be_resized(group: Resource) -> bool:
    """A group whose least is its most has nobody's size but the program's, and must reach a new one."""
    least, most = (at(group.inputs, "scalingConfig", key) for key in ("minSize", "maxSize"))
    return whole(least) != whole(most)


def one_autoscaler_each(resources: Sequence[Resource]) -> Iterator[Finding]:
    """Two autoscalers on one Deployment undo each other; a vertical one evicts what the horizontal one counts."""
    servers = {(one.region, one.title) for one in model_servers(resources)}
    seen: set[tuple[str | None, str]] = set()
    for scaler in of_kind(resources, "ScaledObject"):
        target = (scaler.region, str(at(scaler.inputs, "spec", "scaleTargetRef", "name")))
        if target in seen:
            yield Finding(
                resource=scaler.name, sentence=f"scales {target[1]}, which another ScaledObject scales"
            )
        seen.add(target)
    for kind, key in (("HorizontalPodAutoscaler", "scaleTargetRef"), ("VerticalPodAutoscaler", "targetRef")):
        for other in of_kind(resources, kind):
            target = (other.region, str(at(other.inputs, "spec", key, "name")))
            if target in servers:
                yield Finding(resource=other.name, sentence=f"scales {target[1]}, which KEDA scales already")


RULES = (
    Rule(
        name="scaling-down-is-slow",
        assures="replicas are added at a stated pace and removed only after five calm minutes",
        remedy="raise scaling.down_window_seconds of the model",
        numbers=("least_down_window_seconds",),
        resource=scaling_down_is_slow,
    ),
    Rule(
        name="scaling-up-is-faster-than-down",
        assures="replicas come faster than they go",
        remedy="raise scaling.up_pods or lower scaling.down_pods of the model",
        resource=scaling_up_is_faster_than_down,
    ),
    Rule(
        name="fallback-holds-the-floor",
        assures="without metrics a model keeps what it has, and never less than its minimum",
        remedy="set fallback.replicas to the minimum and fallback.behavior to currentReplicasIfHigher",
        resource=fallback_holds_the_floor,
    ),
    Rule(
        name="sleeping-models-can-wake",
        assures="only models nobody waits for sleep at zero replicas, and something wakes them",
        remedy="give the model a known peak, or set replicas.min to 1",
        resource=sleeping_models_can_wake,
    ),
    Rule(
        name="known-peaks-add-replicas",
        assures="every known peak begins, ends, and asks for replicas that the model may have",
        remedy="correct scaling.known_peaks of the model",
        resource=known_peaks_add_replicas,
    ),
    Rule(
        name="replicas-belong-to-the-autoscaler",
        assures="no `pulumi up` undoes what an autoscaler decided",
        remedy="add the path to ignore_changes of the resource",
        resource=replicas_belong_to_the_autoscaler,
    ),
    Rule(
        name="one-autoscaler-each",
        assures="nothing but its one ScaledObject changes the size of a model",
        remedy="remove the other autoscaler",
        stack=one_autoscaler_each,
    ),
)
