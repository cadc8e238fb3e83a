"""What shortens a cold start, and what AWS charges for it in us-east-1; other regions by `prices.index`.

Fast snapshot restore: AWS whitepaper "How AWS Pricing Works", Amazon EBS (read 2026-11-21). A container from an image of
20 GB that lies on such a snapshot starts in under five seconds (aws-ia EKS blueprints, ml-container-cache, read 2026-11-21).
Parallel pull: `FastImagePull` of Amazon Linux 2023, experimental, and slower than without below 600 MiB/s of disk
(Convox's reference of the gate, read 2026-11-21); the share is of AWS's post of 2025-08 on a vLLM image of 10 GB, as
generally known: its table could not be read. Streamer: Run:ai's benchmark of 2024-10-29 on g5.12xlarge, Llama 3 8B from S3
in about five seconds with 32 readers, as generally known; what could be read is 14.3 s from gp3. Snapshot storage and
S3 requests: general knowledge, not compared with anything.
"""

from typing import Final

SNAPSHOT_RESTORE_USD_PER_ZONE_HOUR: Final = 0.75
"""Per snapshot."""

SNAPSHOT_USD_PER_GB_MONTH: Final = 0.05

IMAGE_UNPACKED_GB: Final = 25.0
"""The vLLM image on disk, roughly."""

BAKED_IMAGE_SECONDS: Final = 5.0
"""Until a container starts whose image is on the node already."""

PARALLEL_PULL_SHARE: Final = 0.4
"""Of the time an ordinary pull spends unpacking."""

STREAMER_GIB_PER_SECOND: Final = 3.0
"""From S3 into GPU memory, where the network is faster."""

STREAMER_REQUEST_MIB: Final = 8.0
"""Each read asks for; the streamer's default chunk for object stores, as generally known."""

S3_GET_USD_PER_MILLION: Final = 0.40
