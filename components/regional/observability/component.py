"""Monitors, rules and dashboards of one region."""

from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi import ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.planning import labels
from components.planning.plan import RegionPlan
from components.regional.observability import dashboards, rules


def pod_monitor() -> dict[str, Any]:
    """Scrapes every model server; one monitor, because all of them answer alike."""
    return {
        "selector": {"matchLabels": {"app.kubernetes.io/name": "vllm"}},
        "podMetricsEndpoints": [
            {"port": "http", "path": "/metrics", "interval": "15s", "scrapeTimeout": "10s"}
        ],
    }


class Observability(pulumi.ComponentResource):
    """Sees every model server of a region, says when something is wrong, and shows what is going on."""

    def __init__(self, name: str, plan: RegionPlan, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:Observability", name, None, opts)
        child = ResourceOptions(parent=self)
        CustomResource(
            f"{name}-models",
            api_version="monitoring.coreos.com/v1",
            kind="PodMonitor",
            metadata=ObjectMetaArgs(name="models", namespace=labels.SERVING_NAMESPACE),
            spec=pod_monitor(),
            opts=child,
        )
        about: dict[str, dict[str, Any]] = {
            "llm-fleet": rules.fleet_rule(plan),
            **{f"pool-{family}": rules.family_rule(plan, family) for family in plan.family_usd_per_hour},
            **{f"model-{model.name}": rules.model_rule(plan, model) for model in plan.models},
        }
        for title, spec in about.items():
            CustomResource(
                f"{name}-rules-{title}",
                api_version="monitoring.coreos.com/v1",
                kind="PrometheusRule",
                metadata=ObjectMetaArgs(name=title, namespace=labels.MONITORING_NAMESPACE),
                spec=spec,
                opts=child,
            )
        for uid in dashboards.ALL:
            kubernetes.core.v1.ConfigMap(
                f"{name}-dashboard-{uid}",
                metadata=ObjectMetaArgs(
                    name=f"llm-fleet-{uid}",
                    namespace=labels.MONITORING_NAMESPACE,
                    labels={labels.GRAFANA_DASHBOARD: "1"},
                ),
                data={f"{uid}.json": dashboards.dashboard(uid)},
                opts=child,
            )
        self.register_outputs({})
