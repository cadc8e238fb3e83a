"""EC2NodeClass and NodePool, as Karpenter 1.14 reads them."""

from collections.abc import Mapping
from typing import Any, Final

from components.catalog import versions
from components.planning import labels, limits
from components.planning.node_plan import NodePoolPlan
from components.planning.plan import RegionPlan

NODE_CLASS: Final = "gpu"

STARTUP_TAINTS: Final[Mapping[str, str]] = {
    "efs": "efs.csi.aws.com/agent-not-ready",
    "fsx": "fsx.csi.aws.com/agent-not-ready",
}
"""The storage driver removes its own once it can mount; a model that starts before would fail to."""


def ec2_node_class(plan: RegionPlan, node_role_name: str, security_group_id: Any) -> dict[str, Any]:
    """What any node of this region is made of."""
    return {
        "role": node_role_name,
        # A dated alias: it picks the NVIDIA image for GPU types by itself, and nothing drifts overnight.
        "amiSelectorTerms": [{"alias": versions.NODE_ALIAS}],
        "subnetSelectorTerms": [{"tags": {"karpenter.sh/discovery": plan.cluster_name}}],
        "securityGroupSelectorTerms": [{"id": security_group_id}],
        "instanceStorePolicy": "RAID0",
        "blockDeviceMappings": [
            {
                "deviceName": limits.ROOT_VOLUME_DEVICE,
                "ebs": {
                    # Karpenter's own default of 20 GiB cannot hold the server's image.
                    "volumeSize": f"{limits.ROOT_VOLUME_GIB}Gi",
                    "volumeType": "gp3",
                    "encrypted": True,
                    "iops": limits.ROOT_VOLUME_IOPS,
                    "throughput": limits.ROOT_VOLUME_MB_PER_SECOND,
                    "deleteOnTermination": True,
                },
            }
        ],
        "metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1},
        "tags": {"Name": f"{plan.cluster_name}-elastic", **plan.tags},
    }


def node_pool(pool: NodePoolPlan, storage: str) -> dict[str, Any]:
    """One family's elastic nodes, bought one way."""
    return {
        "weight": pool.weight,
        "limits": {labels.GPU: pool.gpu_limit},
        "template": {
            "metadata": {"labels": dict(pool.labels)},
            "spec": {
                "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": NODE_CLASS},
                "expireAfter": pool.expire_after,
                "terminationGracePeriod": pool.termination_grace,
                "taints": [
                    {"key": labels.GPU, "value": "true", "effect": "NoSchedule"},
                    {"key": labels.FAMILY, "value": pool.family, "effect": "NoSchedule"},
                ],
                "startupTaints": [{"key": STARTUP_TAINTS[storage], "effect": "NoExecute"}],
                "requirements": [
                    _in("karpenter.sh/capacity-type", pool.purchase),
                    _in(labels.INSTANCE_TYPE, *pool.instance_types),
                    _in("topology.k8s.aws/zone-id", *pool.zones),
                ],
            },
        },
        "disruption": {
            # A node with a model on it is never emptied to save money: the cold start costs more than the hour.
            "consolidationPolicy": "WhenEmpty",
            "consolidateAfter": pool.consolidate_after,
            "budgets": [{"nodes": "1"}],
        },
    }


def _in(key: str, *values: str) -> dict[str, Any]:
    return {"key": key, "operator": "In", "values": list(values)}
