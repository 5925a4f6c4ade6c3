"""Money: what calls cost, whether the next one may be made, what was spent and on what."""

from desktop_app.services.spending.ledger import Ledger, Reservation, Wanted
from desktop_app.services.spending.price_book import PriceBook
from desktop_app.services.spending.refusals import BudgetReachedError
from desktop_app.services.spending.usual import Spending, UsualOutput

__all__ = ["BudgetReachedError", "Ledger", "PriceBook", "Reservation", "Spending", "UsualOutput", "Wanted"]
