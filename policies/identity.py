"""Who may do what in AWS: grants that name what they are for, and roles that one thing alone can take."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from policies.reading import listed, statements
from policies.rule import Finding, Resource, Rule, at, of_type

IDENTITY_POLICIES = ("aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy")
RESOURCE_POLICIES = (
    "aws:s3/bucketPolicy:BucketPolicy", "aws:sqs/queuePolicy:QueuePolicy", "aws:sns/topicPolicy:TopicPolicy",
    "aws:kms/key:Key",
)  # fmt: skip
READS: Final = ("Describe", "Get", "List")
"""Beginnings of actions that change nothing; many of them take no resource but `*`."""

PODS: Final = "pods.eks.amazonaws.com"
TRUSTED: Final = frozenset(
    {
        PODS, "ec2.amazonaws.com", "eks.amazonaws.com", "budgets.amazonaws.com", "vpc-flow-logs.amazonaws.com",
        "s3.amazonaws.com",
    }
)  # fmt: skip
"""Services that take a role of ours: pods, nodes, control planes, budget actions, flow logs, replication."""

ATTACHABLE: Final = frozenset(
    f"arn:aws:iam::aws:policy/{name}"
    for name in (
        "AmazonEKSClusterPolicy", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly",
        "AmazonSSMManagedInstanceCore", "service-role/AmazonEBSCSIDriverPolicy", "service-role/AmazonEFSCSIDriverPolicy",
        "service-role/AmazonFSxCSIDriverPolicy", "AmazonFSxFullAccess",
    )
)  # fmt: skip
"""AWS's managed policies that the fleet's nodes and drivers are documented to need (EKS user guide, 2026)."""

BOUND: Final = ("aws:RequestTag/eks-cluster-name", "aws:RequestTag/kubernetes-namespace",
                "aws:RequestTag/kubernetes-service-account")  # fmt: skip
"""Session tags by which EKS Pod Identity says for whom it asks."""


def _reads_only(action: str) -> bool:
    return action.partition(":")[2].startswith(READS)


def _by_tag(statement: Mapping[str, Any]) -> bool:
    """Whether it holds for tagged resources only: the way to name what is not there yet."""
    operators = at(statement, "Condition") or {}
    return any(":ResourceTag/" in str(key) for keys in operators.values() for key in keys)


def grants_name_what_they_are_for(resource: Resource) -> Iterator[str]:
    """`*` as a resource is left to actions that read or hold for a tag; a statement that denies may say what it likes."""
    if resource.type not in IDENTITY_POLICIES:
        return
    for one in statements(at(resource.inputs, "policy")):
        if at(one, "Effect") != "Allow":
            continue
        if "NotAction" in one or "NotResource" in one:
            yield "grants everything but what it names; name what is meant"
        actions, on = listed(at(one, "Action")), listed(at(one, "Resource"))
        for action in actions:
            if action == "*" or action.endswith(":*"):
                yield f"grants {action}; name the actions"
            elif "*" in on and not _reads_only(action) and not _by_tag(one):
                yield f"grants {action} on everything; name the resources"


def resource_policies_name_who(resource: Resource) -> Iterator[str]:
    """Whoever is allowed is a principal, or everybody under a condition that says who."""
    if resource.type not in RESOURCE_POLICIES:
        return
    for one in statements(at(resource.inputs, "policy")):
        if at(one, "Effect") != "Allow" or at(one, "Condition"):
            continue
        principal = at(one, "Principal")
        named = [principal] if isinstance(principal, str) else listed(at(principal, "AWS"))
        if "*" in named or principal is None:
            yield "allows everybody what it allows; name the principals"


def _trusts(role: Resource) -> Iterator[Mapping[str, Any]]:
    yield from (
        one for one in statements(at(role.inputs, "assumeRolePolicy")) if at(one, "Effect") == "Allow"
    )


def roles_trust_one_service(resource: Resource) -> Iterator[str]:
    if resource.type != "aws:iam/role:Role":
        return
    for one in _trusts(resource):
        principal = at(one, "Principal")
        if principal == "*" or at(principal, "AWS") is not None:
            yield f"can be taken by {at(principal, 'AWS') or 'everybody'}; roles of the fleet are for AWS services"
            continue
        services = listed(at(principal, "Service"))
        if at(principal, "Federated") is None and len(services) != 1:
            yield f"can be taken by {len(services)} services; one role is for one"
        for service in services:
            if service not in TRUSTED:
                yield f"can be taken by {service}, which no part of the fleet is"


def roles_trust_one_service_account(resources: Sequence[Resource]) -> Iterator[Finding]:
    """A role for pods says of which cluster, namespace and service account, as its association does."""
    bound = {
        urn: one
        for one in of_type(resources, "aws:eks/podIdentityAssociation:PodIdentityAssociation")
        for urn in one.dependencies
    }
    for role in of_type(resources, "aws:iam/role:Role"):
        for one in _trusts(role):
            if PODS not in listed(at(one, "Principal", "Service")):
                continue
            said = [at(one, "Condition", "StringEquals", key) for key in BOUND]
            association = bound.get(role.urn)
            if not all(isinstance(value, str) and value and "*" not in value for value in said):
                yield Finding(
                    resource=role.name, sentence="can be taken by any pod that is associated with it"
                )
            elif association is None:
                yield Finding(resource=role.name, sentence="is for a pod, but no association gives it to one")
            elif said != [
                at(association.inputs, key) for key in ("clusterName", "namespace", "serviceAccount")
            ]:
                yield Finding(
                    resource=role.name,
                    sentence=f"trusts {said[1]}/{said[2]} but is associated with another account",
                )


def attachments_are_known(resource: Resource) -> Iterator[str]:
    if resource.type != "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
        return
    attached = str(at(resource.inputs, "policyArn"))
    if attached.startswith("arn:aws:iam::aws:") and attached not in ATTACHABLE:
        yield f"grants {attached.rsplit('/', 1)[-1]}, which no part of the fleet needs"


def budget_denials_come_off(resource: Resource) -> Iterator[str]:
    """A budget attaches its denial to a scaler's role; IAM deletes no role that still has something attached."""
    if resource.type != "aws:iam/role:Role":
        return
    if any(PODS in listed(at(one, "Principal", "Service")) for one in _trusts(resource)) and (
        at(resource.inputs, "forceDetachPolicies") is not True
    ):
        yield "could not be deleted after a budget has denied it something; set force_detach_policies"


