"""What a pod may do to its node, to its neighbours, and with what it knows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.planning import labels
from policies.reading import containers, whole
from policies.rule import Finding, Resource, Rule, at, items, of_kind, pod_spec


def pods_are_confined(resource: Resource) -> Iterator[str]:
    pod = pod_spec(resource)
    if pod is None:
        return
    if at(pod, "securityContext", "runAsNonRoot") is not True:
        yield "may run as root; set securityContext.runAsNonRoot"
    if at(pod, "securityContext", "seccompProfile", "type") != "RuntimeDefault":
        yield "runs without the runtime's seccomp profile"
    for container in containers(pod):
        yield from _container_faults(container)


def _container_faults(container: Mapping[str, Any]) -> Iterator[str]:
    context = at(container, "securityContext")
    if at(context, "readOnlyRootFilesystem") is not True:
        yield f"lets container {container.get('name')} write to its root file system"
    if at(context, "allowPrivilegeEscalation") is not False:
        yield f"lets container {container.get('name')} gain privileges"
    if "ALL" not in items(context, "capabilities", "drop"):
        yield f"leaves Linux capabilities to container {container.get('name')}"
    if not _hands_over(container) and (at(context, "runAsNonRoot") is False or at(context, "runAsUser") == 0):
        yield f"runs container {container.get('name')} as root"
    if not _hands_over(container) and items(context, "capabilities", "add"):
        yield f"adds Linux capabilities to container {container.get('name')}"


def _hands_over(container: Mapping[str, Any]) -> bool:
    """Lustre's root belongs to root: one container gives it away, and can do nothing else."""
    only = items(container, "securityContext", "capabilities", "add") == ["CHOWN"]
    return only and items(container, "command")[:1] == ["chown"]


def _shared_with_the_node(pod: Mapping[str, Any]) -> Iterator[str]:
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if at(pod, key):
            yield f"shares its node's {key.removeprefix('host')}"
    for volume in items(pod, "volumes"):
        if at(volume, "hostPath") is not None:
            yield f"mounts {at(volume, 'hostPath', 'path')} of its node"
    for container in containers(pod):
        if at(container, "securityContext", "privileged"):
            yield f"runs container {at(container, 'name')} privileged"
        if any(at(one, "hostPort") for one in items(container, "ports")):
            yield f"opens a port of its node for container {at(container, 'name')}"


def pods_stay_in_their_box(resource: Resource) -> Iterator[str]:
    pod = pod_spec(resource)
    if pod is None:
        return
    yield from _shared_with_the_node(pod)
    if at(pod, "automountServiceAccountToken") is not False:
        yield "carries a token for the Kubernetes API, which it never calls"
    # A Service called vllm would set VLLM_PORT to an address, and vLLM would not start.
    if at(pod, "enableServiceLinks") is not False:
        yield "is told of every Service of its namespace by environment variables; set enableServiceLinks to false"


SECRET = re.compile(r"(?:_|^)(?:KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS)$", re.IGNORECASE)
LEAKED = re.compile(
    r"AKIA[0-9A-Z]{16}|hf_[A-Za-z0-9]{30,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|gh[pousr]_[A-Za-z0-9]{36,}"
)


def secrets_are_references(resource: Resource) -> Iterator[str]:
    """A secret written into a manifest is in the state file, in the cluster's history and in every copy of both."""
    for container in containers(pod_spec(resource)):
        for one in items(container, "env"):
            if SECRET.search(str(at(one, "name"))) and at(one, "value"):
                yield f"holds {at(one, 'name')} in plain text; refer to a Secret with valueFrom"
        if any(str(word).startswith(("--api-key", "--hf-token")) for word in items(container, "args")):
            yield "passes a secret as an argument, which every process list shows"
    if resource.kind == "ConfigMap":
        for key in at(resource.inputs, "data") or {}:
            if SECRET.search(str(key).replace("-", "_")):
                yield f"holds {key} in a ConfigMap; make it a Secret"
    if resource.kind != "Secret" and LEAKED.search(repr(resource.inputs)):
        yield "holds what looks like a credential; take it out, and revoke it"


