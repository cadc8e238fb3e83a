"""What is left when a stack is taken down: data that was meant to stay, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from policies.pools import GROUP
from policies.reading import Order, asked_cluster, in_production
from policies.rule import Finding, Resource, Rule, at, of_kind, of_type
from policies.supply import RELEASE

SERVED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "NodePool": ("karpenter", "karpenter-crd"),
    "EC2NodeClass": ("karpenter", "karpenter-crd"),
    "ScaledObject": ("keda",),
    "TargetGroupBinding": ("load-balancer-controller",),
    "PrometheusRule": ("prometheus",),
    "PodMonitor": ("prometheus",),
    "ServiceMonitor": ("prometheus",),
}
"""By kind: releases whose controllers take its objects apart when they are deleted."""


def controllers_outlive_their_objects(resources: Sequence[Resource]) -> Iterator[Finding]:
    """A NodePool deleted after Karpenter leaves its instances running, and paid for, with a finalizer nobody answers."""
    order = Order(resources)
    releases = {(one.region, str(at(one.inputs, "name"))): one.urn for one in of_type(resources, RELEASE)}
    for kind, charts in SERVED_BY.items():
        for one in of_kind(resources, kind):
            for chart in charts:
                urn = releases.get((one.region, chart))
                if urn is None:
                    yield Finding(
                        resource=one.name, sentence=f"is a {kind}, which no release of {chart} serves here"
                    )
                elif not order.waits(one, urn):
                    yield Finding(
                        resource=one.name,
                        sentence=f"does not wait for {chart}, and would be deleted after it",
                    )


def charts_wait_for_nodes(resources: Sequence[Resource]) -> Iterator[Finding]:
    """Controllers run on the system nodes: deleted after them, a release would wait for pods that cannot run."""
    order = Order(resources)
    system = {
        one.region: one.urn
        for one in of_type(resources, GROUP)
        if at(one.inputs, "labels", "llm-fleet/role") == "system"
    }
    for release in of_type(resources, RELEASE):
        urn = system.get(release.region)
        if urn is None:
            yield Finding(resource=release.name, sentence="has no system nodes to run on")
        elif not order.waits(release, urn):
            yield Finding(
                resource=release.name, sentence="does not wait for the system nodes, and would outlive them"
            )


def servers_wait_for_their_ground(resources: Sequence[Resource]) -> Iterator[Finding]:
    """What a model server mounts, is reached by and is confined by is there before it, and goes after it."""
    order = Order(resources)
    grounds: Mapping[str, str] = {
        "NetworkPolicy": "the network policy",
        "ServiceAccount": "the service account",
        "TargetGroupBinding": "the target group binding",
    }
    for kind, what in grounds.items():
        named = {(one.region, one.title): one.urn for one in of_kind(resources, kind)}
        for server in of_kind(resources, "Deployment"):
            urn = named.get((server.region, server.title))
            if urn is None:
                yield Finding(resource=server.name, sentence=f"has not {what} of its own name")
            elif not order.waits(server, urn):
                yield Finding(resource=server.name, sentence=f"does not wait for {what} of its own name")


def _held(resources: Sequence[Resource]) -> bool:
    """Whether it is production, and not one that is taken down on purpose: `deletion_protection: false` frees all of it.

    What is freed alone, while anything else is held, was freed by mistake.
    """
    entrances = of_type(resources, "aws:lb/loadBalancer:LoadBalancer")
    anything = any(one.protect for one in of_type(resources, "aws:s3/bucket:Bucket")) or any(
        at(one.inputs, "enableDeletionProtection") is True for one in entrances
    )
    return anything and in_production(resources)


def data_is_protected(resources: Sequence[Resource]) -> Iterator[Finding]:
    """A bucket that keeps versions keeps something somebody may miss; logs expire, and need no protection."""
    if not _held(resources):
        return
    kept = {
        urn
        for one in of_type(resources, "aws:s3/bucketVersioning:BucketVersioning")
        for urn in one.dependencies
    }
    for bucket in of_type(resources, "aws:s3/bucket:Bucket"):
        if bucket.urn in kept and not bucket.protect:
            yield Finding(
                resource=bucket.name,
                sentence="may be deleted by `pulumi destroy`, with all the weights in it",
            )
        if bucket.urn in kept and at(bucket.inputs, "forceDestroy") is True:
            yield Finding(
                resource=bucket.name, sentence="would be emptied before it is deleted; unset force_destroy"
            )


def weights_keep_their_versions(resources: Sequence[Resource]) -> Iterator[Finding]:
    """Replication needs versions on both sides, and so does whoever overwrote the wrong file."""
    versioned = {
        at(one.inputs, "bucket")
        for one in of_type(resources, "aws:s3/bucketVersioning:BucketVersioning")
        if at(one.inputs, "versioningConfiguration", "status") == "Enabled"
    }
    for one in of_type(resources, "aws:s3/bucketReplicationConfig:BucketReplicationConfig"):
        rules = at(one.inputs, "rules") or []
        names = [str(at(rule, "destination", "bucket")).removeprefix("arn:aws:s3:::") for rule in rules]
        for bucket in [at(one.inputs, "bucket"), *names]:
            if bucket not in versioned:
                yield Finding(
                    resource=one.name, sentence=f"copies from or to {bucket}, which keeps no versions"
                )
        if not rules or any(at(rule, "status") != "Enabled" for rule in rules):
            yield Finding(
                resource=one.name, sentence="copies nothing: a region would wait for its weights for ever"
            )


def volumes_are_retained(resource: Resource) -> Iterator[str]:
    if resource.kind != "PersistentVolume":
        return
    if at(resource.inputs, "spec", "persistentVolumeReclaimPolicy") != "Retain":
        yield "loses its files with its claim; set persistentVolumeReclaimPolicy to Retain"
    if at(resource.inputs, "spec", "storageClassName") != "":
        yield "may be taken by another claim; set storageClassName to an empty text"


def production_is_held(resources: Sequence[Resource]) -> Iterator[Finding]:
    """One more question before what clients depend on is gone: AWS's own, which the engine cannot overrule."""
    if not _held(resources):
        return
    clusters = [(one, "deletionProtection") for one in resources if asked_cluster(one)]
    entrances = of_type(resources, "aws:lb/loadBalancer:LoadBalancer")
    for one, key in [*clusters, *((each, "enableDeletionProtection") for each in entrances)]:
        if at(one.inputs, key) is not True:
            yield Finding(resource=one.name, sentence=f"can be deleted by one command; set {key}")
    for one in of_type(resources, "aws:kms/key:Key"):
        days = at(one.inputs, "deletionWindowInDays")
        if isinstance(days, int) and days < 30:
            yield Finding(
                resource=one.name, sentence=f"is gone {days} days after its deletion; 30 leave time to notice"
            )


