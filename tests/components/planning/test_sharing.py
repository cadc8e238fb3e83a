import dataclasses

import pytest

from components.catalog import accelerators, partitions
from components.planning import alternatives, offers, sharing
from components.planning.fleet import plan_fleet
from components.planning.ranges import Range
from components.planning.replicas import Here
from components.planning.sharing import Sharing, sentence, shared, sharings, turns, ways
from components.settings.stackfile import read
from components.settings.understanding import understand


def planned(**changes):
    raw = read("prod").fleet
    raw["budget"] = {**raw["budget"], "monthly_usd": 10_000_000}
    del raw["cascades"]
    raw["models"] = {"m": raw["models"]["llama-8b"] | changes}
    plan = understand(raw, "prod", plan_fleet)
    return plan.regions[0].models[0], Here(region="us-east-1", settings=plan.settings)


def test_half_an_h100_is_a_smaller_gpu_twice():
    """3g.40gb: 39.5 GiB, four of eight memory slices and 60 of 132 multiprocessors; eight GPUs give sixteen."""
    machine = accelerators.find("p5.48xlarge")
    half = next(one for one in partitions.of(machine.gpu) if one.name == "3g.40gb")
    found = shared(machine, half)
    assert found.gpu_count == 16
    assert found.gpu_memory_gib == pytest.approx(39.5)
    assert found.gpu.bandwidth_gb_per_second == pytest.approx(3350 / 2)
    assert found.gpu.bf16_tflops == pytest.approx(989 * 60 / 132)
    assert not found.gpu.nvlink


def test_turns_divide_everything_alike():
    machine = accelerators.find("g6e.xlarge")
    found = shared(machine, turns(machine, 4))
    assert found.gpu_count == 4
    assert found.gpu_memory_gib == pytest.approx(45776 / 1024 / 4, abs=0.001)
    assert found.gpu.bandwidth_gb_per_second == pytest.approx(864 / 4)


def test_only_development_takes_turns():
    _, here = planned()
    assert not [one for _, one in ways(here, "interactive") if one.name.startswith("time slicing")]
    assert [one for _, one in ways(here, "development") if one.name.startswith("time slicing")]


def test_partitions_cost_what_their_whole_nodes_cost():
    """Two replicas on one g7e.2xlarge cut in two: one node at $3.36312 and its disk, not two halves of a price list."""
    model, here = planned(replicas={"min": 2, "max": 30})
    machine = accelerators.find("g7e.4xlarge")
    half = next(one for one in partitions.of(machine.gpu) if one.name == "2g.48gb")
    (one,) = sharings(model, here, [(machine, half)])
    assert one.per_gpu == 2
    assert one.alternative.placement.pods_per_node == 2
    assert one.alternative.usd_per_month.floor == pytest.approx((3.99816 + 46 / 730) * 730, abs=0.01)
    assert one.alternative.replicas.floor == 2


def test_nothing_is_shared_without_processors_for_every_replica():
    """g7e.2xlarge has 8 vCPUs: less one for the system, four replicas would have 1.75 each."""
    model, here = planned(concurrent_sequences=4, context_tokens=2048)
    quarter = partitions.of(accelerators.RTX_PRO_6000)[0]
    assert sharings(model, here, [(accelerators.find("g7e.2xlarge"), quarter)]) == ()
    assert sharings(model, here, [(accelerators.find("g7e.4xlarge"), quarter)]) != ()


def test_a_partition_never_answers_faster_than_its_gpu():
    model, here = planned()
    whole = {
        one.placement.accelerator.gpu.title: one
        for one in alternatives.alternatives(model, here, offers.feasible(model, here))
        if one.tensor_parallel == 1 and one.precision == model.precision
    }
    for one in sharings(model, here, ways(here, "interactive")):
        if larger := whole.get(one.alternative.placement.accelerator.gpu.title):
            assert one.alternative.inter_token_seconds >= larger.inter_token_seconds


@pytest.fixture(scope="module")
def found():
    model, here = planned()
    taken = alternatives.chosen(model, here)
    priced = dataclasses.replace(
        taken, usd_per_month=Range(floor=500, expected=600, ceiling=1000), published=True
    )
    return taken, Sharing(partition="2g.48gb", per_gpu=2, alternative=priced)


def test_what_it_saves_comes_with_what_it_asks_for(found):
    taken, one = found
    dear = dataclasses.replace(taken, usd_per_month=Range(floor=500, expected=1000, ceiling=1000))
    assert sentence((one,), dear, "karpenter") == (
        "g6e.xlarge with 2 2g.48gb partitions a GPU saves $400 in a mean month; it asks for nodes labelled"
        " nvidia.com/mig.config=all-2g.48gb in managed node groups: Karpenter adds none for shared GPUs"
    )
    assert sentence((one,), dear, "cluster-autoscaler").endswith("nvidia.com/mig.config=all-2g.48gb")
    sliced = dataclasses.replace(one, partition="time slicing by 2")
    assert "so for development only" in sentence((sliced,), dear, "karpenter")


def test_a_small_saving_is_none(found):
    taken, one = found
    near = dataclasses.replace(taken, usd_per_month=Range(floor=500, expected=620, ceiling=1000))
    assert sentence((one,), near, "karpenter").startswith("does not pay: ")


def test_a_part_of_a_node_is_cheap_where_others_use_the_rest(found):
    """Two replicas of eight on a node of $1.861 an hour: a quarter of 1.861 x 730 is $339.63."""
    taken, one = found
    wide = dataclasses.replace(
        taken.placement, accelerator=dataclasses.replace(taken.placement.accelerator, gpu_count=8)
    )
    held = dataclasses.replace(taken.replicas, expected=2.0)
    dear = Range(floor=5000, expected=5000, ceiling=5000)
    alone = dataclasses.replace(
        one,
        alternative=dataclasses.replace(one.alternative, placement=wide, replicas=held, usd_per_month=dear),
    )
    assert alone.part_usd_per_month == pytest.approx(339.63, abs=0.01)
    assert sentence((alone,), taken, "karpenter").endswith("its part of that is $340")


def test_what_sleeps_cannot_be_woken_on_partitions(found):
    taken, one = found
    asleep = dataclasses.replace(
        one,
        alternative=dataclasses.replace(
            one.alternative, replicas=dataclasses.replace(taken.replicas, floor=0)
        ),
    )
    dear = dataclasses.replace(taken, usd_per_month=Range(floor=500, expected=1000, ceiling=1000))
    assert sentence((asleep,), dear, "karpenter").endswith("none stand at rest")


def test_a_split_replica_needs_whole_gpus(found):
    taken, one = found
    engine = dataclasses.replace(taken.placement.engine, tensor_parallel=4)
    split = dataclasses.replace(taken, placement=dataclasses.replace(taken.placement, engine=engine))
    assert sentence((one,), split, "karpenter") == (
        "a replica needs 4 whole GPUs: partitions cannot reach each other"
    )
    assert sentence((), taken, "karpenter") == (
        "no partition of a GPU sold here holds the model within its objective"
    )
    assert sharing.MOST_TIME_SLICES == 4
