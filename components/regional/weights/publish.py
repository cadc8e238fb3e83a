"""The Job of the home region that brings a revision from the model hub to the origin bucket."""

from typing import Final

from pulumi import Input
from pulumi_kubernetes.batch import v1 as batch
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.meta.v1 import ObjectMetaArgs

from components.catalog import versions
from components.planning import labels
from components.planning.model_plan import ModelPlan
from components.regional.cluster_addons import STORAGE_CLASS
from components.regional.weights import pods

PUBLISH_ACCOUNT: Final = "weights-publish"
TOKEN_SECRET: Final = "hugging-face-token"
TOKEN_KEY: Final = "token"
SCRATCH: Final = "/scratch"


def publish_job_name(model: ModelPlan) -> str:
    """By revision, as its fill Jobs are."""
    return f"publish-{model.name}-{model.weights.short_revision}"


def publish_job(model: ModelPlan, bucket_name: Input[str]) -> batch.JobSpecArgs:
    """Looks whether the revision is there, downloads it, uploads it with a manifest of checksums."""
    return batch.JobSpecArgs(
        backoff_limit=3,
        active_deadline_seconds=model.weights.publish_deadline_seconds,
        template=core.PodTemplateSpecArgs(
            metadata=ObjectMetaArgs(labels=pods.JOB_LABELS), spec=_pod(model, bucket_name)
        ),
    )


def _pod(model: ModelPlan, bucket_name: Input[str]) -> core.PodSpecArgs:
    return core.PodSpecArgs(
        restart_policy="Never",
        service_account_name=PUBLISH_ACCOUNT,
        automount_service_account_token=False,
        enable_service_links=False,
        security_context=pods.pod_security(),
        node_selector={"llm-fleet/role": "system"},
        init_containers=[_step("check", model, bucket_name), _download(model)],
        containers=[_step("upload", model, bucket_name)],
        volumes=[core.VolumeArgs(name="scratch", ephemeral=_scratch(model)), *pods.script_volumes()],
    )


def _scratch(model: ModelPlan) -> core.EphemeralVolumeSourceArgs:
    """A disk for as long as the Job runs; a model does not fit on a system node's own."""
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
    return [core.VolumeMountArgs(name="scratch", mount_path=SCRATCH), *pods.script_mounts()]


def _step(step: str, model: ModelPlan, bucket_name: Input[str]) -> core.ContainerArgs:
    return core.ContainerArgs(
        name=step,
        image=versions.AWS_CLI.reference,
        command=["bash", "/scripts/publish.sh"],
        env=pods.environment(
            BUCKET=bucket_name, FILES=f"{SCRATCH}/files", PREFIX=model.weights.path, STEP=step
        ),
        resources=pods.resources("500m", "1Gi"),
        security_context=pods.container_security(),
        volume_mounts=_mounts(),
    )


def _download(model: ModelPlan) -> core.ContainerArgs:
    """The server's own image carries the hub's client; nothing else needs to be trusted."""
    source = f"{model.weights.repository} --revision {model.weights.revision}"
    # Some repositories hold the same weights two or three times over; vLLM reads the safetensors at the top.
    others = " ".join(f"--exclude '{one}'" for one in ("original/*", "metal/*", "*.pth", "*.gguf"))
    fetch = f"hf download {source} --local-dir {SCRATCH}/files {others}"
    environment = pods.environment(HF_HOME=f"{SCRATCH}/.cache", HF_HUB_DISABLE_TELEMETRY="1")
    if model.weights.gated:
        token = core.SecretKeySelectorArgs(name=TOKEN_SECRET, key=TOKEN_KEY)
        environment.append(
            core.EnvVarArgs(name="HF_TOKEN", value_from=core.EnvVarSourceArgs(secret_key_ref=token))
        )
    return core.ContainerArgs(
        name="download",
        image=versions.VLLM.reference,
        command=["sh", "-c", f"test -f {SCRATCH}/files/.published || exec {fetch}"],
        env=environment,
        resources=pods.resources("1", "4Gi"),
        security_context=pods.container_security(),
        volume_mounts=_mounts(),
    )


def token_metadata() -> ObjectMetaArgs:
    """Of the Secret that holds the hub's token, in the namespace of the Jobs alone."""
    return ObjectMetaArgs(name=TOKEN_SECRET, namespace=labels.WEIGHTS_NAMESPACE)
