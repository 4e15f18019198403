"""Own times `O = D + sum of N attempts (W + X) + shock`: what a delivery takes once it can start.

`D` is the department's common time, one draw a job; `N` is geometric, with `fcr` the share that
succeeds each time; `W` is what an attempt waits for staff.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.kernels.chance.inverse_tables import Inversion, LawRows, normal_score
from valuechain.kernels.chance.laws import moments
from valuechain.kernels.chance.streams import CELLS, F32, Draws, Words, stream_keys
from valuechain.network.arrays import ChainArrays, FloatArray, IntArray


def own_moments(arrays: ChainArrays) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of the own time of each service, hours and hours squared.

    Returns
    -------
    mean, variance : ndarray, shape (m,)

    Notes
    -----
    With ``Y = W + X``: ``E O = E D + E Y / fcr + shock``;
    ``Var O = Var D + Var Y / fcr + (E Y)^2 (1 - fcr) / fcr^2``.
    """
    mean, variance = (
        own + wait for own, wait in zip(moments(arrays.own), moments(arrays.wait), strict=True)
    )
    common_mean, common_variance = (_by_service(arrays, part) for part in moments(arrays.common))
    fcr = arrays.fcr
    return (
        common_mean + mean / fcr + arrays.shock,
        common_variance + variance / fcr + mean * mean * (1.0 - fcr) / (fcr * fcr),
    )


def _by_service(arrays: ChainArrays, departments: FloatArray) -> FloatArray:
    """Return a figure of departments `(D,)` by service; external providers have 0."""
    inside = arrays.provider < len(departments)
    values = np.zeros(len(arrays.provider))
    values[inside] = departments[arrays.provider[inside]]
    return values


@dataclass(frozen=True, eq=False)
class OwnBatch:
    """What is known of a few services before any draw."""

    services: tuple[int, ...]
    keys: Words
    attempt: LawRows
    again: tuple[int, ...]  # rows of the batch with more than one attempt
    shock: F32 | None  # (k, 1)
    departments: tuple[tuple[int, int], ...]  # rows and the departments with a common time
    waits: tuple[int, ...]  # rows that wait for staff, `w` of them
    wait: LawRows  # of these rows only
    wait_keys: Words  # (w, 1)


class OwnTimes:
    """Draws own times of the services of a chain.

    Parameters
    ----------
    arrays : ChainArrays
    seed : int
    """

    def __init__(self, arrays: ChainArrays, seed: int) -> None:
        self.shared_cause = float(arrays.coefficients["shared_cause"])
        self._attempt = Inversion(arrays.own, self.shared_cause)
        self._common = Inversion(arrays.common, self.shared_cause)
        self._wait = Inversion(arrays.wait, self.shared_cause)
        self._keys = stream_keys(seed, "own", arrays.service_ids)
        self._wait_keys = stream_keys(seed, "wait", arrays.service_ids)
        self._repeat_keys = stream_keys(seed, "attempts", arrays.service_ids)
        self._common_keys = stream_keys(seed, "common", arrays.department_ids)
        self._factor_key = stream_keys(seed, "shared cause", [""])
        self._again = 1.0 - arrays.fcr
        self._shock = arrays.shock.astype(np.float32)
        inside = arrays.provider < len(arrays.department_ids)
        varies = np.zeros(len(arrays.provider), np.bool_)
        departments = arrays.provider[inside]
        varies[inside] = ~self._common.constant[departments] | (arrays.common.loc[departments] > 0)
        self._department = np.where(varies, arrays.provider, -1)

    def factor(self, draws: Draws) -> F32 | None:
        """Return the shared cause of each sample, standard normal, None where there is none."""
        if self.shared_cause == 0:
            return None
        return normal_score(draws.ranks(self._factor_key)[0])

    def of(self, services: IntArray) -> OwnBatch:
        """Return `services` `(k,)`, ready to be drawn together."""
        numbers = services.tolist()
        shock = self._shock[services, None]
        waits = np.flatnonzero(~self._wait.constant[services])
        return OwnBatch(
            services=tuple(numbers),
            keys=self._keys[services],
            attempt=self._attempt.rows(services),
            again=tuple(i for i, e in enumerate(numbers) if self._again[e] > 0),
            shock=shock if shock.any() else None,
            departments=tuple(
                (i, d) for i, d in enumerate(self._department[services].tolist()) if d >= 0
            ),
            waits=tuple(waits.tolist()),
            wait=self._wait.rows(services[waits]),
            wait_keys=self._wait_keys[services[waits]],
        )

    def fill(
        self, batch: OwnBatch, draws: Draws, factor: F32 | None, out: F32, round_: int = 0
    ) -> None:
        """Write the own times of a batch of `k` services into `out` `(k, size)`, hours."""
        _draw(batch.attempt, batch.keys, draws, factor, out, round_)
        if batch.waits:
            hours = np.empty((len(batch.waits), draws.size), np.float32)
            _draw(batch.wait, batch.wait_keys, draws, factor, hours, round_)
            for i, wait in zip(batch.waits, hours, strict=True):
                np.add(out[i], wait, out=out[i])
        for i in batch.again:
            self._add_attempts(batch.services[i], draws, factor, out[i], round_)
        if batch.shock is not None:
            np.add(out, batch.shock, out=out)
        if batch.departments:
            self._add_common(batch, draws, factor, out, round_)

    def _add_attempts(
        self, service: int, draws: Draws, factor: F32 | None, out: F32, round_: int
    ) -> None:
        """Add the second and later attempts: ``P(N > n) = (1 - fcr)^n``."""
        again = float(self._again[service])
        ranks = draws.ranks(self._repeat_keys[service : service + 1], round_)[0]
        attempt = 1
        samples = np.flatnonzero(ranks <= np.float32(CELLS * again))
        while len(samples):
            drawn = draws.ranks_at(self._keys[service], samples, attempt, round_)
            part = None if factor is None else factor[samples]
            out[samples] += self._attempt.one(service, drawn, part)
            if not self._wait.constant[service]:
                drawn = draws.ranks_at(self._wait_keys[service], samples, attempt, round_)
                out[samples] += self._wait.one(service, drawn, part)
            attempt += 1
            samples = samples[ranks[samples] <= np.float32(CELLS * again**attempt)]

    def _add_common(
        self, batch: OwnBatch, draws: Draws, factor: F32 | None, out: F32, round_: int
    ) -> None:
        drawn: dict[int, F32] = {}
        for i, department in batch.departments:
            if department not in drawn:
                rows = np.array([department])
                hours = np.empty((1, draws.size), np.float32)
                law, keys = self._common.rows(rows), self._common_keys[rows]
                _draw(law, keys, draws, factor, hours, round_)
                drawn[department] = hours[0]
            np.add(out[i], drawn[department], out=out[i])


def _draw(
    rows: LawRows, keys: Words, draws: Draws, factor: F32 | None, out: F32, round_: int
) -> None:
    """Write one draw of each row and sample into `out` `(k, size)`."""
    words = draws.words(keys, round_) if rows.varies else None
    rows.fill(words, draws.fraction, factor, out)
