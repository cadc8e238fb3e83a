"""What is written under the picture, and what those are told who hear it."""

from rehearsal.cluster.drawing.panels import most_of, series
from rehearsal.cluster.timeline import Recording


def footnote(recording: Recording) -> str:
    """How fast it was recorded, and what became of the requests."""
    counts, pace = recording.counts, recording.pace
    told = f"Minutes are the model's own; {pace:g} of them passed in one on the clock. " if pace != 1 else ""
    still = f", {counts.open:,} still open" if counts.open else ""
    return (
        f"{told}Of {counts.sent:,} requests sent, {counts.answered:,} were answered, {counts.refused:,} refused,"
        f" {counts.lost:,} lost{still}."
    )


def description(recording: Recording) -> str:
    """The picture as sentences."""
    samples, told = recording.samples, [recording.sentence]
    if samples:
        ready, minutes = [one.ready for one in samples], (samples[-1].seconds - samples[0].seconds) / 60
        told.append(
            f"Over {minutes:.0f} minutes up to {most_of(series(recording, 'arriving')):.3g} requests arrived a second,"
            f" up to {max(one.waiting or 0 for one in samples):,} waited, and {min(ready)} to {max(ready)} replicas were"
            f" ready; {ready[-1]} at the end."
        )
    events = "; ".join(f"{one.told} at {one.seconds / 60:.1f} minutes" for one in recording.events)
    told += [f"{events}."] if events else []
    return " ".join([*told, footnote(recording)])
