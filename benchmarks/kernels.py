"""Shares of a GPU's peaks that single operators reach, from timings of each: a fit to whole servers stays near them."""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from components.catalog.accelerators import A100_80, B200, B300, H100, H200, L40S, RTX_PRO_6000, Gpu
from components.catalog.efficiencies import Efficiency, Kernels

FOLDERS: dict[str, tuple[Gpu, str]] = {
    "a100_sxm": (A100_80, "0.14.0"),
    "l40s": (L40S, "0.24.0"),
    "rtx_pro_6000_server": (RTX_PRO_6000, "0.24.0"),
    "h100_sxm": (H100, "0.24.0"),
    "h200_sxm": (H200, "0.24.0"),
    "b200_sxm": (B200, "0.24.0"),
    "b300_sxm": (B300, "0.24.0"),
}
"""Each GPU's newest timings of vLLM's operators."""

LAYER_SECONDS, STEP_SECONDS, REQUEST_SECONDS, PROMPTS_AHEAD = 30e-6, 1e-3, 15e-3, 1.3
"""Where the fit starts: ten small kernels a layer, a scheduler in Python, an HTTP server."""

MOST = 0.95
"""No kernel is believed to reach more of a peak."""


def table(root: Path, system: str, family: str, name: str) -> pd.DataFrame:
    """One operator's timings, in milliseconds."""
    version = FOLDERS[system][1]
    found = sorted((root / "data" / system / family / "vllm").glob(f"*/{name}_perf.parquet"))
    exact = [path for path in found if path.parent.name == version]
    return pd.read_parquet((exact or found)[-1])


def dense(root: Path, system: str, name: str, peak: float, size: int) -> tuple[float, float]:
    """Median shares of bandwidth at 1 to 64 tokens and of FLOPs at 1,024 to 4,096, over matrices of a model's sizes."""
    gpu = FOLDERS[system][0]
    timed = table(root, system, "gemm", "gemm")
    timed = timed[(timed.gemm_dtype == name) & timed.n.between(4096, 32768) & timed.k.between(4096, 32768)]
    best = timed.groupby(["m", "n", "k"]).latency.min().reset_index()
    few = best[best.m.isin([1, 8, 16, 32, 64]) & (best.n * best.k >= 64e6)]
    many = best[best.m.isin([1024, 2048, 4096])]
    read = few.n * few.k * size / (few.latency / 1e3) / (gpu.bandwidth_gb_per_second * 1e9)
    computed = 2.0 * many.m * many.n * many.k / (many.latency / 1e3) / (peak * 1e12)
    return min(float(read.median()), MOST), min(float(computed.median()), MOST)


def experts(
    root: Path, system: str, names: tuple[str, ...], peak: float, size: float
) -> tuple[float, float, float]:
    """Shares and seconds a layer of the first of these operators that was timed, fitted to all its shapes."""
    gpu = FOLDERS[system][0]
    timed = table(root, system, "moe", "moe")
    timed = timed[(timed.moe_ep_size == 1) & (timed.num_experts >= 32) & (timed.moe_tp_size <= 8)]
    timed = timed[timed.distribution == "power_law_1.2"]
    name = next(one for one in names if (timed.moe_dtype == one).any())
    shape = ["num_tokens", "hidden_size", "inter_size", "topk", "num_experts", "moe_tp_size"]
    best = timed[timed.moe_dtype == name].groupby(shape).latency.min().reset_index()
    parameters = 3.0 * best.hidden_size * best.inter_size / best.moe_tp_size
    woken = best.num_experts * (1 - (1 - best.topk / best.num_experts) ** best.num_tokens)
    reading = (woken * parameters * size / (gpu.bandwidth_gb_per_second * 1e9)).to_numpy()
    computing = (2.0 * best.num_tokens * best.topk * parameters / (peak * 1e12)).to_numpy()
    seconds = best.latency.to_numpy() / 1e3

    def off(logs: np.ndarray) -> np.ndarray:
        bandwidth, compute, fixed = np.exp(logs)
        return np.log((np.maximum(reading / bandwidth, computing / compute) + fixed) / seconds)

    fitted = np.exp(least_squares(off, np.log([0.5, 0.3, 2e-5]), loss="soft_l1", f_scale=0.2).x)
    return min(float(fitted[0]), 1.0), min(float(fitted[1]), MOST), max(float(fitted[2]), 1e-6)


