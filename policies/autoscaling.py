"""An autoscaler that cannot be fooled, and pods that leave in time."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from components.catalog import metrics
from components.planning import labels, limits
from policies.rule import Finding, Resource, Rule, at, items, label, of_kind, of_type, pod_spec

SERIES = re.compile(r"\b(?:vllm:\w+|DCGM_\w+|karpenter_\w+)\b")


def _prometheus_triggers(resource: Resource) -> Iterator[tuple[str, dict[str, Any]]]:
    for trigger in items(resource.inputs, "spec", "triggers"):
        if at(trigger, "type") == "prometheus":
            yield str(at(trigger, "name") or "unnamed"), dict(at(trigger, "metadata") or {})


def triggers_name_known_series(resource: Resource) -> Iterator[str]:
    if resource.kind != "ScaledObject":
        return
    for name, metadata in _prometheus_triggers(resource):
        for series in SERIES.findall(str(metadata.get("query", ""))):
            if series not in metrics.KNOWN:
                yield f"trigger {name} reads {series}, which nothing in the fleet exports"


def silence_is_not_idleness(resource: Resource) -> Iterator[str]:
    """KEDA reads an empty answer as 0 unless told otherwise, and removes replicas when Prometheus dies."""
    if resource.kind != "ScaledObject":
        return
    for name, metadata in _prometheus_triggers(resource):
        if metadata.get("ignoreNullValues") != "false":
            yield f'trigger {name} takes a missing series for 0; set ignoreNullValues to "false"'
        if "metricName" in metadata:
            yield f"trigger {name} sets metricName, which KEDA removed in 2.12"
    if at(resource.inputs, "spec", "fallback", "replicas") is None:
        yield "has no fallback: without Prometheus nothing says how many replicas to hold"


def scaling_down_is_slow(resource: Resource) -> Iterator[str]:
    if resource.kind != "ScaledObject":
        return
    behavior = at(resource.inputs, "spec", "advanced", "horizontalPodAutoscalerConfig", "behavior")
    window = at(behavior, "scaleDown", "stabilizationWindowSeconds")
    if window is None or int(window) < limits.DOWN_WINDOW_SECONDS:
        yield f"removes replicas after {window} s of calm; a cold start asks for {limits.DOWN_WINDOW_SECONDS} s"
    if not items(behavior, "scaleUp", "policies"):
        yield "adds replicas without a pace; state scaleUp.policies"


def pods_leave_within_the_notice(resource: Resource) -> Iterator[str]:
    pod = pod_spec(resource)
    if pod is None or resource.kind != "Deployment" or label(resource, labels.MODEL) is None:
        return
    grace = int(at(pod, "terminationGracePeriodSeconds") or 30)
    if grace > limits.SPOT_NOTICE_SECONDS:
        yield f"takes {grace} s to leave; a spot node is gone after {limits.SPOT_NOTICE_SECONDS} s"
    for container in items(pod, "containers"):
        pause = int(at(container, "lifecycle", "preStop", "sleep", "seconds") or 0)
        drain = _flag(items(container, "args"), "--shutdown-timeout")
        if pause == 0 or drain == 0:
            yield "cuts off the requests in flight: needs a preStop sleep and --shutdown-timeout"
        elif pause + drain > grace:
            yield f"sleeps {pause} s and drains {drain} s but is killed after {grace} s"


def _flag(args: Sequence[Any], name: str) -> int:
    """The value of `--name=5` or `--name 5`, 0 where it is absent."""
    for i, word in enumerate(map(str, args)):
        if word.startswith(f"{name}="):
            return int(word.split("=", 1)[1])
        if word == name and i + 1 < len(args):
            return int(args[i + 1])
    return 0


def interruptions_are_heard(resources: Sequence[Resource]) -> Iterator[Finding]:
    """Spot nodes of Karpenter drain only if the notice reaches it; managed groups drain by themselves."""
    pools = [one for one in of_kind(resources, "NodePool") if _holds_spot(one)]
    heard = {
        one.region
        for one in of_type(resources, "aws:cloudwatch/eventRule:EventRule")
        if "EC2 Spot Instance Interruption Warning" in str(at(one.inputs, "eventPattern"))
    }
    for pool in pools:
        if pool.region not in heard:
            yield Finding(
                resource=pool.name,
                sentence="buys spot, but no rule carries interruption notices to Karpenter",
            )


def _holds_spot(pool: Resource) -> bool:
    requirements = items(pool.inputs, "spec", "template", "spec", "requirements")
    return any("spot" in items(one, "values") for one in requirements)


RULES = (
    Rule(
        name="triggers-name-known-series",
        assures="every trigger reads series that the pinned vLLM, DCGM exporter or Karpenter exports",
        remedy="use the names in catalog/metrics.py",
        resource=triggers_name_known_series,
    ),
    Rule(
        name="silence-is-not-idleness",
        assures="a dead Prometheus holds replicas instead of removing them",
        remedy='set ignoreNullValues to "false" on every trigger, and a fallback',
        resource=silence_is_not_idleness,
    ),
    Rule(
        name="scaling-down-is-slow",
        assures="replicas are added at a stated pace and removed only after five calm minutes",
        remedy="raise scaling.down_window_seconds of the model",
        resource=scaling_down_is_slow,
    ),
    Rule(
        name="pods-leave-within-the-notice",
        assures="a model server finishes its requests and is gone before a spot node is",
        remedy="keep preStop, --shutdown-timeout and the grace period as the plan adds them up",
        resource=pods_leave_within_the_notice,
    ),
    Rule(
        name="interruptions-are-heard",
        assures="wherever Karpenter buys spot, interruption notices reach it",
        remedy="keep the interruption queue and its event rules",
        stack=interruptions_are_heard,
    ),
)
