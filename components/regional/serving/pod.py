"""The pod of a model server."""

from typing import Final

from pulumi import Input
from pulumi_kubernetes.core import v1 as core

from components.catalog import versions
from components.planning import labels
from components.planning.model_plan import ModelPlan
from components.planning.plan import RegionPlan
from components.planning.system import Request
from components.regional import pods
from components.regional.serving import engine
from components.regional.serving.placement import affinity, spread, tolerations

API_KEY: Final = "api-key"
"""The only key of the Secret with the clients' key; the Secret's own name changes with what it holds."""

WAITING: Final = Request(cpu_millis=50, memory_mib=64)


def pod(
    model: ModelPlan, plan: RegionPlan, pod_labels: dict[str, str], api_key_secret: Input[str]
) -> core.PodSpecArgs:
    """A server that waits for its own revision of the weights, then serves it from GPUs it alone holds."""
    return core.PodSpecArgs(
        service_account_name=model.name,
        automount_service_account_token=False,
        # A Service called vllm would set VLLM_PORT, and the server would refuse to start.
        enable_service_links=False,
        priority_class_name=model.priority_class,
        termination_grace_period_seconds=model.drain.grace_seconds,
        node_selector=dict(model.node_selector),
        tolerations=tolerations(model),
        affinity=affinity(model),
        topology_spread_constraints=spread(pod_labels),
        security_context=pods.pod_security(),
        init_containers=[wait_for_weights(model)],
        containers=[server(model, plan, api_key_secret)],
        volumes=volumes(model),
    )


def wait_for_weights(model: ModelPlan) -> core.ContainerArgs:
    """Holds the server back until the marker of its own revision lies beside the files."""
    marker = f"{engine.WEIGHTS}/{model.weights.path}/{labels.COMPLETE}"
    return core.ContainerArgs(
        name="wait-for-weights",
        # The server's image: the node needs it anyway.
        image=versions.VLLM.reference,
        command=["sh", "-c", f"until test -f {marker}; do echo waiting for {marker}; sleep 5; done"],
        resources=pods.resources(WAITING),
        security_context=pods.container_security(),
        volume_mounts=[core.VolumeMountArgs(name="weights", mount_path=engine.WEIGHTS, read_only=True)],
    )


def server(model: ModelPlan, plan: RegionPlan, api_key_secret: Input[str]) -> core.ContainerArgs:
    """VLLM itself; the image's entrypoint is `vllm serve`, so that it and not a shell receives SIGTERM."""
    gpus = {labels.GPU: str(model.pod.gpus)}
    memory = f"{model.pod.memory_gib}Gi"
    return core.ContainerArgs(
        name="vllm",
        image=versions.VLLM.reference,
        args=engine.flags(model),
        env=[
            *pods.variables(engine.environment(model, plan)),
            pods.from_secret("VLLM_API_KEY", api_key_secret, API_KEY),
        ],
        ports=[core.ContainerPortArgs(name="http", container_port=labels.SERVER_PORT)],
        resources=core.ResourceRequirementsArgs(
            requests={"cpu": f"{model.pod.cpu_millis}m", "memory": memory, **gpus},
            limits={"memory": memory, **gpus},
        ),
        security_context=pods.container_security(),
        # The kubelet's own sleep: it needs no shell in the image. Meanwhile the load balancer stops sending requests.
        lifecycle=core.LifecycleArgs(
            pre_stop=core.LifecycleHandlerArgs(
                sleep=core.SleepActionArgs(seconds=model.drain.pre_stop_seconds)
            )
        ),
        startup_probe=_probe(model, model.probes.startup_period_seconds, model.probes.startup_failures),
        readiness_probe=_probe(model, model.probes.readiness_period_seconds, model.probes.readiness_failures),
        liveness_probe=_probe(model, model.probes.liveness_period_seconds, model.probes.liveness_failures),
        volume_mounts=mounts(model),
    )


def _probe(model: ModelPlan, period_seconds: int, failures: int) -> core.ProbeArgs:
    return core.ProbeArgs(
        http_get=core.HTTPGetActionArgs(path="/health", port="http"),
        period_seconds=period_seconds,
        failure_threshold=failures,
        timeout_seconds=model.probes.timeout_seconds,
    )


def mounts(model: ModelPlan) -> list[core.VolumeMountArgs]:
    shared = [core.VolumeMountArgs(name="shm", mount_path="/dev/shm")] if model.pod.shm_gib else []
    return [
        core.VolumeMountArgs(name="weights", mount_path=engine.WEIGHTS, read_only=True),
        core.VolumeMountArgs(name="cache", mount_path=engine.CACHE),
        core.VolumeMountArgs(name="tmp", mount_path="/tmp"),
        *shared,
    ]


def volumes(model: ModelPlan) -> list[core.VolumeArgs]:
    """Weights to read, scratch on the node's NVMe, and shared memory where GPUs of one replica talk through it."""
    claim = core.PersistentVolumeClaimVolumeSourceArgs(claim_name=labels.WEIGHTS_CLAIM, read_only=True)
    memory = core.EmptyDirVolumeSourceArgs(medium="Memory", size_limit=f"{model.pod.shm_gib}Gi")
    shared = [core.VolumeArgs(name="shm", empty_dir=memory)] if model.pod.shm_gib else []
    return [
        core.VolumeArgs(name="weights", persistent_volume_claim=claim),
        core.VolumeArgs(name="cache", empty_dir=core.EmptyDirVolumeSourceArgs(size_limit="20Gi")),
        core.VolumeArgs(name="tmp", empty_dir=core.EmptyDirVolumeSourceArgs(size_limit="5Gi")),
        *shared,
    ]
