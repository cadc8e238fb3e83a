import json

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.regional.identity import WorkloadIdentity, WorkloadIdentityArgs, allow, deny, policy


def test_one_service_account_of_one_cluster_takes_the_role(cloud):
    def program():
        provider = aws.Provider("here", region="us-east-1")
        WorkloadIdentity(
            "reader",
            WorkloadIdentityArgs(
                cluster_name="prod",
                namespace="weights",
                service_account="fill",
                policy=policy(allow("s3:GetObject", on="*")),
            ),
            ResourceOptions(providers=[provider]),
        )

    cloud.build(program)
    (statement,) = json.loads(cloud.named("reader-role").inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    assert statement["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert statement["Condition"] == {
        "StringEquals": {
            "aws:RequestTag/eks-cluster-name": "prod",
            "aws:RequestTag/kubernetes-namespace": "weights",
            "aws:RequestTag/kubernetes-service-account": "fill",
        }
    }


def test_a_policy_reads_as_its_sentences(cloud):
    def program():
        bucket = pulumi.Output.from_input("arn:aws:s3:::b")
        document = policy(
            allow("s3:GetObject", on=[bucket]), deny("s3:*", on="*", where={"Bool": {"x": "false"}})
        )
        aws.iam.Policy(
            "policy", policy=document, opts=ResourceOptions(provider=aws.Provider("here", region="us-east-1"))
        )

    cloud.build(program)
    assert json.loads(cloud.named("policy").inputs["policy"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b"]},
            {"Effect": "Deny", "Action": ["s3:*"], "Resource": "*", "Condition": {"Bool": {"x": "false"}}},
        ],
    }


def test_nobody_may_do_everything_with_everything(prod):
    for one in (
        *prod.of("aws:iam/rolePolicy:RolePolicy").values(),
        *prod.of("aws:iam/policy:Policy").values(),
    ):
        for statement in json.loads(one.inputs["policy"])["Statement"]:
            wide = "*" in statement["Action"] or any(action.endswith(":*") for action in statement["Action"])
            assert statement["Effect"] == "Deny" or not wide, one.name


def test_changing_anything_is_bounded_by_resource_or_condition(prod):
    reads = ("Describe", "List", "Get")
    for one in prod.of("aws:iam/rolePolicy:RolePolicy").values():
        for statement in json.loads(one.inputs["policy"])["Statement"]:
            changes = [action for action in statement["Action"] if not action.split(":")[1].startswith(reads)]
            if changes and statement["Effect"] == "Allow":
                assert statement["Resource"] != "*" or statement.get("Condition"), (one.name, changes)