def namespaces_are_confined(resources: Sequence[Resource]) -> Iterator[Finding]:
    """Wherever pods of ours run, Kubernetes itself refuses a pod that is not confined."""
    used = {
        (one.region, at(one.inputs, "metadata", "namespace"))
        for one in resources
        if pod_spec(one) is not None
    }
    enforced = "pod-security.kubernetes.io/enforce"
    lustre = {
        (one.region, labels.WEIGHTS_NAMESPACE)
        for one in of_kind(resources, "PersistentVolume")
        if at(one.inputs, "spec", "csi", "driver") == "fsx.csi.aws.com"
    }
    for namespace in of_kind(resources, "Namespace"):
        level = at(namespace.inputs, "metadata", "labels", enforced)
        where = (namespace.region, namespace.title)
        # Where weights lie on Lustre, one container must be root to give its root directory away.
        permitted = {"restricted", "baseline"} if where in lustre else {"restricted"}
        if where in used and level not in permitted:
            yield Finding(
                resource=namespace.name, sentence=f"enforces {level or 'nothing'}; pods of ours run in it"
            )
        elif level is None:
            yield Finding(resource=namespace.name, sentence="states no level of pod security")


def _selects_all(policy: Resource) -> bool:
    kinds = set(items(policy.inputs, "spec", "policyTypes"))
    chosen = at(policy.inputs, "spec", "podSelector") or {}
    return not chosen and kinds == {"Ingress", "Egress"} and not items(policy.inputs, "spec", "ingress")


def namespaces_deny_by_default(resources: Sequence[Resource]) -> Iterator[Finding]:
    policies = of_kind(resources, "NetworkPolicy")
    closed = {(one.region, at(one.inputs, "metadata", "namespace")) for one in policies if _selects_all(one)}
    told = set()
    for one in resources:
        where = (one.region, at(one.inputs, "metadata", "namespace"))
        if pod_spec(one) is not None and where not in closed and where not in told:
            told.add(where)
            yield Finding(
                resource=one.name, sentence=f"runs in {where[1]}, where no policy denies what is not allowed"
            )


def pods_are_reached_by_name(resource: Resource) -> Iterator[str]:
    """Every allowance names who: an empty list of peers is everybody."""
    if resource.kind != "NetworkPolicy":
        return
    for rule in items(resource.inputs, "spec", "ingress"):
        peers = items(rule, "from")
        if not peers or any(not peer for peer in peers):
            yield "lets everybody in; name the peers"
        for peer in peers:
            if str(at(peer, "ipBlock", "cidr")).endswith("/0"):
                yield f"lets {at(peer, 'ipBlock', 'cidr')} in; name the load balancer's subnets"
        if not items(rule, "ports"):
            yield "opens every port; name the server's"
    kinds = items(resource.inputs, "spec", "policyTypes")
    for kind in ("Ingress", "Egress"):
        if kind not in kinds:
            yield f"says nothing of {kind.lower()}, which is then open"


def instance_metadata_needs_a_token(resource: Resource) -> Iterator[str]:
    path = {
        "aws:ec2/launchTemplate:LaunchTemplate": ("metadataOptions",),
        "EC2NodeClass": ("spec", "metadataOptions"),
    }.get(resource.kind or resource.type)
    if path is None:
        return
    if at(resource.inputs, *path, "httpTokens") != "required":
        yield "answers instance metadata without a token (IMDSv1); set httpTokens to required"
    if (whole(at(resource.inputs, *path, "httpPutResponseHopLimit")) or 1) > 1:
        yield "lets pods take the node's credentials from its metadata; set the hop limit to 1"


RULES = (
    Rule(
        name="pods-are-confined",
        assures="every pod of ours meets the restricted pod security standard, with a read-only root",
        remedy="copy the securityContext of serving/manifests.py",
        resource=pods_are_confined,
    ),
    Rule(
        name="pods-stay-in-their-box",
        assures="no pod of ours shares anything with its node or carries a token it does not need",
        remedy="remove the host's network, processes, paths and ports, and the token",
        resource=pods_stay_in_their_box,
    ),
    Rule(
        name="secrets-are-references",
        assures="no secret stands in plain text in anything that is built",
        remedy="set it with `pulumi config set --secret` and refer to a Kubernetes Secret",
        resource=secrets_are_references,
    ),
    Rule(
        name="namespaces-are-confined",
        assures="Kubernetes enforces the restricted standard wherever pods of ours run",
        remedy="label the namespace pod-security.kubernetes.io/enforce: restricted",
        stack=namespaces_are_confined,
    ),
    Rule(
        name="namespaces-deny-by-default",
        assures="where pods of ours run, traffic that no policy allows is denied",
        remedy="keep the policy of the namespace that selects every pod and allows nothing in",
        stack=namespaces_deny_by_default,
    ),
    Rule(
        name="pods-are-reached-by-name",
        assures="every network policy names who may connect, and to which port",
        remedy="name subnets, namespaces or pods in `from`, and the port",
        resource=pods_are_reached_by_name,
    ),
    Rule(
        name="instance-metadata-needs-a-token",
        assures="instance metadata answers only IMDSv2",
        remedy="set httpTokens to required",
        resource=instance_metadata_needs_a_token,
    ),
)
