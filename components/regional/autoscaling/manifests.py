"""The ScaledObject of one model, as KEDA 2.20 reads it."""

from typing import Any

from components.planning import labels
from components.planning.model_plan import ModelPlan
from components.planning.scaling_plan import KnownPeak, ScalingPlan
from components.regional.autoscaling import queries


def scaled_object(model: ModelPlan) -> dict[str, Any]:
    """Four eyes on the servers, a calendar for known peaks, and a hand that is quick up and slow down."""
    scaling = model.scaling
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": model.name},
        "minReplicaCount": model.replicas.floor,
        "maxReplicaCount": model.replicas.ceiling,
        "pollingInterval": scaling.polling_seconds,
        # Only on the way to zero.
        "cooldownPeriod": scaling.cooldown_seconds,
        "fallback": {
            "failureThreshold": scaling.fallback_failures,
            "replicas": scaling.fallback_replicas,
            # Blind, it never removes what already runs.
            "behavior": "currentReplicasIfHigher",
        },
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": behavior(scaling)}},
        "triggers": triggers(model),
    }


def behavior(scaling: ScalingPlan) -> dict[str, Any]:
    """The pace: a few pods a minute up, one in two minutes down after five calm ones."""
    return {
        "scaleUp": {
            "stabilizationWindowSeconds": scaling.up_window_seconds,
            "policies": [_pods(scaling.up_pods, scaling.up_period_seconds)],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": scaling.down_window_seconds,
            "policies": [_pods(scaling.down_pods, scaling.down_period_seconds)],
        },
    }


def _pods(count: int, seconds: int) -> dict[str, Any]:
    return {"type": "Pods", "value": count, "periodSeconds": seconds}


def triggers(model: ModelPlan) -> list[dict[str, Any]]:
    """The largest demand of all of them counts."""
    scaling = model.scaling
    return [
        # A total, shared out: ten waiting over a threshold of five asks for two replicas.
        _prometheus("waiting", "AverageValue", queries.waiting(model), scaling.waiting_requests),
        # Ratios of what runs: use over target, times replicas.
        _prometheus("kv-cache", "Value", queries.kv_cache_use(model), scaling.kv_cache_use),
        _prometheus("gpu", "Value", queries.gpu_utilisation(model), scaling.gpu_utilisation_percent),
        _prometheus(
            "time-to-first-token",
            "Value",
            queries.time_to_first_token(model),
            scaling.time_to_first_token_seconds,
        ),
        *(_cron(peak) for peak in scaling.known_peaks),
    ]


def _prometheus(name: str, metric_type: str, query: str, threshold: float) -> dict[str, Any]:
    return {
        "type": "prometheus",
        "name": name,
        "metricType": metric_type,
        "metadata": {
            "serverAddress": labels.PROMETHEUS_URL,
            "query": query,
            "threshold": f"{threshold:g}",
            # An empty answer is a failure, and the fallback holds; by default it would count as 0.
            "ignoreNullValues": "false",
        },
    }


def _cron(peak: KnownPeak) -> dict[str, Any]:
    return {
        "type": "cron",
        "name": peak.name,
        "metadata": {
            "timezone": peak.timezone,
            "start": peak.start,
            "end": peak.end,
            "desiredReplicas": str(peak.replicas),
        },
    }
