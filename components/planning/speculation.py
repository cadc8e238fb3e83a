"""What guessing ahead saves: a small draft model proposes tokens, the large one checks them all in one step."""


def expected_tokens_per_step(acceptance_rate: float, draft_tokens: int) -> float:
    """Tokens one checking step yields: (1 - a^(k+1)) / (1 - a) (Leviathan et al. 2023, arXiv 2211.17192, equation 1).

    The sum of a^0 to a^k, as each guess counts only if all before it did; the step itself always yields one.
    """
    return sum(acceptance_rate**position for position in range(draft_tokens + 1))


def token_seconds(
    step_seconds: float, draft_step_seconds: float, acceptance_rate: float, draft_tokens: int
) -> float:
    """Mean seconds a token; `step_seconds` is of a step that checks k + 1 tokens for each sequence (their theorem 3.8)."""
    round_seconds = step_seconds + draft_tokens * draft_step_seconds
    return round_seconds / expected_tokens_per_step(acceptance_rate, draft_tokens)
