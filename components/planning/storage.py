"""The region's shared file system: how large, and how fast one node reads from it."""

import math

from components.catalog import models
from components.planning.memory import GIB, weight_bytes
from components.planning.placement import precision_of
from components.planning.plan import StoragePlan
from components.settings.base import Precision
from components.settings.fleet import FleetSettings
from components.settings.model import ModelSettings

EFS_GIB_PER_SECOND = 1500 / 1024
"""One client of an elastic file system (EFS performance page, 2026)."""

LUSTRE_CLIENT_GIB_PER_SECOND = 5.0
"""One client of Lustre without EFA, bound by its network."""


def stored_precision(settings: ModelSettings) -> Precision:
    """Of the files: a catalog checkpoint asked for in FP8 is stored as published and quantised while it loads."""
    model = models.find(settings.model)
    return precision_of(settings, model) if settings.repository else model.native_precision


def stored_gib(settings: ModelSettings) -> float:
    """Of one model's files."""
    return weight_bytes(models.find(settings.model), stored_precision(settings)) / GIB


def lustre_gib_per_second(capacity_gib: int, mb_per_tib: int) -> float:
    """What its disks give in all, or one client takes; what servers cache in memory is faster, and not counted."""
    return min(capacity_gib / 1024 * mb_per_tib * 1e6 / GIB, LUSTRE_CLIENT_GIB_PER_SECOND)


def storage_plan(settings: FleetSettings) -> StoragePlan:
    """Room for every model twice: a new revision is filled while the old one serves."""
    used = sum(stored_gib(model) for model in settings.models.values())
    # Lustre comes in 1200 GiB, 2400 GiB and then steps of 2400 GiB (FSx API reference, PERSISTENT_2).
    claim = 1200 if 2 * used <= 1200 else 2400 * math.ceil(2 * used / 2400)
    chosen = settings.weights
    lustre = chosen.storage == "fsx"
    return StoragePlan(
        kind=chosen.storage,
        claim_gib=claim,
        used_gib=used,
        throughput_mb_per_tib=chosen.fsx_throughput_mb_per_tib if lustre else 0,
        read_gib_per_second=(
            lustre_gib_per_second(claim, chosen.fsx_throughput_mb_per_tib) if lustre else EFS_GIB_PER_SECOND
        ),
    )
