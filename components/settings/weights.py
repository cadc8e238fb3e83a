"""Where model weights live."""

from typing import Annotated, Literal

from pydantic import Field

from components.settings.base import Settings


class WeightsSettings(Settings):
    """One origin bucket, and one file system per region that every replica reads."""

    storage: Literal["efs", "fsx"] = "efs"
    """efs: elastic, survives a zone. fsx: Lustre in one zone, several times faster per client."""

    fsx_throughput_mb_per_tib: Literal[125, 250, 500, 1000] = 250
    """MB/s per TiB of Lustre storage; read only where storage is fsx."""

    retain_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Days a replaced object version stays in the buckets."""
