"""How one model runs in one region."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from components.catalog.accelerators import Accelerator
from components.catalog.models import File, Model
from components.planning.drain import DrainPlan
from components.planning.ranges import Range
from components.planning.scaling_plan import ScalingPlan
from components.settings.base import Precision, Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPlan:
    """What fills one GPU of a replica, in GiB."""

    weights_gib: float
    activation_gib: float
    """Activations, CUDA graphs and the runtime's own share."""
    kv_cache_gib: float
    """What is left for the KV cache within the utilisation limit."""
    kv_bytes_per_token: float
    """Per replica, all layers."""
    cached_tokens: int
    """Tokens the KV cache of the whole replica holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughputPlan:
    """What one replica does at its planned concurrency."""

    decode_tokens_per_second: float
    prefill_tokens_per_second: float
    inter_token_seconds: float
    time_to_first_token_seconds: float
    """p95, queueing included, at the planned load."""
    requests_per_second: float
    """At the utilisation band's upper edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnginePlan:
    """The vLLM server's numbers."""

    tensor_parallel: int
    max_model_len: int
    max_num_seqs: int
    max_num_batched_tokens: int
    gpu_memory_utilization: float
    max_inflight_requests: int
    """Running and waiting together; beyond it the server answers 503 instead of queueing."""
    kv_cache_dtype: Literal["auto", "fp8"]
    draft_tokens: int
    """Guessed from the prompt in each step; 0 for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaPlan:
    """Replicas of one model in one region."""

    floor: int
    expected: float
    """Mean over a month, that of `by_hour`."""
    ceiling: int
    on_demand_floor: int
    """Of the floor, on on-demand nodes; the rest of the floor is a fixed spot share."""
    spot_ceiling: int
    """The most that may run on spot."""
    headroom: int
    """Held above need while demand grows, for what it grows by during one cold start."""
    by_hour: tuple[int, ...]
    """In each hour of an average day, from midnight UTC."""

    @property
    def spot_floor(self) -> int:
        return self.floor - self.on_demand_floor


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdStartPlan:
    """Seconds from a pending pod to its first answer."""

    node_seconds: float
    image_seconds: float
    weights_seconds: float
    engine_seconds: float
    warmup_seconds: float

    @property
    def seconds(self) -> float:
        return self.node_seconds + self.image_seconds + self.on_node_seconds

    @property
    def on_node_seconds(self) -> float:
        """After the container has started: what the startup probe must allow."""
        return self.weights_seconds + self.engine_seconds + self.warmup_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbePlan:
    """Startup, readiness and liveness in kubelet's own numbers."""

    startup_period_seconds: int
    startup_failures: int
    readiness_period_seconds: int
    readiness_failures: int
    liveness_period_seconds: int
    liveness_failures: int
    timeout_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PodPlan:
    """What one replica asks of its node."""

    cpu_millis: int
    memory_gib: int
    shm_gib: int
    """Memory-backed /dev/shm; counts against memory_gib."""
    gpus: int
    pods_per_node: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutPlan:
    """How a new version replaces the old without GPUs that are not there."""

    max_surge: int
    max_unavailable: int
    deadline_seconds: int
    """Pulumi and the Deployment wait this long for readiness: fill, nodes and cold starts included."""
    min_available: int
    """Of the PodDisruptionBudget: protects one, and lets one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightsPlan:
    """Which bytes are served."""

    repository: str
    revision: str
    gated: bool
    size_gib: float
    read_ahead: bool
    """Whether the server is told to read files in order: it does so by itself on NFS, which EFS is and Lustre is not."""
    scratch_gib: int
    """Disk that a download needs for as long as it runs."""
    publish_deadline_seconds: int
    """From the model hub to the origin bucket."""
    fill_deadline_seconds: int
    """From the region's bucket to its file system, the wait for the origin included."""
    beside: tuple[File, ...]
    """What the server would otherwise ask the internet for."""
    path: str
    """Directory of this revision on the file system and key prefix in the buckets: `<model>/<revision>`."""

    @property
    def short_revision(self) -> str:
        return self.revision[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectivePlan:
    """The promise to users, at the 95th percentile."""

    time_to_first_token_seconds: float
    inter_token_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandPlan:
    """What arrives in this region."""

    peak_requests_per_second: float
    """This region's share of the peak."""
    mean_requests_per_second: float
    fleet_peak_requests_per_second: float
    by_hour: tuple[float, ...]
    """Requests/s in each hour of an average day, from midnight UTC."""
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPlan:
    """How one model runs in one region."""

    name: str
    """The logical name: the key in the stack file, the served model name, the Deployment's name."""
    model: Model
    family: str
    """Pools and taints are kept apart by family."""
    workload: Workload
    precision: Precision
    accelerator: Accelerator
    accelerator_reason: str
    """Why this instance type, in one sentence."""
    engine: EnginePlan
    memory: MemoryPlan
    throughput: ThroughputPlan
    demand: DemandPlan
    objective: ObjectivePlan
    replicas: ReplicaPlan
    nodes: Range
    cold_start: ColdStartPlan
    probes: ProbePlan
    drain: DrainPlan
    scaling: ScalingPlan
    pod: PodPlan
    rollout: RolloutPlan
    weights: WeightsPlan
    priority_class: str
    listener_priority: int
    """Of its rules at the entrance: from its name, so that another model coming or going moves none."""
    node_selector: Mapping[str, str]
    """Node labels its pods require: family and instance type, both known before a node boots."""
