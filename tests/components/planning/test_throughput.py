from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from components.catalog import accelerators, efficiencies, models
from components.catalog.efficiencies import Efficiency, Kernels
from components.planning import throughput

LLAMA_8B = models.find("llama-3.1-8b-instruct")
LLAMA_70B = models.find("llama-3.3-70b-instruct")
GPT_OSS = models.find("gpt-oss-120b")

HALF = Kernels(
    bandwidth=0.5, compute=0.5, expert_bandwidth=0.5, expert_compute=0.25, expert_layer_seconds=10e-6
)
PLAIN = Efficiency(
    basis="operators",
    sixteen_bit=HALF,
    eight_bit=HALF,
    four_bit=HALF,
    cache_bandwidth=0.8,
    attention_compute=0.4,
    all_reduce_seconds=5e-6,
    all_reduce_gb_per_second=200,
    layer_seconds=20e-6,
    step_seconds=1e-3,
    request_seconds=0.03,
    prompts_ahead=1.5,
)

GPUS = {one.gpu.title: one.gpu for one in accelerators.ACCELERATORS.values()}
MODELS = some.sampled_from(sorted(models.MODELS)).map(models.find)
DENSE = MODELS.filter(lambda model: model.experts == 1)
ANY_GPU = some.sampled_from(sorted(GPUS)).map(GPUS.get)
NVLINK = ANY_GPU.filter(lambda gpu: gpu.nvlink)
PRECISIONS = some.sampled_from(["bf16", "fp8", "int4", "mxfp4"])
SPLITS = some.sampled_from([1, 2, 4, 8])


def mixed_tokens_per_second(model, precision, gpu, gpus, sequences=64, prompt=500, answer=250):
    """Generated tokens a second with prompts to read in between, as published figures are measured."""
    prefill = prompt / throughput.prefill_tokens_per_second(model, precision, gpu, gpus, prompt)
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


@pytest.mark.parametrize(
    ("model", "precision", "gpu", "gpus", "sequences", "measured_ms"),
    [
        (models.find("qwen3-32b"), "bf16", accelerators.H100, 4, 8, 10.60),
        (LLAMA_70B, "fp8", accelerators.H100, 4, 8, 12.11),
        (LLAMA_70B, "fp8", accelerators.H200, 1, 8, 22.56),
        (GPT_OSS, "mxfp4", accelerators.H100, 2, 8, 6.25),
    ],
)
def test_a_step_takes_what_was_measured_on_a_server(model, precision, gpu, gpus, sequences, measured_ms):
    """Rows of aiconfigurator-core 0.12.0 at 1,024 tokens in and out; each is also read in the benchmark."""
    step = throughput.decode_step_seconds(model, precision, gpu, gpus, sequences, 1024 + 512)
    prefill = 1024 / throughput.prefill_tokens_per_second(model, precision, gpu, gpus, 1024)
    token = step + (sequences - 1) * prefill / 1024
    assert token * 1000 == pytest.approx(measured_ms, rel=0.15)


def test_a_step_reads_weights_and_cache_and_waits_for_its_layers():
    """16.06 GB and 10 x 131 MB on an H100 at 50 % and 80 % of 3,350 GB/s, 1 ms, 32 layers of 20 microseconds."""
    step = throughput.decode_step_seconds(LLAMA_8B, "bf16", accelerators.H100, 1, 10, 1000, PLAIN)
    assert step == pytest.approx(9.5881e-3 + 0.4891e-3 + 1e-3 + 0.64e-3, rel=1e-4)


def test_a_split_replica_reads_half_and_speaks_twice_a_layer():
    """64 all-reduces of 5 microseconds and 10 x 8 KiB at 200 GB/s; cache of 8 heads on 2 GPUs."""
    step = throughput.decode_step_seconds(LLAMA_8B, "bf16", accelerators.H100, 2, 10, 1000, PLAIN)
    spoken = 64 * (5e-6 + 10 * 4096 * 2 / 200e9)
    assert step == pytest.approx((9.5881e-3 + 0.4891e-3) / 2 + 1.64e-3 + spoken, rel=1e-4)


def test_reading_a_prompt_is_computing():
    """2 x 8.03e9 FLOPs a token at half of 989 TFLOPS, and 4 x 32 x 32 x 128 x 1000 / 2 of attention at 40 % of it."""
    rate = throughput.prefill_tokens_per_second(LLAMA_8B, "bf16", accelerators.H100, 1, 1000, PLAIN)
    assert 1 / rate == pytest.approx(32.477e-6 + 0.6626e-6, rel=1e-4)


