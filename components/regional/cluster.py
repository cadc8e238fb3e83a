"""The Kubernetes control plane of one region, and the provider that speaks to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
import pulumi_kubernetes as kubernetes
from pulumi import Input, ResourceOptions

from components.planning.plan import RegionPlan
from components.regional.identity import trust

LOGS: Final = ("api", "audit", "authenticator", "controllerManager", "scheduler")

NODE_POLICIES: Final[Mapping[str, str]] = {
    "worker": "AmazonEKSWorkerNodePolicy",
    "cni": "AmazonEKS_CNI_Policy",
    "images": "AmazonEC2ContainerRegistryPullOnly",
    "ssm": "AmazonSSMManagedInstanceCore",
}
"""What any node may do; pods get their own identities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterArgs:
    """Where the control plane attaches, and how it is kept."""

    plan: RegionPlan
    vpc_id: Input[str]
    private_subnet_ids: Sequence[Input[str]]


class Cluster(pulumi.ComponentResource):
    """An EKS control plane that answers inside its network and to listed operators only."""

    name: str
    kubernetes: kubernetes.Provider
    security_group_id: pulumi.Output[str]
    """EKS's own group; every node, whoever starts it, is in it."""
    managed_node_role_arn: pulumi.Output[str]
    karpenter_node_role_arn: pulumi.Output[str]
    karpenter_node_role_name: str
    core: eks.Cluster

    def __init__(self, name: str, args: ClusterArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:Cluster", name, None, opts)
        plan, child = args.plan, ResourceOptions(parent=self)
        self.name = plan.cluster_name
        key = aws.kms.Key(
            f"{name}-secrets",
            description=f"Kubernetes Secrets of {plan.cluster_name}",
            enable_key_rotation=True,
            deletion_window_in_days=30 if plan.deletion_protection else 7,
            opts=child,
        )
        # Made before the cluster: EKS would make it itself, without an end to what it keeps.
        logs = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/aws/eks/{plan.cluster_name}/cluster",
            retention_in_days=plan.log_days,
            opts=child,
        )
        self.core = eks.Cluster(
            f"{name}-eks",
            name=plan.cluster_name,
            version=plan.kubernetes_version,
            # One way: API cannot be reached from CONFIG_MAP later without two steps, nor left again.
            authentication_mode=eks.AuthenticationMode.API,
            vpc_id=args.vpc_id,
            private_subnet_ids=list(args.private_subnet_ids),
            endpoint_private_access=True,
            endpoint_public_access=bool(plan.operator_cidrs),
            public_access_cidrs=list(plan.operator_cidrs) or None,
            encryption_config_key_arn=key.arn,
            enabled_cluster_log_types=list(LOGS),
            deletion_protection=plan.deletion_protection,
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type="STANDARD"),
            skip_default_node_group=True,
            skip_default_security_groups=True,
            create_oidc_provider=False,
            # Add-ons are pinned in ClusterAddOns; whatever EKS starts by itself would have to be adopted first.
            bootstrap_self_managed_addons=False,
            use_default_vpc_cni=True,
            coredns_addon_options=eks.CoreDnsAddonOptionsArgs(enabled=False),
            kube_proxy_addon_options=eks.KubeProxyAddonOptionsArgs(enabled=False),
            tags=dict(plan.tags),
            opts=ResourceOptions(parent=self, depends_on=[logs]),
        )
        self.security_group_id = self.core.cluster_security_group_id
        self.kubernetes = kubernetes.Provider(
            f"{name}-kubernetes",
            kubeconfig=self.core.kubeconfig_json,
            # Without it any change to the cluster plans the replacement of everything inside it.
            cluster_identifier=f"{plan.region}/{plan.cluster_name}",
            enable_server_side_apply=True,
            opts=child,
        )
        # Two roles, because EKS makes an access entry for the role of a managed group and refuses a second one.
        self.managed_node_role_arn = self._node_role(
            f"{name}-managed-node", f"{plan.cluster_name}-managed"
        ).arn
        self.karpenter_node_role_name = f"{plan.cluster_name}-karpenter-node"
        elastic = self._node_role(f"{name}-karpenter-node", self.karpenter_node_role_name)
        self.karpenter_node_role_arn = elastic.arn
        if plan.node_scaler == "karpenter":
            aws.eks.AccessEntry(
                f"{name}-karpenter-node-access",
                cluster_name=plan.cluster_name,
                principal_arn=elastic.arn,
                type="EC2_LINUX",
                opts=ResourceOptions(parent=self, depends_on=[self.core]),
            )
        self.register_outputs({"name": self.name, "security_group_id": self.security_group_id})

    def _node_role(self, name: str, title: str) -> aws.iam.Role:
        child = ResourceOptions(parent=self)
        role = aws.iam.Role(name, name=title, assume_role_policy=trust("ec2.amazonaws.com"), opts=child)
        for what, managed in NODE_POLICIES.items():
            aws.iam.RolePolicyAttachment(
                f"{name}-{what}",
                role=role.name,
                policy_arn=f"arn:aws:iam::aws:policy/{managed}",
                opts=child,
            )
        return role
