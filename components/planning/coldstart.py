"""Seconds from a pod that finds no node to its first answer, and the patience that follows from them."""

import math

from components.catalog.accelerators import Accelerator
from components.planning.model_plan import ColdStartPlan, ProbePlan, RolloutPlan

NODE_SECONDS = 150.0
"""EC2 launch, boot, join and the device plugin's first registration; 30-180 s are reported for GPU nodes, 2024-2026."""

IMAGE_GB = 9.0
"""The vLLM image, compressed, amd64: roughly; the pinned release's manifest could not be read to sum its layers."""

UNPACK_GB_PER_SECOND = 0.2
"""Compressed image containerd unpacks on NVMe a second; the download is seldom what is waited for."""

ENGINE_SECONDS = 60.0
"""Python, CUDA, compilation and graph capture, whatever the model's size."""

ENGINE_SECONDS_PER_GIB = 0.5
"""More of it for larger shards."""

WARMUP_SECONDS = 10.0

FILL_GIB_PER_SECOND = 0.2
"""Bucket to file system through one pod: read, hash, write. EFS writes 1-5 GiB/s in all, a pod far less."""


PUBLISH_SECONDS_PER_GIB = 60.0
"""Seventeen megabytes a second: slower than any model hub has been, so that only a stuck download is ended."""

PATIENCE = 3.0
"""Times an estimate before a Job is given up."""


def publish_deadline_seconds(size_gib: float) -> int:
    """From the model hub to the origin bucket."""
    return 600 + math.ceil(size_gib * PUBLISH_SECONDS_PER_GIB / 60) * 60


def fill_deadline_seconds(size_gib: float) -> int:
    """Until the origin has it, then copying and hashing."""
    copying = math.ceil(PATIENCE * size_gib / FILL_GIB_PER_SECOND / 60) * 60
    return publish_deadline_seconds(size_gib) + copying


def cold_start_plan(
    weights_gib: float, tensor_parallel: int, accelerator: Accelerator, read: float
) -> ColdStartPlan:
    """Each phase at its planning figure; weights at the slower of file system and network."""
    network = accelerator.network_gbps / 8 * 1e9 / 1024**3
    return ColdStartPlan(
        node_seconds=NODE_SECONDS,
        image_seconds=max(IMAGE_GB / UNPACK_GB_PER_SECOND, IMAGE_GB * 8 / accelerator.network_gbps),
        weights_seconds=weights_gib / min(read, network),
        engine_seconds=ENGINE_SECONDS + ENGINE_SECONDS_PER_GIB * weights_gib / tensor_parallel,
        warmup_seconds=WARMUP_SECONDS,
    )


def probe_plan(cold: ColdStartPlan) -> ProbePlan:
    """Startup is given twice the estimate: a probe that is too tight restarts a load that would have finished."""
    period = 10
    return ProbePlan(
        startup_period_seconds=period,
        startup_failures=math.ceil(2 * cold.on_node_seconds / period),
        readiness_period_seconds=5,
        readiness_failures=2,
        # Liveness only ends what is beyond hope: six missed answers, a minute, while a long step may block /health.
        liveness_period_seconds=10,
        liveness_failures=6,
        timeout_seconds=3,
    )


def rollout_plan(cold: ColdStartPlan, weights_gib: float, floor: int) -> RolloutPlan:
    """With two replicas one is replaced in place, because a spare GPU may not be for sale; with one it is doubled."""
    spare = floor < 2
    filling = weights_gib / FILL_GIB_PER_SECOND
    return RolloutPlan(
        max_surge=1 if spare else 0,
        max_unavailable=0 if spare else 1,
        deadline_seconds=math.ceil((2 * filling + 2 * cold.seconds * max(floor, 1) + 600) / 60) * 60,
        min_available=0 if spare else 1,
    )
