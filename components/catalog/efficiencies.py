"""Which shares of a GPU's peaks vLLM reaches, and the seconds that no peak explains: the constants behind throughput.

Source: the PyPI package aiconfigurator-core 0.12.0 (NVIDIA, Apache-2.0), read 2026-11-21. It holds two kinds of measurements.
`systems/silicon_sample.csv` is whole servers: time to first token and per output token at a fixed number of concurrent
requests, on H100, H200, B200 and B300 with vLLM 0.11 to 0.19 (SemiAnalysis InferenceMAX, measured 2025-10 to 2026-04, and
runs of AIConfigurator's makers, undated). `systems/data` is single operators of vLLM 0.14 to 0.24, timed one by one. They
say where kernels and all-reduces lie; `python -m benchmarks.calibrate` brings kernels as far from there as the servers' rows
ask, fits the seconds to the rows, and prints all of it. A GPU with operators only (A100, L40S, RTX PRO 6000) has H100's
seconds; one with neither has its nearest relative's everything. `basis` says which. Peaks are those of `accelerators`.

Errors on rows held apart, per token and to the first one: H100 10 % and 29 %, H200 9 % and 20 %, B200 8 % and 20 %, B300 7 %
and 21 % at concurrencies not fitted; H100 16 % and 33 %, H200 19 % and 24 %, B200 21 % and 48 % on models not fitted. Bare
operators are 8 to 20 % off per token there: a GPU without rows may be taken to be off by at least as much.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

from components.catalog.accelerators import Gpu


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernels:
    """What kernels on weights of one width reach."""

    bandwidth: float
    """Share of the GPU's memory bandwidth at which weights are read, few tokens at a time."""
    compute: float
    """Share of its dense FLOPs, many tokens at a time."""
    expert_bandwidth: float
    """The same of a mixture's routed experts; unequal routing wakes fewer than chance would, which can bring it to 1."""
    expert_compute: float
    expert_layer_seconds: float
    """Sorting tokens to experts and back, a layer and step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Efficiency:
    """How one GPU serves."""

    basis: Literal["rows", "operators", "inherited"]
    """Fitted to rows of whole servers, read from operators alone, or a relative's."""
    sixteen_bit: Kernels
    eight_bit: Kernels
    """FP8; on silicon without it, 8-bit weights widened to 16 bits."""
    four_bit: Kernels
    """MXFP4 and Marlin's int4: only experts were measured, dense layers are taken to be as the 16-bit ones."""
    cache_bandwidth: float
    """Share of the bandwidth at which attention reads the KV cache."""
    attention_compute: float
    """Share of 16-bit FLOPs that attention over a prompt reaches."""
    all_reduce_seconds: float
    """Of an empty all-reduce: over NVSwitch for any number of GPUs, over PCIe for each GPU but the first."""
    all_reduce_gb_per_second: float
    layer_seconds: float
    """Norms, rotations and the least times of small kernels, a layer and step."""
    step_seconds: float
    """Scheduler and sampler."""
    request_seconds: float
    """HTTP, tokeniser and queue before a prompt is seen."""
    prompts_ahead: float
    """Prompts whose reading a new one waits for in a full replica, its own included."""


# A row of kernels: bandwidth, compute, then experts' bandwidth, compute and microseconds a layer.
_Row = tuple[float, float, float, float, float]


def _kernels(row: _Row) -> Kernels:
    bandwidth, compute, expert_bandwidth, expert_compute, microseconds = row
    return Kernels(
        bandwidth=bandwidth,
        compute=compute,
        expert_bandwidth=expert_bandwidth,
        expert_compute=expert_compute,
        expert_layer_seconds=microseconds * 1e-6,
    )


H100: Final = Efficiency(
    basis="rows",
    sixteen_bit=_kernels((0.903, 0.729, 0.988, 0.276, 38.3)),
    eight_bit=_kernels((0.95, 0.571, 1, 0.106, 44.0)),
    four_bit=_kernels((0.903, 0.729, 0.96, 0.164, 10.3)),
    cache_bandwidth=0.718,
    attention_compute=0.519,
    all_reduce_seconds=4.58e-6,
    all_reduce_gb_per_second=286,
    layer_seconds=60.4e-6,
    step_seconds=511e-6,
    request_seconds=0.029,
    prompts_ahead=1.23,
)

