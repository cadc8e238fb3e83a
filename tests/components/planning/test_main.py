import json
import subprocess
import sys

import pytest

from components.settings.stackfile import ROOT


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "components.planning", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_plan_is_printed_for_a_person():
    shown = run("prod")
    assert shown.returncode == 0
    for word in (
        "us-east-1",
        "eu-west-2",
        "llama-8b",
        "g6e.xlarge",
        "budget",
        "failover",
        "without us-east-1",
    ):
        assert word in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 100


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_plan_is_data_too(stack):
    plan = json.loads(run(stack, "--json").stdout)
    assert plan["stack"] == stack
    assert set(plan["usd_per_month"]) == {"floor", "expected", "ceiling"}
    assert plan["usd_per_month"]["ceiling"] <= plan["budget_usd"]
    spent = sum(item["ceiling"] for place in plan["costs_usd_per_month"].values() for item in place.values())
    assert spent == pytest.approx(plan["usd_per_month"]["ceiling"], abs=1)


def test_the_plan_is_a_page_too():
    shown = run("dev", "--html")
    assert shown.returncode == 0
    assert shown.stdout.startswith("<!doctype html>")
    assert shown.stdout.rstrip().endswith("</html>")


def test_each_hour_of_a_day_is_data_and_so_is_what_runs_ahead_of_it():
    for regions in json.loads(run("prod", "--json").stdout)["models"].values():
        for one in regions:
            assert {key: len(told) for key, told in one["by_hour"].items()} == {
                "requests_per_second": 24,
                "replicas": 24,
                "utilisation": 24,
            }
            assert one["headroom"] in (0, 1)


def test_every_placement_is_explained_when_asked():
    shown = run("dev", "--why")
    assert shown.returncode == 0
    for word in ("chosen", "otherwise", "mix", "sharing", "prefill", "memory"):
        assert f"\n{word}" in shown.stdout


def test_a_stack_that_does_not_exist_is_one_sentence_and_exit_1():
    refused = run("nothing")
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert "stacks: dev, prod" in refused.stderr


def test_planning_data_loads_no_cloud_sdk_and_no_tables():
    program = (
        "import sys; sys.argv = ['planning', 'prod', '--json'];"
        "from components.planning.__main__ import main; main();"
        "loaded = {name.split('.')[0] for name in sys.modules};"
        "sys.exit(bool(loaded & {'pulumi', 'pulumi_aws', 'boto3', 'grpc', 'rich'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0