RULES = (
    Rule(
        name="grants-name-what-they-are-for",
        assures="no identity may change everything: whatever writes names its actions and its resources",
        remedy="replace `*` by the actions and by the resources or tags they are for",
        resource=grants_name_what_they_are_for,
    ),
    Rule(
        name="resource-policies-name-who",
        assures="no bucket, queue, topic or key allows everybody anything",
        remedy="name the principals, or state a condition that does",
        resource=resource_policies_name_who,
    ),
    Rule(
        name="roles-trust-one-service",
        assures="every role can be taken by one known AWS service, and by no person",
        remedy="name one service as the principal of assumeRolePolicy",
        resource=roles_trust_one_service,
    ),
    Rule(
        name="roles-trust-one-service-account",
        assures="every role for pods can be taken by one service account of one cluster",
        remedy="make the role with WorkloadIdentity",
        stack=roles_trust_one_service_account,
    ),
    Rule(
        name="attachments-are-known",
        assures="only those of AWS's managed policies are attached that nodes and drivers need",
        remedy="grant the actions that are needed instead",
        resource=attachments_are_known,
    ),
    Rule(
        name="budget-denials-come-off",
        assures="a role that a budget has denied something can still be deleted",
        remedy="set force_detach_policies on the role",
        resource=budget_denials_come_off,
    ),
)
