"""The weights of one region: bucket, file system, claims, and the Jobs that fill them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi import CustomTimeouts, Input, ResourceOptions
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.planning import labels
from components.planning.plan import RegionPlan
from components.regional.bucket import ClosedBucket, ClosedBucketArgs
from components.regional.identity import WorkloadIdentity, WorkloadIdentityArgs, allow, policy
from components.regional.weights import manifests, pods
from components.regional.weights.file_system import FileSystem, FileSystemArgs

SCRIPTS: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightCacheArgs:
    """The region, and where its nodes are."""

    plan: RegionPlan
    vpc_id: Input[str]
    subnets: Mapping[str, Input[str]]
    """Private subnet ids by zone."""
    node_security_group_id: Input[str]


class WeightCache(pulumi.ComponentResource):
    """Holds every model's weights once per region, where all replicas read them."""

    bucket: ClosedBucket
    fills: Mapping[str, kubernetes.batch.v1.Job]
    """The Job that fills each model's revision, by the model's name."""
    ready: list[pulumi.Resource]
    """What a Job of another component needs before it can run here: scripts and network policy."""

    def __init__(self, name: str, args: WeightCacheArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:WeightCache", name, None, opts)
        self._name, self._plan = name, args.plan
        child = ResourceOptions(parent=self)
        self.bucket = ClosedBucket(
            f"{name}-store",
            ClosedBucketArgs(
                versioned=True,
                retain_days=args.plan.weights_retain_days,
                protect=args.plan.deletion_protection,
            ),
            opts=child,
        )
        files = FileSystem(
            f"{name}-files",
            FileSystemArgs(
                plan=args.plan,
                vpc_id=args.vpc_id,
                subnets=args.subnets,
                node_security_group_id=args.node_security_group_id,
            ),
            child,
        )
        claims = {writable: self._claim(files, writable=writable) for writable in (True, False)}
        self.claim: pulumi.Resource = claims[False]
        self.ready = [self._scripts(), self._network_policy()]
        before = [claims[True], *self.ready, *self._account()]
        self.fills = {model.name: self._fill(model.name, before) for model in args.plan.models}
        self.register_outputs({"bucket_name": self.bucket.bucket_name})

    def _claim(self, files: FileSystem, *, writable: bool) -> kubernetes.core.v1.PersistentVolumeClaim:
        what = "fill" if writable else "read"
        storage = self._plan.storage
        volume = kubernetes.core.v1.PersistentVolume(
            f"{self._name}-{what}-volume",
            metadata=ObjectMetaArgs(name=f"weights-{what}"),
            spec=manifests.persistent_volume(storage, files.sources[writable], writable=writable),
            opts=ResourceOptions(parent=self),
        )
        namespace = labels.WEIGHTS_NAMESPACE if writable else labels.SERVING_NAMESPACE
        return kubernetes.core.v1.PersistentVolumeClaim(
            f"{self._name}-{what}-claim",
            metadata=ObjectMetaArgs(name=labels.WEIGHTS_CLAIM, namespace=namespace),
            spec=manifests.persistent_volume_claim(storage, f"weights-{what}", writable=writable),
            opts=ResourceOptions(parent=self, depends_on=[volume]),
        )

    def _scripts(self) -> kubernetes.core.v1.ConfigMap:
        texts = {path.name: path.read_text() for path in sorted(SCRIPTS.glob("*.sh"))}
        return kubernetes.core.v1.ConfigMap(
            f"{self._name}-scripts",
            metadata=pods.metadata(pods.SCRIPTS),
            data=texts,
            opts=ResourceOptions(parent=self),
        )

    def _network_policy(self) -> kubernetes.networking.v1.NetworkPolicy:
        return kubernetes.networking.v1.NetworkPolicy(
            f"{self._name}-network-policy",
            metadata=pods.metadata("weights"),
            spec=pods.network_policy(),
            opts=ResourceOptions(parent=self),
        )

    def _account(self) -> list[pulumi.Resource]:
        account = kubernetes.core.v1.ServiceAccount(
            f"{self._name}-fill-account",
            metadata=pods.metadata(manifests.FILL_ACCOUNT),
            automount_service_account_token=False,
            opts=ResourceOptions(parent=self),
        )
        identity = WorkloadIdentity(
            f"{self._name}-fill-identity",
            WorkloadIdentityArgs(
                cluster_name=self._plan.cluster_name,
                namespace=labels.WEIGHTS_NAMESPACE,
                service_account=manifests.FILL_ACCOUNT,
                policy=policy(
                    allow("s3:ListBucket", on=self.bucket.arn),
                    allow("s3:GetObject", on=pulumi.Output.concat(self.bucket.arn, "/*")),
                ),
            ),
            ResourceOptions(parent=self),
        )
        return [account, identity]

    def _fill(self, model_name: str, before: list[pulumi.Resource]) -> kubernetes.batch.v1.Job:
        (model,) = (one for one in self._plan.models if one.name == model_name)
        spec = manifests.fill_job(model, self._plan.storage, self.bucket.bucket_name)
        patience = f"{model.weights.fill_deadline_seconds}s"
        return kubernetes.batch.v1.Job(
            f"{self._plan.region}-{manifests.fill_job_name(model)}",
            metadata=pods.metadata(manifests.fill_job_name(model)),
            spec=spec,
            opts=ResourceOptions(
                parent=self,
                depends_on=before,
                custom_timeouts=CustomTimeouts(create=patience, update=patience),
            ),
        )
