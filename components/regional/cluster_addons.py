"""The add-ons that EKS manages: what nodes need to join, and what needs nodes to run."""

import json
from typing import Any, Final

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
from pulumi import ResourceOptions
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.catalog import versions
from components.catalog.versions import EksAddon
from components.planning.plan import RegionPlan
from components.regional.identity import WorkloadIdentity, WorkloadIdentityArgs

STORAGE_CLASS: Final = "gp3"
"""The cluster's default: encrypted, in the zone of its pod."""


def _configuration(values: dict[str, Any]) -> str:
    return json.dumps(values, sort_keys=True)


def _addon(
    name: str, addon: EksAddon, cluster_name: str, opts: ResourceOptions, values: str | None = None
) -> None:
    aws.eks.Addon(
        f"{name}-{addon.name.removeprefix('aws-').removeprefix('eks-')}",
        cluster_name=cluster_name,
        addon_name=addon.name,
        addon_version=addon.version,
        configuration_values=values,
        resolve_conflicts_on_create="OVERWRITE",
        resolve_conflicts_on_update="PRESERVE",
        opts=opts,
    )


class JoiningAddOns(pulumi.ComponentResource):
    """What must run before the first node is ready: pod network, service network, pod identities."""

    def __init__(self, name: str, plan: RegionPlan, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:JoiningAddOns", name, None, opts)
        child = ResourceOptions(parent=self)
        network = {
            # Sixteen addresses at a time: a GPU node starts its daemons without waiting for an interface each.
            "env": {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"},
            "enableNetworkPolicy": "true",
        }
        _addon(name, versions.VPC_CNI, plan.cluster_name, child, _configuration(network))
        _addon(name, versions.KUBE_PROXY, plan.cluster_name, child)
        _addon(name, versions.POD_IDENTITY_AGENT, plan.cluster_name, child)
        self.register_outputs({})


class ClusterAddOns(pulumi.ComponentResource):
    """What runs on the system nodes: DNS, disks, the shared file system's driver, and an eye on sick nodes."""

    def __init__(self, name: str, plan: RegionPlan, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:ClusterAddOns", name, None, opts)
        child = ResourceOptions(parent=self)
        _addon(name, versions.COREDNS, plan.cluster_name, child)
        _addon(name, versions.NODE_MONITORING, plan.cluster_name, child)
        disks = WorkloadIdentity(
            f"{name}-disks",
            WorkloadIdentityArgs(
                cluster_name=plan.cluster_name,
                namespace="kube-system",
                service_account="ebs-csi-controller-sa",
                managed_policy="service-role/AmazonEBSCSIDriverPolicy",
            ),
            child,
        )
        _addon(name, versions.EBS_CSI, plan.cluster_name, ResourceOptions(parent=self, depends_on=[disks]))
        if plan.storage.kind == "efs":
            # Volumes are made by hand, so the driver's controller never calls AWS and gets no identity.
            _addon(name, versions.EFS_CSI, plan.cluster_name, child)
        self._storage_class(name)
        self.register_outputs({})

    def _storage_class(self, name: str) -> None:
        kubernetes.storage.v1.StorageClass(
            f"{name}-gp3",
            metadata=ObjectMetaArgs(
                name=STORAGE_CLASS, annotations={"storageclass.kubernetes.io/is-default-class": "true"}
            ),
            provisioner="ebs.csi.aws.com",
            parameters={"type": "gp3", "encrypted": "true"},
            reclaim_policy="Delete",
            allow_volume_expansion=True,
            # A volume in the zone where its pod was placed, not the other way round.
            volume_binding_mode="WaitForFirstConsumer",
            opts=ResourceOptions(parent=self),
        )
