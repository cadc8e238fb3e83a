"""Managed node groups: the system's, and the floor of every model."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.catalog import versions
from components.planning import labels, limits
from components.planning.node_plan import NodeGroupPlan
from components.planning.plan import RegionPlan
from components.regional.node_groups.template import NVME_USER_DATA, launch_template


@dataclass(frozen=True, slots=True, kw_only=True)
class NodesArgs:
    """Whose nodes, in which role and subnets."""

    plan: RegionPlan
    node_role_arn: Input[str]
    subnets: Mapping[str, Input[str]]
    """Private subnet ids by zone."""


class SystemNodes(pulumi.ComponentResource):
    """On-demand CPU nodes over two zones or more, for everything that is not a model."""

    def __init__(self, name: str, args: NodesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:SystemNodes", name, None, opts)
        child, plan = ResourceOptions(parent=self), args.plan
        nodes = plan.system_nodes
        template = launch_template(
            f"{name}-lt", volume_gib=limits.SYSTEM_VOLUME_GIB, user_data=None, tags=plan.tags, opts=child
        )
        aws.eks.NodeGroup(
            f"{name}-nodes",
            cluster_name=plan.cluster_name,
            node_role_arn=args.node_role_arn,
            subnet_ids=list(args.subnets.values()),
            ami_type="AL2023_x86_64_STANDARD",
            release_version=versions.NODE_RELEASE,
            version=plan.kubernetes_version,
            capacity_type="ON_DEMAND",
            instance_types=[nodes.instance_type],
            labels={labels.ROLE: labels.SYSTEM},
            launch_template=aws.eks.NodeGroupLaunchTemplateArgs(
                id=template.id, version=template.latest_version.apply(str)
            ),
            scaling_config=aws.eks.NodeGroupScalingConfigArgs(
                min_size=nodes.count, desired_size=nodes.count, max_size=nodes.count
            ),
            update_config=aws.eks.NodeGroupUpdateConfigArgs(max_unavailable=1),
            node_repair_config=aws.eks.NodeGroupNodeRepairConfigArgs(enabled=True),
            opts=child,
        )
        self.register_outputs({})


class GpuNodes(pulumi.ComponentResource):
    """GPU nodes under EKS's own management: the floor, or with Cluster Autoscaler the whole range."""

    def __init__(self, name: str, args: NodesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:GpuNodes", name, None, opts)
        for group in args.plan.node_groups:
            made = self._group(f"{args.plan.region}-{group.name}", group, args)
            if args.plan.node_scaler == "cluster-autoscaler":
                self._scaler_tags(f"{args.plan.region}-{group.name}", group, args.plan.cluster_name, made)
        self.register_outputs({})

    def _group(self, name: str, group: NodeGroupPlan, args: NodesArgs) -> aws.eks.NodeGroup:
        # Cluster Autoscaler owns how many there are; everywhere else nobody does, and a new floor must be reached.
        scaled = args.plan.node_scaler == "cluster-autoscaler"
        ignored = ["scalingConfig.desiredSize"] if scaled else []
        template = launch_template(
            f"{name}-lt",
            volume_gib=limits.ROOT_VOLUME_GIB,
            user_data=base64.b64encode(NVME_USER_DATA.encode()).decode(),
            tags=args.plan.tags,
            opts=ResourceOptions(parent=self),
        )
        return aws.eks.NodeGroup(
            name,
            # A prefix, because a group that must be replaced is made anew before the old one goes.
            node_group_name_prefix=f"{group.name}-",
            cluster_name=args.plan.cluster_name,
            node_role_arn=args.node_role_arn,
            subnet_ids=_subnets(group, args.subnets),
            ami_type="AL2023_x86_64_NVIDIA",
            release_version=versions.NODE_RELEASE,
            version=args.plan.kubernetes_version,
            capacity_type="ON_DEMAND" if group.purchase == "on-demand" else "SPOT",
            instance_types=[group.accelerator.instance_type],
            labels=dict(group.labels),
            taints=[
                aws.eks.NodeGroupTaintArgs(key=labels.GPU, value="true", effect="NO_SCHEDULE"),
                aws.eks.NodeGroupTaintArgs(key=labels.FAMILY, value=group.family, effect="NO_SCHEDULE"),
            ],
            launch_template=aws.eks.NodeGroupLaunchTemplateArgs(
                id=template.id, version=template.latest_version.apply(str)
            ),
            scaling_config=aws.eks.NodeGroupScalingConfigArgs(
                min_size=group.min_nodes, desired_size=group.desired_nodes, max_size=group.max_nodes
            ),
            # MINIMAL ends the old node before it starts the new: there may be no second GPU to be had.
            update_config=aws.eks.NodeGroupUpdateConfigArgs(max_unavailable=1, update_strategy="MINIMAL"),
            node_repair_config=aws.eks.NodeGroupNodeRepairConfigArgs(enabled=True),
            opts=ResourceOptions(parent=self, ignore_changes=ignored),
        )

    def _scaler_tags(
        self, name: str, group: NodeGroupPlan, cluster_name: str, made: aws.eks.NodeGroup
    ) -> None:
        """What lets Cluster Autoscaler find the group and picture a node of it while it has none."""
        template = "k8s.io/cluster-autoscaler/node-template"
        tags = {
            "enabled": ("k8s.io/cluster-autoscaler/enabled", "true"),
            "owned": (f"k8s.io/cluster-autoscaler/{cluster_name}", "owned"),
            "gpus": (f"{template}/resources/{labels.GPU}", str(group.accelerator.gpu_count)),
            "taint": (f"{template}/taint/{labels.GPU}", "true:NoSchedule"),
            "family": (f"{template}/taint/{labels.FAMILY}", f"{group.family}:NoSchedule"),
            **{
                f"label-{key.split('/')[-1]}": (f"{template}/label/{key}", value)
                for key, value in group.labels.items()
            },
        }
        # Tags of a node group stay on the group; the scaler reads those of the group's Auto Scaling group.
        scaling_group = made.resources[0].autoscaling_groups[0].name
        for what, (key, value) in tags.items():
            aws.autoscaling.Tag(
                f"{name}-{what}",
                autoscaling_group_name=scaling_group,
                tag=aws.autoscaling.TagTagArgs(key=key, value=value, propagate_at_launch=False),
                opts=ResourceOptions(parent=self),
            )


def _subnets(group: NodeGroupPlan, subnets: Mapping[str, Input[str]]) -> Sequence[Input[str]]:
    return [subnets[zone] for zone in group.zones]
