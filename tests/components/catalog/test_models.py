import pytest

from components.catalog import models
from components.catalog.models import MODELS

DENSE = [one for one in MODELS.values() if one.experts == 1]
MIXTURES = [one for one in MODELS.values() if one.experts > 1]


def test_names_are_their_keys():
    assert all(name == one.name for name, one in MODELS.items())


@pytest.mark.parametrize("one", MODELS.values(), ids=lambda one: one.name)
def test_heads_divide_and_windows_are_whole(one):
    assert one.attention_heads % one.kv_heads == 0
    assert 0 <= one.sliding_layers < one.layers
    assert (one.sliding_layers > 0) == (one.sliding_window is not None)
    assert one.active_parameters <= one.parameters
    assert (one.active_parameters < one.parameters) == (one.experts > 1)


@pytest.mark.parametrize("one", DENSE, ids=lambda one: one.name)
def test_parameters_are_what_the_architecture_adds_up_to(one):
    """Attention and a gated MLP of 2.3 to 7 times the width, and one or two embeddings."""
    attention = one.layers * one.hidden_size * one.head_dim * 2 * (one.attention_heads + one.kv_heads)
    embeddings = one.vocabulary * one.hidden_size
    mlp = one.parameters - attention - embeddings
    width = mlp / (one.layers * 3 * one.hidden_size * one.hidden_size)
    assert 2.3 < width < 7.0


@pytest.mark.parametrize("one", MIXTURES, ids=lambda one: one.name)
def test_what_sleeps_in_a_mixture_is_experts_of_a_plausible_width(one):
    """A quarter (DeepSeek) to three and a half times (Mixtral) the hidden size, three matrices each, in every layer."""
    asleep = one.parameters - one.active_parameters
    width = asleep / ((one.experts - 1) * one.layers * 3 * one.hidden_size**2)
    assert 0.2 < width < 4


@pytest.mark.parametrize("one", MIXTURES, ids=lambda one: one.name)
def test_what_is_awake_holds_attention_and_an_embedding(one):
    heads = one.attention_heads + (0 if one.mla_latent_dim else one.kv_heads)
    attention = one.layers * one.hidden_size * one.head_dim * heads
    assert one.active_parameters > attention + one.vocabulary * one.hidden_size


def test_parameters_are_those_of_the_published_architecture():
    """Qwen3-8B by hand: 36 x (4096 x 128 x 2 x 40 + 3 x 4096 x 12288) + 2 x 151936 x 4096 = 8.19e9."""
    layer = 4096 * 128 * 2 * (32 + 8) + 3 * 4096 * 12288
    assert 36 * layer + 2 * 151936 * 4096 == pytest.approx(models.find("qwen3-8b").parameters, rel=1e-3)


def test_there_are_dense_models_mixtures_windows_and_latent_attention():
    assert len(MODELS) >= 15
    assert len(DENSE) >= 10
    assert len(MIXTURES) >= 5
    assert {one.mla_latent_dim for one in MODELS.values()} == {None, 576}
    assert {one.native_precision for one in MODELS.values()} == {"bf16", "fp8", "mxfp4"}


def test_revisions_are_full_commits():
    assert all(len(one.revision) == 40 for one in MODELS.values() if one.revision)


def test_families_group_sizes_of_one_model():
    assert models.find("gpt-oss-20b").family == models.find("gpt-oss-120b").family == "gpt-oss"
    assert models.find("qwen3-8b").family == "qwen"
    assert models.find("llama-4-scout-17b-16e-instruct").family == "llama"


def test_a_misspelt_model_is_answered_with_the_nearest():
    with pytest.raises(models.UnknownModel, match=r"did you mean llama-3\.1-8b-instruct\?"):
        models.find("llama-3.1-8b-instrct")
    assert "it has " in models.suggest("zzz")
