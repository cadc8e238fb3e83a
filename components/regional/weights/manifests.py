"""Volumes, claims and the Job that fills them."""

from typing import Final

from pulumi import Input
from pulumi_kubernetes.batch import v1 as batch
from pulumi_kubernetes.core import v1 as core

from components.catalog import versions
from components.planning import labels, system
from components.planning.model_plan import ModelPlan
from components.planning.plan import StoragePlan
from components.regional import pods
from components.regional.weights import scripts
from components.regional.weights.jobs import job_spec

FILL_ACCOUNT: Final = "weights-fill"
MOUNT: Final = "/weights"
PAUSE_SECONDS: Final = 15
"""Between two looks for the manifest; the Job's deadline ends them."""


def persistent_volume(
    storage: StoragePlan, source: core.CSIPersistentVolumeSourceArgs, *, writable: bool
) -> core.PersistentVolumeSpecArgs:
    """One of two doors to the same files; reclaim Retain, because a claim may go and the weights may not."""
    options = ["tls"] if storage.kind == "efs" else ["flock"]
    return core.PersistentVolumeSpecArgs(
        capacity={"storage": f"{storage.claim_gib}Gi"},
        access_modes=["ReadWriteMany" if writable else "ReadOnlyMany"],
        persistent_volume_reclaim_policy="Retain",
        # Empty on both sides, or the default class would claim it.
        storage_class_name="",
        mount_options=options if writable else [*options, "ro"],
        csi=source,
        claim_ref=core.ObjectReferenceArgs(
            name=labels.WEIGHTS_CLAIM,
            namespace=labels.WEIGHTS_NAMESPACE if writable else labels.SERVING_NAMESPACE,
        ),
    )


def persistent_volume_claim(
    storage: StoragePlan, volume: Input[str], *, writable: bool
) -> core.PersistentVolumeClaimSpecArgs:
    """Read by all replicas of all models, or written by the filling Jobs alone."""
    return core.PersistentVolumeClaimSpecArgs(
        access_modes=["ReadWriteMany" if writable else "ReadOnlyMany"],
        storage_class_name="",
        volume_name=volume,
        resources=core.VolumeResourceRequirementsArgs(requests={"storage": f"{storage.claim_gib}Gi"}),
    )


def fill_job_name(model: ModelPlan) -> str:
    """By revision: a Job cannot be changed, and another revision is another Job."""
    return f"fill-{model.name}-{model.weights.short_revision}"


def fill_job(model: ModelPlan, storage: StoragePlan, bucket_name: Input[str]) -> batch.JobSpecArgs:
    """Copies one model's revision onto the region's file system, and checks it."""
    claim = core.PersistentVolumeClaimVolumeSourceArgs(claim_name=labels.WEIGHTS_CLAIM)
    return job_spec(
        model.weights.fill_deadline_seconds,
        FILL_ACCOUNT,
        prepare=[_owner()] if storage.kind == "fsx" else [],
        work=_filler(model, bucket_name),
        volumes=[core.VolumeArgs(name="weights", persistent_volume_claim=claim), *scripts.script_volumes()],
    )


def _filler(model: ModelPlan, bucket_name: Input[str]) -> core.ContainerArgs:
    return core.ContainerArgs(
        name="fill",
        image=versions.AWS_CLI.reference,
        command=["bash", "/scripts/fill.sh"],
        env=scripts.environment(
            ATTEMPTS=str(model.weights.fill_deadline_seconds // PAUSE_SECONDS),
            BUCKET=bucket_name,
            PAUSE=str(PAUSE_SECONDS),
            PREFIX=model.weights.path,
            ROOT=MOUNT,
        ),
        resources=pods.resources(system.FILL),
        security_context=pods.container_security(),
        volume_mounts=[core.VolumeMountArgs(name="weights", mount_path=MOUNT), *scripts.script_mounts()],
    )


def _owner() -> core.ContainerArgs:
    """Hands Lustre's root directory to the fleet's user; EFS does that by its access point."""
    return core.ContainerArgs(
        name="own",
        image=versions.AWS_CLI.reference,
        command=["chown", f"{labels.USER_ID}:{labels.USER_ID}", MOUNT],
        resources=pods.resources(system.Request(cpu_millis=100, memory_mib=128)),
        security_context=core.SecurityContextArgs(
            run_as_non_root=False,
            run_as_user=0,
            allow_privilege_escalation=False,
            read_only_root_filesystem=True,
            capabilities=core.CapabilitiesArgs(drop=["ALL"], add=["CHOWN"]),
        ),
        volume_mounts=[core.VolumeMountArgs(name="weights", mount_path=MOUNT)],
    )
