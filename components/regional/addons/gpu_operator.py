"""NVIDIA GPU Operator on nodes whose image already has driver and container toolkit."""

from collections.abc import Mapping
from typing import Any, Final

from components.catalog import versions
from components.planning import labels
from components.regional.addons.addon import AddOn, Site
from components.regional.addons.prometheus import PROMETHEUS

# The chart replaces its own list with ours, so its default is repeated; without both nothing is ever labelled.
TOLERATIONS: Final = (
    {"key": labels.GPU, "operator": "Exists", "effect": "NoSchedule"},
    {"key": labels.FAMILY, "operator": "Exists", "effect": "NoSchedule"},
)


def values(_: Site) -> Mapping[str, Any]:
    """Device plugin, feature discovery and DCGM exporter; no driver, no toolkit, no MIG."""
    return {
        "driver": {"enabled": False},
        "toolkit": {"enabled": False},
        "devicePlugin": {"enabled": True},
        # Slicing belongs on managed groups that ask for it; Karpenter counts whole GPUs only.
        "migManager": {"enabled": False},
        "daemonsets": {"tolerations": list(TOLERATIONS)},
        "node-feature-discovery": {"worker": {"tolerations": list(TOLERATIONS)}},
        "dcgmExporter": {
            "enabled": True,
            "serviceMonitor": {"enabled": True, "interval": "15s", "honorLabels": False},
        },
    }


GPU_OPERATOR = AddOn(
    name="gpu-operator",
    namespace="gpu-operator",
    chart=versions.GPU_OPERATOR,
    values=values,
    # Its ServiceMonitor needs the definition that Prometheus brings.
    requires=(PROMETHEUS,),
    timeout_seconds=900,
)
