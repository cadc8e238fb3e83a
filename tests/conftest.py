"""Both stacks built once, and manifests compared with the files that people review."""

import dataclasses
import io
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from components.planning.fleet import plan_fleet
from components.planning.model_plan import ModelPlan
from components.planning.plan import FleetPlan, RegionPlan
from components.planning.terminal import PIPE_WIDTH
from components.settings import stackfile
from components.settings.understanding import understand
from rehearsal import report
from rehearsal.judgement import verdicts
from rehearsal.recorder import Cloud, rehearse

# A program that a test makes fail leaves futures behind whose exceptions asyncio would print after the results.
logging.getLogger("asyncio").setLevel(logging.CRITICAL)

SNAPSHOTS = Path(__file__).parent / "snapshots"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-snapshots", action="store_true", help="rewrite tests/snapshots from what was built"
    )


@pytest.fixture(scope="session")
def dev() -> Cloud:
    """Everything dev would build."""
    return rehearse(stackfile.read("dev"))


@pytest.fixture(scope="session")
def prod() -> Cloud:
    """Everything prod would build."""
    return rehearse(stackfile.read("prod"))


@pytest.fixture(scope="session")
def other() -> Cloud:
    """prod, but every choice made the other way: Cluster Autoscaler, Lustre, accelerator, operators, options."""
    file = stackfile.read("prod")
    chosen = file.fleet
    chosen["weights"] = {"storage": "fsx"}
    chosen["traffic"] |= {"method": "global-accelerator", "failover_target_seconds": 60}
    chosen["models"]["gpt-oss-20b"]["replicas"] = {"min": 1}
    chosen["deletion_protection"] = False
    chosen["regions"]["eu-west-2"] |= {"operator_cidrs": [], "reached_from_inside": True}
    chosen["regions"]["us-east-1"] |= {
        "node_scaler": "cluster-autoscaler",
        "nat": "single",
        "operator_cidrs": ["203.0.113.0/24"],
        "vertical_pod_autoscaler": True,
        "external_dns": True,
    }
    chosen["budget"]["monthly_usd"] = 200_000
    return rehearse(dataclasses.replace(file, config={**file.config, "llm-fleet:fleet": chosen}))


@pytest.fixture(scope="session", params=["dev", "prod"])
def stack(request: pytest.FixtureRequest) -> Cloud:
    """dev, then prod."""
    built: Cloud = request.getfixturevalue(request.param)
    return built


@pytest.fixture
def cloud() -> Cloud:
    """An empty recorder."""
    return Cloud()


def planned(stack: str) -> FleetPlan:
    return understand(stackfile.read(stack).fleet, stack, plan_fleet)


@pytest.fixture(scope="session")
def fleet() -> FleetPlan:
    """prod's plan."""
    return planned("prod")


@pytest.fixture(scope="session")
def shown(prod: Cloud, fleet: FleetPlan) -> str:
    """What `make preview` prints for prod into a pipe."""
    pipe = Console(width=PIPE_WIDTH, file=io.StringIO())
    pipe.print(report.render(fleet, prod.resources, verdicts(prod), fleet.secrets))
    return pipe.file.getvalue()


@pytest.fixture(scope="session")
def region(fleet: FleetPlan) -> RegionPlan:
    """prod's home."""
    return fleet.regions[0]


@pytest.fixture(scope="session")
def model(region: RegionPlan) -> ModelPlan:
    """A model people wait for."""
    return region.models[0]


@pytest.fixture
def raw() -> dict[str, Any]:
    """prod's fleet as written, for a test to spoil."""
    written: dict[str, Any] = stackfile.read("prod").fleet
    return written


class _Reviewed(yaml.SafeDumper):
    """YAML for people: texts of many lines as they are written."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Reviewed.add_representer(str, _text)


Snapshot = Callable[[str, Any], None]


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    """Compares a manifest with its reviewed file; `--update-snapshots` rewrites it."""

    def compare(name: str, manifest: Any) -> None:
        text = yaml.dump(manifest, Dumper=_Reviewed, sort_keys=True, width=110, allow_unicode=True)
        path = SNAPSHOTS / f"{name}.yaml"
        if request.config.getoption("--update-snapshots"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        assert path.is_file(), f"{path} is missing; run pytest --update-snapshots and review it"
        assert text == path.read_text()

    return compare
