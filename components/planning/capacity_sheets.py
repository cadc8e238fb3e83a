"""The quoted capacity figures beside ours, as tables."""

from typing import Any

from components.catalog import quoted
from components.planning import capacity
from components.planning.capacity import AGREEMENT, Capacity, Comparison
from components.planning.sheets import Sheet


def capacity_sheets() -> tuple[Sheet, ...]:
    """Tokens a second by GPU and size of model, then every other quoted figure."""
    ratio = (quoted.INPUT_TOKENS + quoted.OUTPUT_TOKENS) / quoted.OUTPUT_TOKENS
    return (
        Sheet(
            title="Tokens written a second by one GPU",
            columns=(
                "GPU",
                "Model",
                "quoted",
                "ours",
                "ours/quoted",
                "users",
                "$/1M written",
                "which is right",
            ),
            names=2,
            sentences=1,
            rows=tuple((row.gpu, row.size, *_cells(*capacity.throughput(row))) for row in quoted.THROUGHPUTS),
            note=(
                f"Ours: 16 bits, {quoted.INPUT_TOKENS:,} tokens read and {quoted.OUTPUT_TOKENS:,} written a request,"
                f" the largest batch up to {capacity.BATCHES[-1]} that fits; users: sequences at once for each GPU;"
                f" dollars: on-demand in {capacity.REGION}, always full. Prompts and answers together are {ratio:g} times"
                " as many tokens."
            ),
        ),
        Sheet(
            title="Dollars, users and memory",
            columns=("Figure", "quoted", "ours", "ours/quoted", "which is right"),
            sentences=1,
            rows=tuple(_claim(one) for one in capacity.claims()),
        ),
    )


def capacity_data() -> dict[str, Any]:
    """The same for programs."""
    lines = [(row, *capacity.throughput(row)) for row in quoted.THROUGHPUTS]
    return {
        "throughput": [
            {
                "gpu": row.gpu,
                "model": row.model,
                "gpus_per_copy": best.gpus if best else None,
                "sequences": best.sequences if best else None,
                "tokens_per_second": round(best.tokens_per_second) if best else 0,
                "usd_per_million_written": round(best.usd_per_million_written, 4) if best else None,
                **_data(told),
            }
            for row, best, told in lines
        ],
        "claims": [_data(one) for one in capacity.claims()],
    }


def _data(one: Comparison) -> dict[str, Any]:
    return {
        "what": one.what,
        "quoted": one.quoted,
        "ours": round(one.ours, 4),
        "agrees": one.agrees,
        "because": one.because,
    }


def _cells(best: Capacity | None, told: Comparison) -> tuple[str, ...]:
    users = f"{best.sequences / best.gpus:.0f}" if best else "-"
    usd = f"{best.usd_per_million_written:.2f}" if best else "-"
    return (f"{told.quoted:,.0f}", f"{told.ours:,.0f}", _ratio(told), users, usd, _verdict(told))


def _claim(one: Comparison) -> tuple[str, ...]:
    return (one.what, _figure(one.quoted), _figure(one.ours), _ratio(one), _verdict(one))


def _figure(amount: float) -> str:
    return f"{amount:,.0f}" if amount == int(amount) or amount >= 1000 else f"{amount:.2f}"


def _ratio(one: Comparison) -> str:
    return f"{one.ours / one.quoted:.2f}" if one.quoted else "-"


def _verdict(one: Comparison) -> str:
    return f"agree within {AGREEMENT:.0%}" if one.agrees else one.because
