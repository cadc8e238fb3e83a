"""Names of the series that exist, as the pinned versions export them.

vLLM: read from the wheel of the pinned release (vllm/v1/metrics/loggers.py, 2026-11). DCGM: NVIDIA/dcgm-exporter's default
counters (etc/default-counters.csv, 2026-05). Karpenter: website metrics reference of 1.14. kube-state-metrics: its docs.
"""

from typing import Final

REQUESTS_RUNNING: Final = "vllm:num_requests_running"
REQUESTS_WAITING: Final = "vllm:num_requests_waiting"
KV_CACHE_USE: Final = "vllm:kv_cache_usage_perc"
TIME_TO_FIRST_TOKEN: Final = "vllm:time_to_first_token_seconds"
INTER_TOKEN: Final = "vllm:inter_token_latency_seconds"
QUEUE_TIME: Final = "vllm:request_queue_time_seconds"
END_TO_END: Final = "vllm:e2e_request_latency_seconds"
PROMPT_TOKENS: Final = "vllm:prompt_tokens_total"
GENERATION_TOKENS: Final = "vllm:generation_tokens_total"
REQUEST_SUCCESS: Final = "vllm:request_success_total"
PREEMPTIONS: Final = "vllm:num_preemptions_total"
PREFIX_QUERIES: Final = "vllm:prefix_cache_queries_total"
PREFIX_HITS: Final = "vllm:prefix_cache_hits_total"

GPU_UTILISATION: Final = "DCGM_FI_DEV_GPU_UTIL"
GPU_MEMORY_USED: Final = "DCGM_FI_DEV_FB_USED"
GPU_MEMORY_FREE: Final = "DCGM_FI_DEV_FB_FREE"
GPU_TEMPERATURE: Final = "DCGM_FI_DEV_GPU_TEMP"
GPU_POWER: Final = "DCGM_FI_DEV_POWER_USAGE"
GPU_XID: Final = "DCGM_FI_DEV_XID_ERRORS"

NODEPOOL_USAGE: Final = "karpenter_nodepools_usage"
NODEPOOL_LIMIT: Final = "karpenter_nodepools_limit"
NODEPOOL_COST: Final = "karpenter_nodepools_cost_total"
INTERRUPTIONS: Final = "karpenter_interruption_received_messages_total"

POD_STATUS: Final = "kube_pod_status_phase"
POD_READY: Final = "kube_pod_status_ready"
POD_REQUESTS: Final = "kube_pod_container_resource_requests"
DEPLOYMENT_READY: Final = "kube_deployment_status_replicas_ready"
DEPLOYMENT_REPLICAS: Final = "kube_deployment_spec_replicas"
HPA_MAX: Final = "kube_horizontalpodautoscaler_spec_max_replicas"
HPA_DESIRED: Final = "kube_horizontalpodautoscaler_status_desired_replicas"
HPA_CONDITION: Final = "kube_horizontalpodautoscaler_status_condition"
"""1 for each `condition` and the `status` that it has, in lower case. kube-state-metrics, stable (2026-11)."""
JOB_FAILED: Final = "kube_job_failed"
"""1 with `condition="true"` once a Job has given up; `kube_job_status_failed` counts failed pods of Jobs that succeeded."""
NODE_LABELS: Final = "kube_node_labels"
NODE_CAPACITY: Final = "kube_node_status_capacity"
UP: Final = "up"

_PLAIN: Final = (
    REQUESTS_RUNNING, REQUESTS_WAITING, KV_CACHE_USE, PROMPT_TOKENS, GENERATION_TOKENS, REQUEST_SUCCESS, PREEMPTIONS,
    PREFIX_QUERIES, PREFIX_HITS, GPU_UTILISATION, GPU_MEMORY_USED, GPU_MEMORY_FREE, GPU_TEMPERATURE, GPU_POWER, GPU_XID,
    NODEPOOL_USAGE, NODEPOOL_LIMIT, NODEPOOL_COST, INTERRUPTIONS, POD_STATUS, POD_READY, POD_REQUESTS, DEPLOYMENT_READY,
    DEPLOYMENT_REPLICAS, HPA_MAX, HPA_DESIRED, HPA_CONDITION, JOB_FAILED, NODE_LABELS, NODE_CAPACITY, UP,
)  # fmt: skip
HISTOGRAMS: Final = (TIME_TO_FIRST_TOKEN, INTER_TOKEN, QUEUE_TIME, END_TO_END)

KNOWN: Final = frozenset(
    {*_PLAIN, *(f"{name}{suffix}" for name in HISTOGRAMS for suffix in ("_bucket", "_sum", "_count"))}
)
"""Every series a query of the fleet may read."""

RETIRED: Final = frozenset(
    {
        "vllm:gpu_cache_usage_perc",
        "vllm:gpu_prefix_cache_queries",
        "vllm:gpu_prefix_cache_hits",
        "vllm:time_per_output_token_seconds",
        "vllm:num_requests_swapped",
        "vllm:cpu_cache_usage_perc",
    }
)
"""Names that older guides still show and the pinned vLLM no longer exports: a query on them reads nothing."""
