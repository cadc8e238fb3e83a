"""Karpenter's pools of one region."""

from dataclasses import dataclass

import pulumi
from pulumi import Input, ResourceOptions
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.planning.plan import RegionPlan
from components.regional.node_pools import manifests


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePoolsArgs:
    """The plan, and what nodes join with."""

    plan: RegionPlan
    node_role_name: str
    security_group_id: Input[str]


class NodePools(pulumi.ComponentResource):
    """Elastic GPU nodes: spot where allowed, on-demand when spot is not to be had, none above the limit."""

    def __init__(self, name: str, args: NodePoolsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:NodePools", name, None, opts)
        node_class = CustomResource(
            f"{name}-class",
            api_version="karpenter.k8s.aws/v1",
            kind="EC2NodeClass",
            metadata=ObjectMetaArgs(name=manifests.NODE_CLASS),
            spec=manifests.ec2_node_class(args.plan, args.node_role_name, args.security_group_id),
            opts=ResourceOptions(parent=self),
        )
        for pool in args.plan.node_pools:
            CustomResource(
                f"{name}-{pool.name}",
                api_version="karpenter.sh/v1",
                kind="NodePool",
                metadata=ObjectMetaArgs(name=pool.name),
                spec=manifests.node_pool(pool, args.plan.storage.kind),
                # Deleting waits for its nodes: Karpenter must still run then, or instances are left behind, billed.
                opts=ResourceOptions(parent=self, depends_on=[node_class]),
            )
        self.register_outputs({})
