"""The add-ons of a region, and the small ones whose values pass on one screen."""

from collections.abc import Mapping
from typing import Any

from components.catalog import versions
from components.planning import labels
from components.planning.plan import RegionPlan
from components.regional.addons.addon import AddOn, Site
from components.regional.addons.gpu_operator import GPU_OPERATOR, TOLERATIONS
from components.regional.addons.prometheus import PROMETHEUS


def _keda(_: Site) -> Mapping[str, Any]:
    monitored = {"enabled": True, "serviceMonitor": {"enabled": True}}
    return {
        "operator": {"replicaCount": 2},
        # The chart spells replicas `metricsServer` and everything else `metricServer`.
        "metricsServer": {"replicaCount": 2},
        "webhooks": {"enabled": True, "replicaCount": 2, "failurePolicy": "Fail"},
        "podDisruptionBudget": {
            part: {"minAvailable": 1} for part in ("operator", "metricServer", "webhooks")
        },
        "prometheus": {"operator": monitored, "metricServer": monitored},
    }


KEDA = AddOn(name="keda", namespace="keda", chart=versions.KEDA, values=_keda, requires=(PROMETHEUS,))


def _load_balancer_controller(site: Site) -> Mapping[str, Any]:
    return {
        "clusterName": site.plan.cluster_name,
        # Instance metadata is one hop away, so the controller cannot find these out.
        "region": site.plan.region,
        "vpcId": site.vpc_id,
        "serviceAccount": {"create": True, "name": LOAD_BALANCER_ACCOUNT},
        "replicaCount": 2,
        "defaultTargetType": "ip",
        "podDisruptionBudget": {"minAvailable": 1},
        # Its webhook would refuse every Service of the cluster until the controller runs; we make no such Service.
        "enableServiceMutatorWebhook": False,
    }


LOAD_BALANCER_ACCOUNT = "aws-load-balancer-controller"

LOAD_BALANCER_CONTROLLER = AddOn(
    name="load-balancer-controller",
    namespace="kube-system",
    chart=versions.LOAD_BALANCER_CONTROLLER,
    values=_load_balancer_controller,
)


def _metrics_server(_: Site) -> Mapping[str, Any]:
    return {"replicas": 2, "podDisruptionBudget": {"enabled": True, "minAvailable": 1}}


METRICS_SERVER = AddOn(
    name="metrics-server", namespace="kube-system", chart=versions.METRICS_SERVER, values=_metrics_server
)


def _external_dns(site: Site) -> Mapping[str, Any]:
    return {
        "provider": {"name": "aws"},
        # Never delete what another region or a person wrote.
        "policy": "upsert-only",
        "registry": "txt",
        "txtOwnerId": site.plan.cluster_name,
        "domainFilters": [site.plan.domain],
        "serviceAccount": {"create": True, "name": "external-dns"},
    }


EXTERNAL_DNS = AddOn(
    name="external-dns", namespace="external-dns", chart=versions.EXTERNAL_DNS, values=_external_dns
)


def _vertical_pod_autoscaler(_: Site) -> Mapping[str, Any]:
    # Recommendations to read; an updater would restart model servers, which KEDA already scales.
    return {
        "recommender": {"enabled": True},
        "updater": {"enabled": False},
        "admissionController": {"enabled": False},
    }


VERTICAL_POD_AUTOSCALER = AddOn(
    name="vpa",
    namespace="vpa",
    chart=versions.VERTICAL_POD_AUTOSCALER,
    values=_vertical_pod_autoscaler,
    requires=(METRICS_SERVER,),
)


def _fsx_csi(_: Site) -> Mapping[str, Any]:
    return {"node": {"tolerations": [*TOLERATIONS, {"operator": "Exists"}]}}


FSX_CSI = AddOn(name="fsx-csi", namespace="kube-system", chart=versions.FSX_CSI, values=_fsx_csi)


def add_ons(plan: RegionPlan) -> tuple[AddOn, ...]:
    """What this region runs; what those require comes along."""
    return (
        GPU_OPERATOR,
        KEDA,
        LOAD_BALANCER_CONTROLLER,
        METRICS_SERVER,
        *((FSX_CSI,) if plan.storage.kind == "fsx" else ()),
        *((EXTERNAL_DNS,) if plan.external_dns else ()),
        *((VERTICAL_POD_AUTOSCALER,) if plan.vertical_pod_autoscaler else ()),
    )


NAMESPACES: Mapping[str, str] = {
    labels.SERVING_NAMESPACE: "restricted",
    labels.WEIGHTS_NAMESPACE: "restricted",
    # Host paths and the host's network: device plugins, node exporter.
    "gpu-operator": "privileged",
    labels.MONITORING_NAMESPACE: "privileged",
    "keda": "restricted",
    "external-dns": "restricted",
    "vpa": "baseline",
}
"""Pod Security standard enforced in each namespace we make."""
