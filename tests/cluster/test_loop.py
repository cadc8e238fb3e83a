"""The loop from a queue to a node and back: real KEDA, Prometheus, autoscaler, scheduler and Karpenter, at `PACE`.

All scenarios play at once and are played once; each test reads one recording, which is written with its picture beside it
to `build/loop`.
"""

import asyncio
import contextlib
import dataclasses
import itertools
import statistics
from collections.abc import Iterator

import pytest
from rich.table import Table
from rich.text import Text

from components.planning.terminal import plain_table
from components.settings.stackfile import ROOT
from rehearsal.cluster import timeline
from rehearsal.cluster.drawing.picture import svg
from rehearsal.cluster.loop.loop import Loop, loop
from rehearsal.cluster.timeline import Recording, Sample
from rehearsal.replay.law import SYNC_SECONDS
from tests.cluster import replayed
from tests.cluster.running import play
from tests.cluster.scenarios import MINUTE, SCENARIOS

pytestmark = pytest.mark.cluster

WRITTEN = ROOT / "build" / "loop"

LOOK_SECONDS = 15.0
"""Between two samples: what lies between them is not seen."""


@pytest.fixture(scope="module")
def running(orderly) -> Iterator[Loop]:
    with loop(replayed.fleet()) as started:
        yield started


@pytest.fixture(scope="module")
def recordings(running, show) -> dict[str, Recording]:
    # Of its own: the engine's SDK wants to find the thread's event loop as it was.
    with contextlib.closing(asyncio.new_event_loop()) as events:
        over = events.run_until_complete(play(running))
    found = over.recordings
    WRITTEN.mkdir(parents=True, exist_ok=True)
    for name, one in found.items():
        (WRITTEN / f"{name}.json").write_text(timeline.to_json(one))
        told = replayed.replay(one) if name in replayed.REPLAYED else ()
        (WRITTEN / f"{name}.svg").write_text(svg(one, told))
    show(played(found))
    for told in over.fallen:
        show(Text(f"started again, as Kubernetes would have: {told}"))
    return found


def played(found: dict[str, Recording]) -> Table:
    """What a person reads at the end of the run."""
    rows = plain_table()
    for column in ("Scenario", "Minutes", "Seconds here", "Sent", "Answered", "Refused", "Lost", "Replicas"):
        rows.add_column(column, justify="left" if column == "Scenario" else "right")
    for name, one in found.items():
        seconds = one.samples[-1].seconds
        counts = dataclasses.astuple(one.counts)
        held = [sample.replicas for sample in one.samples]
        rows.add_row(
            name,
            f"{seconds / MINUTE:.0f}",
            f"{seconds / one.pace:.0f}",
            *(f"{count:,}" for count in counts),
            f"{min(held)} to {max(held)}",
        )
    return rows


def steps(recording: Recording) -> list[tuple[float, int]]:
    """Second and change of each change of the Deployment's replicas."""
    return [
        (after.seconds, after.replicas - before.replicas)
        for before, after in itertools.pairwise(recording.samples)
        if after.replicas != before.replicas
    ]


def between(recording: Recording, first: float, last: float) -> list[Sample]:
    """Samples from one minute to another."""
    return [one for one in recording.samples if first * MINUTE <= one.seconds <= last * MINUTE]


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_was_accepted_was_answered(recordings, name):
    counts = recordings[name].counts
    assert counts.lost == counts.open == 0
    assert counts.answered


@pytest.mark.parametrize("name", SCENARIOS)
def test_replicas_stay_between_floor_and_ceiling(recordings, name):
    one = recordings[name]
    assert {sample.replicas for sample in one.samples} <= set(range(one.floor, one.ceiling + 1))


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_minute_adds_more_than_two_replicas(recordings, running, name):
    scaling = running.model(name).scaling
    samples = recordings[name].samples
    for place, first in enumerate(samples):
        # From nothing to one is KEDA's own step, before there is an autoscaler.
        if not first.replicas:
            continue
        until = first.seconds + scaling.up_period_seconds - LOOK_SECONDS / 2
        within = [one for one in samples[place:] if one.seconds < until]
        assert max(one.replicas for one in within) - first.replicas <= scaling.up_pods


