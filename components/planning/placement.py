"""Which GPUs a model runs on in a region, and why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from components.catalog import accelerators, prices, regions
from components.catalog.accelerators import Accelerator
from components.catalog.models import Model
from components.planning import limits, memory, pace
from components.planning.model_plan import EnginePlan, MemoryPlan
from components.settings.base import Precision
from components.settings.model import ModelSettings

TENSOR_PARALLEL = (1, 2, 4, 8)

LEAST_CAPABILITY: dict[Precision, float] = {"bf16": 8.0, "fp8": 8.0, "int4": 7.5, "mxfp4": 8.0}
"""CUDA compute capability each precision's kernels need in vLLM v0.31 (docs/features/quantization); Turing has no bf16,
and FP8 below 8.9 is widened in Marlin kernels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One model on one instance type: it fits, and this is how fast it is."""

    accelerator: Accelerator
    engine: EnginePlan
    memory: MemoryPlan
    prefill_seconds: float
    first_token_seconds: float
    """Of a replica with a free slot that is otherwise full."""
    step_seconds: float
    requests_per_second: float
    """At full concurrency."""
    usd_per_hour: float
    """Of one node, on-demand."""

    @property
    def pods_per_node(self) -> int:
        return self.accelerator.gpu_count // self.engine.tensor_parallel


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """Why an instance type cannot run a model."""

    instance_type: str
    reason: str


def batched_tokens(accelerator: Accelerator) -> int:
    """VLLM's own default for the GPU (v0.31): large steps from 70 GiB on, except on A100."""
    if accelerator.gpu_memory_gib >= 160:
        return 16384
    large = accelerator.gpu_memory_gib >= 70 and accelerator.gpu.name != "a100"
    return 8192 if large else 2048


def precision_of(settings: ModelSettings, model: Model) -> Precision:
    """As chosen, or as published."""
    return settings.precision or model.native_precision


def place(settings: ModelSettings, model: Model, accelerator: Accelerator, region: str) -> Placement | Misfit:
    """The model on that instance type with the fewest GPUs that hold it, or what is missing."""
    needed = LEAST_CAPABILITY[precision_of(settings, model)]
    if (have := accelerator.gpu.compute_capability) < needed:
        return _misfit(
            accelerator,
            f"has compute capability {have}, {precision_of(settings, model)} needs {needed}",
        )
    sizes = (settings.tensor_parallel,) if settings.tensor_parallel else TENSOR_PARALLEL
    misfit = Misfit(instance_type=accelerator.instance_type, reason="has no GPUs")
    for tensor_parallel in sizes:
        if tensor_parallel > accelerator.gpu_count:
            if misfit.reason == "has no GPUs":
                misfit = _misfit(accelerator, f"has {accelerator.gpu_count} GPUs, not {tensor_parallel}")
            break
        if not memory.divides(model, tensor_parallel):
            heads = f"{model.attention_heads} attention and {model.kv_heads} KV heads"
            misfit = _misfit(accelerator, f"{heads} do not divide over {tensor_parallel} GPUs")
            continue
        found = _try(settings, model, accelerator, region, tensor_parallel)
        if isinstance(found, Placement):
            return found
        misfit = found
    return misfit


def _misfit(accelerator: Accelerator, reason: str) -> Misfit:
    return Misfit(instance_type=accelerator.instance_type, reason=reason)


def _try(
    settings: ModelSettings, model: Model, accelerator: Accelerator, region: str, tensor_parallel: int
) -> Placement | Misfit:
    precision = precision_of(settings, model)
    mean_tokens = settings.load.input_tokens + settings.load.output_tokens
    batched = batched_tokens(accelerator)
    plan = memory.memory_plan(
        model,
        precision,
        accelerator,
        tensor_parallel,
        batched_tokens=batched,
        sequences=settings.concurrent_sequences,
        mean_tokens=mean_tokens,
    )
    missing = memory.shortfall_gib(
        plan,
        model,
        tensor_parallel,
        context_tokens=settings.context_tokens,
        sequences=settings.concurrent_sequences,
        mean_tokens=mean_tokens,
    )
    if missing > 0:
        usable = accelerator.gpu_memory_gib * limits.GPU_MEMORY_UTILISATION
        each = " each" if tensor_parallel > 1 else ""
        return _misfit(
            accelerator,
            f"needs {usable + missing:.1f} GiB on {tensor_parallel} GPU{'s' if tensor_parallel > 1 else ''}{each}"
            f" but {usable:.1f} GiB is usable at {limits.GPU_MEMORY_UTILISATION:.0%}: {missing:.1f} GiB too little",
        )
    engine = engine_plan(settings, tensor_parallel, batched)
    return _measured(settings, model, accelerator, region, engine, plan)


