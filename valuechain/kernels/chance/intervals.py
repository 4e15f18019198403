"""What a number of answers can tell: Wilson's interval of a share, the spread of a score."""

from __future__ import annotations

import numpy as np

from valuechain.network.arrays import FloatArray

Z95 = 1.959963984540054  # of a 95 % interval


def wilson_interval(
    share: FloatArray, n: FloatArray, z: float = Z95
) -> tuple[FloatArray, FloatArray]:
    """Return low and high of the interval of a share ``k / n``.

    ``(p + z^2 / 2n +- z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)``.

    Parameters
    ----------
    share, n : ndarray
        Of the same shape; NaN gives NaN.
    z : float
        Of the level; 95 % if absent.

    References
    ----------
    .. [1] E. B. Wilson, Probable inference, the law of succession, and statistical inference,
       J. Am. Stat. Assoc. 22 (1927).

    Examples
    --------
    >>> low, high = wilson_interval(np.array([81 / 263]), np.array([263.0]))
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.2553], [0.3662])
    """
    middle = share + z * z / (2.0 * n)
    spread = z * np.sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n))
    scale = 1.0 + z * z / n
    return (middle - spread) / scale, (middle + spread) / scale


def widest_score_error(score: FloatArray, n: FloatArray) -> FloatArray:
    """Return the largest standard error that a mean score in -1..1 of `n` answers can have.

    The answers are -1, 0 or 1; without neutral ones their variance is the largest, ``1 - score^2``.
    """
    error: FloatArray = np.sqrt((1.0 - score * score) / n)
    return error
