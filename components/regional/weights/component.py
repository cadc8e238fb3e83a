"""The weights of one region: bucket, file system, claims, and the Jobs that fill them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi import Input, ResourceOptions
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.planning import labels
from components.planning.model_plan import ModelPlan
from components.planning.plan import RegionPlan
from components.regional.bucket import ClosedBucket
from components.regional.identity import allow
from components.regional.weights import jobs, manifests, scripts
from components.regional.weights.file_system import FileSystem, FileSystemArgs

HERE: Final = Path(__file__).parent
SCRIPTS: Final = ("download.py", "fill.sh", "publish.sh")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightCacheArgs:
    """The region, and where its nodes are."""

    plan: RegionPlan
    bucket: ClosedBucket
    """Where the origin's copies arrive."""
    vpc_id: Input[str]
    subnets: Mapping[str, Input[str]]
    """Private subnet ids by zone."""
    node_security_group_id: Input[str]


class WeightCache(pulumi.ComponentResource):
    """Holds every model's weights once per region, where all replicas read them."""

    fills: Mapping[str, kubernetes.batch.v1.Job]
    """The Job that fills each model's revision, by the model's name."""
    ready: list[pulumi.Resource]
    """What a Job of another component needs before it can run here: scripts and network policy."""

    def __init__(self, name: str, args: WeightCacheArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("llmfleet:regional:WeightCache", name, None, opts)
        self._name, self._args, self._plan = name, args, args.plan
        child = ResourceOptions(parent=self)
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
        self.fills = {model.name: self._fill(model, before) for model in args.plan.models}
        self.register_outputs({})

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
        texts = {name: (HERE / name).read_text() for name in SCRIPTS}
        return kubernetes.core.v1.ConfigMap(
            f"{self._name}-scripts",
            metadata=scripts.metadata(scripts.SCRIPTS),
            data=texts,
            opts=ResourceOptions(parent=self),
        )

    def _network_policy(self) -> kubernetes.networking.v1.NetworkPolicy:
        return kubernetes.networking.v1.NetworkPolicy(
            f"{self._name}-network-policy",
            metadata=scripts.metadata("weights"),
            spec=scripts.network_policy(),
            opts=ResourceOptions(parent=self),
        )

    def _account(self) -> list[pulumi.Resource]:
        bucket = self._args.bucket
        may = (
            allow("s3:ListBucket", on=bucket.arn),
            allow("s3:GetObject", on=pulumi.Output.concat(bucket.arn, "/*")),
        )
        return jobs.account(
            f"{self._name}-fill",
            manifests.FILL_ACCOUNT,
            self._plan.cluster_name,
            may,
            ResourceOptions(parent=self),
        )

    def _fill(self, model: ModelPlan, before: list[pulumi.Resource]) -> kubernetes.batch.v1.Job:
        return jobs.job(
            f"{self._plan.region}-{manifests.fill_job_name(model)}",
            manifests.fill_job_name(model),
            manifests.fill_job(model, self._plan.storage, self._args.bucket.bucket_name),
            model.weights.fill_deadline_seconds,
            ResourceOptions(parent=self, depends_on=before),
        )
