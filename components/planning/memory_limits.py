"""The largest context and the most sequences that fit, by how many GPUs a replica is split over."""

from collections.abc import Callable
from dataclasses import dataclass

from components.catalog.accelerators import Accelerator
from components.catalog.models import Model
from components.planning import memory
from components.planning.placement import TENSOR_PARALLEL, batched_tokens, precision_of
from components.settings.base import Precision
from components.settings.model import ModelSettings

MOST_SEQUENCES = 4096
"""Beyond this nobody batches; a count that reaches it means that memory is not what limits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryLimits:
    """What a replica of that many GPUs of one instance type can hold."""

    tensor_parallel: int
    divides: bool
    """Whether attention heads split evenly over that many GPUs; nothing else counts where they do not."""
    longest_context_tokens: int
    """That every planned sequence may reach at the same time; 0 where not even weights and activations fit."""
    most_sequences: int
    """That may all reach the planned context at the same time."""
    most_sequences_at_mean: int
    """That fit at the mean length of a request, which is what the plan asks for."""


def _largest(most: int, fits: Callable[[int], bool]) -> int:
    """The largest count up to `most` that fits, of something of which less always fits; 0 if none does."""
    least, beyond = 0, most + 1
    while beyond - least > 1:
        middle = (least + beyond) // 2
        least, beyond = (middle, beyond) if fits(middle) else (least, middle)
    return least


def fits(
    model: Model,
    precision: Precision,
    accelerator: Accelerator,
    tensor_parallel: int,
    *,
    sequences: int,
    tokens: int,
) -> bool:
    """Whether that many sequences of that many tokens each fit next to the weights, all at once."""
    plan = memory.memory_plan(
        model,
        precision,
        accelerator,
        tensor_parallel,
        batched_tokens=batched_tokens(accelerator),
        sequences=sequences,
        mean_tokens=tokens,
    )
    missing = memory.shortfall_gib(
        plan, model, tensor_parallel, context_tokens=tokens, sequences=sequences, mean_tokens=tokens
    )
    return missing == 0


def limits_of_memory(
    settings: ModelSettings, model: Model, accelerator: Accelerator
) -> tuple[MemoryLimits, ...]:
    """For each number of GPUs a replica may be split over on this instance type, what fits; fewest GPUs first."""
    return tuple(
        _limits(settings, model, accelerator, split)
        for split in TENSOR_PARALLEL
        if split <= accelerator.gpu_count
    )


def _limits(settings: ModelSettings, model: Model, accelerator: Accelerator, split: int) -> MemoryLimits:
    if not memory.divides(model, split):
        return MemoryLimits(
            tensor_parallel=split,
            divides=False,
            longest_context_tokens=0,
            most_sequences=0,
            most_sequences_at_mean=0,
        )
    precision, planned = precision_of(settings, model), settings.concurrent_sequences
    mean_tokens = settings.load.input_tokens + settings.load.output_tokens

    def room(sequences: int, tokens: int) -> bool:
        return fits(model, precision, accelerator, split, sequences=sequences, tokens=tokens)

    return MemoryLimits(
        tensor_parallel=split,
        divides=True,
        longest_context_tokens=_largest(model.max_context, lambda tokens: room(planned, tokens)),
        most_sequences=_largest(MOST_SEQUENCES, lambda count: room(count, settings.context_tokens)),
        most_sequences_at_mean=_largest(MOST_SEQUENCES, lambda count: room(count, mean_tokens)),
    )
