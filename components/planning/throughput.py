"""How fast one replica answers.

A step reads the weights once for all its tokens or computes, whichever takes longer: decode is bound by memory bandwidth,
prefill by compute (Pope et al., arXiv 2211.05102). On top come the KV cache, the all-reduces of a split replica, and seconds
that no peak explains. Shares of the peaks and seconds are those of `catalog.efficiencies`, fitted to measured servers;
`python -m benchmarks.throughput` says how far off the estimates are on rows that were not fitted.
"""

from collections.abc import Sequence

from components.catalog import efficiencies
from components.catalog.accelerators import Gpu
from components.catalog.efficiencies import Efficiency, Kernels
from components.catalog.models import Model
from components.planning.memory import BYTES_PER_PARAMETER, kv_bytes_per_sequence, kv_shards, weight_bytes
from components.settings.base import Precision

TYPICAL_PROMPT_TOKENS = 1024
"""Where the length of prompts is not known: attention over a prompt grows with its square."""


def weight_bytes_read(model: Model, precision: Precision, tokens: float) -> float:
    """Bytes of weights one step reads: all of a dense model, of a mixture also the experts that so many tokens wake.

    Each token is taken to wake experts at random: 1 - (1 - share) ^ tokens of them are read.
    """
    asleep: float = (1 - model.woken_share) ** tokens
    return weight_bytes(model, precision) - _expert_bytes(model, precision) * asleep


def _expert_bytes(model: Model, precision: Precision) -> float:
    return model.expert_parameters * BYTES_PER_PARAMETER[precision]


def kernels(efficiency: Efficiency, precision: Precision) -> Kernels:
    """Those for weights as wide as the precision's."""
    if precision == "bf16":
        return efficiency.sixteen_bit
    return efficiency.eight_bit if precision == "fp8" else efficiency.four_bit


def tflops(gpu: Gpu, precision: Precision, *, experts: bool = False) -> float:
    """Dense TFLOPs the precision computes at; four-bit weights are widened to 16 bits before they are multiplied.

    The exception are MXFP4 experts on B200 and B300, which the measured servers multiplied by 8-bit activations.
    """
    narrow = precision == "fp8" or (experts and precision == "mxfp4" and 10 <= gpu.compute_capability < 11)
    return gpu.fp8_tflops if narrow and gpu.fp8_tflops else gpu.bf16_tflops


def all_reduce_seconds(
    model: Model, gpu: Gpu, tensor_parallel: int, tokens: float, by: Efficiency | None = None
) -> float:
    """Two all-reduces of the hidden state a layer (Megatron-LM, arXiv 1909.08053)."""
    if tensor_parallel == 1:
        return 0.0
    by = by or efficiencies.of(gpu)
    empty = by.all_reduce_seconds * (1 if gpu.nvlink else tensor_parallel - 1)
    sent = 2 * (tensor_parallel - 1) / tensor_parallel * tokens * model.hidden_size * 2
    return 2 * model.layers * (empty + sent / (by.all_reduce_gb_per_second * 1e9))


def weights_seconds(
    model: Model,
    precision: Precision,
    gpu: Gpu,
    tensor_parallel: int,
    tokens: float,
    by: Efficiency | None = None,
) -> float:
    """One pass of so many tokens through the weights: dense layers and experts each read or compute, whichever is longer."""
    by = by or efficiencies.of(gpu)
    with_these = kernels(by, precision)
    bandwidth = gpu.bandwidth_gb_per_second * 1e9 * tensor_parallel
    experts_all = _expert_bytes(model, precision)
    dense_bytes = weight_bytes(model, precision) - experts_all
    dense_flops = 2 * (model.parameters - model.expert_parameters) * tokens
    dense = max(
        dense_bytes / (bandwidth * with_these.bandwidth),
        dense_flops / (tflops(gpu, precision) * 1e12 * tensor_parallel * with_these.compute),
    )
    if not experts_all:
        return dense
    woken_bytes = weight_bytes_read(model, precision, tokens) - dense_bytes
    expert_flops = 2 * model.expert_parameters * model.woken_share * tokens
    peak = tflops(gpu, precision, experts=True) * 1e12 * tensor_parallel
    return dense + max(
        woken_bytes / (bandwidth * with_these.expert_bandwidth),
        expert_flops / (peak * with_these.expert_compute),
    )


