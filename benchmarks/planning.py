"""How long planning takes, against what Python and pydantic take to start: `python -m benchmarks.planning`."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from components.catalog import regions
from components.planning.fleet import plan_fleet
from components.settings import stackfile
from components.settings.fleet import FleetSettings
from components.settings.understanding import understand

IMPORTED = "import components.planning.fleet, components.planning.report, components.settings.understanding"
REGIONS = ("us-east-1", "us-east-2", "us-west-2", "eu-west-2")
MODELS = 20


def program_seconds(code: str, times: int = 7) -> float:
    """Median of whole Python processes."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, cwd=stackfile.ROOT)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def call_seconds(call: Callable[[], object], times: int) -> float:
    """Median, after one call to warm up."""
    call()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def large_fleet() -> FleetSettings:
    """Four regions and twenty models, each free to choose among all GPUs."""
    chosen: dict[str, Any] = stackfile.read("prod").fleet
    chosen["regions"] = {
        region: {
            "vpc_cidr": f"10.{20 + position}.0.0/16",
            "zones": list(regions.find(region).zones[:3]),
            "traffic_share": 1 / len(REGIONS),
            "reached_from_inside": True,
            "system_nodes": {"count": 10},
        }
        for position, region in enumerate(REGIONS)
    }
    catalog = ("llama-3.1-8b-instruct", "qwen3-8b", "gpt-oss-20b", "gpt-oss-120b", "qwen3-32b")
    revision = "0" * 40
    chosen.pop("cascades", None)
    chosen["models"] = {
        f"model-{number}": {
            "model": catalog[number % len(catalog)],
            "revision": revision,
            "precision": None if "gpt" in catalog[number % len(catalog)] else "fp8",
            "load": {"peak_requests_per_second": 2 + number},
        }
        for number in range(MODELS)
    }
    chosen["budget"]["monthly_usd"] = 10_000_000
    return FleetSettings.model_validate(chosen)


def main() -> None:
    """One line a measure, each also as a multiple of starting Python with pydantic."""
    bare = program_seconds("import pydantic")
    imports = program_seconds(IMPORTED)
    prod = stackfile.read("prod").fleet
    fleet = large_fleet()
    lines = (
        ('python -c "import pydantic"', bare, None),
        ("... with the planner imported", imports, None),
        ("imports of the planner alone", imports - bare, 0.150),
        (
            "plan of prod, checks included",
            call_seconds(lambda: understand(prod, "prod", plan_fleet), 15),
            0.050,
        ),
        (
            f"plan of {len(REGIONS)} regions x {MODELS} models",
            call_seconds(lambda: plan_fleet(fleet, "prod"), 5),
            0.500,
        ),
    )
    table = Table("", "milliseconds", "x pydantic's start", "target")
    for what, seconds, target in lines:
        wanted = f"{target * 1e3:.0f} ms" if target else ""
        table.add_row(what, f"{seconds * 1e3:,.1f}", f"{seconds / bare:.2f}", wanted)
    Console().print(table)


if __name__ == "__main__":
    main()
