"""`python -m rehearsal replay prod --trace FILE`: what a day like that would cost, and whom it would keep waiting."""

import argparse
import sys
from pathlib import Path

from components.planning.fleet import plan_fleet
from components.planning.model_plan import ModelPlan
from components.planning.sheets import Sheet
from components.planning.terminal import console, rendered
from components.settings import stackfile
from components.settings.mistakes import Mistakes
from components.settings.understanding import understand
from rehearsal.replay import before, clairvoyant, simulator, traces, tuning
from rehearsal.replay.simulator import Outcome
from rehearsal.replay.traces import Request

ATTAINMENT = 0.99
"""Of requests within the objective: what tuning and the clairvoyant keep."""


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """A stack, one of its models in one region, and a trace."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal replay", description=__doc__)
    parser.add_argument("stack", nargs="?", default="prod", help="which Pulumi.<stack>.yaml to replay")
    parser.add_argument(
        "--trace",
        type=Path,
        metavar="FILE",
        help="Azure's CSV or Mooncake's JSONL; left out, an hour made up",
    )
    parser.add_argument("--model", help="its name in the stack file; left out, the first")
    parser.add_argument("--region", help="left out, the first that serves it")
    parser.add_argument(
        "--peak", type=float, metavar="PER_SECOND", help="left out, the region's planned peak"
    )
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """Play the trace under each policy and print one table; 0 if it could be played."""
    told = arguments(given)
    try:
        file = stackfile.read(told.stack)
        plan = understand(file.fleet, file.stack, plan_fleet)
    except Mistakes as refused:
        print(refused, file=sys.stderr)
        return 1
    for region in plan.regions:
        for model in region.models:
            if told.region in (None, region.region) and told.model in (None, model.name):
                return replayed(model, region.region, told)
    print(f"{told.stack} plans no model {told.model or ''} in {told.region or 'any region'}", file=sys.stderr)
    return 1


def replayed(model: ModelPlan, region: str, told: argparse.Namespace) -> int:
    """One model's table; 1 where the trace cannot be read."""
    try:
        requests = prepared(model, told)
    except (OSError, ValueError) as unreadable:
        print(f"{told.trace} cannot be replayed: {unreadable}", file=sys.stderr)
        return 1
    console().print(rendered((sheet(model, region, requests),)))
    return 0


def prepared(model: ModelPlan, told: argparse.Namespace) -> tuple[Request, ...]:
    """The trace at the model's peak and mean lengths."""
    peak = told.peak or model.demand.peak_requests_per_second
    lengths = {"input_tokens": model.demand.input_tokens, "output_tokens": model.demand.output_tokens}
    found = traces.read(told.trace) if told.trace else traces.synthetic(peak=peak, seconds=3600, **lengths)
    return traces.to_lengths(
        traces.to_peak(found, peak), **lengths, context_tokens=model.engine.max_model_len
    )


def sheet(model: ModelPlan, region: str, requests: tuple[Request, ...]) -> Sheet:
    """As the settings are, as they might be, and as somebody would do it who knows the future."""
    as_is = simulator.simulate(model, requests, simulator.steered(model))
    at_first = simulator.simulate(model, requests, before.steering(model))
    better, best = tuning.tuned(model, requests, attainment=ATTAINMENT)
    known = clairvoyant.cheapest(model, requests, attainment=ATTAINMENT, played=(at_first, as_is, best))
    least = clairvoyant.least_gpu_hours(model, requests)
    rows = [
        row("before", at_first, known),
        row("settings as they are", as_is, known),
        row("tuned on this trace", best, known),
    ]
    if known:
        rows.append(row("clairvoyant", known, known))
    peak = traces.peak_requests_per_second(requests)
    return Sheet(
        title=f"{model.name} in {region}: {len(requests):,} requests in {requests[-1].seconds / 60:.0f} min,"
        f" at most {peak:.3g}/s over five",
        columns=("policy", "GPU-hours", "x clairvoyant", "within SLO", "rejected", "most replicas"),
        rows=tuple(rows),
        note=f"SLO: first token within {model.objective.time_to_first_token_seconds:g} s. Replicas"
        f" {model.replicas.floor} to {model.replicas.ceiling}. Before: a GPU that works"
        f" counted though nobody waits, and only a full cache. Tuned: {tuning.changes(better)}."
        f" No schedule needs less than {least:.2f} GPU-hours. "
        + (
            f"The clairvoyant keeps {ATTAINMENT:.0%}."
            if known
            else f"Even with its ceiling throughout it misses {ATTAINMENT:.0%}."
        ),
    )


def row(name: str, outcome: Outcome, known: Outcome | None) -> tuple[str, ...]:
    """One policy of the table."""
    return (
        name,
        f"{outcome.gpu_hours:.2f}",
        f"{outcome.gpu_hours / known.gpu_hours:.2f}" if known else "-",
        f"{outcome.attainment:.2%}",
        f"{outcome.rejected:,}",
        str(outcome.most_replicas),
    )


if __name__ == "__main__":
    sys.exit(main())
