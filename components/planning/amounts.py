"""Quantities as people read them."""


def usd(amount: float) -> str:
    """Whole dollars from ten on, cents below; a minus stands before the sign."""
    figure = f"${abs(amount):,.0f}" if abs(amount) >= 10 else f"${abs(amount):,.2f}"
    return f"-{figure}" if amount < 0 and figure != "$0.00" else figure
