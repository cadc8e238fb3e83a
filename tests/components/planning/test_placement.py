import pytest

from components.catalog import accelerators, models
from components.planning.placement import Misfit, Placement, batched_tokens, choose, place, reason
from components.settings.model import ModelSettings

LLAMA = models.find("llama-3.1-8b-instruct")
BIG = models.find("llama-3.3-70b-instruct")
ZONES = ("use1-az2", "use1-az4", "use1-az6")


def settings(**chosen):
    return ModelSettings.model_validate(
        {"model": "llama-3.1-8b-instruct", "load": {"peak_requests_per_second": 1}, **chosen}
    )


def chosen(found):
    return found[0].accelerator.instance_type


def cheapest(placement):
    return placement.usd_per_hour


def test_the_first_named_type_that_fits_is_taken():
    found = choose(settings(instance_types=["g6e.xlarge", "g6.xlarge"]), LLAMA, "us-east-1", ZONES, cheapest)
    assert chosen(found) == "g6e.xlarge"
    assert reason(found[0], found[1], settings(instance_types=["g6e.xlarge"])) == "first choice"


def test_what_is_not_sold_here_is_passed_over_and_named():
    wanted = settings(instance_types=["p5e.48xlarge", "g6e.xlarge"])
    found = choose(wanted, LLAMA, "us-east-1", ZONES, cheapest)
    assert chosen(found) == "g6e.xlarge"
    assert reason(*found, wanted) == "choice 2 of 2: p5e.48xlarge is not offered in us-east-1"


def test_a_type_sold_in_other_zones_only_names_them():
    _, misfits = choose(settings(instance_types=["g7e.2xlarge"]), LLAMA, "us-east-1", ("use1-az1",), cheapest)
    assert misfits[0].reason == "is offered in use1-az2, use1-az6 but the region spans use1-az1"


def test_left_open_the_cheapest_at_peak_is_taken():
    found = choose(settings(precision="fp8"), LLAMA, "us-east-1", ZONES, cheapest)
    assert chosen(found) == "g6.xlarge"


@pytest.mark.parametrize(
    ("instance_type", "gpus"), [("p5.48xlarge", 4), ("p4de.24xlarge", 4), ("p5en.48xlarge", 2)]
)
def test_a_large_model_is_split_over_the_fewest_gpus_that_hold_it(instance_type, gpus):
    found = place(
        settings(model="llama-3.3-70b-instruct"), BIG, accelerators.find(instance_type), "us-east-1"
    )
    assert isinstance(found, Placement)
    assert found.engine.tensor_parallel == gpus
    assert found.pods_per_node == 8 // gpus


def test_a_split_that_was_asked_for_must_be_there():
    found = place(settings(tensor_parallel=4), LLAMA, accelerators.find("g6e.xlarge"), "us-east-1")
    assert found == Misfit(instance_type="g6e.xlarge", reason="has 1 GPUs, not 4")


def test_old_silicon_cannot_compute_in_bf16():
    found = place(settings(), LLAMA, accelerators.find("g4dn.xlarge"), "us-east-1")
    assert found == Misfit(instance_type="g4dn.xlarge", reason="has compute capability 7.5, bf16 needs 8.0")


def test_a_promise_the_gpu_cannot_keep_is_a_misfit():
    found = place(
        settings(objective={"inter_token_seconds": 0.001}),
        LLAMA,
        accelerators.find("g6e.xlarge"),
        "us-east-1",
    )
    assert isinstance(found, Misfit)
    assert found.reason.endswith("1 ms promised; lower concurrent_sequences")


def test_step_sizes_are_the_engines_own():
    types = ("g6.xlarge", "p4de.24xlarge", "p5.4xlarge", "p6-b200.48xlarge")
    sizes = [batched_tokens(accelerators.find(one)) for one in types]
    assert sizes == [2048, 2048, 8192, 16384]


def test_the_server_runs_one_round_and_holds_two():
    found = place(settings(concurrent_sequences=10), LLAMA, accelerators.find("g6e.xlarge"), "us-east-1")
    assert isinstance(found, Placement)
    assert found.engine.max_inflight_requests == 30
