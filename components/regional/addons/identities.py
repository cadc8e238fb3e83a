"""What each add-on's service account may do in AWS."""

from collections.abc import Iterator, Mapping

from pulumi import Input

from components.planning import labels
from components.planning.plan import RegionPlan
from components.regional.addons.standard import LOAD_BALANCER_ACCOUNT
from components.regional.identity import Statement, WorkloadIdentityArgs, allow, policy


def load_balancer_controller(plan: RegionPlan) -> WorkloadIdentityArgs:
    """Registering pods as targets and nothing else: load balancers are made by the program."""
    targets = f"arn:aws:elasticloadbalancing:{plan.region}:*:targetgroup/*"
    ours: Mapping[str, object] = {"StringEquals": {"aws:ResourceTag/fleet": plan.tags["fleet"]}}
    return WorkloadIdentityArgs(
        cluster_name=plan.cluster_name,
        namespace="kube-system",
        service_account=LOAD_BALANCER_ACCOUNT,
        policy=policy(
            allow(
                "elasticloadbalancing:DescribeTargetGroups",
                "elasticloadbalancing:DescribeTargetGroupAttributes",
                "elasticloadbalancing:DescribeTargetHealth",
                "elasticloadbalancing:DescribeLoadBalancers",
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeTags",
                "ec2:DescribeAvailabilityZones",
                "ec2:DescribeInstances",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
                on="*",
            ),
            allow(
                "elasticloadbalancing:RegisterTargets",
                "elasticloadbalancing:DeregisterTargets",
                on=targets,
                where=ours,
            ),
        ),
    )


def alertmanager(plan: RegionPlan, topic_arn: Input[str]) -> WorkloadIdentityArgs:
    """Publishing alerts to the region's topic."""
    return WorkloadIdentityArgs(
        cluster_name=plan.cluster_name,
        namespace=labels.MONITORING_NAMESPACE,
        service_account=labels.ALERTMANAGER,
        policy=policy(allow("sns:Publish", on=topic_arn)),
    )


def external_dns(plan: RegionPlan) -> WorkloadIdentityArgs:
    """Writing records of the fleet's domain."""
    under: Mapping[str, object] = {
        "ForAllValues:StringLike": {
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": [f"*.{plan.domain}"]
        }
    }
    return WorkloadIdentityArgs(
        cluster_name=plan.cluster_name,
        namespace="external-dns",
        service_account="external-dns",
        policy=policy(
            allow(
                "route53:ListHostedZones",
                "route53:ListResourceRecordSets",
                "route53:ListTagsForResources",
                on="*",
            ),
            allow("route53:ChangeResourceRecordSets", on="arn:aws:route53:::hostedzone/*", where=under),
        ),
    )


def cluster_autoscaler(plan: RegionPlan) -> WorkloadIdentityArgs:
    """Changing the size of this cluster's own groups."""
    owned: Mapping[str, object] = {
        "StringEquals": {f"aws:ResourceTag/k8s.io/cluster-autoscaler/{plan.cluster_name}": "owned"}
    }
    return WorkloadIdentityArgs(
        cluster_name=plan.cluster_name,
        namespace="kube-system",
        service_account="cluster-autoscaler",
        policy=policy(
            allow(
                "autoscaling:DescribeAutoScalingGroups",
                "autoscaling:DescribeAutoScalingInstances",
                "autoscaling:DescribeLaunchConfigurations",
                "autoscaling:DescribeScalingActivities",
                "autoscaling:DescribeTags",
                "ec2:DescribeImages",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeLaunchTemplateVersions",
                "ec2:GetInstanceTypesFromInstanceRequirements",
                "eks:DescribeNodegroup",
                on="*",
            ),
            allow(
                "autoscaling:SetDesiredCapacity",
                "autoscaling:TerminateInstanceInAutoScalingGroup",
                on="*",
                where=owned,
            ),
        ),
    )


