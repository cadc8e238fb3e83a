"""From demand to replicas, with the queue in front of them."""

import math

from components.planning import limits


def erlang_c(servers: int, offered: float) -> float:
    """Chance that an arrival waits, in M/M/c with `offered` Erlangs (Erlang 1917; by the stable recursion of B)."""
    if offered >= servers:
        return 1.0
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = offered * blocked / (count + offered * blocked)
    load = offered / servers
    return blocked / (1 - load * (1 - blocked))


def wait_seconds(
    servers: int,
    offered: float,
    service_seconds: float,
    percentile: float = 0.95,
    waiting_factor: float = 1.0,
) -> float:
    """The given percentile of the wait for a free slot; infinite where demand exceeds capacity.

    Those who wait do so for an exponential time, stretched by the factor where services are not exponential.
    """
    if offered >= servers:
        return math.inf
    waiting = erlang_c(servers, offered)
    if waiting <= 1 - percentile:
        return 0.0
    return waiting_factor * math.log(waiting / (1 - percentile)) * service_seconds / (servers - offered)


def time_to_first_token_seconds(
    replicas: int,
    arrivals_per_second: float,
    *,
    slots: int,
    service_seconds: float,
    prefill_seconds: float,
    waiting_factor: float = 1.0,
) -> float:
    """p95: the wait for one of all replicas' slots, then `prefill_seconds` from there to the first token."""
    offered = arrivals_per_second * service_seconds
    waited = wait_seconds(replicas * slots, offered, service_seconds, waiting_factor=waiting_factor)
    return waited + prefill_seconds


def replicas_for(
    arrivals_per_second: float,
    requests_per_second: float,
    *,
    slots: int,
    service_seconds: float,
    prefill_seconds: float,
    objective_seconds: float,
    waiting_factor: float = 1.0,
) -> int:
    """The fewest replicas within the utilisation band whose p95 time to first token meets the objective."""
    if arrivals_per_second <= 0:
        return 0
    fewest = math.ceil(arrivals_per_second / (requests_per_second * limits.UTILISATION_BAND[1]) - 1e-9)
    if fewest > limits.MOST_REPLICAS:
        # Far beyond what may be asked for: the answer is a refusal, and need not know of queues.
        return fewest
    for replicas in range(max(fewest, 1), limits.MOST_REPLICAS + 1):
        first = time_to_first_token_seconds(
            replicas,
            arrivals_per_second,
            slots=slots,
            service_seconds=service_seconds,
            prefill_seconds=prefill_seconds,
            waiting_factor=waiting_factor,
        )
        if first <= max(objective_seconds, prefill_seconds):
            return replicas
    return limits.MOST_REPLICAS + 1


def peak_if_another_dies(region: str, shares: dict[str, float], peak: float) -> float:
    """The most this region must carry when any one other is lost and its traffic spreads by the others' shares.

    Where the lost one had all of it, the others stand in reserve and take equal parts.
    """
    own = shares[region]
    worst = own
    for lost, share in shares.items():
        if lost != region:
            rest = 1 - share
            part = own / rest if rest > 0 else 1 / (len(shares) - 1)
            worst = max(worst, own + share * part)
    return peak * worst
