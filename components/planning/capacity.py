"""The capacity figures often quoted, computed again by this planner and compared."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from components.catalog import accelerators, models, prices, quoted
from components.catalog.quoted import QuotedMemory, QuotedThroughput
from components.planning import limits, memory
from components.planning.placement import Placement, place
from components.settings.model import LoadSettings, ModelSettings, ObjectiveSettings

REGION: Final = "us-east-1"

AGREEMENT: Final = 0.25
"""Two figures agree where they differ by no more than this fraction of the quoted one."""

BATCHES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""Sequences at once that are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What one GPU does of one model, in 16 bits, with as many sequences at once as the objective allows."""

    gpus: int
    """That share one copy."""
    sequences: int
    """At once, of the whole copy."""
    written_tokens_per_second: float
    """Of one GPU."""
    tokens_per_second: float
    """Of one GPU, prompts and answers together."""
    usd_per_hour: float
    """Of one GPU, its part of the instance, on-demand."""

    @property
    def usd_per_million_written(self) -> float:
        """With the GPU always full."""
        return self.usd_per_hour / self.written_tokens_per_second / 3600 * 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One quoted figure beside ours."""

    what: str
    quoted: float
    ours: float
    because: str
    """Which is right where they disagree, and why."""

    @property
    def agrees(self) -> bool:
        return abs(self.ours - self.quoted) <= AGREEMENT * self.quoted


def placed(
    model: str,
    instance_type: str,
    sequences: int,
    *,
    input_tokens: int = quoted.INPUT_TOKENS,
    output_tokens: int = quoted.OUTPUT_TOKENS,
    objective: ObjectiveSettings | None = None,
) -> Placement | None:
    """One model in 16 bits on one instance type, if it fits and keeps the objective."""
    settings = ModelSettings(
        model=model,
        precision="bf16",
        context_tokens=max(input_tokens + output_tokens, 512),
        concurrent_sequences=sequences,
        load=LoadSettings(peak_requests_per_second=1, input_tokens=input_tokens, output_tokens=output_tokens),
        objective=objective or ObjectiveSettings(),
    )
    found = place(settings, models.find(model), accelerators.find(instance_type), REGION)
    return found if isinstance(found, Placement) else None


def capacities(model: str, instance_type: str, batches: Iterable[int] = BATCHES) -> list[Capacity]:
    """For each number of sequences that fits."""
    fitting = [one for batch in batches if (one := placed(model, instance_type, batch)) is not None]
    return [_capacity(one) for one in fitting]


def _capacity(one: Placement) -> Capacity:
    written = one.requests_per_second * quoted.OUTPUT_TOKENS / one.engine.tensor_parallel
    return Capacity(
        gpus=one.engine.tensor_parallel,
        sequences=one.engine.max_num_seqs,
        written_tokens_per_second=written,
        tokens_per_second=written * (quoted.INPUT_TOKENS + quoted.OUTPUT_TOKENS) / quoted.OUTPUT_TOKENS,
        usd_per_hour=one.usd_per_hour / one.accelerator.gpu_count,
    )


def throughput(row: QuotedThroughput) -> tuple[Capacity | None, Comparison]:
    """Ours at its best batch beside the quoted figure, both in tokens written by one GPU."""
    found = capacities(row.model, row.instance_type)
    best = max(found, key=lambda one: one.written_tokens_per_second, default=None)
    return best, Comparison(
        what=f"{row.size} on {row.gpu}",
        quoted=row.tokens_per_second,
        ours=best.written_tokens_per_second if best else 0.0,
        because=_throughput_reason(row, found),
    )


def _throughput_reason(row: QuotedThroughput, found: list[Capacity]) -> str:
    measured = [one for one in quoted.MEASURED if (one.gpu, one.model) == (row.gpu, row.model)]
    said = "".join(f"; measured {one.tokens_per_second:,.0f} ({one.source})" for one in measured)
    if not found:
        return f"neither can be shown: it does not fit {row.instance_type} in 16 bits{said}"
    best = max(found, key=lambda one: one.written_tokens_per_second)
    if not row.tokens_per_second:
        return f"ours: one does not hold it, {best.gpus} together do{said}"
    reaching = [one for one in found if one.written_tokens_per_second >= row.tokens_per_second]
    if not reaching:
        return f"ours: no batch that fits writes so much{said}"
    least = reaching[0].sequences
    return f"ours, by the batch: quoted is what {least} sequences at once write, {best.sequences} fit{said}"


def claims() -> tuple[Comparison, ...]:
    """The other quoted figures: dollars, users of one GPU, memory, GPUs to hold a model."""
    hourly = prices.on_demand_usd_per_hour("g5.xlarge", REGION)
    monthly = hourly * limits.HOURS_PER_MONTH
    days = limits.HOURS_PER_MONTH / 24
    written = quoted.A10G_REQUESTS_PER_DAY * quoted.OUTPUT_TOKENS * days / 1e6
    api_usd = quoted.A10G_API_USD_PER_MILLION_OUTPUT * quoted.OUTPUT_TOKENS / 1e6
    price = f"ours: AWS asks ${hourly:.3f} for g5.xlarge, and a month has {limits.HOURS_PER_MONTH} hours"
    return (
        _claim("A10G, $ an hour", quoted.A10G_USD_PER_HOUR, hourly, price),
        _claim("A10G, $ a month", quoted.A10G_USD_PER_MONTH, monthly, price),
        _claim(
            f"A10G, $ per 1M written at {quoted.A10G_REQUESTS_PER_DAY:,} requests/day",
            quoted.A10G_USD_PER_MILLION_OUTPUT,
            monthly / written,
            price,
        ),
        _claim(
            f"A10G, break-even requests/day at ${quoted.A10G_API_USD_PER_MILLION_OUTPUT:.2f} per 1M",
            quoted.A10G_BREAK_EVEN_REQUESTS_PER_DAY,
            monthly / days / api_usd,
            price,
        ),
        _claim(
            f"8B users at once on an A10G within {quoted.USERS_INTER_TOKEN_SECONDS * 1000:.0f} ms a token",
            quoted.USERS_PER_GPU,
            users_at_once(quoted.USERS_INTER_TOKEN_SECONDS),
            "ours for prompts and answers of the lengths above; the quoted one names no GPU and no lengths",
        ),
        _claim(
            "H100, $ an hour",
            quoted.H100_USD_PER_HOUR,
            prices.on_demand_usd_per_hour("p5.48xlarge", REGION) / 8,
            "ours: an eighth of p5.48xlarge on-demand, AWS's own price",
        ),
        *(found for row in quoted.MEMORIES for found in _memory(row)),
    )


def _claim(what: str, told: float, ours: float, because: str) -> Comparison:
    return Comparison(what=what, quoted=told, ours=ours, because=because)


def users_at_once(inter_token_seconds: float) -> int:
    """Sequences of an 8B model that an A10G writes within so many seconds a token."""
    objective = ObjectiveSettings(inter_token_seconds=inter_token_seconds)
    fitting = [
        batch
        for batch in range(1, BATCHES[-1] + 1)
        if placed("llama-3.1-8b-instruct", "g5.xlarge", batch, objective=objective) is not None
    ]
    return max(fitting, default=0)


def _memory(row: QuotedMemory) -> Iterator[Comparison]:
    """Decimal gigabytes of weights and cache, and the H100s that hold them with latency aside."""
    model, said = models.find(row.model), f"{row.sequences} x {row.tokens:,} tokens"
    weights = memory.weight_bytes(model, "bf16") / 1e9
    cache = row.sequences * memory.kv_bytes_per_sequence(model, row.tokens) / 1e9
    published = "ours: from the published architecture"
    yield _claim(f"{row.size} weights, GB", row.weights_gb, weights, published)
    yield _claim(f"{row.size} KV cache of {said}, GB", row.kv_cache_gb, cache, published)
    patient = ObjectiveSettings(time_to_first_token_seconds=1e6, inter_token_seconds=1e6)
    found = placed(
        row.model,
        "p5.48xlarge",
        row.sequences,
        input_tokens=row.tokens - 1,
        output_tokens=1,
        objective=patient,
    )
    yield _claim(
        f"{row.size}, H100s that hold {said}",
        row.h100s,
        found.engine.tensor_parallel if found else 0,
        "ours: attention heads divide over 1, 2, 4 or 8 GPUs, and the engine's own memory counts",
    )
