"""Open-weight models and the figures of their architecture.

Each row states what the model's published config.json (Hugging Face) says and, for parameter counts, its model card.
Compared on 2026-11-21, layers, heads, widths, vocabulary, context, experts and windows: Llama 3.1 and 4, Qwen3 (but 4B
and 14B), Mixtral, DeepSeek R1 and gpt-oss with the config.json files in the PyPI package aiconfigurator-core 0.12.0, whose
architectures also add up to the parameters given (Llama 4 Scout's 0.8e9 more are its vision tower; gpt-oss counts one
embedding among its active ones); Llama 3.2 and 3.3, Qwen3 4B and 14B, Mistral 7B, Gemma 3 and Phi-4 with the PyPI package
litgpt 0.5.13, which copies them (Gemma's vocabulary there is 262144, without the padding of the published 262208). Not in
those files: that three of four Llama 4 layers look back one window (its model code's default), DeepSeek's head_dim (its
v_head_dim). Not compared with anything: Mistral Small 3.2; licences and gating. Revisions: found as that repository's
commit in several public projects' pins, 2026-11-21. Experts per token: the same files of aiconfigurator-core.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

NativePrecision = Literal["bf16", "fp8", "mxfp4"]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that a model's repository lacks."""

    path: str
    """Where it lies below the weights."""
    url: str
    sha256: str
    variable: str
    """Environment variable that tells the server the folder it lies in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One model as published."""

    name: str
    repository: str
    license: str
    gated: bool
    """Downloading needs a token of somebody who accepted the licence."""
    revision: str | None = None
    """Full commit the fleet pins by default; None where the stack file must name one."""
    parameters: float
    active_parameters: float
    """Per token; fewer than `parameters` in a mixture of experts."""
    layers: int
    attention_heads: int
    kv_heads: int
    head_dim: int
    hidden_size: int
    vocabulary: int
    max_context: int
    experts: int = 1
    experts_per_token: int = 1
    sliding_window: int | None = None
    """Tokens that `sliding_layers` of the layers look back; the others keep everything."""
    sliding_layers: int = 0
    mla_latent_dim: int | None = None
    """Compressed key-value width per token and layer (kv_lora_rank + qk_rope_head_dim); replaces heads x dim."""
    native_precision: NativePrecision = "bf16"
    beside: tuple[File, ...] = ()
    """Published with the weights, since a server may not reach the internet. What is published is never added to: a change
    here reaches a fleet with the model's next revision."""

    @property
    def woken_share(self) -> float:
        """Of a mixture's routed experts, those that one token wakes; 1 where there is one."""
        return self.experts_per_token / self.experts

    @property
    def expert_parameters(self) -> float:
        """In routed experts: what makes all parameters more than the active ones; 0 in a dense model."""
        asleep = 1 - self.woken_share
        return (self.parameters - self.active_parameters) / asleep if asleep else 0.0

    @property
    def family(self) -> str:
        """`llama` of `llama-3.1-8b-instruct`: node pools are kept apart by it."""
        first = self.name.split("-")[0].rstrip("0123456789")
        return "gpt-oss" if first == "gpt" else first


GPT_OSS_ENCODING: Final = File(
    path="tiktoken/o200k_base.tiktoken",
    url="https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken",
    sha256="446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    variable="TIKTOKEN_ENCODINGS_BASE",
)
"""The vocabulary that openai_harmony, vLLM's renderer for gpt-oss, asks OpenAI's storage for when a server starts (vllm
issue 22515); digest as tiktoken and several public tools pin it, read 2026-11-21."""


class UnknownModel(LookupError):
    """A model that is not in the catalog."""


