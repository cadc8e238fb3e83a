"""What a thief of a disk, a bucket or a volume could read."""

from collections.abc import Iterator, Sequence
from typing import Any

from policies.reading import asked_cluster, statements
from policies.rule import Finding, Resource, Rule, at, items, of_kind, of_type


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
    if asked_cluster(resource) and not at(resource.inputs, "encryptionConfigKeyArn"):
        yield "stores Kubernetes Secrets without envelope encryption; give encryption_config_key_arn"
    keyed = at(resource.inputs, "kmsMasterKeyId")
    if resource.type == "aws:sqs/queue:Queue" and not (at(resource.inputs, "sqsManagedSseEnabled") or keyed):
        yield "is not encrypted; set sqs_managed_sse_enabled"
    if resource.type == "aws:sns/topic:Topic" and not keyed:
        yield "is not encrypted; give it a kms_master_key_id"


CLOSED = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def buckets_are_closed(resources: Sequence[Resource]) -> Iterator[Finding]:
    def complete(type_: str, whole: Any = lambda _: True) -> set[str]:
        """URNs of what the resources of a type that are as they should be belong to."""
        return {urn for one in of_type(resources, type_) if whole(one) for urn in one.dependencies}

    encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    belongings = {
        "server-side encryption configuration": complete(encryption, _encrypts),
        "complete public access block": complete(
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            lambda one: all(at(one.inputs, key) is True for key in CLOSED),
        ),
        "policy that denies requests without TLS": complete(
            "aws:s3/bucketPolicy:BucketPolicy", lambda one: _denies_plain_http(at(one.inputs, "policy"))
        ),
    }
    for bucket in of_type(resources, "aws:s3/bucket:Bucket"):
        for what, having in belongings.items():
            if bucket.urn not in having:
                yield Finding(resource=bucket.name, sentence=f"has no {what}")


def _encrypts(configuration: Resource) -> bool:
    rules = items(configuration.inputs, "rules")
    return bool(rules) and all(
        at(one, "applyServerSideEncryptionByDefault", "sseAlgorithm") in ("AES256", "aws:kms")
        for one in rules
    )


def _denies_plain_http(document: Any) -> bool:
    return any(
        at(one, "Effect") == "Deny"
        and str(at(one, "Condition", "Bool", "aws:SecureTransport")).lower() == "false"
        for one in statements(document)
    )


def keys_rotate(resource: Resource) -> Iterator[str]:
    if resource.type == "aws:kms/key:Key" and at(resource.inputs, "enableKeyRotation") is not True:
        yield "is never rotated; set enable_key_rotation"


def weights_are_read_over_tls(resource: Resource) -> Iterator[str]:
    """Of EFS; Lustre encrypts in transit by itself on the instance types that can."""
    if resource.kind != "PersistentVolume":
        return
    options = items(resource.inputs, "spec", "mountOptions")
    if at(resource.inputs, "spec", "csi", "driver") == "efs.csi.aws.com" and "tls" not in options:
        yield "is mounted in the clear; add the mount option tls"


def servers_cannot_change_weights(resources: Sequence[Resource]) -> Iterator[Finding]:
    """A server that is taken over must not be able to hand its replacement weights of its own."""
    claims = {
        (one.region, at(one.inputs, "metadata", "namespace"), one.title): at(one.inputs, "spec", "volumeName")
        for one in of_kind(resources, "PersistentVolumeClaim")
    }
    writable = {
        (one.region, one.title)
        for one in of_kind(resources, "PersistentVolume")
        if items(one.inputs, "spec", "accessModes") != ["ReadOnlyMany"]
    }
    for server in of_kind(resources, "Deployment"):
        pod, namespace = (
            at(server.inputs, "spec", "template", "spec"),
            at(server.inputs, "metadata", "namespace"),
        )
        for volume in items(pod, "volumes"):
            claim = at(volume, "persistentVolumeClaim", "claimName")
            if claim is None:
                continue
            behind = (server.region, claims.get((server.region, namespace, str(claim))))
            if at(volume, "persistentVolumeClaim", "readOnly") is not True or behind in writable:
                yield Finding(
                    resource=server.name, sentence=f"can write to the claim {claim}, which all replicas read"
                )


RULES = (
    Rule(
        name="storage-is-encrypted",
        assures="disks, file systems, queues, topics and Kubernetes Secrets are encrypted at rest",
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
        name="keys-rotate",
        assures="every key of ours is rotated every year",
        remedy="set enable_key_rotation",
        resource=keys_rotate,
    ),
    Rule(
        name="weights-are-read-over-tls",
        assures="weights travel from the file system to the nodes under TLS",
        remedy="keep the mount option tls of the persistent volumes",
        resource=weights_are_read_over_tls,
    ),
    Rule(
        name="servers-cannot-change-weights",
        assures="no model server can write where weights are read",
        remedy="mount the read-only claim; only the Jobs in the namespace weights write",
        stack=servers_cannot_change_weights,
    ),
)
