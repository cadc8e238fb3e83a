import dataclasses
import math

import pytest

from components.catalog import accelerators
from components.planning import levers as chosen
from components.planning.levers import Lever, cold_start_lines, levers, levers_data
from components.planning.memory import GIB


def of(fleet, region, name):
    here = next(one for one in fleet.regions if one.region == region)
    return here, next(one for one in here.models if one.name == name)


@pytest.fixture
def qwen(fleet):
    """Served in fp8 from a checkpoint in bf16, on g6e.xlarge with 2.5 Gbit/s."""
    return of(fleet, "us-east-1", "qwen-32b")


@pytest.fixture
def wide(fleet):
    """On g7e.2xlarge, whose network outruns EFS."""
    return of(fleet, "us-east-1", "gpt-oss-120b")


def named(found):
    return {one.name: one for one in found}


def test_a_parallel_pull_is_bound_by_the_download_on_a_small_instance(qwen):
    # 45 s of unpacking become 18; 9 GB through 2.5 Gbit/s take 28.8.
    assert chosen.parallel_pull(qwen[1]).saves_seconds == pytest.approx(45 - 28.8)


def test_a_baked_image_is_paid_for_by_the_zone_and_hour(qwen):
    here, model = qwen
    found = chosen.baked_image(model, here)
    assert found.saves_seconds == pytest.approx(45 - 5)
    assert found.usd_per_month == pytest.approx(3 * 0.75 * 730 + 25 * 0.05)


def test_weights_stored_as_served_are_read_and_loaded_in_half_the_bytes_but_for_embeddings(qwen):
    _, model = qwen
    (found,) = chosen.stored_as_served(model)
    spared = (model.model.parameters - 2 * model.model.vocabulary * model.model.hidden_size) / GIB
    network = 2.5e9 / 8 / 1024**3
    assert found.saves_seconds == pytest.approx(spared / network + spared * 0.5)
    assert found.name == "weights stored in fp8"


def test_weights_already_stored_as_served_leave_nothing_to_save(wide):
    assert list(chosen.stored_as_served(wide[1])) == []


def test_streaming_gains_nothing_where_the_network_is_the_bound(qwen):
    found = chosen.streamer(qwen[1], qwen[0])
    assert found.saves_seconds == 0
    assert found.sentence.endswith("2.5 Gbit/s of network is what bounds it")


def test_streaming_gains_where_the_file_system_is_and_spares_its_reads(wide):
    here, model = wide
    found = chosen.streamer(model, here)
    size = model.weights.size_gib
    network = model.accelerator.network_gbps / 8 * 1e9 / 1024**3
    assert found.saves_seconds == pytest.approx(size / (1500 / 1024) - size / min(3.0, network))
    reads = 0.05 * model.replicas.expected * 730
    assert found.usd_per_month == pytest.approx(reads * size * (1024 / 8 * 0.4e-6 - 0.03))


def test_lustre_of_the_least_size_reads_slower_than_efs(wide):
    here, model = wide
    (found,) = chosen.lustre(model, here)
    # 1,200 GiB at 1,000 MB/s per TiB: 1.09 GiB/s, EFS 1.46.
    assert found.saves_seconds == 0
    assert "read 1.1 GiB/s" in found.sentence


def test_larger_lustre_reads_faster_and_costs_what_its_size_does(wide):
    here, model = wide
    big = dataclasses.replace(here, storage=dataclasses.replace(here.storage, claim_gib=4800))
    (found,) = chosen.lustre(model, big)
    size = model.weights.size_gib
    disks = 4800 / 1024 * 1e9 / 1024**3
    network = model.accelerator.network_gbps / 8 * 1e9 / 1024**3
    assert found.saves_seconds == pytest.approx(size / (1500 / 1024) - size / min(disks, 5.0, network))
    read = sum(0.05 * one.replicas.expected * 730 * one.weights.size_gib for one in here.models) * 0.03
    assert found.usd_per_month == pytest.approx(4800 * 0.6 - here.storage.used_gib * 0.3 - read)


def test_where_lustre_is_there_already_it_is_no_lever(wide):
    here, model = wide
    other = dataclasses.replace(here, storage=dataclasses.replace(here.storage, kind="fsx"))
    assert list(chosen.lustre(model, other)) == []


def test_a_wider_network_is_the_next_type_with_the_same_gpu(qwen):
    here, model = qwen
    (found,) = chosen.wider_network(model, here)
    assert found.name == "g6e.2xlarge for its network"
    assert found.usd_per_month == pytest.approx((2.24208 - 1.861) * model.nodes.expected * 730)
    faster = accelerators.find("g6e.2xlarge").network_gbps / 8 * 1e9 / 1024**3
    size = model.weights.size_gib
    assert found.saves_seconds == pytest.approx(
        model.cold_start.weights_seconds - size / min(faster, 1500 / 1024)
    )


def test_a_warm_spare_saves_the_whole_start_for_a_replica_a_month(qwen):
    here, model = qwen
    found = chosen.warm_spare(model, here)
    assert found.saves_seconds == model.cold_start.seconds
    assert found.usd_per_month == pytest.approx(1.861 * 730)


def test_a_cache_on_the_node_helps_restarts_only(qwen):
    found = chosen.node_cache(qwen[1])
    assert (found.saves_seconds, found.usd_per_second) == (0, math.inf)
    assert "up to 210 s" in found.sentence


def test_what_saves_most_per_dollar_comes_first_and_what_saves_nothing_last(qwen):
    found = levers(qwen[1], qwen[0])
    assert [one.name for one in found[:3]] == [
        "weights stored in fp8",
        "parallel image pull",
        "one warm spare replica",
    ]
    # 1,358.53 dollars for 505 s are cheaper by the second than 556 for 105.
    assert [one.usd_per_second for one in found] == sorted(one.usd_per_second for one in found)
    assert {one.saves_seconds for one in found[-2:]} == {0.0}


def test_what_costs_less_than_now_counts_as_free():
    assert Lever(name="", saves_seconds=5, usd_per_month=-3, sentence="").usd_per_second == 0


def test_programs_get_every_lever_and_people_the_best_one(fleet, qwen):
    here, model = qwen
    assert [one["lever"] for one in levers_data(model, here)] == [one.name for one in levers(model, here)]
    lines = list(cold_start_lines(fleet))
    assert len(lines) == len(fleet.regions[0].models)
    assert lines[2] == (
        "qwen-32b 505 s (node 150, image 45, weights 210): weights stored in fp8 saves 114 s at $0"
    )