H200: Final = Efficiency(
    basis="rows",
    sixteen_bit=_kernels((0.788, 0.821, 1, 0.299, 41.9)),
    eight_bit=_kernels((0.903, 0.617, 0.477, 0.107, 30.1)),
    four_bit=_kernels((0.788, 0.821, 0.665, 0.198, 14.6)),
    cache_bandwidth=0.818,
    attention_compute=0.517,
    all_reduce_seconds=4.49e-6,
    all_reduce_gb_per_second=290,
    layer_seconds=56.3e-6,
    step_seconds=391e-6,
    request_seconds=0.035,
    prompts_ahead=1.42,
)

B200: Final = Efficiency(
    basis="rows",
    sixteen_bit=_kernels((0.759, 0.688, 0.94, 0.281, 21.3)),
    eight_bit=_kernels((0.817, 0.464, 0.863, 0.137, 45.7)),
    four_bit=_kernels((0.759, 0.688, 1, 0.317, 11.0)),
    cache_bandwidth=0.95,
    attention_compute=0.438,
    all_reduce_seconds=6.99e-6,
    all_reduce_gb_per_second=433,
    layer_seconds=42.7e-6,
    step_seconds=483e-6,
    request_seconds=0.034,
    prompts_ahead=1.78,
)

# Its rows are of one model in FP8: everything else stays where the operators put it.
B300: Final = Efficiency(
    basis="rows",
    sixteen_bit=_kernels((0.721, 0.684, 0.931, 0.256, 20.6)),
    eight_bit=_kernels((0.487, 0.431, 0.874, 0.12, 30.3)),
    four_bit=_kernels((0.721, 0.684, 0.795, 0.201, 24.3)),
    cache_bandwidth=0.868,
    attention_compute=0.495,
    all_reduce_seconds=6.95e-6,
    all_reduce_gb_per_second=436,
    layer_seconds=36.6e-6,
    step_seconds=1100e-6,
    request_seconds=0.041,
    prompts_ahead=1.49,
)

A100: Final = replace(
    H100,
    basis="operators",
    sixteen_bit=_kernels((0.694, 0.861, 0.778, 0.265, 28.3)),
    eight_bit=_kernels((0.694, 0.861, 0.778, 0.265, 28.3)),
    four_bit=_kernels((0.694, 0.861, 0.778, 0.265, 28.3)),
    cache_bandwidth=0.749,
    attention_compute=0.518,
    all_reduce_seconds=5.19e-6,
    all_reduce_gb_per_second=166,
)

# Its all-reduce is the median over 2, 4 and 8 GPUs of one machine: 19, 5 and 1.4 GB/s. Another board may join them better.
L40S: Final = replace(
    H100,
    basis="operators",
    sixteen_bit=_kernels((0.754, 0.64, 0.871, 0.243, 1.5)),
    eight_bit=_kernels((0.657, 0.495, 0.853, 0.181, 1.0)),
    four_bit=_kernels((0.754, 0.64, 0.762, 0.346, 7.2)),
    cache_bandwidth=0.743,
    attention_compute=0.437,
    all_reduce_seconds=4.05e-6,
    all_reduce_gb_per_second=5.12,
)

RTX_PRO_6000: Final = replace(
    H100,
    basis="operators",
    sixteen_bit=_kernels((0.891, 0.838, 1, 0.26, 28.2)),
    eight_bit=_kernels((0.841, 0.743, 1, 0.188, 32.5)),
    four_bit=_kernels((0.891, 0.838, 0.905, 0.359, 18.3)),
    cache_bandwidth=0.919,
    attention_compute=0.547,
    all_reduce_seconds=4.4e-6,
    all_reduce_gb_per_second=25,
)


def _relative(one: Efficiency, **changes: float) -> Efficiency:
    return replace(one, basis="inherited", **changes)  # type: ignore[arg-type]


_OVER_PCIE: Final = {"all_reduce_seconds": 4.05e-6, "all_reduce_gb_per_second": 5.12}
"""L40S's: those without NVLink whose relative has it."""

BY_GPU: Final[Mapping[str, Efficiency]] = MappingProxyType(
    {
        "t4": _relative(A100, **_OVER_PCIE),
        "a10g": _relative(A100, **_OVER_PCIE),
        "a100": A100,
        "l4": _relative(L40S),
        "l40s": L40S,
        "h100": H100,
        "h200": H200,
        "b200": B200,
        "b300": B300,
        "rtx-pro-4500": _relative(RTX_PRO_6000),
        "rtx-pro-server-6000": RTX_PRO_6000,
    }
)
"""By the GPU's name: T4 and A10G as A100, L4 as L40S, RTX PRO 4500 as RTX PRO 6000 where nothing was measured."""


def of(gpu: Gpu) -> Efficiency:
    """How that GPU serves."""
    return BY_GPU[gpu.name]
