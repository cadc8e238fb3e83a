"""Each number that more than one part of the fleet must agree on, once."""

from typing import Final

HOURS_PER_MONTH: Final = 730
"""AWS's own month."""

GPU_MEMORY_UTILISATION: Final = 0.90
"""Of a GPU's memory that vLLM may claim. Its own default is 0.92; the rest absorbs fragmentation."""

MOST_REPLICAS: Final = 500
"""Of one model in one region, as `replicas.max` may be at most."""

UTILISATION_BAND: Final = (0.70, 0.80)
"""Where a replica should run at its planned load: below wastes GPUs, above queues grow without bound."""

INTERACTIVE_LEAST_REPLICAS: Final = 2
"""In production, for a workload somebody waits for: one may be lost or drained."""

SPOT_NOTICE_SECONDS: Final = 120
"""EC2's warning before it takes a spot instance back."""

DRAIN_SHARE_OF_NOTICE: Final = 0.85
"""preStop, shutdown and grace together use at most this much of the notice."""

MAX_SPOT_SHARE: Final = 0.7
"""Of an interactive model's ceiling in production; the rest must survive a reclaimed pool."""

DOWN_WINDOW_SECONDS: Final = 300
"""Least stabilisation before replicas are removed: a cold start is longer than most lulls."""

QUEUE_ALERT: Final = 20
"""Requests queued for a model for two minutes before somebody is told."""

KV_CACHE_ALERT: Final = 0.90
"""Fraction of the KV cache in use before somebody is told: beyond it requests are preempted."""

LEAST_REQUESTS_PER_FIVE_MINUTES: Final = 2000
"""Of one client address, however small the fleet: some seven a second."""

NAME_LENGTH: Final = 50
"""Longest logical name, so that a suffix never passes AWS's 63 and 64 and Helm's 53."""

ROOT_VOLUME_GIB: Final = 200
"""Of a GPU node: the vLLM image unpacks to some 25 GiB and kubelet evicts at 85 %."""


ROOT_VOLUME_DEVICE: Final = "/dev/xvda"
"""Of Amazon Linux."""

ROOT_VOLUME_IOPS: Final = 6000
ROOT_VOLUME_MB_PER_SECOND: Final = 500
"""Of a GPU node, twice and four times what gp3 gives for nothing: an image is unpacked while users wait."""

SYSTEM_VOLUME_GIB: Final = 100
"""Of a system node."""

PRICE_AGE_DAYS: Final = 90
"""Older prices than this are said to be old: AWS reprices GPUs at no fixed time, H100s in June 2025."""
