from dataclasses import asdict

import pytest

from components.catalog import accelerators, efficiencies, models

GPUS = {one.gpu.name: one.gpu for one in accelerators.ACCELERATORS.values()}


def test_every_gpu_of_the_catalog_has_constants_and_no_other():
    assert set(efficiencies.BY_GPU) == set(GPUS)


@pytest.mark.parametrize("name", sorted(GPUS))
def test_nothing_reaches_more_than_its_peak(name):
    found = efficiencies.of(GPUS[name])
    for kernels in (found.sixteen_bit, found.eight_bit, found.four_bit):
        shares = asdict(kernels)
        layer = shares.pop("expert_layer_seconds")
        assert all(0.05 < share <= 1 for share in shares.values()), shares
        assert 1e-6 <= layer < 1e-4
        assert kernels.compute > kernels.expert_compute
    assert 0.5 < found.cache_bandwidth <= 0.95
    assert 0.3 < found.attention_compute < 0.8


@pytest.mark.parametrize("name", sorted(GPUS))
def test_seconds_are_those_of_servers(name):
    """Tens of microseconds a layer, a millisecond a step, tens of milliseconds a request."""
    found = efficiencies.of(GPUS[name])
    assert 10e-6 < found.layer_seconds < 100e-6
    assert 0.1e-3 < found.step_seconds < 3e-3
    assert 0.005 < found.request_seconds < 0.1
    assert 1 <= found.prompts_ahead < 3
    assert 1e-6 < found.all_reduce_seconds < 20e-6


@pytest.mark.parametrize("name", sorted(GPUS))
def test_nvlink_carries_more_than_any_pcie(name):
    found = efficiencies.of(GPUS[name]).all_reduce_gb_per_second
    assert (found > 100) if GPUS[name].nvlink else (found < 64)


def test_what_was_fitted_and_what_was_not_is_told():
    bases = {name: one.basis for name, one in efficiencies.BY_GPU.items()}
    assert {name for name, basis in bases.items() if basis == "rows"} == {"h100", "h200", "b200", "b300"}
    assert {name for name, basis in bases.items() if basis == "inherited"} == {
        "t4",
        "a10g",
        "l4",
        "rtx-pro-4500",
    }


def test_an_old_gpu_gains_nothing_by_eight_bits():
    for name, gpu in GPUS.items():
        if gpu.fp8_tflops is None:
            found = efficiencies.of(gpu)
            assert found.eight_bit == found.sixteen_bit, name


def test_experts_are_part_of_a_mixture_and_of_nothing_else():
    for model in models.MODELS.values():
        if model.experts == 1:
            assert model.expert_parameters == 0
        else:
            assert 0.5 * model.parameters < model.expert_parameters < model.parameters, model.name
            woken = model.expert_parameters * model.woken_share
            assert model.parameters - model.expert_parameters + woken == pytest.approx(
                model.active_parameters
            )
