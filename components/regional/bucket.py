"""A bucket as every bucket of the fleet is: versioned or not, but always encrypted, private and TLS only."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
from pulumi import ResourceOptions

from components.regional.identity import Statement, only_over_tls, policy


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedBucketArgs:
    """How long it remembers, and whether it may be deleted."""

    versioned: bool
    expire_days: int | None = None
    """Days after which objects go; None keeps them."""
    retain_days: int | None = None
    """Days a replaced version stays; None where there are no versions."""
    protect: bool = False
    """Refuse to delete it, contents and all, until somebody says so."""


class ClosedBucket(pulumi.ComponentResource):
    """An S3 bucket that is encrypted, answers only over TLS, and can never become public."""

    bucket: aws.s3.Bucket
    bucket_name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: ClosedBucketArgs,
        *statements: Statement,
        opts: ResourceOptions | None = None,
    ) -> None:
        super().__init__("llmfleet:regional:ClosedBucket", name, None, opts)
        child = ResourceOptions(parent=self)
        kept = ResourceOptions(parent=self, protect=args.protect, retain_on_delete=args.protect)
        self.bucket = aws.s3.Bucket(f"{name}-bucket", force_destroy=not args.protect, opts=kept)
        self.bucket_name, self.arn = self.bucket.bucket, self.bucket.arn
        # AES256 and not a KMS key: replication across regions needs no key of the other side, and weights are public.
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=self.bucket.id,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=(
                        aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                            sse_algorithm="AES256"
                        )
                    )
                )
            ],
            opts=child,
        )
        closed = aws.s3.BucketPublicAccessBlock(
            f"{name}-closed",
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        # After the block: S3 answers one of two concurrent changes to a bucket's policy with a conflict.
        self.policy = aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=self.bucket.id,
            policy=policy(only_over_tls(self.bucket.arn), *self._about(statements)),
            opts=ResourceOptions(parent=self, depends_on=[closed]),
        )
        self.versioning = self._versioning(name) if args.versioned else None
        self._lifecycle(name, args)
        self.register_outputs({"bucket_name": self.bucket_name, "arn": self.arn})

    def _about(self, statements: tuple[Statement, ...]) -> list[Statement]:
        """Statements that name no resource speak of everything in this bucket."""
        return [{"Resource": pulumi.Output.concat(self.bucket.arn, "/*"), **one} for one in statements]

    def _versioning(self, name: str) -> aws.s3.BucketVersioning:
        return aws.s3.BucketVersioning(
            f"{name}-versions",
            bucket=self.bucket.id,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=ResourceOptions(parent=self),
        )

    def _lifecycle(self, name: str, args: ClosedBucketArgs) -> None:
        rules = [
            aws.s3.BucketLifecycleConfigurationRuleArgs(
                id="unfinished-uploads",
                status="Enabled",
                filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
                abort_incomplete_multipart_upload=(
                    aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                        days_after_initiation=2
                    )
                ),
                expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=args.expire_days)
                if args.expire_days
                else None,
                noncurrent_version_expiration=(
                    aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                        noncurrent_days=args.retain_days
                    )
                )
                if args.retain_days
                else None,
            )
        ]
        waits = [self.versioning] if self.versioning else []
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=self.bucket.id,
            rules=rules,
            opts=ResourceOptions(parent=self, depends_on=waits),
        )
