import pytest

from components.catalog import accelerators, partitions

GPUS = sorted({one.gpu for one in accelerators.ACCELERATORS.values()}, key=lambda gpu: gpu.title)
ROWS = [pytest.param(gpu, one, id=f"{gpu.title} {one.name}") for gpu in GPUS for one in partitions.of(gpu)]


def test_exactly_the_gpus_with_mig_can_be_cut():
    assert {gpu for gpu in GPUS if gpu.mig} == set(partitions.PARTITIONS)
    assert partitions.of(accelerators.L40S) == ()


@pytest.mark.parametrize(("gpu", "one"), ROWS)
def test_partitions_never_hold_more_than_their_gpu(gpu, one):
    assert one.instances >= 2
    assert one.instances * one.memory_share <= 1
    assert one.instances * one.compute_share <= 1
    assert one.memory_gib <= gpu.memory_mib / 1024 * one.memory_share
    assert one.memory_gib > gpu.memory_mib / 1024 * one.memory_share * 0.9


@pytest.mark.parametrize(("gpu", "one"), ROWS)
def test_the_name_says_how_large_it_is(gpu, one):
    """NVIDIA rounds up to GB: 9.75 GiB is called 10gb, 16 GiB of a 141 GB GPU 18gb, its eighth."""
    slices, gigabytes = one.name.removesuffix("gb").split("g.")
    assert int(slices) <= 8 * one.memory_share
    assert 0.85 <= one.memory_gib / int(gigabytes) <= 1.0