def providers_keep_their_cluster(resource: Resource) -> Iterator[str]:
    """Without a fixed identifier any change of a cluster plans to replace its provider, and all that it manages."""
    if resource.type == "pulumi:providers:kubernetes" and not at(resource.inputs, "clusterIdentifier"):
        yield "has no cluster_identifier: a change of its cluster would replace everything in it"


RULES = (
    Rule(
        name="controllers-outlive-their-objects",
        assures="every object is deleted while the controller that takes it apart still runs",
        remedy="pass the release, or what waits for it, in depends_on",
        stack=controllers_outlive_their_objects,
    ),
    Rule(
        name="charts-wait-for-nodes",
        assures="every chart is installed on nodes that are there, and removed before they go",
        remedy="let the release wait for the system node group",
        stack=charts_wait_for_nodes,
    ),
    Rule(
        name="servers-wait-for-their-ground",
        assures="a model server starts after its account, network policy and binding, and stops before them",
        remedy="keep depends_on of serving/server.py",
        stack=servers_wait_for_their_ground,
    ),
    Rule(
        name="data-is-protected",
        assures="in production the engine deletes no bucket whose versions are kept",
        remedy="set protect, and leave force_destroy unset, on the bucket",
        stack=data_is_protected,
    ),
    Rule(
        name="weights-keep-their-versions",
        assures="weights are copied between buckets that keep versions",
        remedy="enable versioning on both buckets, and the replication rule",
        stack=weights_keep_their_versions,
    ),
    Rule(
        name="volumes-are-retained",
        assures="no file is deleted because a claim on it was",
        remedy='set persistentVolumeReclaimPolicy to Retain and storageClassName to ""',
        resource=volumes_are_retained,
    ),
    Rule(
        name="production-is-held",
        assures="in production clusters, entrances and keys cannot be deleted in one step",
        remedy="keep deletion protection, and a deletion window of 30 days",
        stack=production_is_held,
    ),
    Rule(
        name="providers-keep-their-cluster",
        assures="no change of a cluster plans to replace what is in it",
        remedy="set cluster_identifier on the Kubernetes provider, from its first deployment on",
        resource=providers_keep_their_cluster,
    ),
)
