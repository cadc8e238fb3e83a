"""Who may do what: IAM policies that read as sentences, and roles that one service account alone can take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi import Input, ResourceOptions

Statement = Mapping[str, Any]


def allow(
    *actions: str, on: Input[str] | Sequence[Input[str]], where: Mapping[str, Any] | None = None
) -> Statement:
    """A statement that grants actions on resources, under conditions if any."""
    return _statement("Allow", actions, on, where)


def deny(
    *actions: str, on: Input[str] | Sequence[Input[str]], where: Mapping[str, Any] | None = None
) -> Statement:
    """A statement that forbids actions whatever else allows them."""
    return _statement("Deny", actions, on, where)


def _statement(
    effect: str,
    actions: Sequence[str],
    on: Input[str] | Sequence[Input[str]],
    where: Mapping[str, Any] | None,
) -> Statement:
    resources = list(on) if isinstance(on, list | tuple) else on
    stated = {"Effect": effect, "Action": list(actions), "Resource": resources}
    return {**stated, "Condition": where} if where else stated


def policy(*statements: Statement) -> pulumi.Output[str]:
    """The JSON document of an identity's or a resource's policy."""
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str, where: Mapping[str, Any] | None = None, *more: str) -> pulumi.Output[str]:
    """Who may take a role: an AWS service."""
    stated = {"Effect": "Allow", "Principal": {"Service": service}, "Action": ["sts:AssumeRole", *more]}
    return policy({**stated, "Condition": where} if where else stated)


def only_over_tls(bucket_arn: Input[str]) -> Statement:
    """The statement every bucket's policy holds."""
    return {
        "Sid": "OnlyOverTls",
        "Principal": "*",
        **deny(
            "s3:*",
            on=[bucket_arn, pulumi.Output.concat(bucket_arn, "/*")],
            where={"Bool": {"aws:SecureTransport": "false"}},
        ),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadIdentityArgs:
    """Which service account, and what it may do."""

    cluster_name: str
    namespace: str
    service_account: str
    policy: Input[str] | None = None
    managed_policy: str | None = None
    """Name of a policy that AWS keeps, below `arn:aws:iam::aws:policy/`."""


class WorkloadIdentity(pulumi.ComponentResource):
    """Lets one service account of one cluster, and nobody else, act in AWS (EKS Pod Identity)."""

    role_arn: pulumi.Output[str]
    role_name: pulumi.Output[str]

    def __init__(self, name: str, args: WorkloadIdentityArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:WorkloadIdentity", name, None, opts)
        child = ResourceOptions(parent=self)
        # EKS sends these tags with every session; without them any pod of any cluster could take the role.
        caller = {
            "aws:RequestTag/eks-cluster-name": args.cluster_name,
            "aws:RequestTag/kubernetes-namespace": args.namespace,
            "aws:RequestTag/kubernetes-service-account": args.service_account,
        }
        role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=trust("pods.eks.amazonaws.com", {"StringEquals": caller}, "sts:TagSession"),
            # AWS Budgets attaches its denial outside this program; a role that still holds it cannot be deleted.
            force_detach_policies=True,
            opts=child,
        )
        if args.policy is not None:
            aws.iam.RolePolicy(f"{name}-policy", role=role.name, policy=args.policy, opts=child)
        if args.managed_policy is not None:
            arn = f"arn:aws:iam::aws:policy/{args.managed_policy}"
            aws.iam.RolePolicyAttachment(f"{name}-managed", role=role.name, policy_arn=arn, opts=child)
        aws.eks.PodIdentityAssociation(
            f"{name}-association",
            cluster_name=args.cluster_name,
            namespace=args.namespace,
            service_account=args.service_account,
            role_arn=role.arn,
            opts=child,
        )
        self.role_arn = role.arn
        self.role_name = role.name
        self.register_outputs({"role_arn": self.role_arn, "role_name": self.role_name})
