"""Prometheus's configuration, from the PodMonitor as its operator would read it, and of the GPU exporter beside it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from components.planning import labels
from rehearsal.cluster.control_plane import ControlPlane

EXPORTER_PORT: Final = 9400
"""dcgm-exporter's own."""


def configuration(plane: ControlPlane, pod_monitor: Mapping[str, Any], interval: str) -> dict[str, Any]:
    """All that is scraped; `interval` is of the exporter, whose monitor is the GPU Operator's."""
    return {
        "global": {"scrape_interval": interval, "scrape_timeout": interval},
        "scrape_configs": [
            *(
                _of_monitor(plane, pod_monitor, place)
                for place in range(len(pod_monitor["spec"]["podMetricsEndpoints"]))
            ),
            _of_exporter(plane),
        ],
    }


def write(plane: ControlPlane, pod_monitor: Mapping[str, Any], interval: str) -> Path:
    """The same as a file."""
    file = plane.folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(configuration(plane, pod_monitor, interval), sort_keys=False))
    return file


def _of_monitor(plane: ControlPlane, monitor: Mapping[str, Any], place: int) -> dict[str, Any]:
    """What prometheus-operator makes of one endpoint of a PodMonitor: who is kept, and what the series are labelled."""
    endpoint = monitor["spec"]["podMetricsEndpoints"][place]
    name, namespace = monitor["metadata"]["name"], monitor["metadata"]["namespace"]
    wanted = monitor["spec"]["selector"]["matchLabels"]
    return {
        "job_name": f"podMonitor/{namespace}/{name}/{place}",
        "honor_labels": False,
        "metrics_path": endpoint["path"],
        "scrape_interval": endpoint["interval"],
        "scrape_timeout": endpoint["scrapeTimeout"],
        "kubernetes_sd_configs": [_pods(plane, namespace)],
        "relabel_configs": [
            _drop("__meta_kubernetes_pod_phase", "(Failed|Succeeded)"),
            *(_keep(f"__meta_kubernetes_pod_label_{_plain(key)}", value) for key, value in wanted.items()),
            _keep("__meta_kubernetes_pod_container_port_name", endpoint["port"]),
            _label("__meta_kubernetes_namespace", "namespace"),
            _label("__meta_kubernetes_pod_container_name", "container"),
            _label("__meta_kubernetes_pod_name", "pod"),
            {"target_label": "job", "replacement": f"{namespace}/{name}"},
            {"target_label": "endpoint", "replacement": endpoint["port"]},
        ],
    }


def _of_exporter(plane: ControlPlane) -> dict[str, Any]:
    """The exporter's own pod keeps the label `pod`, as with the operator's ServiceMonitor; the workload's is renamed."""
    return {
        "job_name": "nvidia-dcgm-exporter",
        "honor_labels": False,
        "kubernetes_sd_configs": [_pods(plane, labels.SERVING_NAMESPACE)],
        "relabel_configs": [
            _keep("__meta_kubernetes_pod_container_port_name", "http"),
            {
                "source_labels": ["__meta_kubernetes_pod_ip"],
                "target_label": "__address__",
                "replacement": f"$1:{EXPORTER_PORT}",
            },
            {"target_label": "pod", "replacement": "nvidia-dcgm-exporter"},
            {"target_label": "namespace", "replacement": "gpu-operator"},
        ],
    }


def _pods(plane: ControlPlane, namespace: str) -> dict[str, Any]:
    return {
        "role": "pod",
        "kubeconfig_file": str(plane.kubeconfig),
        "namespaces": {"names": [namespace]},
    }


def _plain(key: str) -> str:
    return "".join(one if one.isalnum() else "_" for one in key)


def _keep(source: str, value: str) -> dict[str, Any]:
    return {"source_labels": [source], "regex": value, "action": "keep"}


def _drop(source: str, value: str) -> dict[str, Any]:
    return {"source_labels": [source], "regex": value, "action": "drop"}


def _label(source: str, target: str) -> dict[str, Any]:
    return {"source_labels": [source], "target_label": target}
