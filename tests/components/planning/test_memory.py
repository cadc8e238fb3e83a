import pytest

from components.catalog import accelerators, models
from components.planning import memory
from components.planning.memory import GIB

LLAMA_8B = models.find("llama-3.1-8b-instruct")
LLAMA_70B = models.find("llama-3.3-70b-instruct")


def plan(model, precision, instance_type, gpus, sequences=32, mean_tokens=1250):
    return memory.memory_plan(
        model,
        precision,
        accelerators.find(instance_type),
        gpus,
        batched_tokens=2048,
        sequences=sequences,
        mean_tokens=mean_tokens,
    )


def test_weights_in_bf16_are_two_bytes_a_parameter():
    assert memory.weight_bytes(LLAMA_8B, "bf16") == pytest.approx(2 * 8.03e9)


def test_mxfp4_files_come_within_five_percent_of_what_is_published():
    assert memory.weight_bytes(models.find("gpt-oss-120b"), "mxfp4") == pytest.approx(65.2e9, rel=0.05)


def test_a_llama_8b_token_keeps_128_kib_of_keys_and_values():
    assert memory.kv_bytes_per_sequence(LLAMA_8B, 1) == 2 * 32 * 8 * 128 * 2 == 131072


def test_mla_keeps_one_latent_vector_a_layer():
    assert memory.kv_bytes_per_sequence(models.find("deepseek-r1"), 1) == 61 * 576 * 2


def test_sliding_layers_stop_growing_at_their_window():
    gemma = models.find("gemma-3-27b-it")
    per_token_and_layer = 2 * 16 * 128 * 2
    assert memory.kv_bytes_per_sequence(gemma, 100_000) == per_token_and_layer * (10 * 100_000 + 52 * 1024)


def test_a_70b_model_in_bf16_fits_four_80_gb_gpus_and_not_one():
    assert plan(LLAMA_70B, "bf16", "p4de.24xlarge", 1).kv_cache_gib < 0
    assert plan(LLAMA_70B, "bf16", "p4de.24xlarge", 4).kv_cache_gib > 30


def test_what_does_not_fit_says_by_how_much():
    short = plan(LLAMA_8B, "bf16", "g6.xlarge", 1)
    missing = memory.shortfall_gib(short, LLAMA_8B, 1, context_tokens=8192, sequences=64, mean_tokens=1250)
    needed = 64 * memory.kv_bytes_per_sequence(LLAMA_8B, 1250) / GIB
    assert missing == pytest.approx(needed - short.kv_cache_gib)


def test_one_request_of_the_longest_context_must_fit_too():
    roomy = plan(LLAMA_8B, "bf16", "g6e.xlarge", 1, sequences=1)
    assert memory.shortfall_gib(roomy, LLAMA_8B, 1, context_tokens=8192, sequences=1, mean_tokens=100) == 0
    assert memory.shortfall_gib(roomy, LLAMA_8B, 1, context_tokens=10**6, sequences=1, mean_tokens=100) > 0


def test_heads_must_divide():
    assert memory.divides(LLAMA_8B, 8)
    assert not memory.divides(models.find("phi-4"), 8)


@pytest.mark.parametrize("name", models.MODELS)
def test_a_larger_gpu_never_fits_less(name):
    ordered = ("g5.xlarge", "g6e.xlarge", "p5.4xlarge", "g7e.2xlarge", "p6-b300.48xlarge")
    room = [plan(models.find(name), "fp8", one, 1).cached_tokens for one in ordered]
    assert room == sorted(room)


@pytest.mark.parametrize(("sequences", "use"), [(32, 0.4), (64, 0.8), (200, 1.0)])
def test_slots_run_out_long_before_a_large_cache_and_never_use_more_than_all_of_it(sequences, use):
    assert memory.cache_use(100_000, sequences, 1250) == pytest.approx(use)
