"""The Job of the home region that brings a revision from the model hub to the origin bucket."""

from collections.abc import Mapping
from typing import Final

from pulumi import Input
from pulumi_kubernetes.batch import v1 as batch
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.catalog import versions
from components.planning import labels, system
from components.planning.model_plan import ModelPlan
from components.regional import pods
from components.regional.cluster_addons import STORAGE_CLASS
from components.regional.weights import scripts
from components.regional.weights.jobs import job_spec

PUBLISH_ACCOUNT: Final = "weights-publish"
TOKEN_SECRET: Final = "hugging-face-token"
TOKEN_KEY: Final = "token"
SCRATCH: Final = "/scratch"

XET: Final[Mapping[str, str]] = {
    "HF_XET_RECONSTRUCTION_DOWNLOAD_BUFFER_SIZE": "256mb",
    "HF_XET_RECONSTRUCTION_DOWNLOAD_BUFFER_PERFILE_SIZE": "64mb",
    "HF_XET_RECONSTRUCTION_DOWNLOAD_BUFFER_LIMIT": "1gb",
    "HF_XET_RECONSTRUCTION_MIN_PREFETCH_BUFFER": "128mb",
}
"""The hub's client buffers some 6 GB by default, whatever its container may use (huggingface/xet-core issue 927, 2026)."""


def publish_job_name(model: ModelPlan) -> str:
    """By revision, as its fill Jobs are."""
    return f"publish-{model.name}-{model.weights.short_revision}"


def publish_job(model: ModelPlan, bucket_name: Input[str]) -> batch.JobSpecArgs:
    """Looks whether the revision is there, downloads it, uploads it with a manifest of checksums."""
    return job_spec(
        model.weights.publish_deadline_seconds,
        PUBLISH_ACCOUNT,
        prepare=[_step("check", model, bucket_name), _download(model)],
        work=_step("upload", model, bucket_name),
        volumes=[core.VolumeArgs(name="scratch", ephemeral=_scratch(model)), *scripts.script_volumes()],
    )


def _scratch(model: ModelPlan) -> core.EphemeralVolumeSourceArgs:
    """A disk for as long as the Job's pod is kept; a model does not fit on a system node's own."""
    return core.EphemeralVolumeSourceArgs(
        volume_claim_template=core.PersistentVolumeClaimTemplateArgs(
            spec=core.PersistentVolumeClaimSpecArgs(
                access_modes=["ReadWriteOnce"],
                storage_class_name=STORAGE_CLASS,
                resources=core.VolumeResourceRequirementsArgs(
                    requests={"storage": f"{model.weights.scratch_gib}Gi"}
                ),
            )
        )
    )


def _mounts() -> list[core.VolumeMountArgs]:
    return [core.VolumeMountArgs(name="scratch", mount_path=SCRATCH), *scripts.script_mounts()]


def _step(step: str, model: ModelPlan, bucket_name: Input[str]) -> core.ContainerArgs:
    return core.ContainerArgs(
        name=step,
        image=versions.AWS_CLI.reference,
        command=["bash", "/scripts/publish.sh"],
        env=scripts.environment(
            BUCKET=bucket_name, FILES=f"{SCRATCH}/files", PREFIX=model.weights.path, STEP=step
        ),
        resources=pods.resources(system.FILL),
        security_context=pods.container_security(),
        volume_mounts=_mounts(),
    )


def _download(model: ModelPlan) -> core.ContainerArgs:
    """The server's own image carries the hub's client; nothing else needs to be trusted."""
    weights = model.weights
    beside = "\n".join(f"{one.sha256} {one.path} {one.url}" for one in weights.beside)
    environment = scripts.environment(
        **XET,
        BESIDE=beside,
        FILES=f"{SCRATCH}/files",
        HF_HOME=f"{SCRATCH}/.cache",
        HF_HUB_DISABLE_TELEMETRY="1",
        REPOSITORY=weights.repository,
        REVISION=weights.revision,
    )
    token = [pods.from_secret("HF_TOKEN", TOKEN_SECRET, TOKEN_KEY)] if weights.gated else []
    return core.ContainerArgs(
        name="download",
        image=versions.VLLM.reference,
        command=["python3", "/scripts/download.py"],
        env=[*environment, *token],
        resources=pods.resources(system.PUBLISH),
        security_context=pods.container_security(),
        volume_mounts=_mounts(),
    )


def token_metadata() -> ObjectMetaArgs:
    """Of the Secret that holds the hub's token, in the namespace of the Jobs alone."""
    return ObjectMetaArgs(name=TOKEN_SECRET, namespace=labels.WEIGHTS_NAMESPACE)
