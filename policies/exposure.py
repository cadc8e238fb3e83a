"""What the internet can reach, and what a thief of a disk could read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policies.rule import Finding, Resource, Rule, at, items, of_type, pod_spec

EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})


def control_planes_are_private(resource: Resource) -> Iterator[str]:
    if resource.type != "eks:index:Cluster":
        return
    if at(resource.inputs, "endpointPrivateAccess") is not True:
        yield "does not serve the Kubernetes API inside its network; set endpoint_private_access=True"
    if at(resource.inputs, "endpointPublicAccess") is not False:
        reachable = set(items(resource.inputs, "publicAccessCidrs")) or EVERYWHERE
        if reachable & EVERYWHERE:
            yield "serves the Kubernetes API to the internet; list operator_cidrs, or none at all"


def nodes_have_no_public_address(resource: Resource) -> Iterator[str]:
    if resource.type == "aws:ec2/subnet:Subnet" and at(resource.inputs, "mapPublicIpOnLaunch"):
        yield "gives every instance in it a public address; set map_public_ip_on_launch=False"
    if resource.type == "aws:ec2/launchTemplate:LaunchTemplate":
        for interface in items(resource.inputs, "networkInterfaces"):
            if str(at(interface, "associatePublicIpAddress")).lower() == "true":
                yield "asks for a public address on a node"
    if resource.kind == "EC2NodeClass" and at(resource.inputs, "spec", "associatePublicIPAddress"):
        yield "asks for a public address on every node"
    if resource.kind == "Service" and at(resource.inputs, "spec", "type") in ("LoadBalancer", "NodePort"):
        yield f"is of type {at(resource.inputs, 'spec', 'type')}; the regional entrance is the only way in"


def only_https_is_open_to_everyone(resource: Resource) -> Iterator[str]:
    if resource.type == "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
        open_ = {at(resource.inputs, "cidrIpv4"), at(resource.inputs, "cidrIpv6")} & EVERYWHERE
        ports = (at(resource.inputs, "fromPort"), at(resource.inputs, "toPort"))
        if open_ and tuple(map(_number, ports)) != (443, 443):
            yield f"opens ports {ports[0]}-{ports[1]} to the internet; only the entrance's 443 may be"
    if resource.type == "aws:ec2/securityGroup:SecurityGroup":
        for rule in items(resource.inputs, "ingress"):
            cidrs = {*items(rule, "cidrBlocks"), *items(rule, "ipv6CidrBlocks")}
            if cidrs & EVERYWHERE and (_number(at(rule, "fromPort")), _number(at(rule, "toPort"))) != (
                443,
                443,
            ):
                yield "opens more than 443 to the internet in an inline rule"


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def listeners_speak_modern_tls(resource: Resource) -> Iterator[str]:
    if resource.type != "aws:lb/listener:Listener":
        return
    if at(resource.inputs, "protocol") not in ("HTTPS", "TLS"):
        yield f"listens in {at(resource.inputs, 'protocol')}; prompts would cross the internet in the clear"
    elif not str(at(resource.inputs, "sslPolicy") or "").startswith("ELBSecurityPolicy-TLS13-1-"):
        yield "accepts TLS below 1.2; use an ELBSecurityPolicy-TLS13-1-2 policy"


def instance_metadata_needs_a_token(resource: Resource) -> Iterator[str]:
    path = {
        "aws:ec2/launchTemplate:LaunchTemplate": ("metadataOptions",),
        "EC2NodeClass": ("spec", "metadataOptions"),
    }.get(resource.kind or resource.type)
    if path and at(resource.inputs, *path, "httpTokens") != "required":
        yield "answers instance metadata without a token (IMDSv1); set httpTokens to required"


def _node_disks_are_encrypted(resource: Resource) -> Iterator[str]:
    if resource.type == "aws:ec2/launchTemplate:LaunchTemplate":
        for device in items(resource.inputs, "blockDeviceMappings"):
            if str(at(device, "ebs", "encrypted")).lower() != "true":
                yield f"boots nodes with an unencrypted {at(device, 'deviceName')}"
    if resource.kind == "EC2NodeClass":
        for device in items(resource.inputs, "spec", "blockDeviceMappings"):
            if at(device, "ebs", "encrypted") is not True:
                yield f"boots nodes with an unencrypted {at(device, 'deviceName')}"


def storage_is_encrypted(resource: Resource) -> Iterator[str]:
    """Disks and file systems; FSx for Lustre is always encrypted by AWS and has no switch."""
    yield from _node_disks_are_encrypted(resource)
    if resource.type == "aws:efs/fileSystem:FileSystem" and at(resource.inputs, "encrypted") is not True:
        yield "is not encrypted; an EFS file system cannot be encrypted later"
    if resource.kind == "StorageClass" and at(resource.inputs, "parameters", "encrypted") != "true":
        yield "provisions unencrypted volumes; set parameters.encrypted"
    if resource.type == "eks:index:Cluster" and not at(resource.inputs, "encryptionConfigKeyArn"):
        yield "stores Kubernetes Secrets without envelope encryption; give encryption_config_key_arn"
    if resource.type == "aws:sqs/queue:Queue" and not (
        at(resource.inputs, "sqsManagedSseEnabled") or at(resource.inputs, "kmsMasterKeyId")
    ):
        yield "is not encrypted; set sqs_managed_sse_enabled"


def buckets_are_closed(resources: Sequence[Resource]) -> Iterator[Finding]:
    buckets = [one for one in resources if one.type in ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")]
    encrypted = sum(1 for one in resources if "ServerSideEncryptionConfiguration" in one.type)
    blocked = [
        one
        for one in resources
        if one.type.endswith(":BucketPublicAccessBlock")
        and all(
            at(one.inputs, key) is True
            for key in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
        )
    ]
    refuse_plain = [
        one
        for one in resources
        if one.type.endswith(":BucketPolicy") and _denies_plain_http(at(one.inputs, "policy"))
    ]
    for what, count in (
        ("a server-side encryption configuration", encrypted),
        ("a complete public access block", len(blocked)),
        ("a policy that denies requests without TLS", len(refuse_plain)),
    ):
        if count < len(buckets):
            yield Finding(
                resource="stack", sentence=f"has {len(buckets)} buckets but only {count} with {what}"
            )


def _denies_plain_http(document: Any) -> bool:
    policy: Any = document
    if isinstance(document, str):
        try:
            policy = json.loads(document)
        except ValueError:
            return False
    return any(
        at(statement, "Effect") == "Deny"
        and str(at(statement, "Condition", "Bool", "aws:SecureTransport")).lower() == "false"
        for statement in items(policy, "Statement")
    )


def pods_are_confined(resource: Resource) -> Iterator[str]:
    pod = pod_spec(resource)
    if pod is None:
        return
    if at(pod, "securityContext", "runAsNonRoot") is not True:
        yield "may run as root; set securityContext.runAsNonRoot"
    if at(pod, "securityContext", "seccompProfile", "type") != "RuntimeDefault":
        yield "runs without the runtime's seccomp profile"
    for container in [*items(pod, "initContainers"), *items(pod, "containers")]:
        yield from _container_faults(container)


def _container_faults(container: Mapping[str, Any]) -> Iterator[str]:
    context = at(container, "securityContext")
    if at(context, "readOnlyRootFilesystem") is not True:
        yield f"lets container {container.get('name')} write to its root file system"
    if at(context, "allowPrivilegeEscalation") is not False:
        yield f"lets container {container.get('name')} gain privileges"
    if "ALL" not in items(context, "capabilities", "drop"):
        yield f"leaves Linux capabilities to container {container.get('name')}"


def entrance_has_a_firewall(resources: Sequence[Resource]) -> Iterator[Finding]:
    public = [
        one
        for one in of_type(resources, "aws:lb/loadBalancer:LoadBalancer")
        if not at(one.inputs, "internal")
    ]
    attached = of_type(resources, "aws:wafv2/webAclAssociation:WebAclAssociation")
    if len(attached) < len(public):
        yield Finding(
            resource="stack",
            sentence=f"has {len(public)} public load balancers but {len(attached)} firewall associations",
        )


RULES = (
    Rule(
        name="control-planes-are-private",
        assures="no Kubernetes API answers the whole internet",
        remedy="leave operator_cidrs empty, or list only your own networks",
        resource=control_planes_are_private,
    ),
    Rule(
        name="nodes-have-no-public-address",
        assures="no node and no Service is reachable from outside",
        remedy="keep nodes in private subnets and Services of type ClusterIP",
        resource=nodes_have_no_public_address,
    ),
    Rule(
        name="only-https-is-open-to-everyone",
        assures="nothing but the entrance's 443 is open to the internet",
        remedy="name the networks or the security group that may connect",
        resource=only_https_is_open_to_everyone,
    ),
    Rule(
        name="listeners-speak-modern-tls",
        assures="every listener speaks TLS 1.2 or newer",
        remedy="use HTTPS with an ELBSecurityPolicy-TLS13-1-2 policy",
        resource=listeners_speak_modern_tls,
    ),
    Rule(
        name="instance-metadata-needs-a-token",
        assures="instance metadata answers only IMDSv2",
        remedy="set httpTokens to required",
        resource=instance_metadata_needs_a_token,
    ),
    Rule(
        name="storage-is-encrypted",
        assures="disks, file systems, queues and Kubernetes Secrets are encrypted at rest",
        remedy="switch encryption on; most of these cannot be encrypted later",
        resource=storage_is_encrypted,
    ),
    Rule(
        name="buckets-are-closed",
        assures="every bucket is encrypted, refuses public access and plain HTTP",
        remedy="give each bucket its encryption, public access block and TLS-only policy",
        stack=buckets_are_closed,
    ),
    Rule(
        name="pods-are-confined",
        assures="every pod of ours meets the restricted pod security standard, with a read-only root",
        remedy="copy the securityContext of serving/manifests.py",
        resource=pods_are_confined,
    ),
    Rule(
        name="the-entrance-has-a-firewall",
        assures="every public load balancer stands behind a rate-limiting firewall",
        remedy="associate the region's web ACL with the load balancer",
        stack=entrance_has_a_firewall,
    ),
)
