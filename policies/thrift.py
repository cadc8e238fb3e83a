"""Money that would be paid for nothing: logs nobody reads, transfer that could be free, what is left behind."""

from collections.abc import Iterator, Sequence

from components.catalog import quotas
from components.planning import labels
from policies.reading import model_servers, whole
from policies.rule import Finding, Resource, Rule, at, items, label, of_kind, of_type, pod_spec


def logs_expire(resource: Resource, *, longest_log_days: int) -> Iterator[str]:
    if resource.type != "aws:cloudwatch/logGroup:LogGroup":
        return
    days = whole(at(resource.inputs, "retentionInDays"))
    if not days:
        yield "keeps its logs for ever; set retention_in_days"
    elif days not in quotas.LOG_RETENTION_DAYS:
        yield f"keeps its logs {days} days, which CloudWatch does not offer"
    elif days > longest_log_days:
        yield f"keeps its logs {days} days; at most {longest_log_days} are worth their price"


def buckets_forget(resources: Sequence[Resource]) -> Iterator[Finding]:
    """Unfinished uploads and old versions are invisible in a listing, and are paid for until somebody deletes them."""
    cleaned = {
        parent
        for one in of_type(resources, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
        for parent in one.dependencies
        if any(
            at(rule, "status") == "Enabled" and at(rule, "abortIncompleteMultipartUpload")
            for rule in items(one.inputs, "rules")
        )
    }
    kept = {
        parent
        for one in of_type(resources, "aws:s3/bucketVersioning:BucketVersioning")
        for parent in one.dependencies
    }
    aged = {
        parent
        for one in of_type(resources, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
        for parent in one.dependencies
        if any(
            at(rule, "noncurrentVersionExpiration") or at(rule, "expiration")
            for rule in items(one.inputs, "rules")
        )
    }
    for bucket in of_type(resources, "aws:s3/bucket:Bucket"):
        if bucket.urn not in cleaned:
            yield Finding(
                resource=bucket.name, sentence="keeps unfinished uploads for ever; abort them by lifecycle"
            )
        if bucket.urn in kept and bucket.urn not in aged:
            yield Finding(
                resource=bucket.name, sentence="keeps every old version for ever; expire them by lifecycle"
            )


def weights_do_not_pass_the_nat(resources: Sequence[Resource]) -> Iterator[Finding]:
    """A NAT gateway charges for each GB; S3's gateway endpoint carries the same bytes for nothing."""
    ends = of_type(resources, "aws:ec2/vpcEndpoint:VpcEndpoint")
    free = {
        one.region
        for one in ends
        if str(at(one.inputs, "serviceName")).endswith(".s3")
        and at(one.inputs, "vpcEndpointType") == "Gateway"
        and items(one.inputs, "routeTableIds")
    }
    images = {one.region for one in ends if str(at(one.inputs, "serviceName")).endswith(".ecr.dkr")}
    for network in of_type(resources, "aws:ec2/vpc:Vpc"):
        if network.region not in free:
            yield Finding(
                resource=network.name, sentence="has no gateway endpoint for S3: weights would pass the NAT"
            )
        if network.region not in images:
            yield Finding(
                resource=network.name, sentence="has no endpoint for ECR: images would pass the NAT"
            )


def nat_gateways_are_not_doubled(resources: Sequence[Resource]) -> Iterator[Finding]:
    zones = {
        one.urn: (one.region, at(one.inputs, "availabilityZoneId"))
        for one in of_type(resources, "aws:ec2/subnet:Subnet")
    }
    served: set[tuple[str | None, object]] = set()
    for gateway in of_type(resources, "aws:ec2/natGateway:NatGateway"):
        for zone in [zones[urn] for urn in gateway.dependencies if urn in zones]:
            if zone in served:
                yield Finding(
                    resource=gateway.name,
                    sentence=f"is the second NAT gateway of {zone[1]}, paid by the hour",
                )
            served.add(zone)


def idle_development_is_bounded(
    resources: Sequence[Resource], *, most_idle_development_gpus: int
) -> Iterator[Finding]:
    """GPUs that a development stack keeps awake day and night, whoever asks; the rest sleeps and is woken by its calendar."""
    servers = {(one.region, one.title): one for one in model_servers(resources)}
    awake = 0
    for scaler in of_kind(resources, "ScaledObject"):
        server = servers.get((scaler.region, scaler.title))
        if server is None or label(scaler, labels.ENVIRONMENT) != "development":
            continue
        gpus = sum(
            whole(at(one, "resources", "limits", labels.GPU)) or 0
            for one in items(pod_spec(server), "containers")
        )
        awake += (whole(at(scaler.inputs, "spec", "minReplicaCount")) or 0) * gpus
    if awake > most_idle_development_gpus:
        yield Finding(
            resource="stack",
            sentence=(
                f"keeps {awake} GPUs awake in development whether anybody asks or not, {most_idle_development_gpus}"
                " at most; let models sleep and wake by scaling.known_peaks"
            ),
        )


RULES = (
    Rule(
        name="logs-expire",
        assures="every log group forgets, after a period that CloudWatch offers",
        remedy="set observability.log_days",
        numbers=("longest_log_days",),
        resource=logs_expire,
    ),
    Rule(
        name="buckets-forget",
        assures="no bucket keeps unfinished uploads or old versions for ever",
        remedy="give the bucket its lifecycle configuration",
        stack=buckets_forget,
    ),
    Rule(
        name="weights-do-not-pass-the-nat",
        assures="weights and images reach the nodes without passing a NAT gateway",
        remedy="keep the gateway endpoint for S3 and the interface endpoints for ECR",
        stack=weights_do_not_pass_the_nat,
    ),
    Rule(
        name="nat-gateways-are-not-doubled",
        assures="no zone pays for two NAT gateways",
        remedy="keep one NAT gateway per zone, or one per region",
        in_development="advisory",
        stack=nat_gateways_are_not_doubled,
    ),
    Rule(
        name="idle-development-is-bounded",
        assures="a development stack keeps few GPUs awake day and night",
        remedy="set replicas.min to 0 and name working hours in scaling.known_peaks",
        in_development="advisory",
        numbers=("most_idle_development_gpus",),
        stack=idle_development_is_bounded,
    ),
)
