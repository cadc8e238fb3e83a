"""kube-prometheus-stack: metrics kept on disks, alerts sent to SNS, dashboards from ConfigMaps of any namespace."""

from collections.abc import Mapping
from typing import Any

from components.catalog import versions
from components.planning import labels, system
from components.regional import pods
from components.regional.addons.addon import AddOn, Site
from components.regional.cluster_addons import STORAGE_CLASS

SELECTORS = (
    "ruleSelector",
    "serviceMonitorSelector",
    "podMonitorSelector",
    "probeSelector",
    "scrapeConfigSelector",
)


def _volume(gib: int) -> Mapping[str, Any]:
    claim = {
        "storageClassName": STORAGE_CLASS,
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": f"{gib}Gi"}},
    }
    return {"volumeClaimTemplate": {"spec": claim}}


def _prometheus(site: Site) -> Mapping[str, Any]:
    kept = site.plan.prometheus
    return {
        "replicas": kept.replicas,
        "retention": kept.retention,
        # Prometheus stops when its disk is full; it drops the oldest first if told the size.
        "retentionSize": f"{int(kept.storage_gib * 0.85)}GB",
        "storageSpec": _volume(kept.storage_gib),
        "externalLabels": {"cluster": site.plan.cluster_name, "region": site.plan.region},
        "scrapeInterval": "15s",
        "podAntiAffinity": "hard" if kept.replicas > 1 else "soft",
        # Twice what it asks for: queries over days come in bursts.
        "resources": pods.resource_values(system.PROMETHEUS, most_memory=2),
        # By default only what carries the release's label is found: our own monitors and rules would be invisible.
        **{f"{selector}NilUsesHelmValues": False for selector in SELECTORS},
    }


def _alertmanager(site: Site) -> Mapping[str, Any]:
    topic = {
        "topic_arn": site.alerts_topic_arn,
        "sigv4": {"region": site.plan.region},
        "subject": "[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }} in {{ .CommonLabels.region }}",
        "send_resolved": True,
    }
    return {
        "serviceAccount": {"create": True, "name": labels.ALERTMANAGER},
        "alertmanagerSpec": {"storage": _volume(5), "replicas": site.plan.prometheus.replicas},
        "config": {
            "route": {
                "receiver": "sns",
                "group_by": ["alertname", "model", "region"],
                "group_wait": "30s",
                "group_interval": "5m",
                "repeat_interval": "4h",
                "routes": [{"receiver": "nobody", "matchers": ['alertname = "Watchdog"']}],
            },
            "receivers": [{"name": "nobody"}, {"name": "sns", "sns_configs": [topic]}],
        },
    }


def values(site: Site) -> Mapping[str, Any]:
    """The whole of the chart's values."""
    return {
        "fullnameOverride": "prometheus",
        # EKS shows none of these; left on, each is an alert that never ends.
        "kubeEtcd": {"enabled": False},
        "kubeControllerManager": {"enabled": False},
        "kubeScheduler": {"enabled": False},
        "kubeProxy": {"enabled": False},
        "prometheus": {"prometheusSpec": _prometheus(site)},
        "alertmanager": _alertmanager(site),
        "kube-state-metrics": {
            # Cost and capacity are counted by the labels of nodes.
            "metricLabelsAllowlist": [f"nodes=[{labels.FAMILY},{labels.CAPACITY},{labels.INSTANCE_TYPE}]"]
        },
        "grafana": {
            # Empty, or everybody's password would be the chart's own: it then makes one up once and keeps it in its Secret.
            "adminPassword": "",
            "sidecar": {
                "dashboards": {
                    "enabled": True,
                    "label": labels.GRAFANA_DASHBOARD,
                    "labelValue": "1",
                    "searchNamespace": "ALL",
                }
            },
        },
        # Node exporter runs on GPU nodes too, whatever their taints.
        "prometheus-node-exporter": {"tolerations": [{"operator": "Exists"}]},
    }


PROMETHEUS = AddOn(
    name="prometheus",
    namespace=labels.MONITORING_NAMESPACE,
    chart=versions.PROMETHEUS,
    values=values,
    timeout_seconds=900,
)
