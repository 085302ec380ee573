"""What was bought, from whom, for how much: one line a purchase, bought at most once.

`vitrine.purchasing.place_order` buys, `vitrine.purchasing.fetch_model` waits and fetches.
"""

from vitrine.ledger.caps import Caps
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase

__all__ = ["Caps", "Ledger", "Purchase"]
