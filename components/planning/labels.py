"""Labels and taints that tie a pod to its nodes; pools set them, pods select and tolerate them."""

from typing import Final

FAMILY: Final = "llm-fleet/family"
"""Node label and taint key: the model family a pool is kept for."""

CAPACITY: Final = "llm-fleet/capacity"
"""Node label: `on-demand` or `spot`, spelled alike on managed groups and Karpenter's nodes."""

INSTANCE_TYPE: Final = "node.kubernetes.io/instance-type"
"""Well-known label; Karpenter and the managed groups both know it before a node exists."""

GPU: Final = "nvidia.com/gpu"
"""Resource name and taint key of every GPU node (`nvidia.com/gpu=true:NoSchedule`)."""

MODEL: Final = "llm-fleet/model"
"""Pod label: the logical name of the model it serves."""

WORKLOAD: Final = "llm-fleet/workload"
"""Label of Deployments, pods and ScaledObjects: who waits for the answer; policies read it."""

ENVIRONMENT: Final = "llm-fleet/environment"
"""Label of Deployments, pods and ScaledObjects: `production` or `development`; policies read it."""

ROLE: Final = "llm-fleet/role"
"""Node label of what is no GPU node."""

SYSTEM: Final = "system"
"""Its value on the nodes that carry everything that is not a model."""

SERVING_NAMESPACE: Final = "serving"
"""Where every model runs; Pod Security `restricted` is enforced."""

MONITORING_NAMESPACE: Final = "monitoring"

SERVER_PORT: Final = 8000
"""vLLM's own."""

GPU_COUNT: Final = "llm-fleet/gpus"
"""Node label of managed groups: GPUs on one node, so that a group's GPUs can be counted before it has a node."""

REQUIRED_TAGS: Final = ("fleet", "environment", "owner", "cost-center")
"""On everything that costs money; activated for cost allocation, filtered on by the budget."""

PROMETHEUS_URL: Final = "http://prometheus-prometheus.monitoring.svc:9090"
"""Service of kube-prometheus-stack under `fullnameOverride: prometheus`."""

ALERTMANAGER: Final = "alertmanager"
"""Service account that may publish alerts."""

GRAFANA_DASHBOARD: Final = "grafana_dashboard"
"""ConfigMap label by which Grafana's sidecar finds dashboards."""

WEIGHTS_NAMESPACE: Final = "weights"
"""Where the Jobs that move weights run: the only place with a claim that can write them."""

WEIGHTS_CLAIM: Final = "weights"
"""PersistentVolumeClaim: read by every replica in `serving`, written by Jobs in `weights`."""

COMPLETE: Final = ".complete"
"""Marker file, written last: the revision beside it is whole and its checksums were right."""

USER_ID: Final = 1000
"""Of every container of ours, and owner of the files on the shared file system."""
