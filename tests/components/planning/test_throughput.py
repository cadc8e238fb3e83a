import pytest

from components.catalog import accelerators, models
from components.planning import throughput

LLAMA_8B = models.find("llama-3.1-8b-instruct")
LLAMA_70B = models.find("llama-3.3-70b-instruct")
GPT_OSS = models.find("gpt-oss-120b")


def mixed_tokens_per_second(model, precision, gpu, gpus, sequences=64, prompt=500, answer=250):
    """Generated tokens a second with prompts to read in between, as published figures are measured."""
    prefill = prompt / throughput.prefill_tokens_per_second(model, precision, gpu, gpus)
    step = throughput.decode_step_seconds(model, precision, gpu, gpus, sequences, prompt + answer / 2)
    return answer * throughput.requests_per_second(prefill, step, answer, sequences)


@pytest.mark.parametrize(
    ("model", "gpu", "gpus", "published"),
    [
        (LLAMA_8B, accelerators.A10G, 1, 500),
        (LLAMA_8B, accelerators.A100_80, 1, 2000),
        (LLAMA_8B, accelerators.H100, 1, 4000),
        (LLAMA_70B, accelerators.H100, 4, 4 * 600),
    ],
)
def test_estimates_lie_within_twice_the_published_figures(model, gpu, gpus, published):
    assert published / 2 < mixed_tokens_per_second(model, "bf16", gpu, gpus) < published * 2


def test_one_sequence_cannot_beat_the_bandwidth_ceiling():
    """An H100 reads 14 GB of weights 239 times a second at most."""
    step = throughput.decode_step_seconds(LLAMA_8B, "bf16", accelerators.H100, 1, 1, 0)
    assert 1 / step < 3350e9 / (2 * 8.03e9)


def test_a_larger_batch_wakes_more_experts_and_never_more_than_all():
    read = [throughput.weight_bytes_read(GPT_OSS, "mxfp4", sequences) for sequences in (1, 8, 64, 4096)]
    assert read == sorted(read)
    assert read[-1] == pytest.approx(throughput.weight_bytes(GPT_OSS, "mxfp4"))


def test_a_dense_model_reads_all_its_weights_whatever_the_batch():
    assert throughput.weight_bytes_read(LLAMA_8B, "fp8", 1) == throughput.weight_bytes(LLAMA_8B, "fp8")


def test_splitting_costs_more_over_pcie_than_over_nvlink():
    alone = throughput.all_reduce_seconds(LLAMA_8B, accelerators.L40S, 1, 32)
    pcie = throughput.all_reduce_seconds(LLAMA_8B, accelerators.L40S, 4, 32)
    nvlink = throughput.all_reduce_seconds(LLAMA_8B, accelerators.H100, 4, 32)
    assert alone == 0 < nvlink < pcie


def test_a_full_replica_shares_its_steps_and_pays_each_prefill():
    assert throughput.requests_per_second(0.1, 0.02, 100, 10) == pytest.approx(1 / (0.1 + 100 * 0.02 / 10))


def test_prefills_in_between_stretch_the_gap_between_tokens():
    assert throughput.inter_token_seconds(0.02, 0.1, 2) == pytest.approx(0.02 / 0.8)


def test_the_prefix_cache_spares_what_it_holds():
    assert throughput.prefill_seconds(1000, 0.75, 10_000) == pytest.approx(0.025)
