"""Capacity figures often quoted in guides to LLM serving, and measurements to judge them by.

The quoted figures circulate without method: no prompt length, batch size, precision or engine version is given with them,
so they are claims and no facts; they stand here to be compared with. Measured: MLPerf Inference v5.1, Llama 3.1 8B in FP8
with vLLM 0.10.0, as Red Hat published its submission (read 2026-11-21): summaries of news, so of other lengths than the
quoted example. That MLPerf counts tokens written is general knowledge.
"""

from dataclasses import dataclass
from typing import Final

INPUT_TOKENS: Final = 1000
OUTPUT_TOKENS: Final = 500
"""The request the quoted sizing example uses; it divides prompts and answers together by tokens per second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedThroughput:
    """Tokens a second that one GPU is said to serve of one size of model."""

    gpu: str
    instance_type: str
    """A type of the catalog that has this GPU, large enough for every size of model."""
    model: str
    size: str
    tokens_per_second: float
    """0: said not to run."""


_GPUS: Final = (
    ("A10G", "g5.48xlarge", 0, 500, 600),
    ("A100-40GB", "p4d.24xlarge", 150, 1500, 1800),
    ("A100-80GB", "p4de.24xlarge", 300, 2000, 2500),
    ("H100", "p5.48xlarge", 600, 4000, 5000),
    ("B200", "p6-b200.48xlarge", 1200, 8000, 10000),
)
_SIZES: Final = (
    ("70B", "llama-3.1-70b-instruct"),
    ("8B", "llama-3.1-8b-instruct"),
    ("7B", "mistral-7b-instruct-v0.3"),
)

THROUGHPUTS: Final[tuple[QuotedThroughput, ...]] = tuple(
    QuotedThroughput(
        gpu=gpu, instance_type=instance_type, model=model, size=size, tokens_per_second=float(told)
    )
    for gpu, instance_type, *figures in _GPUS
    for (size, model), told in zip(_SIZES, figures, strict=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Tokens written a second by one GPU, published with its method."""

    gpu: str
    model: str
    tokens_per_second: float
    source: str


MEASURED: Final = (
    Measured(
        gpu="H100",
        model="llama-3.1-8b-instruct",
        tokens_per_second=5777,
        source="MLPerf Inference v5.1, offline, FP8",
    ),
    Measured(
        gpu="L40S",
        model="llama-3.1-8b-instruct",
        tokens_per_second=1642,
        source="MLPerf Inference v5.1, offline, FP8",
    ),
)

A10G_USD_PER_HOUR: Final = 0.80
A10G_USD_PER_MONTH: Final = 576.0
"""At 720 hours."""
A10G_REQUESTS_PER_DAY: Final = 10_000
A10G_USD_PER_MILLION_OUTPUT: Final = 3.84
"""A 7B model writing 500 tokens a request, 10,000 requests a day, on one A10G that is paid for all month."""
A10G_API_USD_PER_MILLION_OUTPUT: Final = 0.60
A10G_BREAK_EVEN_REQUESTS_PER_DAY: Final = 64_000
"""Against that API price for the same answers, prompts not counted."""

H100_USD_PER_HOUR: Final = 3.50
"""Said as 3 to 4."""

USERS_PER_GPU: Final = 5
USERS_INTER_TOKEN_SECONDS: Final = 0.050
"""Users of an 8B chat model that one GPU is said to serve at once within so many seconds a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedMemory:
    """What a model in 16 bits is said to fill, with so many sequences of so many tokens."""

    size: str
    model: str
    sequences: int
    tokens: int
    weights_gb: float
    kv_cache_gb: float
    h100s: int
    """By memory alone."""


MEMORIES: Final = (
    QuotedMemory(
        size="8B",
        model="llama-3.1-8b-instruct",
        sequences=8,
        tokens=4096,
        weights_gb=16.0,
        kv_cache_gb=4.3,
        h100s=1,
    ),
    QuotedMemory(
        size="70B",
        model="llama-3.1-70b-instruct",
        sequences=4,
        tokens=8192,
        weights_gb=140.0,
        kv_cache_gb=10.7,
        h100s=3,
    ),
)