def test_a_ramp_is_followed_until_everybody_is_served_in_time(recordings, running):
    one, model = recordings["ramp"], running.model("ramp")
    needed = SCENARIOS["ramp"].rate[-1][1] / model.throughput.requests_per_second
    last = one.samples[-1]
    assert last.ready == last.replicas == last.nodes >= min(needed, one.ceiling) > 3
    # Most of the time: arrivals come in bursts, and two minutes' p95 remembers each for two minutes.
    late = [sample.time_to_first_token_seconds or 0 for sample in between(one, 14, 20)]
    assert statistics.median(late) <= model.objective.time_to_first_token_seconds


def test_a_fall_waits_five_calm_minutes_and_then_lets_go_one_by_one(recordings, running):
    one, scaling = recordings["peak"], running.model("peak").scaling
    changes = steps(one)
    gone = [(second, change) for second, change in changes if change < 0]
    fell = 9 * MINUTE
    assert len(gone) >= 2
    assert {change for _, change in gone} == {-scaling.down_pods}
    assert gone[0][0] >= fell + scaling.down_window_seconds - LOOK_SECONDS
    apart = [after - before for (before, _), (after, _) in itertools.pairwise(gone)]
    assert min(apart) >= scaling.down_period_seconds - LOOK_SECONDS


def test_a_fall_never_turns_into_a_rise_again(recordings):
    changes = [change for _, change in steps(recordings["peak"])]
    assert changes == sorted(changes, key=lambda change: change < 0)


def test_a_flood_is_turned_away_where_the_queue_ends(recordings, running):
    one, engine = recordings["flood"], running.model("flood").engine
    assert one.counts.refused > one.counts.answered
    for sample in one.samples:
        held = (sample.waiting or 0) + (sample.running or 0)
        assert held <= engine.max_inflight_requests * sample.ready
    assert max(sample.waiting or 0 for sample in one.samples) >= engine.max_num_seqs


def test_a_spot_node_is_empty_when_it_is_taken_and_its_replica_comes_back(recordings):
    one = recordings["spot"]
    notice, empty, taken = one.events
    assert empty.told == "0 of its pods are left"
    assert notice.seconds < empty.seconds < taken.seconds
    # A replica that goes and another that comes may fall between two samples: fewer ready ones need not be seen.
    before = [sample for sample in one.samples if sample.seconds < notice.seconds][-1]
    assert one.samples[-1].ready >= before.ready


def test_a_known_peak_finds_its_replicas_ready(recordings):
    one = recordings["morning"]
    assert {sample.replicas for sample in between(one, 0, 0.9)} == {1}
    assert min(sample.ready for sample in between(one, 12.75, 18)) >= 4
    assert one.counts.refused == 0


def test_a_batch_model_wakes_from_nothing_and_goes_back_to_it(recordings):
    one = recordings["night"]
    assert {(sample.replicas, sample.nodes) for sample in between(one, 0, 0.9)} == {(0, 0)}
    assert min(sample.ready for sample in between(one, 11, 15)) >= 1
    assert one.counts.refused == 0
    last = one.samples[-1]
    assert (last.replicas, last.ready, last.nodes) == (0, 0, 0)


def test_blind_it_keeps_what_runs(recordings):
    one = recordings["blind"]
    gone, fallen_back, back, sees = (event.seconds for event in one.events)
    seen = [sample for sample in one.samples if sample.seconds < gone][-1]
    assert gone < fallen_back < back < sees
    for sample in one.samples:
        if gone <= sample.seconds <= back:
            assert sample.replicas >= seen.replicas
            assert sample.ready >= seen.ready > 1


def test_the_replay_follows_what_really_happened(recordings):
    """Nine of ten samples, on whatever machine this is: a second of its own is a decision's interval, and may be late by one.

    Of recordings that are kept, more is asked (`tests/rehearsal/replay`).
    """
    told = [recordings[name] for name in replayed.REPLAYED]
    near, every = replayed.all_within_one(told, late_seconds=SYNC_SECONDS)
    assert near / every >= 0.9