def overhead_seconds(model: Model, precision: Precision, by: Efficiency) -> float:
    """Of a step, whatever is in it."""
    routing = kernels(by, precision).expert_layer_seconds if model.experts > 1 else 0.0
    return by.step_seconds + model.layers * (by.layer_seconds + routing)


def decode_step_seconds(
    model: Model,
    precision: Precision,
    gpu: Gpu,
    tensor_parallel: int,
    sequences: float,
    mean_tokens: float,
    by: Efficiency | None = None,
    *,
    checked_tokens: int = 1,
) -> float:
    """One token for each of the sequences, or several guessed ones to check: weights and KV cache are read once."""
    by = by or efficiencies.of(gpu)
    cache = sequences * kv_bytes_per_sequence(model, mean_tokens) / kv_shards(model, tensor_parallel)
    tokens = sequences * checked_tokens
    return (
        weights_seconds(model, precision, gpu, tensor_parallel, tokens, by)
        + cache / (gpu.bandwidth_gb_per_second * 1e9 * by.cache_bandwidth)
        + all_reduce_seconds(model, gpu, tensor_parallel, tokens, by)
        + overhead_seconds(model, precision, by)
    )


def prefill_tokens_per_second(
    model: Model,
    precision: Precision,
    gpu: Gpu,
    tensor_parallel: int,
    prompt_tokens: float = TYPICAL_PROMPT_TOKENS,
    by: Efficiency | None = None,
) -> float:
    """Prompt tokens a replica reads a second, in prompts of that length, within steps that decode makes anyway."""
    by = by or efficiencies.of(gpu)
    seconds = (
        weights_seconds(model, precision, gpu, tensor_parallel, prompt_tokens, by)
        + attention_flops(model, prompt_tokens)
        / (gpu.bf16_tflops * 1e12 * by.attention_compute * tensor_parallel)
        + all_reduce_seconds(model, gpu, tensor_parallel, prompt_tokens, by)
        - all_reduce_seconds(model, gpu, tensor_parallel, 0, by)
    )
    return prompt_tokens / seconds


def attention_flops(model: Model, prompt_tokens: float) -> float:
    """Of every token looking at those before it, or at its window: scores and values, 2 FLOPs each."""
    full = (model.layers - model.sliding_layers) * prompt_tokens / 2
    sliding = model.sliding_layers * min(prompt_tokens / 2, model.sliding_window or prompt_tokens)
    return 4 * model.attention_heads * model.head_dim * prompt_tokens * (full + sliding)


def prefill_seconds(input_tokens: float, prefix_hit_rate: float, tokens_per_second: float) -> float:
    """Of one prompt, alone; what the prefix cache holds is not read again."""
    return input_tokens * (1 - prefix_hit_rate) / tokens_per_second


def first_token_seconds(
    model: Model,
    precision: Precision,
    gpu: Gpu,
    tensor_parallel: int,
    *,
    prefill: float,
    step: float,
    by: Efficiency | None = None,
) -> float:
    """From a request at a server with a free slot to its first token: half a step, then its prompt and those before it."""
    by = by or efficiencies.of(gpu)
    alone = (
        prefill
        + overhead_seconds(model, precision, by)
        + all_reduce_seconds(model, gpu, tensor_parallel, 0, by)
    )
    return by.request_seconds + step / 2 + by.prompts_ahead * alone


def requests_per_second(prefill: float, step: float, output_tokens: float, sequences: float) -> float:
    """Most requests a replica finishes a second: each costs its prefill and its share of the decode steps."""
    return 1 / (prefill + output_tokens * step / sequences)


def sequences_at(share: float, prefill: float, steps: Sequence[float], output_tokens: float) -> int:
    """The most sequences, and at least one, that finish no more than that share of the requests/s that all of them do.

    `steps` are the seconds of a decode step with one sequence in it, with two, and so on to all.
    """
    finished = [
        requests_per_second(prefill, step, output_tokens, sequences)
        for sequences, step in enumerate(steps, start=1)
    ]
    return max(sum(each <= share * finished[-1] for each in finished), 1)


def inter_token_seconds(step: float, prefill: float, arrivals_per_second: float) -> float:
    """Mean gap between tokens: decode steps stretched by the prefills chunked in between."""
    return step / max(1 - arrivals_per_second * prefill, 0.05)
