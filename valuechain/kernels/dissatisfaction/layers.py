"""The layers of the noisy-OR with leaks: what each of them explains of the next.

`s_e = 1 - (1 - r_e) prod over the failures (1 - kappa b failure)`;
`f_e = 1 - (1 - l_e) prod over inputs (1 - kappa need a s) (1 - kappa morale_to_quality m_p)`;
`m_i = 1 - (1 - l_i) prod over inputs (1 - kappa input_to_morale need s) prod over customers
(1 - kappa wears_on q) (1 - kappa overload)`; `q_c = 1 - (1 - l_c)(1 - kappa sum need s)`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.kernels.dissatisfaction.product_rows import ProductRows, union
from valuechain.network.arrays import ChainArrays, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Failures:
    """What goes into the noisy-OR from outside it: failures, leaks, and how much couplings count.

    Attributes
    ----------
    late, unclear, repeated : ndarray, shape (m,)
        Shares of deliveries that fail in time, clarity, at the first attempt.
    own_fault, service_leak : ndarray, shape (m,)
        `l_e`, faults of the service's own making, and `r_e`, dissatisfaction that no failure
        explains.
    morale_leak, overload : ndarray, shape (D,)
        `l_i`, and what overload adds.
    customer_leak : ndarray, shape (C,)
        `l_c`.
    fault_kappa, service_kappa, morale_kappa, customer_kappa : ndarray
        Scale of the couplings into each node, 0..1.
    """

    late: FloatArray
    unclear: FloatArray
    repeated: FloatArray
    own_fault: FloatArray
    service_leak: FloatArray
    morale_leak: FloatArray
    overload: FloatArray
    customer_leak: FloatArray
    fault_kappa: FloatArray
    service_kappa: FloatArray
    morale_kappa: FloatArray
    customer_kappa: FloatArray


@dataclass(frozen=True, eq=False)
class Dissatisfaction:
    """Shares dissatisfied: services `(m,)`, departments `(D,)` as morale loss, customers `(C,)`.

    `remaining` bounds, by the ratio of the last steps, how far the fixed point still is.
    """

    faulty: FloatArray
    services: FloatArray
    morale_loss: FloatArray
    customers: FloatArray
    rounds: int = 0
    remaining: float = 0.0

    def distance(self, other: Dissatisfaction) -> float:
        """Return the largest difference to another state; faults follow from the rest."""
        return max(
            float(np.abs(mine - its).max(initial=0.0))
            for mine, its in (
                (self.services, other.services),
                (self.morale_loss, other.morale_loss),
                (self.customers, other.customers),
            )
        )


def failures(arrays: ChainArrays, late: FloatArray, overload: FloatArray | None = None) -> Failures:
    """Return the failures of a chain that is not calibrated: own faults as observed, no leaks.

    Parameters
    ----------
    arrays : ChainArrays
    late : ndarray, shape (m,)
        ``P(A > expects)``; NaN where nothing is expected counts as never late.
    overload : ndarray, shape (D,), optional
        What overload adds to the morale loss; absent: nothing.
    """
    m, D, C = len(arrays.service_ids), len(arrays.department_ids), len(arrays.customer_ids)
    return Failures(
        late=known(late),
        unclear=known(1.0 - arrays.clarity),
        repeated=1.0 - arrays.fcr,
        own_fault=known(1.0 - arrays.quality),
        service_leak=np.zeros(m),
        morale_leak=np.zeros(D),
        overload=np.zeros(D) if overload is None else overload,
        customer_leak=np.zeros(C),
        fault_kappa=np.ones(m),
        service_kappa=np.ones(m),
        morale_kappa=np.ones(D),
        customer_kappa=np.ones(C),
    )


def known(values: FloatArray) -> FloatArray:
    """Return values with 0 for what was not measured: nothing is claimed to have failed."""
    return np.where(np.isnan(values), 0.0, values)


@dataclass(frozen=True, eq=False)
class Held:
    """Values that stay what they are whatever couplings say; NaN where they do not.

    Attributes
    ----------
    faulty, services : ndarray, shape (m,)
    morale_loss : ndarray, shape (D,)
    customers : ndarray, shape (C,)
    """

    faulty: FloatArray
    services: FloatArray
    morale_loss: FloatArray
    customers: FloatArray


def nothing_held(arrays: ChainArrays) -> Held:
    """Return that everything moves."""
    m, D, C = len(arrays.service_ids), len(arrays.department_ids), len(arrays.customer_ids)
    return Held(*(np.full(n, np.nan) for n in (m, m, D, C)))


class Layers:
    """What couplings alone explain of services, departments and customers, before their leaks.

    Parameters
    ----------
    arrays : ChainArrays
    failures : Failures
    """

    def __init__(self, arrays: ChainArrays, failures: Failures) -> None:
        self.arrays, self.failures = arrays, failures
        self.D, self.C = len(arrays.department_ids), len(arrays.customer_ids)
        self.weight = {
            name: arrays.coefficients[f"weights.{name}"]
            for name in ("late", "faulty", "unclear", "repeated")
        }
        kappa = failures.service_kappa
        self.outside_faults = 1.0 - (
            (1.0 - kappa * self.weight["late"] * failures.late)
            * (1.0 - kappa * self.weight["unclear"] * failures.unclear)
            * (1.0 - kappa * self.weight["repeated"] * failures.repeated)
        )
        self.inside = arrays.provider < self.D
        self.provider = np.where(self.inside, arrays.provider, 0)
        self.inputs = FaultInputs(arrays, failures.fault_kappa)
        inside = np.flatnonzero(arrays.client < self.D)
        self.morale_input = inside
        self.morale_rows = ProductRows(arrays.client[inside], self.D)
        self.anger_rows = ProductRows(arrays.wears_on.target, self.D)
        self.to_customer = np.flatnonzero(arrays.client >= self.D)

    def explained_faults(self, services: FloatArray, morale: FloatArray) -> FloatArray:
        """Return the share of faults that inputs and lost morale bring, `(m,)`."""
        worn = self.failures.fault_kappa * self.arrays.coefficients["morale_to_quality"]
        explained: FloatArray = 1.0 - self.inputs.kept(services) * (1.0 - worn * self.of(morale))
        return explained

    def of(self, morale: FloatArray) -> FloatArray:
        """Return the provider's lost morale by service, 0 of external providers."""
        if not self.D:
            return np.zeros(len(self.inside))
        return np.where(self.inside, morale[self.provider], 0.0)

    def explained_services(self, faulty: FloatArray) -> FloatArray:
        """Return the share of deliveries that disappoint by one of their failures, `(m,)`."""
        wrong = self.failures.service_kappa * self.weight["faulty"] * faulty
        return union(self.outside_faults, wrong)

    def explained_morale(self, services: FloatArray, customers: FloatArray) -> FloatArray:
        """Return the morale that inputs, customers and overload cost, `(D,)`."""
        kappa = self.failures.morale_kappa
        kept = self.morale_rows.product(1.0 - self.worn_by_inputs(services))
        kept = kept * self.anger_rows.product(1.0 - self.worn_by_anger(customers))
        explained: FloatArray = 1.0 - kept * (1.0 - kappa * self.failures.overload)
        return explained

    def worn_by_inputs(self, services: FloatArray) -> FloatArray:
        """Return what each of `morale_input` costs its client."""
        arrays, rows = self.arrays, self.morale_input
        strength = self.failures.morale_kappa[arrays.client[rows]]
        worn: FloatArray = (
            strength * arrays.coefficients["input_to_morale"] * arrays.need[rows] * services[rows]
        )
        return worn

    def worn_by_anger(self, customers: FloatArray) -> FloatArray:
        """Return what each link of `wears_on` costs."""
        links = self.arrays.wears_on
        anger: FloatArray = (
            self.failures.morale_kappa[links.target]
            * links.weight
            * customers[links.source - self.D]
        )
        return anger

    def explained_customers(self, services: FloatArray) -> FloatArray:
        """Return the dissatisfaction that services bring, `(C,)`."""
        arrays, rows = self.arrays, self.to_customer
        mixed = np.bincount(
            arrays.client[rows] - self.D, arrays.need[rows] * services[rows], minlength=self.C
        )
        # shares that add up to 1 only to the last digit
        explained: FloatArray = self.failures.customer_kappa * np.minimum(mixed, 1.0)
        return explained


