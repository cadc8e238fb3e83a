"""Quantities as people read them."""


def usd(amount: float) -> str:
    return f"${amount:,.0f}" if abs(amount) >= 10 else f"${amount:,.2f}"
