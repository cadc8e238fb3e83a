"""What two linters of other people find in prod: checkov in its Kubernetes objects, parliament in its IAM policies."""

import fnmatch
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.settings.stackfile import ROOT

TOOLS = ROOT / ".checkov-venv" / "bin"
EXEMPTIONS = yaml.safe_load((Path(__file__).parent / "exemptions.yaml").read_text())

pytestmark = pytest.mark.checkov


def run(tool: str, *arguments: str) -> str:
    """What a tool prints; both end with 1 where they find something."""
    done = subprocess.run(
        [TOOLS / tool, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def kubernetes(prod, tmp_path_factory) -> list[tuple[str, str]]:
    """Check and object of each of checkov's findings."""
    folder = tmp_path_factory.mktemp("objects")
    for one in prod.resources:
        if one.type.startswith("kubernetes:") and one.inputs.get("kind"):
            (folder / f"{one.name}.yaml").write_text(yaml.safe_dump(one.manifest))
    told = json.loads(
        run(
            "checkov",
            "-d",
            str(folder),
            "--framework",
            "kubernetes",
            "-o",
            "json",
            "--compact",
            "--skip-download",
        )
    )
    assert told["summary"]["passed"] > 1000, "checkov read nothing"
    assert told["summary"]["parsing_errors"] == 0
    return [(one["check_id"], one["resource"]) for one in told["results"]["failed_checks"]]


@pytest.fixture(scope="module")
def identity(prod, tmp_path_factory) -> list[tuple[str, str]]:
    """Issue and policy of each of parliament's findings."""
    folder = tmp_path_factory.mktemp("policies")
    for one in prod.resources:
        if one.type in ("aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy"):
            (folder / f"{one.name}.json").write_text(one.inputs["policy"])
    # Without a directory it waits for a policy on its standard input.
    lines = run("parliament", "--directory", str(folder), "--include_policy_extension", "json", "--json")
    told = [json.loads(line) for line in lines.splitlines() if line.startswith("{")]
    assert told, "parliament read nothing"
    return [(one["issue"], Path(one["location"]["filepath"]).stem) for one in told]


def covers(exemption: dict[str, Any], finding: tuple[str, str]) -> bool:
    return exemption["check"] == finding[0] and fnmatch.fnmatchcase(finding[1], exemption["resources"])


def test_whatever_is_found_is_exempt_for_a_reason(kubernetes, identity):
    found = [*kubernetes, *identity]
    assert sorted(one for one in found if not any(covers(exemption, one) for exemption in EXEMPTIONS)) == []


def test_no_exemption_is_left_over(kubernetes, identity):
    found = [*kubernetes, *identity]
    unused = [one for one in EXEMPTIONS if not any(covers(one, finding) for finding in found)]
    assert unused == []


def test_every_exemption_has_a_reason():
    assert all(len(one["reason"].split()) > 10 for one in EXEMPTIONS)
