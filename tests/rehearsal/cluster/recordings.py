"""Recordings small enough to count on one's fingers."""

from rehearsal.cluster.timeline import Counts, Event, Recording, Sample, Thresholds

THRESHOLDS = Thresholds(
    waiting_requests=8, kv_cache_use=0.8, gpu_utilisation_percent=90, time_to_first_token_seconds=2
)


def sample(seconds, replicas=2, **changed):
    """A fleet at rest, but for what is changed."""
    usual = {
        "seconds": seconds,
        "desired": replicas,
        "replicas": replicas,
        "ready": replicas,
        "nodes": replicas,
        "waiting": 0,
        "running": 3,
        "arriving": 1.5,
        "kv_cache_use": 0.4,
        "gpu_utilisation_percent": 45.0,
        "time_to_first_token_seconds": 0.25,
    }
    return Sample(**(usual | changed))


def recording(*samples, **changed):
    usual = {
        "name": "rise",
        "sentence": "Traffic doubles.",
        "pace": 20,
        "floor": 1,
        "ceiling": 8,
        "counts": Counts(sent=1210, answered=1200, refused=7, lost=2),
        "samples": samples,
        "thresholds": THRESHOLDS,
    }
    return Recording(**(usual | changed))


def risen(**changed):
    """Two replicas, then four, then three; ready follows the spec, and the spec follows what is desired."""
    counts = [(2, 2, 2), (4, 2, 2), (4, 4, 2), (4, 4, 4), (3, 4, 4), (3, 3, 3)]
    samples = [
        sample(60.0 * position, desired=desired, replicas=spec, ready=ready, nodes=ready)
        for position, (desired, spec, ready) in enumerate(counts)
    ]
    return recording(*samples, events=(Event(60, "first 503"), Event(240, "calm again")), **changed)