_ALL: Final = (
    Model(
        name="llama-3.1-8b-instruct", repository="meta-llama/Llama-3.1-8B-Instruct", license="llama3.1", gated=True,
        revision="0e9e39f249a16976918f6564b8830bc894c89659",
        parameters=8.03e9, active_parameters=8.03e9, layers=32, attention_heads=32, kv_heads=8, head_dim=128,
        hidden_size=4096, vocabulary=128256, max_context=131072,
    ),
    Model(
        name="llama-3.1-70b-instruct", repository="meta-llama/Llama-3.1-70B-Instruct", license="llama3.1", gated=True,
        parameters=70.55e9, active_parameters=70.55e9, layers=80, attention_heads=64, kv_heads=8, head_dim=128,
        hidden_size=8192, vocabulary=128256, max_context=131072,
    ),
    Model(
        name="llama-3.2-3b-instruct", repository="meta-llama/Llama-3.2-3B-Instruct", license="llama3.2", gated=True,
        parameters=3.21e9, active_parameters=3.21e9, layers=28, attention_heads=24, kv_heads=8, head_dim=128,
        hidden_size=3072, vocabulary=128256, max_context=131072,
    ),
    Model(
        name="llama-3.3-70b-instruct", repository="meta-llama/Llama-3.3-70B-Instruct", license="llama3.3", gated=True,
        revision="6f6073b423013f6a7d4d9f39144961bfbfbc386b",
        parameters=70.55e9, active_parameters=70.55e9, layers=80, attention_heads=64, kv_heads=8, head_dim=128,
        hidden_size=8192, vocabulary=128256, max_context=131072,
    ),
    Model(
        name="llama-4-scout-17b-16e-instruct", repository="meta-llama/Llama-4-Scout-17B-16E-Instruct", license="llama4",
        gated=True, parameters=108.6e9, active_parameters=17.2e9, layers=48, attention_heads=40, kv_heads=8,
        head_dim=128, hidden_size=5120, vocabulary=202048, max_context=10485760, experts=16,
        sliding_window=8192, sliding_layers=36,
    ),
    Model(
        name="qwen3-4b", repository="Qwen/Qwen3-4B", license="apache-2.0", gated=False,
        parameters=4.02e9, active_parameters=4.02e9, layers=36, attention_heads=32, kv_heads=8, head_dim=128,
        hidden_size=2560, vocabulary=151936, max_context=40960,
    ),
    Model(
        name="qwen3-8b", repository="Qwen/Qwen3-8B", license="apache-2.0", gated=False,
        revision="b968826d9c46dd6066d109eabc6255188de91218",
        parameters=8.19e9, active_parameters=8.19e9, layers=36, attention_heads=32, kv_heads=8, head_dim=128,
        hidden_size=4096, vocabulary=151936, max_context=40960,
    ),
    Model(
        name="qwen3-14b", repository="Qwen/Qwen3-14B", license="apache-2.0", gated=False,
        parameters=14.77e9, active_parameters=14.77e9, layers=40, attention_heads=40, kv_heads=8, head_dim=128,
        hidden_size=5120, vocabulary=151936, max_context=40960,
    ),
    Model(
        name="qwen3-32b", repository="Qwen/Qwen3-32B", license="apache-2.0", gated=False,
        revision="9216db5781bf21249d130ec9da846c4624c16137",
        parameters=32.76e9, active_parameters=32.76e9, layers=64, attention_heads=64, kv_heads=8, head_dim=128,
        hidden_size=5120, vocabulary=151936, max_context=40960,
    ),
    Model(
        name="qwen3-30b-a3b", repository="Qwen/Qwen3-30B-A3B", license="apache-2.0", gated=False,
        parameters=30.53e9, active_parameters=3.35e9, layers=48, attention_heads=32, kv_heads=4, head_dim=128,
        hidden_size=2048, vocabulary=151936, max_context=40960, experts=128, experts_per_token=8,
    ),
    Model(
        name="qwen3-235b-a22b", repository="Qwen/Qwen3-235B-A22B", license="apache-2.0", gated=False,
        parameters=235.09e9, active_parameters=22.2e9, layers=94, attention_heads=64, kv_heads=4, head_dim=128,
        hidden_size=4096, vocabulary=151936, max_context=40960, experts=128, experts_per_token=8,
    ),
    Model(
        name="mistral-7b-instruct-v0.3", repository="mistralai/Mistral-7B-Instruct-v0.3", license="apache-2.0", gated=True,
        parameters=7.25e9, active_parameters=7.25e9, layers=32, attention_heads=32, kv_heads=8, head_dim=128,
        hidden_size=4096, vocabulary=32768, max_context=32768,
    ),
    Model(
        name="mistral-small-3.2-24b-instruct", repository="mistralai/Mistral-Small-3.2-24B-Instruct-2506",
        license="apache-2.0", gated=False,
        parameters=24.01e9, active_parameters=24.01e9, layers=40, attention_heads=32, kv_heads=8, head_dim=128,
        hidden_size=5120, vocabulary=131072, max_context=131072,
    ),
    Model(
        name="mixtral-8x7b-instruct-v0.1", repository="mistralai/Mixtral-8x7B-Instruct-v0.1", license="apache-2.0",
        gated=True, parameters=46.7e9, active_parameters=12.88e9, layers=32, attention_heads=32, kv_heads=8,
        head_dim=128, hidden_size=4096, vocabulary=32000, max_context=32768, experts=8, experts_per_token=2,
    ),
    Model(
        name="gemma-3-4b-it", repository="google/gemma-3-4b-it", license="gemma", gated=True,
        parameters=4.3e9, active_parameters=4.3e9, layers=34, attention_heads=8, kv_heads=4, head_dim=256,
        hidden_size=2560, vocabulary=262208, max_context=131072, sliding_window=1024, sliding_layers=29,
    ),
    Model(
        name="gemma-3-12b-it", repository="google/gemma-3-12b-it", license="gemma", gated=True,
        parameters=12.19e9, active_parameters=12.19e9, layers=48, attention_heads=16, kv_heads=8, head_dim=256,
        hidden_size=3840, vocabulary=262208, max_context=131072, sliding_window=1024, sliding_layers=40,
    ),
    Model(
        name="gemma-3-27b-it", repository="google/gemma-3-27b-it", license="gemma", gated=True,
        parameters=27.43e9, active_parameters=27.43e9, layers=62, attention_heads=32, kv_heads=16, head_dim=128,
        hidden_size=5376, vocabulary=262208, max_context=131072, sliding_window=1024, sliding_layers=52,
    ),
    Model(
        name="deepseek-r1", repository="deepseek-ai/DeepSeek-R1", license="mit", gated=False,
        parameters=671.0e9, active_parameters=37.0e9, layers=61, attention_heads=128, kv_heads=128, head_dim=128,
        hidden_size=7168, vocabulary=129280, max_context=163840, experts=256, experts_per_token=8, mla_latent_dim=576,
        native_precision="fp8",
    ),
    Model(
        name="gpt-oss-20b", repository="openai/gpt-oss-20b", license="apache-2.0", gated=False,
        revision="6cee5e81ee83917806bbde320786a8fb61efebee",
        parameters=20.9e9, active_parameters=3.6e9, layers=24, attention_heads=64, kv_heads=8, head_dim=64,
        hidden_size=2880, vocabulary=201088, max_context=131072, experts=32, experts_per_token=4, sliding_window=128,
        sliding_layers=12, native_precision="mxfp4", beside=(GPT_OSS_ENCODING,),
    ),
    Model(
        name="gpt-oss-120b", repository="openai/gpt-oss-120b", license="apache-2.0", gated=False,
        revision="b5c939de8f754692c1647ca79fbf85e8c1e70f8a",
        parameters=116.8e9, active_parameters=5.1e9, layers=36, attention_heads=64, kv_heads=8, head_dim=64,
        hidden_size=2880, vocabulary=201088, max_context=131072, experts=128, experts_per_token=4, sliding_window=128,
        sliding_layers=18, native_precision="mxfp4", beside=(GPT_OSS_ENCODING,),
    ),
    Model(
        name="phi-4", repository="microsoft/phi-4", license="mit", gated=False,
        parameters=14.66e9, active_parameters=14.66e9, layers=40, attention_heads=40, kv_heads=10, head_dim=128,
        hidden_size=5120, vocabulary=100352, max_context=16384,
    ),
)  # fmt: skip

MODELS: Final[Mapping[str, Model]] = MappingProxyType({one.name: one for one in _ALL})


def find(name: str) -> Model:
    """The model of that name; raises `UnknownModel` with a suggestion."""
    if name not in MODELS:
        raise UnknownModel(suggest(name))
    return MODELS[name]


def suggest(name: str) -> str:
    """What to tell somebody who asked for a model that is not here."""
    near = difflib.get_close_matches(name, MODELS, n=1)
    return f"{name} is not in the model catalog" + (
        f"; did you mean {near[0]}?" if near else f"; it has {', '.join(sorted(MODELS))}"
    )
