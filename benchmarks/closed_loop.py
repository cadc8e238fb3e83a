"""What the planner says of a measured run: so many requests at a time, each replaced as it ends."""

from benchmarks.rows import Row
from components.catalog.efficiencies import Efficiency
from components.planning import throughput

BURST_SHARE = 0.1
"""Of a run's requests, those that start at once at its beginning (InferenceMAX sends ten rounds; its README)."""


def estimate(row: Row, by: Efficiency | None = None) -> tuple[float, float]:
    """Mean seconds to the first token and per later token."""
    gpu, split = row.accelerator.gpu, row.tensor_parallel
    rate = throughput.prefill_tokens_per_second(row.model, row.precision, gpu, split, row.input_tokens, by)
    prefill = throughput.prefill_seconds(row.input_tokens, 0.0, rate)
    mean_tokens = row.input_tokens + row.output_tokens / 2
    step = throughput.decode_step_seconds(
        row.model, row.precision, gpu, split, row.concurrency, mean_tokens, by
    )
    first = throughput.first_token_seconds(
        row.model, row.precision, gpu, split, prefill=prefill, step=step, by=by
    )
    # While a request writes its answer, each of the others is replaced once; the first round meets its own burst.
    others = row.concurrency - 1
    burst = BURST_SHARE * others / 2 * prefill
    return first + burst, step + others * prefill / row.output_tokens
