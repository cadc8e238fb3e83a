"""How fast one replica answers.

Decode is bound by memory bandwidth, prefill by compute (Pope et al., arXiv 2211.05102). The efficiencies below put Llama 3.1
8B at some 600 tokens/s on an A10G and 4,000 to 5,000 on an H100 with prompts included, and Llama 3 70B at some 600 per H100
when split: the figures published for vLLM on those GPUs in 2024-2026. They are assumptions until calibrated on measured rows.
"""

from components.catalog.accelerators import Gpu
from components.catalog.models import Model
from components.planning.memory import kv_bytes_per_sequence, kv_shards, weight_bytes
from components.settings.base import Precision

DECODE_EFFICIENCY = 0.70
"""Share of peak memory bandwidth that decode kernels reach."""

PREFILL_EFFICIENCY = 0.50
"""Share of peak dense FLOPs that prefill reaches."""

STEP_OVERHEAD_SECONDS = 0.003
"""Scheduler, sampler and detokeniser per step with CUDA graphs."""

NVLINK_GB_PER_SECOND = 300.0
PCIE_GB_PER_SECOND = 20.0
"""All-reduce bandwidth a GPU really sees; PCIe 4.0 x16 through the host."""

NVLINK_LATENCY_SECONDS = 10e-6
PCIE_LATENCY_SECONDS = 30e-6


def weight_bytes_read(model: Model, precision: Precision, sequences: float) -> float:
    """Bytes of weights one decode step reads: all of a dense model, of a mixture the experts that a batch wakes."""
    asleep: float = (1 - model.active_parameters / model.parameters) ** sequences
    read = model.active_parameters + (model.parameters - model.active_parameters) * (1 - asleep)
    return weight_bytes(model, precision) * read / model.parameters


def all_reduce_seconds(model: Model, gpu: Gpu, tensor_parallel: int, tokens: float) -> float:
    """Two all-reduces of the hidden state a layer (Megatron-LM, arXiv 1909.08053)."""
    if tensor_parallel == 1:
        return 0.0
    bandwidth = NVLINK_GB_PER_SECOND if gpu.nvlink else PCIE_GB_PER_SECOND
    latency = NVLINK_LATENCY_SECONDS if gpu.nvlink else PCIE_LATENCY_SECONDS
    sent = 2 * (tensor_parallel - 1) / tensor_parallel * tokens * model.hidden_size * 2
    return 2 * model.layers * (latency + sent / (bandwidth * 1e9))


def tflops(gpu: Gpu, precision: Precision) -> float:
    """Dense TFLOPs the precision computes at; four-bit weights are widened to 16 bits before they are multiplied."""
    return gpu.fp8_tflops if precision == "fp8" and gpu.fp8_tflops else gpu.bf16_tflops


def prefill_tokens_per_second(model: Model, precision: Precision, gpu: Gpu, tensor_parallel: int) -> float:
    """Prompt tokens a replica reads a second with nothing else to do: 2 FLOPs per active parameter and token."""
    compute = tflops(gpu, precision) * 1e12 * PREFILL_EFFICIENCY * tensor_parallel
    seconds = 1000 * 2 * model.active_parameters / compute
    return 1000 / (seconds + all_reduce_seconds(model, gpu, tensor_parallel, 1000))


def decode_step_seconds(
    model: Model, precision: Precision, gpu: Gpu, tensor_parallel: int, sequences: float, mean_tokens: float
) -> float:
    """One token for each of the sequences: weights and KV cache are read once."""
    weights = weight_bytes_read(model, precision, sequences) / tensor_parallel
    cache = sequences * kv_bytes_per_sequence(model, mean_tokens) / kv_shards(model, tensor_parallel)
    reading = (weights + cache) / (gpu.bandwidth_gb_per_second * 1e9 * DECODE_EFFICIENCY)
    computing = (
        2 * model.active_parameters * sequences / (tflops(gpu, precision) * 1e12 * 0.5 * tensor_parallel)
    )
    return (
        max(reading, computing)
        + all_reduce_seconds(model, gpu, tensor_parallel, sequences)
        + STEP_OVERHEAD_SECONDS
    )


def prefill_seconds(input_tokens: float, prefix_hit_rate: float, tokens_per_second: float) -> float:
    """Of one prompt, alone; what the prefix cache holds is not read again."""
    return input_tokens * (1 - prefix_hit_rate) / tokens_per_second


def requests_per_second(prefill: float, step: float, output_tokens: float, sequences: float) -> float:
    """Most requests a replica finishes a second: each costs its prefill and its share of the decode steps."""
    return 1 / (prefill + output_tokens * step / sequences)


def inter_token_seconds(step: float, prefill: float, arrivals_per_second: float) -> float:
    """Mean gap between tokens: decode steps stretched by the prefills chunked in between."""
    return step / max(1 - arrivals_per_second * prefill, 0.05)
