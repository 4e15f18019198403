"""Acyclic delay, one job at a time from given own times and needs, by the words of the equations.

`chains` makes small acyclic chains of all kinds; `jobs_of` gives each sample of the engine as a
`Job`, with the own times and needs that were drawn for it.
"""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.chance.streams import CELLS, JOBS, Draws, stream_keys
from valuechain.kernels.delay.own_time import OwnTimes
from valuechain.network.arrays import Family, Laws


def measured(*values):
    """Laws that draw one of the values of each service."""
    m = len(values)
    return Laws(
        np.full(m, Family.EMPIRICAL, np.int8),
        np.zeros(m),
        np.ones(m),
        np.zeros((m, 2)),
        {i: np.array(given, float) for i, given in enumerate(values)},
    )


def exponentials(*means):
    """Exponential laws."""
    m = len(means)
    family = np.full(m, Family.EXPONENTIAL, np.int8)
    return Laws(family, np.zeros(m), np.array(means, float), np.zeros((m, 2)))


class Job:
    """One job of an acyclic chain: `arrival(e)` hours after it was asked for."""

    def __init__(self, arrays, own, needed, plan=None, capped=()):
        self.arrays, self.own, self.needed = arrays, own, needed
        self.plan, self.capped = plan, capped

    def slots(self, e):
        """Inputs that `e` may wait for, alternatives together, by number."""
        arrays, j = self.arrays, self.arrays.join[e]
        if j < 0:
            return []
        inputs = arrays.join_inputs[arrays.join_ptr[j] : arrays.join_ptr[j + 1]].tolist()
        slots = {}
        for f in inputs:
            if arrays.waits[f] and arrays.need[f] > 0:
                slots.setdefault(key_of(arrays, f), []).append(f)
        return sorted(slots.values())

    def felt(self, e):
        """The hours that each needed input keeps `e` waiting, and whose they are."""
        found = []
        for slot in self.slots(e):
            waits = [(max(0.0, self.arrival(f) - self.arrays.buffer[f]), f) for f in slot]
            hours, f = min(waits)
            if self.needed[key_of(self.arrays, f)] and hours > 0:
                found.append((hours, f))
        return found

    def in_sequence(self, e):
        return self.arrays.join[e] >= 0 and self.arrays.join_in_sequence[self.arrays.join[e]]

    def ready(self, e):
        hours = [hours for hours, _ in self.felt(e)]
        return sum(hours) if self.in_sequence(e) else max(hours, default=0.0)

    def arrival(self, e):
        own = min(self.own[e], self.budget(e)) if e in self.capped else self.own[e]
        return self.ready(e) + own

    def path(self, e):
        """The services on the path that sets the arrival of `e`."""
        felt = self.felt(e)
        if felt and not self.in_sequence(e):
            felt = [max(felt, key=lambda wait: (wait[0], -self.slot_place(e, wait[1])))]
        return {e}.union(*(self.path(f) for _, f in felt))

    def slot_place(self, e, f):
        return next(i for i, slot in enumerate(self.slots(e)) if f in slot)

    def planned_join(self, e):
        waits = [
            min(max(0.0, self.promised(f) - self.arrays.buffer[f]) for f in slot)
            for slot in self.slots(e)
            if self.needed[key_of(self.arrays, slot[0])]
        ]
        return sum(waits) if self.in_sequence(e) else max(waits, default=0.0)

    def promised(self, f):
        if not np.isnan(self.arrays.sla[f]):
            return self.arrays.sla[f]
        return self.plan[f] + self.planned_join(f)

    def budget(self, e):
        if np.isnan(self.arrays.sla[e]):
            return self.plan[e]
        return max(0.0, self.arrays.sla[e] - self.planned_join(e))


def key_of(arrays, f):
    """The service whose draw decides whether a job needs `f`."""
    if arrays.group[f] < 0:
        return int(f)
    return int(np.flatnonzero(arrays.group == arrays.group[f])[0])


def jobs_of(arrays, samples, seed, plan=None, capped=()):
    """Yield the engine's samples as jobs."""
    m = len(arrays.need)
    whole = -(-samples // JOBS) * JOBS  # own times are drawn for some samples at a time
    draws = Draws(seed, 0, whole, rows=m)
    times = OwnTimes(arrays, seed)
    own = np.empty((m, whole), np.float32)
    times.fill(times.of(np.arange(m)), draws, times.factor(draws), own)
    ranks = draws.ranks(stream_keys(seed, "need", arrays.service_ids))
    needed = ranks <= CELLS * arrays.need[:, None]
    for i in range(samples):
        yield Job(arrays, own[:, i].astype(float).tolist(), needed[:, i].tolist(), plan, capped)


def every_job(arrays):
    """Yield every combination of needs and measured own times, with its probability."""
    keys = sorted({key_of(arrays, f) for f in range(len(arrays.need))})
    choices = [np.unique(arrays.own.extra[e], return_counts=True) for e in range(len(arrays.need))]
    own = [list(zip(v.tolist(), (n / n.sum()).tolist(), strict=True)) for v, n in choices]
    jobs = [
        [(there, odds) for there, odds in ((True, need), (False, 1 - need)) if odds > 0]
        for need in arrays.need[keys].tolist()
    ]
    for hours in product(*own):
        for there in product(*jobs):
            odds = np.prod([p for _, p in hours]) * np.prod([p for _, p in there])
            needed = dict(zip(keys, [is_there for is_there, _ in there], strict=True))
            yield odds, Job(arrays, [h for h, _ in hours], needed)


@st.composite
def chains(draw, largest=5, values=2, rework=False):
    """An acyclic chain: buffers, needs, alternatives, in sequence, and inputs for some only."""
    n = draw(st.integers(2, largest))
    names = [f"d{i}" for i in range(n)]
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=7, unique=True))
    services = [(names[i], names[j]) for i, j in sorted(chosen)]
    services += [(name, "x") for name in names[1:] if draw(st.booleans())]
    services.append((names[-1], "y"))
    m = len(services)

    def column(*among):
        return [draw(st.sampled_from(among)) for _ in range(m)]

    need = column(1.0, 1.0, 0.5, 0.25)
    to_x = [i for i, (_, client) in enumerate(services) if client == "x"]
    for i in to_x:
        need[i] = 1 / len(to_x)
    need[-1] = 1.0
    group = [-1] * m
    for number, name in enumerate(names):
        inputs = [i for i, (_, client) in enumerate(services) if client == name]
        if len(inputs) >= 2 and draw(st.booleans()):
            for i in inputs[:2]:
                group[i], need[i] = number, need[inputs[0]]
    inputs_for = {}
    for f, (_, client) in enumerate(services):
        served = [e for e, (provider, _) in enumerate(services) if provider == client]
        if served and draw(st.integers(0, 3)) == 0:
            inputs_for[f] = draw(st.lists(st.sampled_from(served), min_size=1, unique=True))
    return chain_arrays(
        services,
        customers=["x", "y"],
        own=measured(*(column(*[(1.0,), (0.0, 3.0), (2.0, 5.0)][:values]))),
        need=need,
        buffer=column(0.0, 0.0, 1.5, 4.0),
        waits=column(True, True, True, False),
        group=group,
        inputs_for=inputs_for,
        in_sequence=[name for name in names if draw(st.integers(0, 2)) == 0],
        fcr=column(1.0, 0.5) if rework else None,
        sla=column(np.nan, 2.0, 4.0, 7.0),
        shock=column(0.0, 0.0, 2.0),
    )
