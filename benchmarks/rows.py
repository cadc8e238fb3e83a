"""Measured rows of whole vLLM servers, and which of them answer a question the planner is asked."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from components.catalog import accelerators, models
from components.catalog.accelerators import Accelerator
from components.catalog.models import Model
from components.planning import memory
from components.planning.placement import batched_tokens
from components.settings.base import Precision

MACHINES = {
    "h100_sxm": "p5.48xlarge",
    "h200_sxm": "p5e.48xlarge",
    "b200_sxm": "p6-b200.48xlarge",
    "b300_sxm": "p6-b300.48xlarge",
}

# Not in the catalog, as no fleet here serves it; figures of its config.json, a copy of which aiconfigurator-core holds.
MINIMAX = Model(
    name="minimax-m2.5",
    repository="MiniMaxAI/MiniMax-M2.5",
    license="modified-mit",
    gated=False,
    parameters=228.7e9,
    active_parameters=10.0e9,
    layers=62,
    attention_heads=48,
    kv_heads=8,
    head_dim=128,
    hidden_size=3072,
    vocabulary=200064,
    max_context=196608,
    experts=256,
    experts_per_token=8,
    native_precision="fp8",
)

MODELS = {
    "Qwen/Qwen3-32B": models.find("qwen3-32b"),
    "Qwen/Qwen3-235B-A22B-FP8": models.find("qwen3-235b-a22b"),
    "meta-llama/Llama-3.1-70B": models.find("llama-3.1-70b-instruct"),
    "nvidia/Llama-3.1-8B-Instruct-FP8": models.find("llama-3.1-8b-instruct"),
    "openai/gpt-oss-120b": models.find("gpt-oss-120b"),
    "MiniMaxAI/MiniMax-M2.5": MINIMAX,
}

QUEUED_SHARE = 0.25
"""A first token later than this share of the answer waited before the server, which ran fewer than the row says."""

IMPOSSIBLE_SHARE = 0.75
"""Of a GPU's dense FLOPs: prompts read faster than this were not read, but found in a cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measured run: so many requests at a time, each replaced as it ends."""

    system: str
    """As the source calls the machine."""
    accelerator: Accelerator
    path: str
    """As the source calls the model."""
    model: Model
    precision: Precision
    tensor_parallel: int
    expert_parallel: int
    concurrency: int
    input_tokens: float
    """Mean; InferenceMAX draws lengths between 0.8 and 1 of the nominal one (its README, RANDOM_RANGE_RATIO)."""
    output_tokens: float
    drawn_lengths: bool
    source: str
    measured: str
    first_token_seconds: float
    token_seconds: float

    @property
    def question(self) -> tuple[object, ...]:
        """What two runs have in common if one repeats the other."""
        return (
            self.system,
            self.path,
            self.precision,
            self.tensor_parallel,
            self.expert_parallel,
            self.concurrency,
            self.input_tokens,
            self.output_tokens,
        )


def published() -> Path:
    """Where the installed package keeps its rows; raises where it is not installed."""
    package = find_spec("aiconfigurator_core")
    if package is None or package.origin is None:
        raise SystemExit("aiconfigurator-core is not installed here: run `make bench`")
    return Path(package.origin).parent / "systems"


def read(path: Path) -> Iterator[Row]:
    """Runs of vLLM with prefill and decode on the same GPUs, of models and precisions the planner knows."""
    with path.open(newline="") as file:
        for line in csv.DictReader(file):
            known = line["system"] in MACHINES and line["model_path"] in MODELS
            whole = line["backend"] == "vllm" and line["mode"] == "agg"
            if known and whole and float(line["attention_dp_size"] or 1) <= 1:
                row = _row(line)
                if row is not None:
                    yield row


def _row(line: Mapping[str, str]) -> Row | None:
    model = MODELS[line["model_path"]]
    precision = _precision(model, line["precision"])
    if precision is None:
        return None
    source = line["silicon_data_source"]
    drawn = "aic-auto-gap-analysis" not in source
    measured = re.search(r"measured=(\d{4}-\d\d-\d\d)", source)
    length = 0.9 if drawn else 1.0
    return Row(
        system=line["system"],
        accelerator=accelerators.find(MACHINES[line["system"]]),
        path=line["model_path"],
        model=model,
        precision=precision,
        tensor_parallel=int(float(line["tp_size"])),
        expert_parallel=int(float(line["moe_ep_size"] or 1)),
        concurrency=int(float(line["batch_size"])),
        input_tokens=int(line["isl"]) * length,
        output_tokens=int(line["osl"]) * length,
        drawn_lengths=drawn,
        source=source,
        measured=measured.group(1) if measured else "",
        first_token_seconds=float(line["silicon_ttft_ms"]) / 1e3,
        token_seconds=float(line["silicon_tpot_ms"]) / 1e3,
    )


def _precision(model: Model, told: str) -> Precision | None:
    """`fp4` is MXFP4 for gpt-oss and NVFP4, which the planner does not offer, for all others; nothing told is 16 bits."""
    if model.native_precision == "mxfp4":
        return "mxfp4"
    by_name: dict[str, Precision] = {"fp8": "fp8", "bf16": "bf16", "": "bf16"}
    return by_name.get(told)


def refusal(row: Row) -> str | None:
    """Why a row is no answer to what the planner is asked, or None."""
    plan = memory.memory_plan(
        row.model,
        row.precision,
        row.accelerator,
        row.tensor_parallel,
        batched_tokens=batched_tokens(row.accelerator),
        sequences=row.concurrency,
        mean_tokens=row.input_tokens + row.output_tokens,
    )
    missing = memory.shortfall_gib(
        plan,
        row.model,
        row.tensor_parallel,
        context_tokens=int(row.input_tokens + row.output_tokens),
        sequences=row.concurrency,
        mean_tokens=row.input_tokens + row.output_tokens,
    )
    if missing > 0:
        return "does not fit in GPU memory: the planner refuses it"
    if row.first_token_seconds > QUEUED_SHARE * row.output_tokens * row.token_seconds:
        return "queued before the server"
    return None


def impossible(rows: Iterable[Row]) -> set[str]:
    """Sources of which a row reads prompts faster than the GPU multiplies: their other rows are not believed either."""
    found = set()
    for row in rows:
        cycle = row.first_token_seconds + row.output_tokens * row.token_seconds
        flops = 2 * row.model.active_parameters * row.input_tokens * row.concurrency / cycle
        gpu = row.accelerator.gpu
        peak = (gpu.fp8_tflops or gpu.bf16_tflops) if row.precision == "fp8" else gpu.bf16_tflops
        if flops > IMPOSSIBLE_SHARE * peak * 1e12 * row.tensor_parallel:
            found.add(row.source.split(";")[0])
    return found


def usable(rows: Iterable[Row]) -> tuple[tuple[Row, ...], Counter[str]]:
    """The newest run of each question, and how many rows were left out for which reason."""
    every = tuple(rows)
    disbelieved = impossible(every)
    kept: dict[tuple[object, ...], Row] = {}
    left_out: Counter[str] = Counter()
    for row in sorted(every, key=lambda one: one.measured):
        reason = refusal(row)
        if row.source.split(";")[0] in disbelieved:
            reason = "from a file with prompts read faster than the GPU can"
        if reason is not None:
            left_out[reason] += 1
            continue
        if row.question in kept:
            left_out["repeated later"] += 1
        kept[row.question] = row
    return tuple(kept.values()), left_out
