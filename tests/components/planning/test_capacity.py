import pytest

from components.catalog import prices, quoted
from components.planning import capacity
from components.planning.capacity import Capacity, Comparison
from components.planning.capacity_sheets import capacity_data, capacity_sheets


def row(gpu, size):
    return next(one for one in quoted.THROUGHPUTS if (one.gpu, one.size) == (gpu, size))


def test_agreement_ends_at_a_quarter_either_way():
    assert Comparison(what="", quoted=100, ours=125, because="").agrees
    assert Comparison(what="", quoted=100, ours=75, because="").agrees
    assert not Comparison(what="", quoted=100, ours=125.1, because="").agrees
    assert not Comparison(what="", quoted=0, ours=1, because="").agrees


def test_a_full_gpu_costs_its_hour_over_what_it_writes():
    one = Capacity(
        gpus=1, sequences=8, written_tokens_per_second=500, tokens_per_second=1500, usd_per_hour=1.8
    )
    # 1.8M tokens an hour for $1.80.
    assert one.usd_per_million_written == pytest.approx(1.0)


def test_figures_are_of_one_gpu_of_those_that_share_a_copy():
    found = capacity.capacities("llama-3.1-70b-instruct", "p5.48xlarge", (32,))
    placed = capacity.placed("llama-3.1-70b-instruct", "p5.48xlarge", 32)
    (one,) = found
    assert one.gpus == placed.engine.tensor_parallel > 1
    assert one.written_tokens_per_second * one.gpus == pytest.approx(placed.requests_per_second * 500)
    assert one.tokens_per_second == pytest.approx(3 * one.written_tokens_per_second)
    assert one.usd_per_hour == pytest.approx(prices.on_demand_usd_per_hour("p5.48xlarge", "us-east-1") / 8)


def test_larger_batches_write_more_until_they_need_more_gpus():
    found = capacity.capacities("llama-3.1-8b-instruct", "p5.48xlarge")
    assert [one.sequences for one in found] == list(capacity.BATCHES)
    written = [one.written_tokens_per_second for one in found]
    assert written == sorted(written)


def test_where_we_disagree_the_batch_that_writes_the_quoted_figure_is_named():
    best, told = capacity.throughput(row("H100", "8B"))
    assert best is not None
    least = int(told.because.split("quoted is what ")[1].split()[0])
    at, below = (
        capacity.capacities("llama-3.1-8b-instruct", "p5.48xlarge", (n,))[0] for n in (least, least // 2)
    )
    assert below.written_tokens_per_second < 4000 <= at.written_tokens_per_second
    assert told.because.endswith("measured 5,777 (MLPerf Inference v5.1, offline, FP8)")


def test_what_does_not_fit_one_gpu_may_fit_several():
    best, told = capacity.throughput(row("A10G", "70B"))
    assert best is not None
    assert not told.agrees
    assert told.because == f"ours: one does not hold it, {best.gpus} together do"
    assert best.gpus > 1


def test_users_at_once_fall_with_the_seconds_they_are_promised():
    assert capacity.users_at_once(0.020) == 0
    assert 0 < capacity.users_at_once(0.050) < capacity.users_at_once(0.100)


def test_dollars_of_the_a10g_are_awss_own():
    claims = {one.what: one for one in capacity.claims()}
    assert claims["A10G, $ an hour"].ours == 1.006
    assert claims["A10G, $ a month"].ours == pytest.approx(1.006 * 730)
    # 10,000 requests of 500 tokens a day, 730/24 days: 152.1M tokens.
    written = claims["A10G, $ per 1M written at 10,000 requests/day"].ours
    assert written == pytest.approx(734.38 / 152.083, rel=1e-4)
    # $24.144 a day at $0.0003 a request.
    assert claims["A10G, break-even requests/day at $0.60 per 1M"].ours == pytest.approx(80_480)


def test_attention_heads_divide_over_powers_of_two_only():
    claims = {one.what: one for one in capacity.claims()}
    assert claims["8B, H100s that hold 8 x 4,096 tokens"].ours == 1
    assert claims["70B, H100s that hold 4 x 8,192 tokens"].ours in (2, 4, 8)


def test_memory_follows_from_the_published_architecture():
    claims = {one.what: one for one in capacity.claims()}
    # 8.03 billion parameters of two bytes; 2 x 32 layers x 8 heads x 128 x 2 bytes for each of 8 x 4,096 tokens.
    assert claims["8B weights, GB"].ours == pytest.approx(16.06)
    assert claims["8B KV cache of 8 x 4,096 tokens, GB"].ours == pytest.approx(131_072 * 8 * 4096 / 1e9)
    # 80 layers: 327,680 bytes a token.
    assert claims["70B KV cache of 4 x 8,192 tokens, GB"].ours == pytest.approx(327_680 * 4 * 8192 / 1e9)
    assert all(one.agrees for what, one in claims.items() if "GB" in what)


def test_every_quoted_figure_has_a_line_and_a_verdict():
    throughput, claims = capacity_sheets()
    assert len(throughput.rows) == 15
    assert len(claims.rows) == 12
    assert all(line[-1] for line in (*throughput.rows, *claims.rows))
    data = capacity_data()
    assert [len(data["throughput"]), len(data["claims"])] == [15, 12]
