"""Money in words. Amounts are whole micro-dollars: millionths of a US dollar."""

from typing import Final

from desktop_app.domain.usage import MICRO_USD_PER_USD

UNKNOWN: Final = "unknown"


def dollars(micro_usd: int, places: int = 2) -> str:
    """For example “$0.42”, rounded half up; what is more than nothing is never shown as nothing: “<$0.01”."""
    unit: int = MICRO_USD_PER_USD // 10**places
    rounded = (abs(micro_usd) + unit // 2) // unit
    if micro_usd and not rounded:
        return f"<${unit // MICRO_USD_PER_USD}.{unit % MICRO_USD_PER_USD * 10**places // MICRO_USD_PER_USD:0{places}d}"
    whole, rest = divmod(rounded, 10**places)
    return f"{'-' if micro_usd < 0 else ''}${whole:,}.{rest:0{places}d}"


def price_words(micro_usd: int | None) -> str:
    """What a reply cost: “$0.013”, “free”, or that nobody knows."""
    if micro_usd is None:
        return "price unknown"
    return "free" if micro_usd == 0 else dollars(micro_usd, 3)


def sum_words(micro_usd: int, unpriced: int, places: int = 2) -> str:
    """A sum over calls, which says where some of them have no price: “$0.42 + unknown”."""
    if not unpriced:
        return dollars(micro_usd, places)
    return f"{dollars(micro_usd, places)} + {UNKNOWN}" if micro_usd else UNKNOWN


def limit_words(micro_usd: int) -> str:
    """A limit: “$5.00”, with the places that it has beyond the cents."""
    places = next((n for n in (2, 3, 4, 5) if not micro_usd % (MICRO_USD_PER_USD // 10**n)), 6)
    return dollars(micro_usd, places)
