"""What was bought, from whom, for how much: one line for each purchase, and each bought at most once.

`vitrine.purchasing.buy_model` buys, `vitrine.purchasing.fetch_model` waits and downloads.
"""

from vitrine.ledger.budget import Caps
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase

__all__ = ["Caps", "Ledger", "Purchase"]
