import dataclasses

from hypothesis import given, settings
from hypothesis import strategies as st

from components.catalog import accelerators, models
from components.planning import memory_limits
from components.planning.memory_limits import fits, limits_of_memory
from components.planning.placement import Placement, place
from components.settings.model import ModelSettings

LLAMA = models.find("llama-3.1-8b-instruct")
MODELS = st.sampled_from(sorted(models.MODELS))
TYPES = st.sampled_from(sorted(accelerators.ACCELERATORS))


def fewest_gpus(limits, settings):
    """The fewest GPUs that hold the planned sequences at mean length and one of the longest context, if any do."""
    for one in limits:
        if one.most_sequences_at_mean >= settings.concurrent_sequences and one.most_sequences >= 1:
            return one.tensor_parallel
    return None


def asked(**chosen):
    return ModelSettings.model_validate(
        {"model": "llama-3.1-8b-instruct", "load": {"peak_requests_per_second": 1}, **chosen}
    )


def test_the_longest_context_is_what_the_cache_holds_divided_by_sequences(monkeypatch):
    """GPU of 40 GiB, 36 usable; 16 GiB weights, 4 GiB activations leave 16 GiB; 128 KiB a token: 131,072 tokens."""
    monkeypatch.setattr(memory_limits.memory, "weight_bytes", lambda *_: 16 * 1024**3)
    monkeypatch.setattr(memory_limits.memory, "activation_gib", lambda *_: 4.0)
    card = dataclasses.replace(accelerators.L40S, memory_mib=40 * 1024)
    machine = dataclasses.replace(accelerators.find("g6e.xlarge"), gpu=card)
    (found,) = limits_of_memory(asked(concurrent_sequences=16, context_tokens=4096), LLAMA, machine)
    assert found.longest_context_tokens == 131_072 // 16
    assert found.most_sequences == 131_072 // 4096
    assert found.most_sequences_at_mean == 131_072 // 1250


def test_heads_that_do_not_divide_hold_nothing():
    """phi-4 has 40 attention and 10 KV heads: over 4 GPUs neither is KV whole nor copied evenly."""
    found = limits_of_memory(asked(model="phi-4"), models.find("phi-4"), accelerators.find("p5.48xlarge"))
    assert [(one.tensor_parallel, one.divides) for one in found] == [
        (1, True),
        (2, True),
        (4, False),
        (8, False),
    ]
    assert found[2].most_sequences == 0


def test_a_model_too_large_for_every_split_needs_more_than_the_node():
    found = limits_of_memory(
        asked(model="deepseek-r1"), models.find("deepseek-r1"), accelerators.find("p5.48xlarge")
    )
    assert fewest_gpus(found, asked()) is None
    assert found[-1].longest_context_tokens == 0


@settings(max_examples=60, deadline=None)
@given(MODELS, TYPES, st.integers(1, 256), st.integers(1, 16384))
def test_what_fits_is_exactly_at_the_limit(name, instance_type, sequences, tokens):
    model, machine = models.find(name), accelerators.find(instance_type)
    wanted = asked(model=name, concurrent_sequences=sequences, context_tokens=max(tokens, 512))
    for one in limits_of_memory(wanted, model, machine):
        room = {"precision": model.native_precision, "accelerator": machine}
        if one.longest_context_tokens:
            length = one.longest_context_tokens
            assert fits(
                model, **room, tensor_parallel=one.tensor_parallel, sequences=sequences, tokens=length
            )
        if one.divides and one.longest_context_tokens < model.max_context:
            length = one.longest_context_tokens + 1
            assert not fits(
                model, **room, tensor_parallel=one.tensor_parallel, sequences=sequences, tokens=length
            )


@settings(max_examples=60, deadline=None)
@given(MODELS, st.sampled_from(["g6.xlarge", "g6e.xlarge", "p5.48xlarge"]), st.integers(1, 128))
def test_a_larger_gpu_never_fits_less(name, instance_type, sequences):
    machine = accelerators.find(instance_type)
    larger = dataclasses.replace(
        machine, gpu=dataclasses.replace(machine.gpu, memory_mib=machine.gpu.memory_mib + 4096)
    )
    wanted = asked(model=name, concurrent_sequences=sequences)
    model = models.find(name)
    for less, more in zip(
        limits_of_memory(wanted, model, machine), limits_of_memory(wanted, model, larger), strict=True
    ):
        # Past 70 GiB vLLM takes larger steps, which need more activations; these three stay on their side.
        assert more.longest_context_tokens >= less.longest_context_tokens
        assert more.most_sequences >= less.most_sequences


@settings(max_examples=60, deadline=None)
@given(MODELS, TYPES, st.integers(1, 256))
def test_the_planner_and_the_limits_agree_on_the_fewest_gpus(name, instance_type, sequences):
    """Memory alone: where a placement succeeds it takes no fewer GPUs than the limits allow."""
    model, machine = models.find(name), accelerators.find(instance_type)
    wanted = asked(model=name, concurrent_sequences=sequences)
    found = place(wanted, model, machine, "us-east-1") if instance_type != "p5e.48xlarge" else None
    if isinstance(found, Placement):
        least = fewest_gpus(limits_of_memory(wanted, model, machine), wanted)
        assert least is not None
        assert least <= found.engine.tensor_parallel