def test_a_mixture_wakes_its_experts_before_it_is_slow_at_computing_them():
    """One token of gpt-oss-120b: 4 of 128 experts' 61.2 GB, and the 2.5 GB that is not experts, on an H100."""
    experts = 111.7e9 / (1 - 4 / 128) * (0.5 + 1 / 32)
    dense = throughput.weight_bytes(GPT_OSS, "mxfp4") - experts
    assert (experts, dense) == (pytest.approx(61.25e9, rel=1e-3), pytest.approx(2.50e9, rel=2e-2))
    seconds = throughput.weights_seconds(GPT_OSS, "mxfp4", accelerators.H100, 1, 1, PLAIN)
    assert seconds == pytest.approx((dense + experts * 4 / 128) / (3350e9 * 0.5), rel=1e-6)
    overhead = throughput.overhead_seconds(GPT_OSS, "mxfp4", PLAIN)
    assert overhead == pytest.approx(1e-3 + 36 * 30e-6)


def test_the_first_token_waits_for_half_a_step_and_for_the_prompts_before_it():
    """30 ms, half of 20 ms, and 1.5 times a prompt of 100 ms with the 1.64 ms of its step."""
    first = throughput.first_token_seconds(
        LLAMA_8B, "bf16", accelerators.H100, 1, prefill=0.1, step=0.02, by=PLAIN
    )
    assert first == pytest.approx(0.03 + 0.01 + 1.5 * 0.10164)


def test_four_bit_experts_meet_eight_bit_activations_on_data_centre_blackwell_only():
    found = [
        throughput.tflops(gpu, "mxfp4", experts=True)
        for gpu in (accelerators.H100, accelerators.B200, accelerators.RTX_PRO_6000)
    ]
    assert found == [989, 4500, 467]
    assert throughput.tflops(accelerators.B200, "mxfp4") == 2250


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


@settings(max_examples=60)
@given(MODELS, PRECISIONS, ANY_GPU, SPLITS, some.integers(1, 512), some.integers(1, 64))
def test_more_sequences_never_shorten_a_step(model, precision, gpu, split, sequences, more):
    fewer = throughput.decode_step_seconds(model, precision, gpu, split, sequences, 2000)
    assert throughput.decode_step_seconds(model, precision, gpu, split, sequences + more, 2000) >= fewer


@settings(max_examples=60)
@given(MODELS, PRECISIONS, ANY_GPU, SPLITS, some.integers(16, 60_000), some.integers(1, 5_000))
def test_a_longer_prompt_never_takes_less(model, precision, gpu, split, tokens, more):
    short, long = (
        length / throughput.prefill_tokens_per_second(model, precision, gpu, split, length)
        for length in (tokens, tokens + more)
    )
    assert long >= short * (1 - 1e-9)


@settings(max_examples=60)
@given(DENSE, PRECISIONS, NVLINK, some.sampled_from([1, 2, 4]), some.integers(64, 16_384))
def test_more_gpus_on_nvlink_never_slow_prefill(model, precision, gpu, split, tokens):
    fewer = throughput.prefill_tokens_per_second(model, precision, gpu, split, tokens)
    assert throughput.prefill_tokens_per_second(model, precision, gpu, split * 2, tokens) >= fewer


@settings(max_examples=60)
@given(MODELS, PRECISIONS, ANY_GPU, some.integers(1, 512))
def test_more_bandwidth_and_compute_never_take_longer(model, precision, gpu, sequences):
    by = efficiencies.of(gpu)
    better = replace(
        gpu,
        bandwidth_gb_per_second=gpu.bandwidth_gb_per_second * 1.2,
        bf16_tflops=gpu.bf16_tflops * 1.2,
        fp8_tflops=gpu.fp8_tflops and gpu.fp8_tflops * 1.2,
    )
    now = throughput.decode_step_seconds(model, precision, gpu, 1, sequences, 2000, by)
    assert throughput.decode_step_seconds(model, precision, better, 1, sequences, 2000, by) < now


@pytest.mark.parametrize(
    ("share", "prefill", "steps", "sequences"),
    [
        # A step as long for ten as for one: each sequence adds its part.
        (0.8, 0.0, [0.02] * 10, 8),
        # Nearly twice as long for ten: six finish 6 in 16 ms and all ten 10 in 20 ms, three quarters of it in less.
        (0.8, 0.0, [0.01 + 0.001 * place for place in range(1, 11)], 6),
        # Mostly prompts, which sequences do not share: few do nearly all.
        (0.8, 1.0, [0.02] * 10, 4),
        (0.01, 0.1, [0.02] * 10, 1),
        (1.0, 0.1, [0.02] * 10, 10),
    ],
)
def test_few_sequences_do_more_than_their_part_of_the_work(share, prefill, steps, sequences):
    assert throughput.sequences_at(share, prefill, steps, 100) == sequences
