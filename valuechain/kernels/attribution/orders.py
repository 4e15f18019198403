"""What a coalition weighs in the average over all orders of the players (Shapley 1953)."""

from __future__ import annotations

import math


def order_weight(size: int, k: int, inside: bool) -> float:
    """Return what ``v`` of a coalition weighs in a player's Shapley value, of `k` players.

    ``(size - 1)! (k - size)! / k!`` where the player is inside, else
    ``-size! (k - size - 1)! / k!``.

    Examples
    --------
    >>> order_weight(2, 2, True), order_weight(0, 2, False)
    (0.5, -0.5)
    """
    if size > k or (size == k and not inside):
        return 0.0
    if inside:
        return math.factorial(size - 1) * math.factorial(k - size) / math.factorial(k)
    return -math.factorial(size) * math.factorial(k - size - 1) / math.factorial(k)
