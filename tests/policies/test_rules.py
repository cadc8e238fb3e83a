"""Every rule is quiet on prod and speaks when its one fault is planted."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from components.planning import labels
from policies.pack import RULES
from policies.rule import Resource, judge
from rehearsal.judgement import resources

HOME = "us-east-1"
Fault = Callable[[dict[str, Any]], Any]


def put(*path: Any, to: Any) -> Fault:
    """A fault that sets what lies at a path."""

    def spoil(inputs: dict[str, Any]) -> None:
        parent: Any = inputs
        for step in path[:-1]:
            parent = parent[step]
        parent[path[-1]] = to

    return spoil


def drop(*path: Any) -> Fault:
    """A fault that removes what lies at a path."""

    def spoil(inputs: dict[str, Any]) -> None:
        parent: Any = inputs
        for step in path[:-1]:
            parent = parent[step]
        del parent[path[-1]]

    return spoil


POD = ("spec", "template", "spec")
SERVER = (*POD, "containers", 0)
TRIGGER = ("spec", "triggers", 0, "metadata")
BEHAVIOR = ("spec", "advanced", "horizontalPodAutoscalerConfig", "behavior")
POOL = ("spec", "template", "spec")
DEPLOYMENT, SCALED = f"{HOME}-llama-8b-deployment", f"{HOME}-llama-8b-scaled-object"
SPOT, ON_DEMAND = f"{HOME}-pools-llama-spot", f"{HOME}-pools-llama-on-demand"
CLASS, TEMPLATE = f"{HOME}-pools-class", f"{HOME}-system-lt"
GONE = None

FAULTS: dict[str, tuple[str, str, Fault | None]] = {
    "one replica at rest": ("interactive-models-keep-two-replicas", SCALED, put("spec", "minReplicaCount", to=1)),
    "no least at all": ("interactive-models-keep-two-replicas", SCALED, drop("spec", "minReplicaCount")),
    "a deployment of one": ("interactive-models-keep-two-replicas", DEPLOYMENT, put("spec", "replicas", to=1)),
    "a ceiling below the floor": ("scaling-has-room", SCALED, put("spec", "maxReplicaCount", to=1)),
    "no autoscaler": ("every-model-is-scaled", SCALED, GONE),
    "an autoscaler of nothing": ("every-model-is-scaled", SCALED, put("spec", "scaleTargetRef", "name", to="ghost")),
    "no disruption budget": ("disruption-budgets-permit-a-drain", f"{HOME}-llama-8b-disruption-budget", GONE),
    "a budget that protects none": (
        "disruption-budgets-permit-a-drain", f"{HOME}-llama-8b-disruption-budget", put("spec", "minAvailable", to=0),
    ),
    "a budget that never lets go": (
        "disruption-budgets-permit-a-drain", f"{HOME}-llama-8b-disruption-budget", put("spec", "minAvailable", to=2),
    ),
    "a budget in percent": (
        "disruption-budgets-permit-a-drain", f"{HOME}-llama-8b-disruption-budget", put("spec", "minAvailable", to="50%"),
    ),
    "mostly spot": ("spot-is-bounded", SPOT, put("spec", "limits", labels.GPU, to=99)),
    "no on-demand floor": (
        "spot-is-bounded", f"{HOME}-llama-g6e-xlarge-od", put("scalingConfig", "minSize", to=0),
    ),
    "a ceiling over the budget": ("ceiling-is-within-the-budget", SCALED, put("spec", "maxReplicaCount", to=400)),
    "no monthly budget": ("ceiling-is-within-the-budget", "budgets-monthly", GONE),
    "an action that waits for somebody": ("the-budget-acts", "budgets-deny-capacity", put("approvalModel", to="MANUAL")),
    "an action that stops instances": ("the-budget-acts", "budgets-deny-capacity", put("actionType", to="RUN_SSM_DOCUMENTS")),
    "no limit on GPUs": ("gpu-pools-are-limited", ON_DEMAND, drop("spec", "limits", labels.GPU)),
    "a limit of none": ("gpu-pools-are-limited", ON_DEMAND, put("spec", "limits", labels.GPU, to=0)),
    "nodes for ever": ("pools-let-go", ON_DEMAND, put(*POOL, "expireAfter", to="Never")),
    "no consolidation": ("pools-let-go", ON_DEMAND, drop("spec", "disruption", "consolidateAfter")),
    "a retired series": (
        "triggers-name-known-series", SCALED, put(*TRIGGER, "query", to="avg(vllm:gpu_cache_usage_perc)"),
    ),
    "silence taken for idleness": ("silence-is-not-idleness", SCALED, put(*TRIGGER, "ignoreNullValues", to="true")),
    "a key KEDA removed": ("silence-is-not-idleness", SCALED, put(*TRIGGER, "metricName", to="waiting")),
    "no fallback": ("silence-is-not-idleness", SCALED, drop("spec", "fallback")),
    "a hasty scale-down": (
        "scaling-down-is-slow", SCALED, put(*BEHAVIOR, "scaleDown", "stabilizationWindowSeconds", to=60),
    ),
    "an unpaced scale-up": ("scaling-down-is-slow", SCALED, drop(*BEHAVIOR, "scaleUp", "policies")),
    "a drain beyond the notice": (
        "pods-leave-within-the-notice", DEPLOYMENT, put(*POD, "terminationGracePeriodSeconds", to=600),
    ),
    "a drain cut short": ("pods-leave-within-the-notice", DEPLOYMENT, put(*POD, "terminationGracePeriodSeconds", to=30)),
    "no preStop": ("pods-leave-within-the-notice", DEPLOYMENT, drop(*SERVER, "lifecycle")),
    "no rule for spot notices": ("interruptions-are-heard", f"{HOME}-karpenter-spot", GONE),
    "no GPU asked for": ("model-servers-ask-for-gpus", DEPLOYMENT, drop(*SERVER, "resources", "limits", labels.GPU)),
    "an instance type nobody sells": (
        "model-servers-ask-for-gpus", DEPLOYMENT, put(*POD, "nodeSelector", labels.INSTANCE_TYPE, to="g9.huge"),
    ),
    "an instance type not sold here": (
        "model-servers-ask-for-gpus", "eu-west-2-llama-8b-deployment",
        put(*POD, "nodeSelector", labels.INSTANCE_TYPE, to="g6e.xlarge"),
    ),
    "a taint not tolerated": ("model-servers-tolerate-their-taints", DEPLOYMENT, drop(*POD, "tolerations", 1)),
    "a label that comes after boot": (
        "selectors-are-known-before-boot", DEPLOYMENT, put(*POD, "nodeSelector", "nvidia.com/gpu.product", to="L40S"),
    ),
    "a driver's taint as a taint": (
        "csi-taints-are-startup-taints", SPOT,
        put(*POOL, "taints", 0, to={"key": "efs.csi.aws.com/agent-not-ready", "effect": "NoExecute"}),
    ),
    "an API open to all": ("control-planes-are-private", f"{HOME}-cluster-eks", put("publicAccessCidrs", to=["0.0.0.0/0"])),
    "an API not reachable inside": (
        "control-planes-are-private", f"{HOME}-cluster-eks", put("endpointPrivateAccess", to=False),
    ),
    "public addresses": (
        "nodes-have-no-public-address", f"{HOME}-network-private-az2", put("mapPublicIpOnLaunch", to=True),
    ),
    "a public node class": ("nodes-have-no-public-address", CLASS, put("spec", "associatePublicIPAddress", to=True)),
    "a load balancer by a Service": (
        "nodes-have-no-public-address", f"{HOME}-llama-8b-service", put("spec", "type", to="LoadBalancer"),
    ),
    "the health port open to all": (
        "only-https-is-open-to-everyone", f"{HOME}-entrance-from-checkers", put("cidrIpv4", to="0.0.0.0/0"),
    ),
    "old TLS": ("listeners-speak-modern-tls", f"{HOME}-entrance-public", put("sslPolicy", to="ELBSecurityPolicy-2016-08")),
    "no TLS": ("listeners-speak-modern-tls", f"{HOME}-entrance-public", put("protocol", to="HTTP")),
    "metadata without a token": (
        "instance-metadata-needs-a-token", TEMPLATE, put("metadataOptions", "httpTokens", to="optional"),
    ),
    "metadata of elastic nodes without a token": (
        "instance-metadata-needs-a-token", CLASS, drop("spec", "metadataOptions"),
    ),
    "a plain file system": ("storage-is-encrypted", f"{HOME}-weights-files-efs", put("encrypted", to=False)),
    "a plain disk": ("storage-is-encrypted", TEMPLATE, put("blockDeviceMappings", 0, "ebs", "encrypted", to="false")),
    "a plain elastic disk": (
        "storage-is-encrypted", CLASS, put("spec", "blockDeviceMappings", 0, "ebs", "encrypted", to=False),
    ),
    "plain volumes": ("storage-is-encrypted", f"{HOME}-running-gp3", put("parameters", "encrypted", to="false")),
    "plain Secrets": ("storage-is-encrypted", f"{HOME}-cluster-eks", drop("encryptionConfigKeyArn")),
    "a plain queue": ("storage-is-encrypted", f"{HOME}-karpenter-interruptions", drop("sqsManagedSseEnabled")),
    "a bucket half closed": ("buckets-are-closed", "weights-origin-closed", put("blockPublicPolicy", to=False)),
    "a bucket without encryption": ("buckets-are-closed", "weights-origin-encryption", GONE),
    "a bucket that answers in the clear": ("buckets-are-closed", "weights-origin-policy", put("policy", to="{}")),
    "a pod as root": ("pods-are-confined", DEPLOYMENT, drop(*POD, "securityContext", "runAsNonRoot")),
    "a pod without seccomp": ("pods-are-confined", DEPLOYMENT, drop(*POD, "securityContext", "seccompProfile")),
    "a root that can be written": (
        "pods-are-confined", DEPLOYMENT, put(*SERVER, "securityContext", "readOnlyRootFilesystem", to=False),
    ),
    "privileges to gain": (
        "pods-are-confined", DEPLOYMENT, drop(*SERVER, "securityContext", "allowPrivilegeEscalation"),
    ),
    "capabilities left": ("pods-are-confined", DEPLOYMENT, drop(*SERVER, "securityContext", "capabilities")),
    "no firewall": ("the-entrance-has-a-firewall", f"{HOME}-entrance-firewall-association", GONE),
    "an image by tag": ("images-are-pinned", DEPLOYMENT, put(*SERVER, "image", to="vllm/vllm-openai:latest")),
    "an image nobody chose": (
        "images-are-pinned", DEPLOYMENT, put(*SERVER, "image", to=f"evil/vllm:v1@sha256:{'0' * 64}"),
    ),
    "another chart's version": ("charts-are-pinned", f"{HOME}-addons-keda", put("version", to="2.0.0")),
    "a floating node image": (
        "node-images-are-dated", CLASS, put("spec", "amiSelectorTerms", 0, "alias", to="al2023@latest"),
    ),
    "a floating node group": ("node-images-are-dated", f"{HOME}-system-nodes", drop("releaseVersion")),
    "a floating add-on": ("node-images-are-dated", f"{HOME}-running-coredns", drop("addonVersion")),
    "an untagged provider": ("providers-tag-everything", f"{HOME}-aws", drop("defaultTags")),
    "untagged elastic nodes": ("nodes-are-tagged", CLASS, drop("spec", "tags", "owner")),
    "untagged disks": ("nodes-are-tagged", TEMPLATE, drop("tagSpecifications", 1)),
}  # fmt: skip


@pytest.fixture(scope="module")
def good(prod) -> tuple[Resource, ...]:
    return resources(prod)


def test_prod_gives_no_rule_anything_to_say(good):
    assert [str(finding) for verdict in judge(RULES, good) for finding in verdict.findings] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_refused_by_its_rule(good, fault):
    rule, name, spoil = FAULTS[fault]
    spoilt = tuple(
        _spoil(one, spoil) if one.name == name else one for one in good if spoil or one.name != name
    )
    assert spoilt != good, f"nothing is called {name}"
    refusing = {verdict.rule.name for verdict in judge(RULES, spoilt) if verdict.refuses}
    assert rule in refusing


def _spoil(one: Resource, spoil: Fault | None) -> Resource:
    inputs = copy.deepcopy(dict(one.inputs))
    if spoil is not None:
        spoil(inputs)
    return Resource(name=one.name, type=one.type, inputs=inputs, region=one.region)


def test_every_rule_is_shown_to_bite():
    assert {rule.name for rule in RULES} == {rule for rule, _, _ in FAULTS.values()}


def test_rules_are_named_once_and_tell_what_to_do():
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.assures and rule.remedy and (rule.resource or rule.stack) for rule in RULES)
