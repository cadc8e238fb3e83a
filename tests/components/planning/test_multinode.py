import dataclasses

import pytest

from components.catalog import accelerators, models
from components.planning import multinode
from components.planning.multinode import described, gang, hint, holds, hop_seconds, needed_gib, stage_share
from components.planning.replicas import Here
from components.settings.fleet import FleetSettings
from components.settings.model import ModelSettings

DEEPSEEK = models.find("deepseek-r1")
LONDON = "eu-west-2"


def asked(**chosen):
    return ModelSettings.model_validate(
        {
            "model": "deepseek-r1",
            "precision": "bf16",
            "load": {"peak_requests_per_second": 1},
            "objective": {"inter_token_seconds": 1.0},
            **chosen,
        }
    )


def here(raw, region=LONDON):
    return Here(region=region, settings=FleetSettings.model_validate(raw))


def test_the_fullest_of_two_stages_holds_31_of_61_layers():
    assert stage_share(DEEPSEEK, 2) == 31 / 61
    assert stage_share(DEEPSEEK, 1) == 1


def test_671_billion_parameters_in_16_bits_take_three_nodes_of_h100():
    """1.342 TB over 8 GPUs is 156 GiB each: 79 on the fuller of two stages, 54 on that of three, of 72 usable."""
    machine = accelerators.find("p5.48xlarge")
    weights = 671e9 * 2 / 8 / 1024**3
    assert weights == pytest.approx(156.2, abs=0.1)
    assert not holds(asked(), DEEPSEEK, machine)
    assert needed_gib(asked(), DEEPSEEK, machine, 8, 2) > weights * 31 / 61 > 72
    assert weights * 21 / 61 < needed_gib(asked(), DEEPSEEK, machine, 8, 3) < 72
    found = gang(asked(), DEEPSEEK, machine, "us-east-1")
    assert found is not None
    assert (found.nodes, found.tensor_parallel) == (3, 8)
    assert found.usd_per_month == pytest.approx(3 * 55.04 * 730)


def test_a_larger_gpu_never_takes_more_nodes():
    nodes = [
        one.nodes
        for name in ("p5.48xlarge", "p5en.48xlarge")
        if (one := gang(asked(), DEEPSEEK, accelerators.find(name), "us-east-1"))
    ]
    assert nodes == sorted(nodes, reverse=True)
    assert len(nodes) == 2


def test_a_hop_hands_over_one_hidden_state_for_each_sequence():
    """32 sequences of 7,168 values in 16 bits are 458,752 bytes; 3,200 Gbit/s at 0.9 carry 360 GB/s, after 30 us."""
    seconds = hop_seconds(DEEPSEEK, accelerators.find("p5.48xlarge"), 32)
    assert seconds == pytest.approx(30e-6 + 458_752 / 360e9)


def test_stages_lie_one_behind_the_other():
    machine = accelerators.find("p5.48xlarge")
    found = gang(asked(), DEEPSEEK, machine, "us-east-1")
    assert found is not None
    step = multinode.throughput.decode_step_seconds(DEEPSEEK, "bf16", machine.gpu, 8, 32, 1125)
    assert found.inter_token_seconds == pytest.approx(step + 2 * found.hop_seconds)


def test_nodes_without_efa_are_not_joined():
    machine = dataclasses.replace(accelerators.find("p5.48xlarge"), efa_interfaces=0)
    assert gang(asked(), DEEPSEEK, machine, "us-east-1") is None


def test_silicon_without_the_precision_is_not_joined():
    """T4 has compute capability 7.5, 16-bit brain floats ask for 8.0."""
    machine = dataclasses.replace(accelerators.find("g4dn.12xlarge"), gpu_count=8)
    assert gang(asked(), DEEPSEEK, machine, "us-east-1") is None


def test_a_model_that_nothing_holds_is_told_what_would(raw):
    told = hint(asked(instance_types=["p5.48xlarge"]), DEEPSEEK, here(raw))
    assert told.startswith(
        "; no single node holds it, and this fleet joins none: one replica takes 3 p5.48xlarge"
    )
    assert "LeaderWorkerSet of size 3: tensor parallel 8 in each node, pipeline parallel 3" in told
    assert "32 EFA interfaces (3,200 Gbit/s) a node in one zone" in told
    assert told.endswith("at 2 of its 61 layers, with tensor parallel over all nodes it would 122 times")


def test_what_one_node_holds_needs_no_hint(raw):
    large = asked(model="llama-3.3-70b-instruct", instance_types=["g6.xlarge"])
    assert hint(large, models.find("llama-3.3-70b-instruct"), here(raw)) == ""
    assert (
        hint(asked(precision="fp8", instance_types=["p5.48xlarge"]), DEEPSEEK, here(raw, "us-east-1")) == ""
    )


def test_few_nodes_come_before_cheap_ones():
    sold = [accelerators.find("p5.48xlarge"), accelerators.find("p5en.48xlarge")]
    found = multinode.best_gang(asked(), DEEPSEEK, "us-east-1", sold)
    assert found is not None
    assert (found.nodes, found.accelerator.instance_type) == (2, "p5en.48xlarge")
    assert "LeaderWorkerSet of size 2" in described(found, DEEPSEEK)
    assert multinode.best_gang(asked(), DEEPSEEK, "us-east-1", []) is None
