"""What every Job that moves weights has in common."""

from collections.abc import Mapping
from typing import Final

from pulumi import Input
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs, ObjectMetaArgs
from pulumi_kubernetes.networking import v1 as networking

from components.planning import labels
from components.regional import pods

SCRIPTS: Final = "weights-scripts"
"""ConfigMap of the scripts beside this file."""

JOB_LABELS: Final = {"app.kubernetes.io/name": "weights"}

POD_IDENTITY_AGENT: Final = "169.254.170.23/32"
"""Where a pod asks for its AWS credentials, on its own node."""


def environment(**values: Input[str]) -> list[core.EnvVarArgs]:
    """Plain variables, and a home that can be written, which the AWS CLI insists on."""
    return pods.variables({"HOME": "/tmp", **values})


def script_mounts() -> list[core.VolumeMountArgs]:
    """The scripts, and scratch space."""
    return [
        core.VolumeMountArgs(name="scripts", mount_path="/scripts", read_only=True),
        core.VolumeMountArgs(name="tmp", mount_path="/tmp"),
    ]


def script_volumes() -> list[core.VolumeArgs]:
    return [
        core.VolumeArgs(name="scripts", config_map=core.ConfigMapVolumeSourceArgs(name=SCRIPTS)),
        core.VolumeArgs(name="tmp", empty_dir=core.EmptyDirVolumeSourceArgs(size_limit="1Gi")),
    ]


def network_policy() -> networking.NetworkPolicySpecArgs:
    """Jobs speak to names, to AWS and the model hub over HTTPS, and to their node for credentials; nobody to them."""
    port = networking.NetworkPolicyPortArgs
    return networking.NetworkPolicySpecArgs(
        pod_selector=LabelSelectorArgs(),
        policy_types=["Ingress", "Egress"],
        egress=[
            networking.NetworkPolicyEgressRuleArgs(
                ports=[port(port=53, protocol=one) for one in ("UDP", "TCP")]
            ),
            networking.NetworkPolicyEgressRuleArgs(ports=[port(port=443, protocol="TCP")]),
            networking.NetworkPolicyEgressRuleArgs(
                to=[
                    networking.NetworkPolicyPeerArgs(ip_block=networking.IPBlockArgs(cidr=POD_IDENTITY_AGENT))
                ],
                ports=[port(port=80, protocol="TCP")],
            ),
        ],
    )


def metadata(name: str, annotations: Mapping[str, str] | None = None) -> ObjectMetaArgs:
    return ObjectMetaArgs(
        name=name, namespace=labels.WEIGHTS_NAMESPACE, labels=JOB_LABELS, annotations=annotations
    )
