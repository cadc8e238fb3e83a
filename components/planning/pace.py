"""How fast a model is on a GPU under its planned load, or which promise it would break."""

from dataclasses import dataclass

from components.catalog.accelerators import Gpu
from components.catalog.models import Model
from components.planning import limits, speculation, throughput, variability
from components.planning.model_plan import EnginePlan
from components.settings.base import Precision
from components.settings.model import ModelSettings, SpeculationSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """One replica at full concurrency."""

    prefill_seconds: float
    """Of a mean prompt, alone."""
    first_token_seconds: float
    """Of a replica with a free slot that is otherwise full."""
    step_seconds: float
    """Mean, for one token of each sequence."""
    requests_per_second: float


def pace(
    settings: ModelSettings, model: Model, precision: Precision, gpu: Gpu, engine: EnginePlan
) -> Pace | str:
    """The pace, or in a sentence why it will not do."""
    load, promised = settings.load, settings.objective
    split, sequences = engine.tensor_parallel, engine.max_num_seqs
    prefill = throughput.prefill_seconds(
        load.input_tokens,
        load.prefix_cache_hit_rate,
        throughput.prefill_tokens_per_second(model, precision, gpu, split, load.input_tokens),
    )
    mean_tokens = load.input_tokens + load.output_tokens / 2
    step = throughput.decode_step_seconds(model, precision, gpu, split, sequences, mean_tokens)
    if settings.speculation:
        guessed = _guessed(settings.speculation, model, precision, gpu, engine, mean_tokens)
        if guessed >= step:
            return (
                f"takes {guessed * 1000:.1f} ms a token with speculation and {step * 1000:.1f} ms without it at"
                f" {sequences} sequences; leave speculation out or lower concurrent_sequences"
            )
        step = guessed
    most = throughput.requests_per_second(prefill, step, load.output_tokens, sequences)
    gap = throughput.inter_token_seconds(step, prefill, most * limits.UTILISATION_BAND[1])
    if gap > promised.inter_token_seconds:
        return (
            f"takes {gap * 1000:.0f} ms a token with {sequences} sequences,"
            f" {promised.inter_token_seconds * 1000:.0f} ms promised; lower concurrent_sequences"
        )
    longest = variability.longest_prompt(load)
    first = throughput.first_token_seconds(model, precision, gpu, split, prefill=prefill * longest, step=step)
    if first > promised.time_to_first_token_seconds:
        return (
            f"takes {first:.1f} s to the first token of a prompt of {load.input_tokens * longest:.0f} tokens with nobody"
            f" before it, {promised.time_to_first_token_seconds:g} s promised"
        )
    return Pace(
        prefill_seconds=prefill, first_token_seconds=first, step_seconds=step, requests_per_second=most
    )


def _guessed(
    settings: SpeculationSettings,
    model: Model,
    precision: Precision,
    gpu: Gpu,
    engine: EnginePlan,
    mean_tokens: float,
) -> float:
    """Mean seconds a token where several are checked at a time; looking them up in the prompt costs the GPU nothing."""
    checking = throughput.decode_step_seconds(
        model,
        precision,
        gpu,
        engine.tensor_parallel,
        engine.max_num_seqs,
        mean_tokens,
        checked_tokens=settings.draft_tokens + 1,
    )
    return speculation.token_seconds(checking, 0.0, settings.acceptance_rate, settings.draft_tokens)
