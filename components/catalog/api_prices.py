"""What providers charge for open-weight models behind an API, in US dollars per million tokens.

Read on 2026-11-21 from two independent tables that cite the providers' own price pages: the PyPI packages genai-prices
0.2.3 (2026-11) and litellm 1.109.1 (model_prices_and_context_window_backup.json). `compared` says that both hold the
same figures; where only one has the model, or they differ, the row says False and the newer citation is used. Amazon
Bedrock's are us-east-1's. Prices without batch or cache discounts. A row may be of a sister revision or a quantised
copy (Mistral 7B v0.2, DeepSeek R1 0528, Llama 3.1 "Turbo"): comparable, not identical.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

AS_OF: Final = date(2026, 11, 21)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiPrice:
    """One provider's list price of one model."""

    provider: str
    usd_per_million_input: float
    usd_per_million_output: float
    compared: bool
    """Whether two independent tables agree on it."""


_ROWS: Final[tuple[tuple[str, str, float, float, bool], ...]] = (
    ("llama-3.1-8b-instruct", "Amazon Bedrock", 0.22, 0.22, True),
    ("llama-3.1-8b-instruct", "Together AI", 0.18, 0.18, True),
    ("llama-3.1-8b-instruct", "Groq", 0.05, 0.08, False),
    ("llama-3.1-8b-instruct", "Novita", 0.02, 0.05, True),
    ("llama-3.1-70b-instruct", "Amazon Bedrock", 0.72, 0.72, True),
    ("llama-3.1-70b-instruct", "Together AI", 0.88, 0.88, True),
    ("llama-3.3-70b-instruct", "Amazon Bedrock", 0.72, 0.72, True),
    ("llama-3.3-70b-instruct", "Together AI", 1.04, 1.04, False),
    ("llama-3.3-70b-instruct", "Groq", 0.59, 0.79, False),
    ("llama-3.3-70b-instruct", "Novita", 0.135, 0.40, True),
    ("llama-4-scout-17b-16e-instruct", "Amazon Bedrock", 0.17, 0.66, True),
    ("llama-4-scout-17b-16e-instruct", "Together AI", 0.18, 0.59, True),
    ("llama-4-scout-17b-16e-instruct", "Novita", 0.18, 0.59, True),
    ("qwen3-8b", "Fireworks AI", 0.20, 0.20, False),
    ("qwen3-8b", "Novita", 0.035, 0.138, False),
    ("qwen3-14b", "DeepInfra", 0.12, 0.24, False),
    ("qwen3-14b", "Nebius", 0.08, 0.24, False),
    ("qwen3-32b", "Amazon Bedrock", 0.15, 0.60, True),
    ("qwen3-32b", "Groq", 0.29, 0.59, False),
    ("qwen3-32b", "DeepInfra", 0.08, 0.28, False),
    ("qwen3-30b-a3b", "DeepInfra", 0.12, 0.50, False),
    ("qwen3-30b-a3b", "Nebius", 0.10, 0.30, False),
    ("qwen3-235b-a22b", "Fireworks AI", 0.22, 0.88, True),
    ("qwen3-235b-a22b", "Nebius", 0.20, 0.60, False),
    ("mistral-7b-instruct-v0.3", "Amazon Bedrock", 0.15, 0.20, True),
    ("mistral-7b-instruct-v0.3", "Together AI", 0.20, 0.20, False),
    ("mistral-small-3.2-24b-instruct", "Mistral", 0.10, 0.30, False),
    ("mistral-small-3.2-24b-instruct", "DeepInfra", 0.075, 0.20, False),
    ("mixtral-8x7b-instruct-v0.1", "Amazon Bedrock", 0.45, 0.70, True),
    ("mixtral-8x7b-instruct-v0.1", "Together AI", 0.60, 0.60, False),
    ("gemma-3-4b-it", "Amazon Bedrock", 0.04, 0.08, True),
    ("gemma-3-12b-it", "Amazon Bedrock", 0.09, 0.29, True),
    ("gemma-3-12b-it", "Novita", 0.05, 0.10, True),
    ("gemma-3-27b-it", "Amazon Bedrock", 0.23, 0.38, True),
    ("gemma-3-27b-it", "Novita", 0.119, 0.20, True),
    ("deepseek-r1", "Fireworks AI", 3.0, 8.0, True),
    ("deepseek-r1", "Novita", 0.70, 2.50, True),
    ("gpt-oss-20b", "Amazon Bedrock", 0.07, 0.30, True),
    ("gpt-oss-20b", "Groq", 0.075, 0.30, True),
    ("gpt-oss-20b", "Together AI", 0.05, 0.20, False),
    ("gpt-oss-120b", "Amazon Bedrock", 0.15, 0.60, True),
    ("gpt-oss-120b", "Groq", 0.15, 0.60, True),
    ("gpt-oss-120b", "Cerebras", 0.35, 0.75, True),
    ("gpt-oss-120b", "Novita", 0.05, 0.25, True),
    ("phi-4", "Azure AI Foundry", 0.125, 0.50, True),
)


def _offers() -> Mapping[str, tuple[ApiPrice, ...]]:
    found: dict[str, list[ApiPrice]] = {}
    for model, provider, into, out, compared in _ROWS:
        price = ApiPrice(
            provider=provider, usd_per_million_input=into, usd_per_million_output=out, compared=compared
        )
        found.setdefault(model, []).append(price)
    return MappingProxyType({model: tuple(prices) for model, prices in found.items()})


OFFERS: Final[Mapping[str, tuple[ApiPrice, ...]]] = _offers()
"""By model of the catalog; a model without a row is compared with nothing."""
