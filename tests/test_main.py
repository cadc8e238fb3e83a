"""The whole program, as dev and prod would build it."""

import json
from collections import Counter

import kubernetes_validate
import pytest

from components.catalog import versions
from rehearsal.judgement import verdicts

AWS = [
    "ec2/vpc:Vpc",
    "ec2/subnet:Subnet",
    "ec2/natGateway:NatGateway",
    "ec2/vpcEndpoint:VpcEndpoint",
    "ec2/flowLog:FlowLog",
    "ec2/launchTemplate:LaunchTemplate",
    "kms/key:Key",
    "eks/addon:Addon",
    "eks/nodeGroup:NodeGroup",
    "eks/accessEntry:AccessEntry",
    "eks/podIdentityAssociation:PodIdentityAssociation",
    "sqs/queue:Queue",
    "cloudwatch/eventRule:EventRule",
    "efs/fileSystem:FileSystem",
    "efs/mountTarget:MountTarget",
    "efs/accessPoint:AccessPoint",
    "s3/bucket:Bucket",
    "s3/bucketReplicationConfig:BucketReplicationConfig",
    "lb/loadBalancer:LoadBalancer",
    "lb/listener:Listener",
    "lb/listenerRule:ListenerRule",
    "lb/targetGroup:TargetGroup",
    "wafv2/webAcl:WebAcl",
    "wafv2/webAclAssociation:WebAclAssociation",
    "acm/certificate:Certificate",
    "acm/certificateValidation:CertificateValidation",
    "route53/healthCheck:HealthCheck",
    "route53/record:Record",
    "budgets/budget:Budget",
    "budgets/budgetAction:BudgetAction",
    "costexplorer/anomalyMonitor:AnomalyMonitor",
    "costexplorer/anomalySubscription:AnomalySubscription",
    "costexplorer/costAllocationTag:CostAllocationTag",
    "sns/topic:Topic",
    "sns/topicSubscription:TopicSubscription",
    "iam/role:Role",
]

KUBERNETES = [
    "Namespace",
    "Deployment",
    "Service",
    "PodDisruptionBudget",
    "NetworkPolicy",
    "ServiceAccount",
    "PriorityClass",
    "Secret",
    "ConfigMap",
    "Job",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "StorageClass",
    "ScaledObject",
    "TargetGroupBinding",
    "NodePool",
    "EC2NodeClass",
    "PodMonitor",
    "PrometheusRule",
]

CHARTS = {
    "gpu-operator", "kube-prometheus-stack", "keda", "aws-load-balancer-controller", "metrics-server",
    "oci://public.ecr.aws/karpenter/karpenter", "oci://public.ecr.aws/karpenter/karpenter-crd",
}  # fmt: skip


@pytest.mark.parametrize("kind", AWS)
def test_prod_builds_every_aws_kind_the_fleet_is_made_of(prod, kind):
    assert prod.of(f"aws:{kind}")


@pytest.mark.parametrize("kind", KUBERNETES)
def test_prod_builds_every_kubernetes_kind_in_both_regions(prod, kind):
    home = {one.name.split("-")[0] for one in prod.kind(kind).values()}
    assert {"us", "eu"} <= home


def test_prod_installs_every_chart_in_both_regions(prod):
    installed = Counter(one.inputs["chart"] for one in prod.of("kubernetes:helm.sh/v3:Release").values())
    assert installed == Counter(dict.fromkeys(CHARTS, 2))


def test_dev_is_one_region_with_one_gateway_and_one_model(dev):
    assert len(dev.of("aws:ec2/vpc:Vpc")) == len(dev.of("aws:ec2/natGateway:NatGateway")) == 1
    assert len(dev.kind("Deployment")) == 1


def test_every_stack_obeys_every_policy(stack):
    assert [str(finding) for one in verdicts(stack) for finding in one.findings] == []


def test_no_resource_uses_a_default_provider(stack):
    orphans = [
        one.name
        for one in stack.resources
        if one.custom and not one.type.startswith("pulumi:") and not one.provider
    ]
    assert orphans == []


def test_every_resource_of_a_region_is_built_by_that_regions_providers(prod):
    by_urn = {one.urn: one for one in prod.resources}
    for one in prod.resources:
        if one.provider and one.name.startswith(("us-east-1", "eu-west-2")):
            region = "us-east-1" if one.name.startswith("us-east-1") else "eu-west-2"
            assert by_urn[one.provider].name.startswith(region), one.name


def test_built_in_objects_are_valid_for_the_pinned_kubernetes(stack):
    checked = 0
    for one in stack.resources:
        if not one.type.startswith("kubernetes:") or one.type.startswith("kubernetes:helm.sh/"):
            continue
        try:
            kubernetes_validate.validate(one.manifest, versions.KUBERNETES, strict=True)
            checked += 1
        except kubernetes_validate.SchemaNotFoundError:
            assert one.manifest["apiVersion"].split("/")[0] in CUSTOM, one.name
    assert checked > 30


CUSTOM = {"keda.sh", "elbv2.k8s.aws", "karpenter.sh", "karpenter.k8s.aws", "monitoring.coreos.com"}


def test_the_stack_says_where_its_models_answer_and_what_they_cost(stack):
    assert set(stack.exports) == {"endpoints", "usd_per_month"}


def test_secrets_reach_kubernetes_secrets_only(prod):
    told = [one for one in prod.resources if "rehearsal-placeholder" in json.dumps(one.inputs, default=str)]
    assert {one.inputs.get("kind") for one in told} == {"Secret"}
    assert {key for one in told for key in one.inputs["stringData"]} == {"api-key", "token"}
