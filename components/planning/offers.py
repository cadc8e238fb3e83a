"""What a region sells that a model could run on, and in which precisions and splits it keeps its objective there."""

import functools

from components.catalog import accelerators, prices
from components.catalog.accelerators import Accelerator
from components.catalog.models import NativePrecision
from components.planning import placement
from components.planning.model_plan import ModelPlan
from components.planning.placement import TENSOR_PARALLEL, Placement
from components.planning.replicas import Here
from components.settings.base import Precision

PRECISIONS: dict[NativePrecision, tuple[Precision, ...]] = {
    "bf16": ("bf16", "fp8", "int4"),
    "fp8": ("fp8", "int4"),
    "mxfp4": ("mxfp4",),
}
"""In which each published precision can also be served: vLLM makes FP8 of 16 bits while it loads, int4 needs a checkpoint."""


def sold_here(here: Here) -> tuple[Accelerator, ...]:
    """Instance types that the region's zones offer at a known price."""
    return _sold(here.region, here.settings.regions[here.region].zones)


@functools.cache
def _sold(region: str, zones: tuple[str, ...]) -> tuple[Accelerator, ...]:
    """By the catalog alone, which does not change while a program runs."""
    known = accelerators.ACCELERATORS.values()
    return tuple(one for one in known if placement.unavailable(one, region, zones) is None)


def cheapest_sizes(here: Here) -> tuple[tuple[Accelerator, int], ...]:
    """For each GPU and number of them, the size that gives them for least; the others cost more and serve no faster."""
    best: dict[tuple[str, int], tuple[float, int, Accelerator]] = {}
    for accelerator in sold_here(here):
        usd = prices.on_demand_usd_per_hour(accelerator.instance_type, here.region)
        for split in TENSOR_PARALLEL:
            if split <= accelerator.gpu_count:
                offer = (usd / (accelerator.gpu_count // split), accelerator.gpu_count, accelerator)
                key = (accelerator.gpu.title, split)
                best[key] = min(best.get(key, offer), offer, key=lambda one: one[:2])
    return tuple((accelerator, key[1]) for key, (_, _, accelerator) in best.items())


def feasible(model: ModelPlan, here: Here) -> tuple[tuple[Placement, Precision], ...]:
    """Every instance type, precision and split on which the model fits and keeps its objective."""
    settings = here.settings.models[model.name]
    found: list[tuple[Placement, Precision]] = []
    sizes = cheapest_sizes(here)
    for precision in dict.fromkeys((model.precision, *PRECISIONS[model.model.native_precision])):
        asked = {
            split: settings.model_copy(update={"precision": precision, "tensor_parallel": split})
            for split in TENSOR_PARALLEL
        }
        for accelerator, split in sizes:
            tried = placement.place(asked[split], model.model, accelerator, here.region)
            if isinstance(tried, Placement):
                found.append((tried, precision))
    return tuple(found)