def engine_plan(settings: ModelSettings, tensor_parallel: int, batched: int) -> EnginePlan:
    """The server's numbers; it runs one round and holds two more, then it answers 503."""
    return EnginePlan(
        tensor_parallel=tensor_parallel,
        max_model_len=settings.context_tokens,
        max_num_seqs=settings.concurrent_sequences,
        max_num_batched_tokens=batched,
        gpu_memory_utilization=limits.GPU_MEMORY_UTILISATION,
        max_inflight_requests=3 * settings.concurrent_sequences,
        kv_cache_dtype="auto",
        draft_tokens=settings.speculation.draft_tokens if settings.speculation else 0,
    )


def _measured(
    settings: ModelSettings,
    model: Model,
    accelerator: Accelerator,
    region: str,
    engine: EnginePlan,
    plan: MemoryPlan,
) -> Placement | Misfit:
    found = pace.pace(settings, model, precision_of(settings, model), accelerator.gpu, engine)
    if isinstance(found, str):
        return _misfit(accelerator, found)
    return Placement(
        accelerator=accelerator,
        engine=engine,
        memory=plan,
        prefill_seconds=found.prefill_seconds,
        first_token_seconds=found.first_token_seconds,
        step_seconds=found.step_seconds,
        requests_per_second=found.requests_per_second,
        usd_per_hour=prices.on_demand_usd_per_hour(accelerator.instance_type, region),
    )


def candidates(settings: ModelSettings, region: str) -> Iterator[Accelerator]:
    """The instance types to try, in order: those named, or all that the region sells."""
    for instance_type in settings.instance_types or accelerators.ACCELERATORS:
        yield accelerators.find(instance_type)


def choose(
    settings: ModelSettings,
    model: Model,
    region: str,
    zones: tuple[str, ...],
    usd_at_peak: Callable[[Placement], float],
) -> tuple[Placement | None, tuple[Misfit, ...]]:
    """The first named type, or the cheapest at peak, that the zones offer and the model fits; and what did not."""
    misfits: list[Misfit] = []
    fitting: list[Placement] = []
    for accelerator in candidates(settings, region):
        refused = unavailable(accelerator, region, zones)
        found = refused or place(settings, model, accelerator, region)
        if isinstance(found, Misfit):
            misfits.append(found)
        else:
            fitting.append(found)
            if settings.instance_types:
                break
    if not fitting:
        return None, tuple(misfits)
    best = fitting[0] if settings.instance_types else min(fitting, key=usd_at_peak)
    return best, tuple(misfits)


def unavailable(accelerator: Accelerator, region: str, zones: tuple[str, ...]) -> Misfit | None:
    """Why the instance type cannot be had in these zones of the region, if it cannot."""
    offered = regions.offered_zones(accelerator.instance_type, region)
    if not offered:
        return _misfit(accelerator, f"is not offered in {region}")
    if not set(offered) & set(zones):
        return _misfit(
            accelerator, f"is offered in {', '.join(offered)} but the region spans {', '.join(zones)}"
        )
    if not prices.priced(accelerator.instance_type, region):
        return _misfit(accelerator, f"has no known price in {region}")
    return None


def reason(placement: Placement, misfits: tuple[Misfit, ...], settings: ModelSettings) -> str:
    """Why this instance type, in one sentence."""
    chosen = placement.accelerator.instance_type
    if not settings.instance_types:
        return f"cheapest of all that fit and keep the objective, at ${placement.usd_per_hour:.2f} a node and hour"
    if not misfits:
        return "first choice"
    passed = "; ".join(f"{one.instance_type} {one.reason}" for one in misfits)
    place_in_order = settings.instance_types.index(chosen) + 1
    return f"choice {place_in_order} of {len(settings.instance_types)}: {passed}"
