"""How far requests differ in length, and what that does to the queue.

Lengths are taken as lognormal, which two of their figures, mean and 95th percentile, determine.
"""

import math
from typing import Final

from components.settings.model import LoadSettings

Z95: Final = 1.6448536269514722
"""Standard deviations between the middle and the 95th percentile of a normal distribution."""


def squared_variation(mean: float, p95: float) -> float:
    """Squared coefficient of variation of a lognormal with that mean and 95th percentile.

    p95 / mean = exp(z s - s^2 / 2), so s = z - sqrt(z^2 - 2 ln(p95 / mean)), the narrower of two solutions, and the
    variance over the squared mean is exp(s^2) - 1. No lognormal's p95 lies above exp(z^2 / 2) = 3.87 means.
    """
    sigma = Z95 - math.sqrt(max(Z95**2 - 2 * math.log(p95 / mean), 0.0))
    return math.exp(sigma**2) - 1


def of_service(load: LoadSettings, prompt_seconds: float, answer_seconds: float) -> float:
    """Squared coefficient of variation of a request's time in a slot: reading its prompt, then writing its answer.

    Both times grow with their tokens and are taken as independent, so their variances add. A length without a p95
    counts as exponential, 1; without either the whole service does, and the queue is M/M/c.
    """
    if load.input_tokens_p95 is None and load.output_tokens_p95 is None:
        return 1.0
    prompt = squared_variation(load.input_tokens, load.input_tokens_p95) if load.input_tokens_p95 else 1.0
    answer = squared_variation(load.output_tokens, load.output_tokens_p95) if load.output_tokens_p95 else 1.0
    total = (prompt_seconds + answer_seconds) ** 2
    return (prompt * prompt_seconds**2 + answer * answer_seconds**2) / total


def waiting_factor(service_variation: float) -> float:
    """By how much longer than in M/M/c the queue is: (1 + c_s^2) / 2, arrivals being Poisson.

    The approximation of A. O. Allen and J. Cunneen (Allen, Probability, Statistics and Queueing Theory, 2nd ed. 1990),
    as generally known; exact for one server, where it is Pollaczek's and Khinchine's formula.
    """
    return (1 + service_variation) / 2


def longest_prompt(load: LoadSettings) -> float:
    """The prompt a promise at the 95th percentile is measured on, over the mean one; 1 where its p95 is not told."""
    return load.input_tokens_p95 / load.input_tokens if load.input_tokens_p95 else 1.0
