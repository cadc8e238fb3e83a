"""One replica as a queue: slots that share the GPU, prompts read one after the other, and a door that closes.

Work is conserved as the plan counts it: a request costs the seconds of its prompt, in which nobody's answer grows, and
its share of the decode steps, which are longer the more sequences are in them.
"""

import heapq
import math
from collections import deque
from dataclasses import dataclass, field

from components.planning import throughput
from components.planning.model_plan import ModelPlan
from rehearsal.replay.traces import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What a replica of the plan does in which time, from `planning.throughput`."""

    slots: int
    most_inflight: int
    cached_tokens: int
    batched_tokens: float = math.inf
    """Of prompts, that one step begins; a prompt further back is still waiting."""
    prompt_tokens_per_second: float
    step_seconds: tuple[float, ...]
    """Of one decode step with so many sequences in it; the first entry, of none, is 0."""
    first_step_seconds: tuple[float, ...]
    """From the last of its prompt to the first token, with so many sequences running."""

    def work_seconds(self, request: Request) -> float:
        """Of a replica that is full, spent on this request alone."""
        return (
            request.input_tokens / self.prompt_tokens_per_second
            + request.output_tokens * self.step_seconds[-1] / self.slots
        )


def speed_of(model: ModelPlan) -> Speed:
    """At the plan's mean lengths; guessing ahead and hits of the prefix cache are left out."""
    gpu, split = model.accelerator.gpu, model.engine.tensor_parallel
    mean = model.demand.input_tokens + model.demand.output_tokens / 2
    steps = tuple(
        throughput.decode_step_seconds(model.model, model.precision, gpu, split, count, mean)
        if count
        else 0.0
        for count in range(model.engine.max_num_seqs + 1)
    )
    return Speed(
        slots=model.engine.max_num_seqs,
        most_inflight=model.engine.max_inflight_requests,
        cached_tokens=model.memory.cached_tokens,
        batched_tokens=model.engine.max_num_batched_tokens,
        prompt_tokens_per_second=throughput.prefill_tokens_per_second(
            model.model, model.precision, gpu, split, model.demand.input_tokens
        ),
        step_seconds=steps,
        first_step_seconds=tuple(
            throughput.first_token_seconds(model.model, model.precision, gpu, split, prefill=0.0, step=step)
            for step in steps
        ),
    )


@dataclass(slots=True, kw_only=True)
class Server:
    """A replica that takes requests from the second at which it is ready."""

    speed: Speed
    ordered: float
    ready: float
    now: float = 0.0
    leaving: float | None = None
    """When it was told to go: it takes nothing new, and finishes what it has."""
    reading_seconds: float = 0.0
    """Of prompts not read yet."""
    grown_tokens: float = 0.0
    """Of each answer under way, since the replica began."""
    held_tokens: int = 0
    busy_seconds: float = 0.0
    """Since somebody last looked."""
    answered: list[Request] = field(default_factory=list)
    running: list[tuple[float, int, Request]] = field(default_factory=list)
    """Where `grown_tokens` ends each answer, how many were begun before it, and whose it is."""
    queue: deque[Request] = field(default_factory=deque)
    unread: deque[float] = field(default_factory=deque)
    """When the reading of each prompt begins that had not begun when somebody last looked."""
    waits: list[tuple[float, float]] = field(default_factory=list)
    """Of each request begun: the second of its first token, and the seconds until then."""

    @property
    def inflight(self) -> int:
        return len(self.running) + len(self.queue)

    @property
    def waiting(self) -> int:
        """As vLLM counts: without a slot, or with none of the prompt read yet."""
        this_step = self.now + self.speed.batched_tokens / self.speed.prompt_tokens_per_second
        while self.unread and self.unread[0] <= self.now:
            self.unread.popleft()
        return len(self.queue) + sum(begins > this_step for begins in self.unread)

    @property
    def used_tokens(self) -> float:
        """In the cache now: prompts, and of each answer what has been written."""
        left = sum(end - self.grown_tokens for end, *_ in self.running)
        return self.held_tokens - left

    def take(self, request: Request) -> bool:
        """Begin or queue it; False where the door is closed. The replica must stand at the second of its arrival."""
        if self.inflight >= self.speed.most_inflight:
            return False
        self.queue.append(request)
        self._admit()
        return True

    def advance(self, until: float) -> None:
        """Work until that second, admitting who waits as slots fall free."""
        if self.now < self.ready:
            self.now = min(self.ready, until)
        while self.now < until and self.running:
            read = min(self.reading_seconds, until - self.now)
            self._pass(read)
            self.reading_seconds -= read
            if self.now >= until:
                break
            step = self.speed.step_seconds[len(self.running)]
            needed = max(self.running[0][0] - self.grown_tokens, 0.0) * step
            if needed > until - self.now:
                self.grown_tokens += (until - self.now) / step
                self._pass(until - self.now)
                break
            self._pass(needed)
            self._finish()
        self.now = max(self.now, until)

    def _pass(self, seconds: float) -> None:
        self.now += seconds
        self.busy_seconds += seconds

    def _finish(self) -> None:
        """All that end together leave before the next one's prompt is read."""
        self.grown_tokens = self.running[0][0]
        while self.running and self.running[0][0] <= self.grown_tokens:
            done = heapq.heappop(self.running)[2]
            self.held_tokens -= done.input_tokens + done.output_tokens
            self.answered.append(done)
        self._admit()

    def _admit(self) -> None:
        """In the order of arrival, while there is a slot and room in the cache for the whole of the request."""
        while self.queue and len(self.running) < self.speed.slots:
            first = self.queue[0]
            tokens = first.input_tokens + first.output_tokens
            if self.running and self.held_tokens + tokens > self.speed.cached_tokens:
                return
            self.queue.popleft()
            self.held_tokens += tokens
            # What was begun before it makes equal ends comparable.
            end = self.grown_tokens + first.output_tokens
            heapq.heappush(self.running, (end, len(self.waits), first))
            self.unread.append(self.now + self.reading_seconds)
            self.reading_seconds += first.input_tokens / self.speed.prompt_tokens_per_second
            begun = self.now + self.reading_seconds + self.speed.first_step_seconds[len(self.running)]
            self.waits.append((begun, begun - first.seconds))
