"""The vLLM server's own words: flags and environment, for the pinned release."""

import json
from pathlib import PurePosixPath
from typing import Final

from components.planning import labels
from components.planning.model_plan import ModelPlan
from components.planning.plan import RegionPlan

WEIGHTS: Final = "/weights"
CACHE: Final = "/cache"


def flags(model: ModelPlan) -> list[str]:
    """Arguments of `vllm serve`, which the image's entrypoint is: weights first, then what the plan decided."""
    engine = model.engine
    return [
        f"{WEIGHTS}/{model.weights.path}",
        f"--served-model-name={model.name}",
        f"--port={labels.SERVER_PORT}",
        f"--tensor-parallel-size={engine.tensor_parallel}",
        f"--max-model-len={engine.max_model_len}",
        f"--max-num-seqs={engine.max_num_seqs}",
        f"--max-num-batched-tokens={engine.max_num_batched_tokens}",
        f"--gpu-memory-utilization={engine.gpu_memory_utilization}",
        f"--kv-cache-dtype={engine.kv_cache_dtype}",
        # Defaults of this release, kept explicit: the plan's throughput rests on both.
        "--enable-prefix-caching",
        "--enable-chunked-prefill",
        # Running ones count too. Beyond it the answer is 503 at once, instead of a queue that nobody outlives.
        f"--max-num-queued-reqs={engine.max_inflight_requests}",
        # The default of 0 cuts off every answer in flight.
        f"--shutdown-timeout={model.drain.shutdown_seconds}",
        # In order, ahead of use: random reads over Lustre take several times as long.
        *(["--safetensors-load-strategy=prefetch"] if model.weights.read_ahead else []),
        # Probes and scrapes are most of a quiet server's log.
        "--disable-access-log-for-endpoints=/health,/metrics",
        *_quantization(model),
        *_speculation(model),
    ]


def _quantization(model: ModelPlan) -> list[str]:
    """Weights published in 16 bits and asked for in FP8 are quantised while they load; all others say so themselves."""
    online = model.precision == "fp8" and model.model.native_precision == "bf16"
    return ["--quantization=fp8"] if online and model.weights.repository == model.model.repository else []


def _speculation(model: ModelPlan) -> list[str]:
    """Guesses looked up in the prompt, by up to four tokens that went before."""
    if not model.engine.draft_tokens:
        return []
    told = {
        "method": "ngram",
        "num_speculative_tokens": model.engine.draft_tokens,
        "prompt_lookup_max": 4,
        # Left out it would be the same as the most (vllm/config/speculative.py, v0.31).
        "prompt_lookup_min": 1,
    }
    return [f"--speculative-config={json.dumps(told)}"]


def environment(model: ModelPlan, plan: RegionPlan) -> dict[str, str]:
    """Offline, discreet, and with every cache on a volume."""
    return {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "VLLM_NO_USAGE_STATS": "1",
        "VLLM_DO_NOT_TRACK": "1",
        "VLLM_HTTP_TIMEOUT_KEEP_ALIVE": str(plan.keep_alive_seconds),
        "VLLM_ENGINE_READY_TIMEOUT_S": str(
            model.probes.startup_period_seconds * model.probes.startup_failures
        ),
        "VLLM_CACHE_ROOT": f"{CACHE}/vllm",
        "HF_HOME": f"{CACHE}/huggingface",
        "TRITON_CACHE_DIR": f"{CACHE}/triton",
        "TORCHINDUCTOR_CACHE_DIR": f"{CACHE}/inductor",
        "HOME": CACHE,
        # Libraries ask who they are; the image need not know our user by number.
        "USER": "vllm",
        **{
            one.variable: f"{WEIGHTS}/{model.weights.path}/{PurePosixPath(one.path).parent}"
            for one in model.weights.beside
        },
    }
