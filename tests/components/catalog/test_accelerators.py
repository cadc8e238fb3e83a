import dataclasses

import pytest

from components.catalog import accelerators, regions
from components.catalog.accelerators import ACCELERATORS


def test_every_accelerator_is_offered_somewhere():
    assert [one for one in ACCELERATORS if not regions.offered_in(one)] == []


def test_memory_is_that_of_all_gpus():
    assert accelerators.find("g6e.12xlarge").memory_gib == pytest.approx(4 * 45776 / 1024)


def test_a_larger_size_of_a_family_has_no_less_of_anything():
    by_family: dict[str, list[accelerators.Accelerator]] = {}
    for one in ACCELERATORS.values():
        by_family.setdefault(one.family, []).append(one)
    for sizes in by_family.values():
        ordered = sorted(sizes, key=lambda one: one.vcpus)
        assert [one.ram_gib for one in ordered] == sorted(one.ram_gib for one in ordered)


def test_fp8_is_at_least_as_fast_as_bf16_where_there_is_any():
    assert all(
        one.gpu.fp8_tflops is None or one.gpu.fp8_tflops > one.gpu.bf16_tflops
        for one in ACCELERATORS.values()
    )


def test_only_the_data_centre_families_have_nvlink():
    assert {one.quota_family for one in ACCELERATORS.values() if one.gpu.nvlink} == {"P"}


def test_a_misspelt_type_is_answered_with_the_nearest():
    with pytest.raises(accelerators.UnknownAccelerator) as refused:
        accelerators.find("g6e.xlrge")
    assert str(refused.value) == "g6e.xlrge is not in the accelerator catalog; did you mean g6e.xlarge?"


def test_a_strange_type_is_answered_with_the_families():
    assert accelerators.suggest("quantum").startswith(
        "quantum is not in the accelerator catalog; families: g4dn, g5"
    )


def test_facts_cannot_be_changed():
    with pytest.raises(TypeError):
        ACCELERATORS["g6e.xlarge"] = None  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        ACCELERATORS["g6e.xlarge"].vcpus = 5  # type: ignore[misc]
