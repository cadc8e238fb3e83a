"""The objects of one model server, one function each, named as kubectl names them."""

from typing import Any

from pulumi import Input
from pulumi_kubernetes.apps import v1 as apps
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking
from pulumi_kubernetes.policy import v1 as policy

from components.planning import labels
from components.planning.model_plan import ModelPlan
from components.planning.plan import RegionPlan
from components.regional.serving.pod import pod


def selector(model: ModelPlan) -> dict[str, str]:
    """What tells this model's pods from all others; never changed, a Deployment's selector cannot be."""
    return {"app.kubernetes.io/name": "vllm", labels.MODEL: model.name}


def all_labels(model: ModelPlan, plan: RegionPlan) -> dict[str, str]:
    """The selector, and what policies and bills read."""
    return {
        **selector(model),
        labels.FAMILY: model.family,
        labels.WORKLOAD: model.workload,
        labels.ENVIRONMENT: plan.environment,
    }


def metadata(model: ModelPlan, plan: RegionPlan) -> ObjectMetaArgs:
    """Every object of a model bears its name."""
    return ObjectMetaArgs(name=model.name, namespace=labels.SERVING_NAMESPACE, labels=all_labels(model, plan))


def deployment(model: ModelPlan, plan: RegionPlan, api_key_secret: Input[str]) -> apps.DeploymentSpecArgs:
    """Starts at the floor; from then on replicas belong to the autoscaler."""
    rollout = apps.RollingUpdateDeploymentArgs(
        max_surge=model.rollout.max_surge, max_unavailable=model.rollout.max_unavailable
    )
    return apps.DeploymentSpecArgs(
        replicas=model.replicas.floor,
        selector=LabelSelectorArgs(match_labels=selector(model)),
        strategy=apps.DeploymentStrategyArgs(type="RollingUpdate", rolling_update=rollout),
        progress_deadline_seconds=model.rollout.deadline_seconds,
        revision_history_limit=5,
        template=core.PodTemplateSpecArgs(
            metadata=ObjectMetaArgs(labels=all_labels(model, plan)),
            spec=pod(model, plan, selector(model), api_key_secret),
        ),
    )


def service(model: ModelPlan) -> core.ServiceSpecArgs:
    """A stable name inside the cluster; the entrance registers pods themselves."""
    port = core.ServicePortArgs(name="http", port=labels.SERVER_PORT, target_port="http")
    return core.ServiceSpecArgs(type="ClusterIP", selector=selector(model), ports=[port])


def pod_disruption_budget(model: ModelPlan) -> policy.PodDisruptionBudgetSpecArgs:
    """Protects one of two, and lets the other go."""
    return policy.PodDisruptionBudgetSpecArgs(
        min_available=model.rollout.min_available,
        selector=LabelSelectorArgs(match_labels=selector(model)),
        # A pod that is not ready protects nothing, and must not keep its node from being drained.
        unhealthy_pod_eviction_policy="AlwaysAllow",
    )


def network_policy(model: ModelPlan, plan: RegionPlan) -> networking.NetworkPolicySpecArgs:
    """Requests from the entrance's subnets, scrapes from Prometheus, and nothing out: weights come by the node."""
    port = networking.NetworkPolicyPortArgs(port="http", protocol="TCP")
    peer = networking.NetworkPolicyPeerArgs
    entrance = [peer(ip_block=networking.IPBlockArgs(cidr=subnet.cidr)) for subnet in plan.network.public]
    prometheus = peer(
        namespace_selector=LabelSelectorArgs(
            match_labels={"kubernetes.io/metadata.name": labels.MONITORING_NAMESPACE}
        ),
        pod_selector=LabelSelectorArgs(match_labels={"app.kubernetes.io/name": "prometheus"}),
    )
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(match_labels=selector(model)),
        policy_types=["Ingress", "Egress"],
        # No rule for what goes out: nothing may. An empty list would be the same, but be written anew at every apply.
        ingress=[networking.NetworkPolicyIngressRuleArgs(from_=[*entrance, prometheus], ports=[port])],
    )


def default_deny() -> networking.NetworkPolicySpecArgs:
    """Nothing in, nothing out, unless a policy of its own says otherwise."""
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(), policy_types=["Ingress", "Egress"]
    )


def target_group_binding(model: ModelPlan, target_group_arn: Input[str]) -> dict[str, Any]:
    """Keeps the entrance's target group equal to the model's ready pods."""
    return {
        "targetGroupARN": target_group_arn,
        "targetType": "ip",
        "serviceRef": {"name": model.name, "port": labels.SERVER_PORT},
    }
