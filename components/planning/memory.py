"""What fits on a GPU: weights, what the engine needs to run, and the KV cache in what is left."""

from components.catalog.accelerators import Accelerator
from components.catalog.models import Model
from components.planning import limits
from components.planning.model_plan import MemoryPlan
from components.settings.base import Precision

GIB = 1024**3

BYTES_PER_PARAMETER: dict[Precision, float] = {
    "bf16": 2.0,
    "fp8": 1.0,
    # Four bits and one 16-bit scale and zero point for each group of 128 (AWQ's default).
    "int4": 0.5 + 4 / 128,
    # Four bits and one 8-bit scale for each block of 32 (OCP Microscaling 1.0).
    "mxfp4": 0.5 + 1 / 32,
}


def weight_bytes(model: Model, precision: Precision) -> float:
    """Bytes of all weights; embedding and output layers stay in 16 bits whatever the rest is quantised to.

    gpt-oss-120b comes to 63.7 GB against 65.2 GB of published files, Llama 3.1 8B to 16.1 GB against 16.1 GB.
    """
    embeddings = min(2.0 * model.vocabulary * model.hidden_size, model.parameters)
    return embeddings * 2 + (model.parameters - embeddings) * BYTES_PER_PARAMETER[precision]


def kv_bytes_per_sequence(model: Model, tokens: float, bytes_per_value: float = 2.0) -> float:
    """KV cache of one sequence: 2 x layers x KV heads x head dim x bytes for each token (GQA).

    Layers with a sliding window keep no more than the window. MLA keeps one compressed vector a layer instead of keys
    and values (DeepSeek-V2, arXiv 2405.04434).
    """
    width = model.mla_latent_dim or 2 * model.kv_heads * model.head_dim
    kept_by_all = (model.layers - model.sliding_layers) * tokens
    kept_in_window = model.sliding_layers * min(tokens, model.sliding_window or tokens)
    return width * bytes_per_value * (kept_by_all + kept_in_window)


def kv_shards(model: Model, tensor_parallel: int) -> int:
    """Over how many GPUs of a replica the KV cache is split; MLA's is copied to each, spare GQA heads too."""
    return 1 if model.mla_latent_dim else min(tensor_parallel, model.kv_heads)


def activation_gib(model: Model, tensor_parallel: int, batched_tokens: int, sequences: int) -> float:
    """Activations of one step, sampled logits, CUDA graphs and the runtime's own memory, per GPU.

    24 hidden-sized tensors per token live at the widest point of a layer; logits are 32-bit and copied once by the
    sampler. 1 GiB covers the CUDA context and captured graphs, 0.6 GiB more the NCCL buffers of a split replica.
    """
    hidden = 24 * batched_tokens * model.hidden_size * 2 / tensor_parallel
    logits = 2 * sequences * model.vocabulary * 4
    return (hidden + logits) / GIB + 1.0 + (0.6 if tensor_parallel > 1 else 0.0)


def divides(model: Model, tensor_parallel: int) -> bool:
    """Whether attention can be split evenly over that many GPUs."""
    heads = model.attention_heads % tensor_parallel == 0
    return heads and (model.kv_heads % tensor_parallel == 0 or tensor_parallel % model.kv_heads == 0)


def memory_plan(
    model: Model,
    precision: Precision,
    accelerator: Accelerator,
    tensor_parallel: int,
    *,
    batched_tokens: int,
    sequences: int,
    mean_tokens: float,
) -> MemoryPlan:
    """How one GPU of a replica is filled; `kv_cache_gib` is negative where even the weights do not fit."""
    weights = weight_bytes(model, precision) / tensor_parallel / GIB
    activation = activation_gib(model, tensor_parallel, batched_tokens, sequences)
    left = accelerator.gpu_memory_gib * limits.GPU_MEMORY_UTILISATION - weights - activation
    per_token = kv_bytes_per_sequence(model, mean_tokens) / mean_tokens
    held = max(left, 0.0) * GIB * kv_shards(model, tensor_parallel)
    return MemoryPlan(
        weights_gib=weights,
        activation_gib=activation,
        kv_cache_gib=left,
        kv_bytes_per_token=per_token,
        cached_tokens=int(held / per_token),
    )


def cache_use(cached_tokens: int, sequences: int, mean_tokens: float) -> float:
    """Fraction of a replica's KV cache that so many sequences hold, seen at a random moment.

    Long answers are met more often than short ones, but not yet at their full length: where lengths are exponential, the
    mean one found under way is as long as the mean one in the end. Prefixes held in common are left out.
    """
    return min(sequences * mean_tokens / cached_tokens, 1.0)


def shortfall_gib(
    memory: MemoryPlan,
    model: Model,
    tensor_parallel: int,
    *,
    context_tokens: int,
    sequences: int,
    mean_tokens: float,
) -> float:
    """GiB by which one GPU is too small for the longest context and for all sequences at mean length; 0 if it fits."""
    longest = kv_bytes_per_sequence(model, context_tokens)
    together = sequences * kv_bytes_per_sequence(model, mean_tokens)
    needed = max(longest, together) / kv_shards(model, tensor_parallel) / GIB
    return max(needed - memory.kv_cache_gib, 0.0)
