"""Cluster Autoscaler: resizes the managed groups when a pod waits, spot first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes
import yaml
from pulumi import ResourceOptions
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.catalog import versions
from components.planning import system
from components.planning.plan import RegionPlan
from components.regional import pods
from components.regional.addons import identities
from components.regional.addons.release import release
from components.regional.identity import WorkloadIdentity

PRIORITIES: Mapping[int, tuple[str, ...]] = {50: (r".*-spot-.*",), 10: (r".*-od-.*",)}
"""The highest that can grow is taken: spot groups, then on-demand; by the names EKS gives their Auto Scaling groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterAutoscalerArgs:
    """Whose groups."""

    plan: RegionPlan


class ClusterAutoscaler(pulumi.ComponentResource):
    """Resizes the managed GPU groups of one region."""

    scaler_role_name: pulumi.Output[str]

    def __init__(self, name: str, args: ClusterAutoscalerArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:ClusterAutoscaler", name, None, opts)
        child = ResourceOptions(parent=self)
        identity = WorkloadIdentity(f"{name}-identity", identities.cluster_autoscaler(args.plan), child)
        priorities = kubernetes.core.v1.ConfigMap(
            f"{name}-priorities",
            metadata=ObjectMetaArgs(name="cluster-autoscaler-priority-expander", namespace="kube-system"),
            data={"priorities": yaml.safe_dump({key: list(value) for key, value in PRIORITIES.items()})},
            opts=child,
        )
        release(
            f"{name}-chart",
            "cluster-autoscaler",
            "kube-system",
            versions.CLUSTER_AUTOSCALER,
            values(args.plan),
            ResourceOptions(parent=self, depends_on=[identity, priorities]),
        )
        self.scaler_role_name = identity.role_name
        self.register_outputs({"scaler_role_name": self.scaler_role_name})


def values(plan: RegionPlan) -> Mapping[str, Any]:
    """Found by tag, spot by priority, and in no hurry to remove a node that took minutes to warm."""
    return {
        "fullnameOverride": "cluster-autoscaler",
        "autoDiscovery": {"clusterName": plan.cluster_name},
        "awsRegion": plan.region,
        "rbac": {"serviceAccount": {"create": True, "name": "cluster-autoscaler"}},
        "replicaCount": 2,
        "resources": pods.resource_values(system.CLUSTER_AUTOSCALER),
        "serviceMonitor": {"enabled": True, "namespace": "kube-system", "selector": {}},
        "extraArgs": {
            "expander": "priority,least-waste",
            # Every model server has scratch space; the default would keep its node for ever.
            "skip-nodes-with-local-storage": "false",
            "balance-similar-node-groups": "true",
            "scale-down-delay-after-add": "15m",
            "scale-down-unneeded-time": "10m",
            # A GPU node is not ready when it joins, but when its device plugin says so.
            "max-node-provision-time": "15m",
        },
    }
