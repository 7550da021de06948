"""What one unit of a currency was worth on a day, in the shop's currency: the last rate known on or before that day."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ops.imports.problems import Unreadable


@dataclass
class Rates:
    """Fed day by day, or with one rate for always. Of a day before the first rate nothing is guessed."""

    home: str
    _by_currency: dict[str, list[tuple[date, Decimal]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, currency: str, rate: Decimal, on: date = date.min) -> None:
        if not rate.is_finite() or rate <= 0:
            raise ValueError(f"A rate is more than zero; {currency} has {rate}.")
        insort(self._by_currency[currency.upper()], (on, rate))

    def add_all(self, rows: Iterable[tuple[str, Decimal, date]]) -> None:
        for currency, rate, on in rows:
            self.add(currency, rate, on)

    @property
    def currencies(self) -> set[str]:
        return {self.home, *self._by_currency}

    def on(self, currency: str, day: date) -> Decimal:
        """Raises Unreadable where none is known."""
        if currency == self.home:
            return Decimal(1)
        known = self._by_currency.get(currency, [])
        at = bisect_right(known, day, key=lambda entry: entry[0])
        if not at:
            since = f" before {known[0][0].isoformat()}" if known else ""
            raise Unreadable(
                f"there is no rate for {currency}{since}.", "no_currency", f"Say what one {currency} is in {self.home}."
            )
        return known[at - 1][1]