def all_reduce(root: Path, system: str) -> tuple[float, float]:
    """Seconds of an empty one and GB/s of a large one, over 2 to 8 GPUs, inside a CUDA graph as vLLM runs it."""
    gpu = FOLDERS[system][0]
    if gpu.nvlink:
        timed = table(root, system, "comm", "custom_allreduce")
        timed = timed[timed.kernel_source == "vLLM_custom_graph"]
    else:
        # Over PCIe vLLM leaves more than two GPUs to NCCL.
        path = sorted((root / "data" / system / "comm" / "nccl").glob("*/nccl_perf.parquet"))[-1]
        timed = pd.read_parquet(path)
        timed = timed[(timed.op_name == "all_reduce") & (timed.nccl_dtype == "half")]
    # Sizes are in 16-bit elements: NCCL's half and int8 rows begin at 256 and 512, its own least of 512 bytes.
    timed = timed.assign(message_size=timed.message_size * 2)
    small, large = timed[timed.message_size <= 4096], timed[timed.message_size.between(4e6, 3e8)]
    hops = 1 if gpu.nvlink else small.num_gpus - 1
    sent = 2 * (large.num_gpus - 1) / large.num_gpus * large.message_size
    return float((small.latency / 1e3 / hops).median()), float((sent / (large.latency / 1e3) / 1e9).median())


def attention(root: Path, system: str) -> tuple[float, float]:
    """Median shares of bandwidth over 0.5 GB or more of cache, and of 16-bit FLOPs over prompts of 2,048 to 16,384."""
    gpu = FOLDERS[system][0]
    cached, prompts = (
        table(root, system, "attention", f"{kind}_attention") for kind in ("generation", "context")
    )
    cached, prompts = (
        one[(one.head_dim == 128) if "head_dim" in one else slice(None)] for one in (cached, prompts)
    )
    if "window_size" in cached:
        cached, prompts = cached[cached.window_size == 0], prompts[prompts.window_size == 0]
    cached = cached[(cached.num_key_value_heads == 8) & (cached.kv_cache_dtype == "bfloat16")]
    size = 4.0 * cached.batch_size * (cached.isl + cached.step) * 8 * 128
    large = size > 5e8
    read = size[large] / (cached.latency[large] / 1e3) / (gpu.bandwidth_gb_per_second * 1e9)
    prompts = prompts[prompts.isl.between(2048, 16384)]
    flops = 2.0 * prompts.batch_size * prompts.num_heads * 128 * prompts.isl.astype(float) ** 2
    computed = flops / (prompts.latency / 1e3) / (gpu.bf16_tflops * 1e12)
    return min(float(read.median()), MOST), min(float(computed.median()), MOST)


def operators(root: Path, system: str) -> Efficiency:
    """All of one GPU's shares; its seconds are only where a fit may start."""
    gpu = FOLDERS[system][0]
    sixteen, eight = gpu.bf16_tflops, gpu.fp8_tflops
    wide = (*dense(root, system, "bfloat16", sixteen, 2), *experts(root, system, ("bfloat16",), sixteen, 2))
    narrow = wide
    if eight:
        # On Hopper the published FP8 mixtures are scaled in blocks; elsewhere per tensor is what was timed everywhere.
        names = ("fp8_block", "fp8")
        narrow = (*dense(root, system, "fp8", eight, 1), *experts(root, system, names, eight, 1))
    datacenter = 10 <= gpu.compute_capability < 11
    four = ("w4a8_mxfp4_mxfp8",) if datacenter else ("w4a16_mxfp4", "bfloat16")
    peak = eight if datacenter and eight else sixteen
    size = 2.0 if not eight else 0.5 + 1 / 32
    empty, gb_per_second = all_reduce(root, system)
    cache, prompts = attention(root, system)
    return Efficiency(
        basis="operators",
        sixteen_bit=_kernels(*wide),
        eight_bit=_kernels(*narrow),
        four_bit=_kernels(*wide[:2], *experts(root, system, four, peak, size)),
        cache_bandwidth=cache,
        attention_compute=prompts,
        all_reduce_seconds=empty,
        all_reduce_gb_per_second=gb_per_second,
        layer_seconds=LAYER_SECONDS,
        step_seconds=STEP_SECONDS,
        request_seconds=REQUEST_SECONDS,
        prompts_ahead=PROMPTS_AHEAD,
    )


def _kernels(bandwidth: float, compute: float, *three: float) -> Kernels:
    return Kernels(
        bandwidth=bandwidth,
        compute=compute,
        expert_bandwidth=three[0],
        expert_compute=three[1],
        expert_layer_seconds=three[2],
    )