class FaultInputs:
    """Which inputs bring faults to which services: rows of products.

    Services that need the same inputs share a row, unless calibration scales their couplings.
    A group of alternatives is one input: ``1 - need prod(a s)`` over its members.

    Parameters
    ----------
    arrays : ChainArrays
    kappa : ndarray, shape (m,)
    """

    def __init__(self, arrays: ChainArrays, kappa: FloatArray) -> None:
        self.arrays = arrays
        J = len(arrays.join_in_sequence)
        self.lead, self.group = _group_leads(arrays)
        inputs = arrays.join_inputs
        row = np.repeat(np.arange(J), np.diff(arrays.join_ptr))
        counts = self.lead[inputs]
        row, inputs = row[counts], inputs[counts]
        scaled = np.flatnonzero((kappa < 1.0) & (arrays.join >= 0))
        first = np.searchsorted(row, arrays.join[scaled])
        size = np.searchsorted(row, arrays.join[scaled], side="right") - first
        copies = np.repeat(first - np.cumsum(size) + size, size) + np.arange(size.sum())
        self.row = np.concatenate([row, J + np.repeat(np.arange(len(scaled)), size)])
        self.input = np.concatenate([inputs, inputs[copies]])
        self.strength = np.concatenate([np.ones(len(row)), np.repeat(kappa[scaled], size)])
        self.n = J + len(scaled) + 1  # the last row has no inputs
        self.row_of = np.where(arrays.join < 0, self.n - 1, arrays.join)
        self.row_of[scaled] = J + np.arange(len(scaled))
        self.rows = ProductRows(self.row, self.n)
        member = np.flatnonzero(self.group >= 0)
        self._member = member
        self._groups = ProductRows(self.group[member], int(self.group.max(initial=-1)) + 1)

    def passed(self, services: FloatArray) -> FloatArray:
        """Return ``kappa need a s`` of each entry of the rows, a group's product in its lead."""
        arrays = self.arrays
        bad = arrays.impact * services
        if len(self._member):
            together = self._groups.product(bad[self._member])
            bad = bad.copy()
            bad[self._member] = together[self.group[self._member]]
        passed: FloatArray = self.strength * (arrays.need * bad)[self.input]
        return passed

    def kept(self, services: FloatArray) -> FloatArray:
        """Return the share of each service's deliveries that its inputs leave whole, `(m,)`."""
        kept: FloatArray = self.rows.product(1.0 - self.passed(services))[self.row_of]
        return kept


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
