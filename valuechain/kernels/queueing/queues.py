"""Queues with many servers: `M/M/c` for any `c > 0`, and what other laws of service do to it.

Equations (``a`` the load in servers, ``rho = a / c``, ``E S`` the mean time of a service)::

    1 / B(c, a) = a integral_0^oo e^(-a t) (1 + t)^c dt = e^a a^-c Gamma(c + 1, a)
    C(c, a)     = B / (1 - rho (1 - B))           chance of having to wait
    W           = C / (1 - rho) * E S / c * (1 + cs2) / 2

`B` is Erlang's loss formula continued to fractional `c` (Jagers and van Doorn), `cs2` the squared
coefficient of variation of the services; Poisson arrivals. The last factor is that of Allen and
Cunneen: exact for one server (Pollaczek and Khinchine), an approximation for several.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from valuechain.network.arrays import FloatArray


def log_erlang_b(servers: ArrayLike, load: ArrayLike) -> FloatArray:
    """Return the logarithm of Erlang's loss probability, for any number of servers.

    Parameters
    ----------
    servers : array_like
        `c` > 0, fractions allowed.
    load : array_like
        `a` >= 0, in servers.

    Returns
    -------
    ndarray of float
        ``c ln a - a - ln Gamma(c + 1) - ln Q(c + 1, a)``, `Q` the regularised upper incomplete
        gamma function; -inf where there is no load.

    Notes
    -----
    In logarithms, so that thousands of servers neither overflow nor underflow. `Q` is above one
    half while ``a <= c``, and loses nothing there.

    References
    ----------
    .. [1] A. A. Jagers and E. A. van Doorn, On the continued Erlang loss function, Operations
       Research Letters 5 (1986), 43-46.

    Examples
    --------
    Two servers and a load of 1: ``(1/2) / (1 + 1 + 1/2)``.

    >>> round(float(np.exp(log_erlang_b(2, 1.0))), 12)
    0.2
    """
    c, a = np.asarray(servers, np.float64), np.asarray(load, np.float64)
    with np.errstate(divide="ignore"):
        log_tail = np.log(special.gammaincc(c + 1.0, a))
        log_b: FloatArray = np.where(
            a > 0, special.xlogy(c, a) - a - special.gammaln(c + 1.0) - log_tail, -np.inf
        )
    return log_b


def chance_of_waiting(servers: ArrayLike, load: ArrayLike) -> FloatArray:
    """Return Erlang's delay probability `C`; one server of less than full time for ``c < 1``.

    Parameters
    ----------
    servers : array_like
        `c` > 0, fractions allowed.
    load : array_like
        `a` >= 0, in servers of full time.

    Returns
    -------
    ndarray of float
        In 0..1; 1 where ``a >= c``.

    Notes
    -----
    With ``c < 1`` there is one server, whose services take ``1 / c`` times as long: ``C = rho``.

    Examples
    --------
    >>> chance_of_waiting([1.0, 0.5, 2.0], [0.5, 0.25, 1.0]).round(6).tolist()
    [0.5, 0.5, 0.333333]
    """
    c, a = np.asarray(servers, np.float64), np.asarray(load, np.float64)
    rho = a / c
    busy = rho >= 1.0
    one = np.maximum(c, 1.0)
    below = np.where(busy, 0.0, rho)
    blocked = np.exp(log_erlang_b(one, below * one))
    chance: FloatArray = np.where(busy, 1.0, blocked / (1.0 - below * (1.0 - blocked)))
    return chance


def mean_wait(
    servers: ArrayLike, load: ArrayLike, service: ArrayLike, variation: ArrayLike = 1.0
) -> FloatArray:
    """Return the mean wait of all who come, those who do not wait included.

    Parameters
    ----------
    servers, load : array_like
        As for `chance_of_waiting`.
    service : array_like
        Mean time of a service by somebody of full time, hours.
    variation : array_like
        `cs2`, the squared coefficient of variation of services; 1 is exponential.

    Returns
    -------
    ndarray of float
        Hours; infinite where ``a >= c``.

    References
    ----------
    .. [1] A. O. Allen, Probability, Statistics and Queueing Theory, 2nd ed., Academic Press
       (1990), ch. 5 (the approximation of Allen and Cunneen).

    Examples
    --------
    One server at half load waits as long as a service takes; without variation, half of that.

    >>> mean_wait(1, 0.5, 2.0).item(), mean_wait(1, 0.5, 2.0, variation=0.0).item()
    (2.0, 1.0)
    """
    c, a = np.asarray(servers, np.float64), np.asarray(load, np.float64)
    s, cs2 = np.asarray(service, np.float64), np.asarray(variation, np.float64)
    rho = a / c
    below = np.where(rho < 1.0, rho, 0.0)
    # E S / c is (E S / c) / 1 for the one slow server, too: both c < 1 and c >= 1 read the same.
    wait = chance_of_waiting(c, a) / (1.0 - below) * s / c * (1.0 + cs2) / 2.0
    hours: FloatArray = np.where(rho < 1.0, wait, np.inf)
    return hours
