"""The stand-in for vLLM answers, counts and refuses as the plan says."""

import asyncio
import contextlib

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from components.catalog import metrics
from rehearsal.replay.server import speed_of
from tests.cluster import replayed
from tests.cluster.model_server import PACE, Standing, Starting


@pytest.fixture(scope="module")
def model():
    return replayed.models()["ramp"]


def standing(model):
    return Standing(
        Starting(
            model=model.name,
            pod="ramp-5c8d8f446f-5pvrm",
            address="127.200.0.1",
            speed=speed_of(model),
            cold_seconds=0,
            shutdown_seconds=75,
        )
    )


def client(one):
    return httpx.AsyncClient(transport=httpx.ASGITransport(one.app), base_url="http://stand-in")


def run(work):
    """In an event loop of its own: the engine's SDK wants to find the thread's as it was."""
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        return loop.run_until_complete(work)


async def ask(one, count, output_tokens=400):
    """What so many requests at once are answered, with the clock going on."""
    ticking = asyncio.create_task(one.tick())
    async with client(one) as asking:
        body = {"input_tokens": 1000, "output_tokens": output_tokens}
        answers = await asyncio.gather(*(asking.post("/v1/completions", json=body) for _ in range(count)))
        text = (await asking.get("/metrics")).text
    ticking.cancel()
    return answers, {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_an_answer_takes_as_long_as_the_plan_says(model):
    answers, _ = run(ask(standing(model), 1))
    speed = speed_of(model)
    planned = 1000 / speed.prompt_tokens_per_second + 400 * speed.step_seconds[1]
    # A tick, and what a busy machine needs to wake up, fifteen times.
    assert planned <= answers[0].json()["seconds"] <= planned + 0.5 * PACE


def test_beyond_its_queue_it_refuses_and_what_it_took_it_answers(model):
    answers, _ = run(ask(standing(model), 30, output_tokens=50))
    codes = [one.status_code for one in answers]
    assert codes.count(200) == model.engine.max_inflight_requests
    assert codes.count(503) == 30 - model.engine.max_inflight_requests


def test_it_exports_the_names_that_the_queries_read(model):
    _, series = run(ask(standing(model), 2, output_tokens=10))
    for name in (metrics.REQUESTS_RUNNING, metrics.REQUESTS_WAITING, metrics.KV_CACHE_USE):
        assert series[name] == 0
    assert series[f"{metrics.TIME_TO_FIRST_TOKEN}_count"] == 2


def test_a_gpu_that_did_nothing_is_told_as_idle(model):
    one = standing(model)
    (family,) = one.exporter.collect()
    (sample,) = family.samples
    assert (sample.name, sample.value) == (metrics.GPU_UTILISATION, 0)
    assert sample.labels["pod"] == "ramp-5c8d8f446f-5pvrm"
