from components.catalog import models, quoted
from components.catalog.accelerators import find


def test_quoted_figures_are_of_known_models_on_the_gpu_they_name():
    for row in quoted.THROUGHPUTS:
        gpu, memory, *_ = [*row.gpu.split("-"), ""]
        title = find(row.instance_type).gpu.title
        assert gpu in title
        assert memory.removesuffix("GB") in title
        assert row.model in models.MODELS
    assert len(quoted.THROUGHPUTS) == 15


def test_the_quoted_month_and_break_even_follow_from_the_quoted_hour():
    assert quoted.A10G_USD_PER_HOUR * 720 == 576
    written = quoted.A10G_REQUESTS_PER_DAY * quoted.OUTPUT_TOKENS * 30 / 1e6
    assert round(quoted.A10G_USD_PER_MONTH / written, 2) == quoted.A10G_USD_PER_MILLION_OUTPUT
    daily = quoted.A10G_USD_PER_MONTH / 30 / (0.60 * quoted.OUTPUT_TOKENS / 1e6)
    assert daily == quoted.A10G_BREAK_EVEN_REQUESTS_PER_DAY
