"""The real program on the real Pulumi engine, with stand-in clouds: previews, applies, heals and takes down."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from components.settings import stackfile
from components.settings.stackfile import ROOT
from rehearsal.stack import RealStack, environment
from rehearsal.standin import Call, Cloud, clouds

pytestmark = pytest.mark.engine

MODEL = {"dev": "qwen-8b", "prod": "llama-8b"}
FAMILY = {"dev": "qwen", "prod": "llama"}


@pytest.fixture(scope="module", params=["dev", "prod"])
def stack(request, tmp_path_factory) -> Iterator[RealStack]:
    """One stack, walked through its life by the tests in order."""
    cloud = Cloud()
    with clouds(cloud) as places:
        yield RealStack(request.param, tmp_path_factory.mktemp(request.param), places, cloud)


def test_a_preview_creates_everything_and_touches_nothing(stack):
    planned = stack.preview()
    assert set(planned) == {"create"}
    assert stack.cloud.taken() == []


def test_a_creation_that_fails_half_way_is_healed_by_the_next_up(stack):
    home = {"dev": "us-east-2", "prod": "us-east-1"}[stack.name]
    broken = f"{home}-karpenter-chart"
    stack.cloud.fail_once.add(broken)
    with pytest.raises(Exception, match=f"planted failure of {broken}"):
        stack.up()
    before = stack.cloud.taken()
    assert broken not in {call.name for call in before}
    assert not any(call.type.endswith(":NodePool") and call.name.startswith(home) for call in before)
    stack.up()
    after = stack.cloud.taken()
    assert broken in {call.name for call in after}
    assert {call.verb for call in after} == {"create"}
    assert not {call.name for call in before} & {call.name for call in after if call.type.startswith("aws:")}


def test_a_second_up_changes_nothing(stack):
    assert set(stack.up()) == {"same"}
    assert stack.cloud.taken() == []


def test_raising_one_models_ceiling_touches_that_models_objects_only(stack):
    def raise_the_ceiling(fleet):
        fleet["models"][MODEL[stack.name]].setdefault("replicas", {})["max"] = (
            12 if stack.name == "prod" else 3
        )

    stack.change(raise_the_ceiling)
    done = stack.up()
    touched = stack.cloud.taken()
    assert set(done) == {"same", "update"}
    assert any(call.type.endswith(":ScaledObject") for call in touched)
    own = (MODEL[stack.name], f"pools-{FAMILY[stack.name]}-", f"pool-{FAMILY[stack.name]}")
    assert [call for call in touched if not any(part in call.name for part in own)] == []


def test_another_key_replaces_the_secret_and_rolls_every_server_over(stack):
    stack.set_secret("apiKey", "another-key")
    stack.up()
    touched = stack.cloud.taken()
    models = {"dev": 1, "prod": 8}[stack.name]
    assert (
        len([call for call in touched if call.type.endswith(":Deployment") and call.verb == "update"])
        == models
    )
    secrets = [call.verb for call in touched if call.type.endswith(":Secret")]
    assert sorted(set(secrets)) == ["create", "delete"]
    rolled = _last(touched, lambda call: call.type.endswith(":Deployment"))
    assert rolled < _first(touched, lambda call: call.type.endswith(":Secret") and call.verb == "delete")


def test_it_is_taken_down_with_controllers_outliving_what_they_clean_up(stack):
    stack.unprotect()
    assert set(stack.destroy()) == {"delete"}
    order = stack.cloud.taken()
    pools = _last(order, lambda call: call.type.endswith((":NodePool", ":EC2NodeClass")))
    bindings = _last(order, lambda call: call.type.endswith(":TargetGroupBinding"))
    scalers = _last(order, lambda call: call.type.endswith(":ScaledObject"))
    assert pools < _first(order, lambda call: call.name.endswith("-karpenter-chart"))
    assert bindings < _first(order, lambda call: call.name.endswith("-addons-load-balancer-controller"))
    assert scalers < _first(order, lambda call: call.name.endswith("-addons-keda"))
    controllers = _last(order, lambda call: call.type.endswith(":Release"))
    system = _first(order, lambda call: call.name.endswith("-system-nodes"))
    assert controllers < system
    assert _last(order, lambda call: call.type.endswith(":NodeGroup")) < _first(
        order, lambda call: call.type == "aws:eks/cluster:Cluster"
    )
    assert _last(order, lambda call: call.type == "aws:eks/cluster:Cluster") < _first(
        order, lambda call: call.type == "aws:ec2/vpc:Vpc"
    )


def _first(order: list[Call], matches) -> int:
    return min(position for position, call in enumerate(order) if matches(call))


def _last(order: list[Call], matches) -> int:
    return max(position for position, call in enumerate(order) if matches(call))


def test_the_readmes_commands_before_the_first_up_are_the_engines_own(tmp_path):
    """`pulumi stack init` and `pulumi config set --secret`, in a copy of the project."""
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    told = {**os.environ, **environment(""), "PULUMI_BACKEND_URL": f"file://{tmp_path}"}
    for command in ("pulumi stack init dev", "pulumi config set --secret apiKey --stack dev"):
        done = subprocess.run(
            command.split(),
            cwd=tmp_path,
            env=told,
            input="a-key\n",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    written = stackfile.read("dev", tmp_path)
    assert written.secrets == {"apiKey"}
    assert "a-key" not in (tmp_path / "Pulumi.dev.yaml").read_text()
    assert written.fleet == stackfile.read("dev").fleet
