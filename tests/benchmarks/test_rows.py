import csv

import pytest

from benchmarks import closed_loop, planning, rows
from components.catalog import models
from components.planning import throughput

COLUMNS = [
    *("silicon_data_source", "backend", "model_path", "system", "precision", "mode", "isl", "osl"),
    *("batch_size", "tp_size", "attention_dp_size", "moe_ep_size", "silicon_ttft_ms", "silicon_tpot_ms"),
]
TYPICAL = {
    "silicon_data_source": "2026.csv; measured=2026-03-01T00:00:00Z",
    "backend": "vllm",
    "model_path": "Qwen/Qwen3-32B",
    "system": "h100_sxm",
    "precision": "fp8",
    "mode": "agg",
    "isl": "1000",
    "osl": "500",
    "batch_size": "16",
    "tp_size": "2",
    "silicon_ttft_ms": "150",
    "silicon_tpot_ms": "12",
}


@pytest.fixture
def read(tmp_path):
    """Rows of a file with these differences from a typical one, a line each."""

    def reading(*lines):
        path = tmp_path / "rows.csv"
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(TYPICAL | line for line in lines)
        return list(rows.read(path))

    return reading


def test_a_row_says_what_was_asked_and_measured(read):
    (row,) = read({})
    assert (row.model.name, row.precision, row.accelerator.instance_type) == (
        "qwen3-32b",
        "fp8",
        "p5.48xlarge",
    )
    assert (row.input_tokens, row.output_tokens, row.concurrency, row.tensor_parallel) == (900, 450, 16, 2)
    assert (row.first_token_seconds, row.token_seconds, row.measured) == (0.150, 0.012, "2026-03-01")


def test_runs_with_equal_lengths_are_as_long_as_they_say(read):
    (row,) = read({"silicon_data_source": "aic-auto-gap-analysis/x.csv"})
    assert (row.input_tokens, row.drawn_lengths, row.measured) == (1000, False, "")


@pytest.mark.parametrize(
    "other",
    [
        {"backend": "sglang"},
        {"mode": "disagg"},
        {"system": "gb200"},
        {"model_path": "somebody/else"},
        {"precision": "fp4"},
        {"attention_dp_size": "4"},
    ],
)
def test_what_the_planner_cannot_be_asked_is_not_read(read, other):
    assert read(other) == []


def test_untold_precision_is_16_bits_and_four_of_gpt_oss_are_mxfp4(read):
    found = read({"precision": ""}, {"model_path": "openai/gpt-oss-120b", "precision": "fp4"})
    assert [row.precision for row in found] == ["bf16", "mxfp4"]


def test_rows_left_out_are_counted_by_reason(read):
    found = read(
        {},
        {"silicon_tpot_ms": "13", "silicon_data_source": "2026.csv; measured=2026-04-01T00:00:00Z"},
        {"batch_size": "512", "isl": "8192", "silicon_tpot_ms": "1000"},
        {"osl": "100", "silicon_ttft_ms": "900"},
        {"silicon_data_source": "wrong.csv", "silicon_ttft_ms": "1", "silicon_tpot_ms": "0.1"},
        {"silicon_data_source": "wrong.csv", "isl": "2000"},
    )
    kept, left_out = rows.usable(found)
    assert [row.token_seconds for row in kept] == [0.013]
    assert left_out == {
        "repeated later": 1,
        "does not fit in GPU memory: the planner refuses it": 1,
        "queued before the server": 1,
        "from a file with prompts read faster than the GPU can": 2,
    }


def test_each_token_waits_for_the_prompts_of_the_others(read):
    """16 at a time: in 450 tokens each of 15 others is replaced; a tenth of all requests meet 7.5 others at the start."""
    (row,) = read({})
    gpu = row.accelerator.gpu
    qwen = models.find("qwen3-32b")
    prefill = 900 / throughput.prefill_tokens_per_second(qwen, "fp8", gpu, 2, 900)
    step = throughput.decode_step_seconds(qwen, "fp8", gpu, 2, 16, 1125)
    first, token = closed_loop.estimate(row)
    assert token == pytest.approx(step + 15 * prefill / 450)
    alone = throughput.first_token_seconds(qwen, "fp8", gpu, 2, prefill=prefill, step=step)
    assert first == pytest.approx(alone + 0.1 * 7.5 * prefill)


def test_the_large_fleet_is_four_regions_by_twenty_models():
    fleet = planning.large_fleet()
    assert (len(fleet.regions), len(fleet.models)) == (4, 20)
    assert all(one.instance_types == () for one in fleet.models.values())
