"""Dissatisfaction as a noisy-OR with leaks, round every loop, to its fixed point.

`s_e = 1 - (1 - r_e) prod over the failures (1 - b failure)`;
`f_e = 1 - (1 - l_e) prod over inputs (1 - need a s) (1 - morale_to_quality m_p)`;
`m_i = 1 - (1 - l_i) prod over inputs (1 - input_to_morale need s) prod over customers
(1 - wears_on q) (1 - overload)`; `q_c = 1 - (1 - l_c)(1 - sum need s)`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from valuechain.network.arrays import ChainArrays, FloatArray, IntArray

PRECISION = 1e-13
MOST_ROUNDS = 200_000


@dataclass(frozen=True, eq=False)
class Failures:
    """What goes into the noisy-OR from outside it.

    Attributes
    ----------
    late, unclear, repeated : ndarray, shape (m,)
        Shares of deliveries that fail in time, clarity, at the first attempt.
    own_fault : ndarray, shape (m,)
        `l_e`: faults of the service's own making.
    service_leak : ndarray, shape (m,)
        `r_e`: dissatisfaction that no failure explains.
    morale_leak, overload : ndarray, shape (D,)
        `l_i`, and what overload adds.
    customer_leak : ndarray, shape (C,)
        `l_c`.
    """

    late: FloatArray
    unclear: FloatArray
    repeated: FloatArray
    own_fault: FloatArray
    service_leak: FloatArray
    morale_leak: FloatArray
    overload: FloatArray
    customer_leak: FloatArray


@dataclass(frozen=True, eq=False)
class Dissatisfaction:
    """Shares dissatisfied: services `(m,)`, departments `(D,)` as morale loss, customers `(C,)`."""

    faulty: FloatArray
    services: FloatArray
    morale_loss: FloatArray
    customers: FloatArray
    rounds: int


def failures(arrays: ChainArrays, late: FloatArray) -> Failures:
    """Return the failures of a chain that is not calibrated: own faults as observed, no leaks.

    Parameters
    ----------
    arrays : ChainArrays
    late : ndarray, shape (m,)
        ``P(A > expects)``; NaN where nothing is expected counts as never late.
    """
    m, D, C = len(arrays.service_ids), len(arrays.department_ids), len(arrays.customer_ids)
    return Failures(
        late=_known(late),
        unclear=_known(1.0 - arrays.clarity),
        repeated=1.0 - arrays.fcr,
        own_fault=_known(1.0 - arrays.quality),
        service_leak=np.zeros(m),
        morale_leak=np.zeros(D),
        overload=np.zeros(D),
        customer_leak=np.zeros(C),
    )


def _known(values: FloatArray) -> FloatArray:
    """Return values with 0 for what was not measured: nothing is claimed to have failed."""
    return np.where(np.isnan(values), 0.0, values)


def solve_noisy_or(
    arrays: ChainArrays,
    failures: Failures,
    morale_loss: FloatArray | None = None,
    start: float | Dissatisfaction = 0.0,
) -> Dissatisfaction:
    """Return the fixed point that is reached from a state.

    Parameters
    ----------
    arrays : ChainArrays
        With every `need` given.
    failures : Failures
    morale_loss : ndarray, shape (D,), optional
        Freezes morale there (feedback off): nothing comes round.
    start : float or Dissatisfaction
        0 (nobody is dissatisfied) reaches the least fixed point, 1 (everybody) the greatest.

    Returns
    -------
    Dissatisfaction

    Notes
    -----
    Every layer is monotone and bounded, so rounds from 0 rise to the least fixed point and
    rounds from 1 fall to the greatest (Tarski). Rounds end when the distance that is left,
    ``step rho / (1 - rho)`` with `rho` the ratio of successive steps, is below 1e-13.

    References
    ----------
    .. [1] J. Pearl, Probabilistic Reasoning in Intelligent Systems, Morgan Kaufmann (1988), 4.3.
    .. [2] A. Tarski, A lattice-theoretical fixpoint theorem, Pacific J. Math. 5 (1955).
    """
    layers = _Layers(arrays, failures)
    D, C = len(arrays.department_ids), len(arrays.customer_ids)
    if not isinstance(start, Dissatisfaction):
        everybody = np.full(len(arrays.need), start)
        start = Dissatisfaction(everybody, everybody, np.full(D, start), np.full(C, start), 0)
    state = start if morale_loss is None else replace(start, morale_loss=morale_loss)
    before = np.inf
    for rounds in range(1, MOST_ROUNDS + 1):
        after = layers.round(state, frozen=morale_loss is not None)
        step = max(
            _distance(after.services, state.services),
            _distance(after.morale_loss, state.morale_loss),
            _distance(after.customers, state.customers),
        )
        ratio = min(step / before, 1 - 1e-9) if before > 0 else 0.0
        state, before = replace(after, rounds=rounds), step
        if step <= PRECISION * max(1.0 - ratio, 1e-4):
            break
    return state


def _distance(a: FloatArray, b: FloatArray) -> float:
    return float(np.abs(a - b).max(initial=0.0))


class _Layers:
    """One round through services, departments and customers."""

    def __init__(self, arrays: ChainArrays, failures: Failures) -> None:
        self.arrays, self.failures = arrays, failures
        self.D, self.C = len(arrays.department_ids), len(arrays.customer_ids)
        self.J = len(arrays.join_in_sequence)
        self.weight = {
            name: arrays.coefficients[f"weights.{name}"]
            for name in ("late", "faulty", "unclear", "repeated")
        }
        self.outside_faults = 1.0 - (1.0 - failures.service_leak) * (
            (1.0 - self.weight["late"] * failures.late)
            * (1.0 - self.weight["unclear"] * failures.unclear)
            * (1.0 - self.weight["repeated"] * failures.repeated)
        )
        self.join_row = np.repeat(np.arange(self.J), np.diff(arrays.join_ptr))
        self.lead, self.group_of = _group_leads(arrays)
        inputs = arrays.join_inputs
        counts = self.lead[inputs]  # a group is one input: its first member stands for it
        self.fault_row, self.fault_input = self.join_row[counts], inputs[counts]
        self.morale_input = np.flatnonzero(arrays.client < self.D)
        self.morale_row = arrays.client[self.morale_input]
        self.to_customer = np.flatnonzero(arrays.client >= self.D)
        self.inside = arrays.provider < self.D

    def round(self, state: Dissatisfaction, frozen: bool) -> Dissatisfaction:
        arrays, failures = self.arrays, self.failures
        passed = arrays.need * self._of_group(arrays.impact * state.services)
        kept = _product(self.fault_row, 1.0 - passed[self.fault_input], self.J)
        kept = np.append(kept, 1.0)  # join -1: no inputs
        morale = np.where(
            self.inside,
            state.morale_loss[np.minimum(arrays.provider, self.D - 1)],
            0.0,
        )
        faulty = 1.0 - (1.0 - failures.own_fault) * kept[arrays.join] * (
            1.0 - arrays.coefficients["morale_to_quality"] * morale
        )
        services = 1.0 - (1.0 - self.outside_faults) * (1.0 - self.weight["faulty"] * faulty)
        customers = self._customers(services)
        morale_loss = state.morale_loss
        if not frozen:
            morale_loss = self._morale(state.services, state.customers)
        return Dissatisfaction(faulty, services, morale_loss, customers, 0)

    def _of_group(self, values: FloatArray) -> FloatArray:
        """Return values with the product over its group in place of each member's."""
        member = self.group_of >= 0
        if not member.any():
            return values
        product = _product(self.group_of[member], values[member], int(self.group_of.max()) + 1)
        result = values.copy()
        result[member] = product[self.group_of[member]]
        return result

    def _customers(self, services: FloatArray) -> FloatArray:
        arrays, rows = self.arrays, self.to_customer
        mixed = np.bincount(
            arrays.client[rows] - self.D, arrays.need[rows] * services[rows], minlength=self.C
        )
        mixed = np.minimum(mixed, 1.0)  # shares that add up to 1 only to the last digit
        dissatisfied: FloatArray = 1.0 - (1.0 - self.failures.customer_leak) * (1.0 - mixed)
        return dissatisfied

    def _morale(self, services: FloatArray, customers: FloatArray) -> FloatArray:
        arrays = self.arrays
        rows = self.morale_input
        worn = arrays.coefficients["input_to_morale"] * arrays.need[rows] * services[rows]
        kept = _product(self.morale_row, 1.0 - worn, self.D)
        anger = arrays.wears_on.weight * customers[arrays.wears_on.source - self.D]
        kept = kept * _product(arrays.wears_on.target, 1.0 - anger, self.D)
        loss: FloatArray = 1.0 - (1.0 - self.failures.morale_leak) * kept * (
            1.0 - self.failures.overload
        )
        return loss


def _product(row: IntArray, factor: FloatArray, n: int) -> FloatArray:
    """Return the product of the factors of each row, 1 where there is none."""
    result = np.ones(n)
    np.multiply.at(result, row, factor)
    return result


def _group_leads(
    arrays: ChainArrays,
) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], IntArray]:
    """Return which services stand for an input, and the group of each."""
    lead = np.ones(len(arrays.group), dtype=bool)
    member = np.flatnonzero(arrays.group >= 0)
    _, first = np.unique(arrays.group[member], return_index=True)
    lead[member] = False
    lead[member[first]] = True
    return lead, arrays.group
