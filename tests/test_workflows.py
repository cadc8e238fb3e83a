"""What every workflow keeps to; `make workflows` has actionlint and zizmor say the rest."""

import re

import pytest
import yaml

from components.settings.stackfile import ROOT, stacks

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
GITLAB = re.search(r"```yaml\n(.*?)```", (ROOT / "docs/gitlab-ci.md").read_text(), re.S)[1]

each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def jobs(path):
    return yaml.safe_load(path.read_text())["jobs"]


@each
def test_actions_are_pinned_by_commit_and_say_their_version(path):
    used = re.findall(r"uses: (.*)", path.read_text())
    assert used
    for action in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_one_action_has_one_pin():
    pins = {}
    for path in WORKFLOWS:
        for name, pin in re.findall(r"uses: ([\w./-]+)@(.*)", path.read_text()):
            assert pins.setdefault(name, pin) == pin, f"{name} in {path.name}"


@each
def test_nothing_is_permitted_but_by_a_job_and_never_the_contents_written(path):
    assert yaml.safe_load(path.read_text())["permissions"] == {}
    for name, job in jobs(path).items():
        assert job["permissions"].get("contents", "read") == "read", name
        assert job["timeout-minutes"] <= 120, name


@each
def test_no_change_of_a_fork_meets_a_secret(path):
    """A job that reads a secret, assumes a role or writes anything runs for people who may push."""
    text = path.read_text()
    triggers = yaml.safe_load(text)[True]
    assert not {"pull_request_target", "workflow_run"} & set(triggers)
    for name, job in jobs(path).items():
        trusted = "head.repo.full_name == github.repository" in job.get("if", "")
        powerful = "write" in job["permissions"].values() or "secrets." in yaml.safe_dump(job)
        assert not powerful or trusted or "pull_request" not in triggers, name


@each
def test_credentials_are_not_left_in_the_checkout(path):
    text = path.read_text()
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")


@each
def test_every_stack_is_previewed_and_dev_goes_first(path):
    found = jobs(path)
    if path.name == "deploy.yml":
        assert set(found) == set(stacks())
        assert found["prod"]["needs"] == "dev"
        assert {name: job["environment"] for name, job in found.items()} == {name: name for name in stacks()}
    else:
        assert set(found["account"]["strategy"]["matrix"]["stack"]) == set(stacks())


def test_gitlab_has_the_same_commands():
    theirs = yaml.safe_load(GITLAB)
    assert {"check", "rehearse", "review", *stacks()} <= set(theirs)
    for command in ("make lint types test", "--against", "--junit", "pulumi up --stack"):
        assert command in GITLAB