def karpenter(plan: RegionPlan, node_role_arn: Input[str], queue_arn: Input[str]) -> WorkloadIdentityArgs:
    """Karpenter 1.14's permissions: launch and end instances tagged as this cluster's, and read what it chooses from.

    After the split policies of its getting-started template, v1.14 (2026-08).
    """
    region, cluster = plan.region, plan.cluster_name
    to_ec2: Mapping[str, object] = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    return WorkloadIdentityArgs(
        cluster_name=cluster,
        namespace="kube-system",
        service_account="karpenter",
        policy=policy(
            *_launches(region, cluster),
            allow("iam:PassRole", on=node_role_arn, where=to_ec2),
            *_profiles(cluster),
            allow("eks:DescribeCluster", on=f"arn:aws:eks:{region}:*:cluster/{cluster}"),
            allow("sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage", on=queue_arn),
            _discovery(),
            allow("ssm:GetParameter", on=f"arn:aws:ssm:{region}::parameter/aws/service/*"),
        ),
    )


def _launches(region: str, cluster: str) -> Iterator[Statement]:
    """Whatever is started bears the cluster's tags; only what bears them is ended."""
    owned = f"kubernetes.io/cluster/{cluster}"
    asked: Mapping[str, object] = {
        "StringEquals": {f"aws:RequestTag/{owned}": "owned", "aws:RequestTag/eks:eks-cluster-name": cluster},
        "StringLike": {"aws:RequestTag/karpenter.sh/nodepool": "*"},
    }
    held: Mapping[str, object] = {
        "StringEquals": {f"aws:ResourceTag/{owned}": "owned"},
        "StringLike": {"aws:ResourceTag/karpenter.sh/nodepool": "*"},
    }

    def ec2(*kinds: str) -> list[str]:
        return [f"arn:aws:ec2:{region}:*:{kind}/*" for kind in kinds]

    made = ec2(
        "fleet", "instance", "volume", "network-interface", "launch-template", "spot-instances-request"
    )
    public = [f"arn:aws:ec2:{region}::image/*", f"arn:aws:ec2:{region}::snapshot/*"]
    used = ec2("security-group", "subnet", "capacity-reservation", "placement-group")
    yield allow("ec2:RunInstances", "ec2:CreateFleet", on=[*public, *used])
    yield allow("ec2:RunInstances", "ec2:CreateFleet", on=ec2("launch-template"), where=held)
    yield allow("ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate", on=made, where=asked)
    yield allow("ec2:CreateTags", on=made, where=_while_creating(asked))
    yield allow("ec2:CreateTags", on=ec2("instance"), where=_naming(held))
    ends = ("ec2:TerminateInstances", "ec2:DeleteLaunchTemplate")
    yield allow(*ends, on=ec2("instance", "launch-template"), where=held)


def _profiles(cluster: str) -> Iterator[Statement]:
    """Instance profiles that Karpenter makes for its nodes, tagged as its own."""
    owned, profiles = f"kubernetes.io/cluster/{cluster}", "arn:aws:iam::*:instance-profile/*"
    asked: Mapping[str, object] = {"StringEquals": {f"aws:RequestTag/{owned}": "owned"}}
    held: Mapping[str, object] = {"StringEquals": {f"aws:ResourceTag/{owned}": "owned"}}
    yield allow("iam:CreateInstanceProfile", "iam:TagInstanceProfile", on=profiles, where=asked)
    changes = (
        "iam:AddRoleToInstanceProfile",
        "iam:RemoveRoleFromInstanceProfile",
        "iam:DeleteInstanceProfile",
    )
    yield allow(*changes, on=profiles, where=held)


def _discovery() -> Statement:
    kinds = (
        "CapacityReservations", "Images", "Instances", "InstanceStatus", "InstanceTypeOfferings", "InstanceTypes",
        "LaunchTemplates", "PlacementGroups", "SecurityGroups", "SpotPriceHistory", "Subnets",
    )  # fmt: skip
    reads = [f"ec2:Describe{kind}" for kind in kinds]
    return allow(*reads, "pricing:GetProducts", "iam:GetInstanceProfile", "iam:ListInstanceProfiles", on="*")


def _while_creating(asked: Mapping[str, object]) -> Mapping[str, object]:
    created = {"ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"]}
    equals = asked["StringEquals"]
    assert isinstance(equals, Mapping)
    return {**asked, "StringEquals": {**equals, **created}}


def _naming(held: Mapping[str, object]) -> Mapping[str, object]:
    keys = ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"]
    return {**held, "ForAllValues:StringEquals": {"aws:TagKeys": keys}}
