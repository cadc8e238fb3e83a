"""The origin of all weights: one bucket, copied to every region's, and the Jobs that fetch what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes
from pulumi import Input, ResourceOptions

from components.planning.model_plan import ModelPlan
from components.planning.plan import FleetPlan, RegionPlan
from components.regional.bucket import ClosedBucket, ClosedBucketArgs
from components.regional.identity import allow, policy, trust
from components.regional.weights import jobs, publish


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightOriginArgs:
    """Where copies go, and with whose leave gated weights are fetched."""

    plan: FleetPlan
    home: RegionPlan
    copies: Mapping[str, ClosedBucket]
    """The bucket of each region."""
    ready: list[pulumi.Resource]
    """What Jobs need in the home cluster."""
    hugging_face_token: Input[str] | None


class WeightOrigin(pulumi.ComponentResource):
    """Keeps every revision the fleet serves, and sends it to every region."""

    def __init__(self, name: str, args: WeightOriginArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:worldwide:WeightOrigin", name, None, opts)
        self._name, self._args = name, args
        self.bucket = ClosedBucket(
            f"{name}-origin",
            ClosedBucketArgs(
                versioned=True,
                retain_days=args.home.weights_retain_days,
                protect=args.home.deletion_protection,
            ),
            opts=ResourceOptions(parent=self),
        )
        replication = self._replicate()
        before = [*self._account(), *self._token(), *args.ready, replication]
        for model in args.home.models:
            self._publish(model, before)
        self.register_outputs({"bucket_name": self.bucket.bucket_name})

    def _replicate(self) -> aws.s3.BucketReplicationConfig:
        """Everything, to every region; only what is written from now on is copied, so it comes before the Jobs."""
        name, child = self._name, ResourceOptions(parent=self)
        copies = self._args.copies
        role = aws.iam.Role(f"{name}-replication", assume_role_policy=trust("s3.amazonaws.com"), opts=child)
        arrivals = [pulumi.Output.concat(copy.arn, "/*") for copy in copies.values()]
        document = policy(
            allow("s3:GetReplicationConfiguration", "s3:ListBucket", on=self.bucket.arn),
            allow(
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionTagging",
                on=pulumi.Output.concat(self.bucket.arn, "/*"),
            ),
            allow("s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags", on=arrivals),
        )
        aws.iam.RolePolicy(f"{name}-replication-policy", role=role.name, policy=document, opts=child)
        versions = [one.versioning for one in (self.bucket, *copies.values()) if one.versioning]
        return aws.s3.BucketReplicationConfig(
            f"{name}-copies",
            bucket=self.bucket.bucket.id,
            role=role.arn,
            rules=[
                aws.s3.BucketReplicationConfigRuleArgs(
                    id=region,
                    priority=priority,
                    status="Enabled",
                    filter=aws.s3.BucketReplicationConfigRuleFilterArgs(prefix=""),
                    delete_marker_replication=(
                        aws.s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(status="Enabled")
                    ),
                    destination=aws.s3.BucketReplicationConfigRuleDestinationArgs(bucket=copy.arn),
                )
                for priority, (region, copy) in enumerate(sorted(copies.items()), start=1)
            ],
            opts=ResourceOptions(parent=self, depends_on=versions),
        )

    def _account(self) -> list[pulumi.Resource]:
        may = (
            allow("s3:ListBucket", on=self.bucket.arn),
            allow("s3:GetObject", "s3:PutObject", on=pulumi.Output.concat(self.bucket.arn, "/*")),
        )
        return jobs.account(
            f"{self._name}-publish",
            publish.PUBLISH_ACCOUNT,
            self._args.home.cluster_name,
            may,
            ResourceOptions(parent=self, depends_on=self._args.ready),
        )

    def _token(self) -> list[pulumi.Resource]:
        if self._args.hugging_face_token is None:
            return []
        return [
            kubernetes.core.v1.Secret(
                f"{self._name}-token",
                metadata=publish.token_metadata(),
                type="Opaque",
                string_data={publish.TOKEN_KEY: self._args.hugging_face_token},
                opts=ResourceOptions(parent=self, depends_on=self._args.ready),
            )
        ]

    def _publish(self, model: ModelPlan, before: list[pulumi.Resource]) -> None:
        jobs.job(
            f"{self._name}-{publish.publish_job_name(model)}",
            publish.publish_job_name(model),
            publish.publish_job(model, self.bucket.bucket_name),
            model.weights.publish_deadline_seconds,
            ResourceOptions(parent=self, depends_on=before),
        )
