"""The README says what is so: every command in it is run somewhere, and its output is the real one."""

import re
import subprocess
import sys

import pytest

from components.planning.failover import failover_plan
from components.planning.limits import HOURS_PER_MONTH
from components.planning.quotas import needs
from components.planning.report import usd
from components.settings.stackfile import ROOT
from components.settings.traffic import TrafficSettings
from policies import guide
from policies.pack import RULES
from tests.conftest import planned

README = (ROOT / "README.md").read_text()
CI = (ROOT / ".ci/run").read_text()
BLOCKS = [
    line.strip() for block in re.findall(r"```bash\n(.*?)```", README, re.S) for line in block.splitlines()
]
INLINE = re.findall(r"`((?:make |\.venv/bin/python |pulumi |aws |kubectl )[^`]+)`", README)
COMMANDS = sorted({line for line in [*BLOCKS, *INLINE] if line})

NEEDS_AN_ACCOUNT = (
    "pulumi up",
    "pulumi preview",
    "pulumi destroy",
    "pulumi --policy-pack",
    "pulumi state",
    "aws ",
    "kubectl ",
    "curl ",
)
"""They speak to AWS or to a running cluster."""

RUN_ON_THE_ENGINE = ("pulumi stack init", "pulumi config set")


def test_there_are_commands_to_check():
    assert {"make preview", "make test"} <= set(COMMANDS)


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.startswith("make ")])
def test_every_make_target_is_run_by_ci(command):
    assert command in CI or f"{command} STACK=dev" in CI


PYTHON = [one for one in COMMANDS if one.startswith(".venv/bin/python ")]
BY_CI = [one for one in PYTHON if one in CI]
"""Whole rehearsals take seconds each: `.ci/run` runs them as they stand."""


def test_rehearsals_are_what_ci_runs():
    assert [one for one in PYTHON if " -m rehearsal" in one] == BY_CI


@pytest.mark.parametrize("command", [one for one in PYTHON if one not in BY_CI])
def test_every_python_command_runs(command):
    arguments = command.split()[1:]
    if "--update-snapshots" in arguments:
        arguments = [one for one in arguments if one != "--update-snapshots"]
        arguments += ["--collect-only", "-q"]
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_other_command_is_run_on_the_engine_or_needs_an_account():
    others = [one for one in COMMANDS if not one.startswith(("make ", ".venv/bin/python "))]
    assert [one for one in others if not one.startswith(NEEDS_AN_ACCOUNT + RUN_ON_THE_ENGINE)] == []


def test_the_report_in_the_readme_is_the_real_one(shown):
    for block in re.findall(r"```text\n(.*?)```", README, re.S):
        assert block.strip() in shown


def test_the_quota_of_the_dev_stack_is_the_plans():
    need = next(one for one in needs(planned("dev").regions[0]) if one.quota.code == "L-DB2E81BA")
    assert f"dev at its ceiling needs {need.needed} vCPUs" in README


def test_the_capacity_table_in_the_readme_is_the_planners(request):
    """`pytest tests/test_readme.py --update-snapshots` writes it anew."""
    shown = subprocess.run(
        [sys.executable, "-m", "components.planning", "--capacity", "--markdown"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    tables = shown[shown.index("####") :].strip()
    before, rest = README.split("<!-- components.planning --capacity --markdown -->\n")
    written, after = rest.split("<!-- end -->\n", 1)
    if request.config.getoption("--update-snapshots"):
        marked = f"<!-- components.planning --capacity --markdown -->\n{tables}\n\n<!-- end -->\n"
        (ROOT / "README.md").write_text(f"{before}{marked}{after}")
        written = tables
    assert written.strip() == tables


def test_the_cost_of_the_dev_stack_is_the_plans():
    plan = planned("dev")
    beside = sum(
        line.usd_per_hour.expected for here in plan.regions for line in here.costs if line.model is None
    )
    sentence = (
        f"about {usd(plan.usd_per_month.expected)} a month if left on, {usd(plan.usd_per_month.ceiling)} at its ceiling;"
        f" {usd(beside * HOURS_PER_MONTH)} of it is not GPU"
    )
    assert sentence in " ".join(README.split())
    assert f"An hour costs {usd(plan.usd_per_hour.expected)}." in README


def test_the_number_of_rules_is_right():
    assert f"{len(RULES)} rules as plain functions" in README


def test_the_guide_to_the_rules_is_what_the_rules_say():
    """`python -m policies.guide` rewrites it."""
    assert guide.PAGE.read_text() == guide.page(guide.PAGE.read_text())


def test_every_alert_has_an_anchor(prod):
    alerts = {
        rule["alert"].lower()
        for one in prod.kind("PrometheusRule").values()
        for group in one.inputs["spec"]["groups"]
        for rule in group["rules"]
        if "alert" in rule
    }
    assert alerts == set(re.findall(r'<a id="(\w+)"></a>', README))


def test_the_ttl_it_warns_of_is_prods(fleet):
    settings = TrafficSettings(
        domain="llm.example.com", hosted_zone="example.com", failover_target_seconds=30
    )
    assert failover_plan(settings).ttl_seconds == fleet.traffic.failover.ttl_seconds
    assert f"ignore a TTL of {fleet.traffic.failover.ttl_seconds} s" in README


def test_every_folder_it_names_exists():
    for path in re.findall(r"`((?:components|policies|rehearsal|tests)/[\w./]*)`", README):
        assert (ROOT / path).exists(), path
