"""Loops of waiting: which there are, and the kindest choice among alternatives."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.delay import loops
from valuechain.kernels.delay.loops import find_loops, join_components, kindest
from valuechain.kernels.delay.slots import join_slots


@given(st.integers(1, 4), st.data())
def test_kindest_choice_is_the_least_of_all_choices(n, data):
    count = data.draw(st.integers(1, 6))
    owner = np.sort(data.draw(arrays(np.int64, count, elements=st.integers(0, n - 1))))
    sizes = data.draw(arrays(np.int64, count, elements=st.integers(1, 3)))
    slot = np.repeat(np.arange(count), sizes)
    column = data.draw(arrays(np.int64, len(slot), elements=st.integers(-1, n - 1)))
    share = data.draw(arrays(float, count, elements=st.sampled_from([0.2, 0.5, 0.9, 1.0])))
    weight = share[slot]
    ends = np.cumsum(sizes)
    best = np.inf
    for choice in product(*(range(end - size, end) for end, size in zip(ends, sizes, strict=True))):
        matrix = np.zeros((n, n))
        for s, q in enumerate(choice):
            if column[q] >= 0:
                matrix[owner[s], column[q]] += share[s]
        best = min(best, float(np.abs(np.linalg.eigvals(matrix)).max()))
    if (sizes == 1).all():
        return  # without a choice the loop is taken to be strongly connected, as loops are
    kept, found = kindest(n, owner, slot, column, weight)
    assert found.high == pytest.approx(best, abs=1e-3)
    assert (np.bincount(slot[kept], minlength=count) == 1).all()
    if abs(best - 1.0) > 1e-3:  # asked only for the side of 1, it is the same side
        assert kindest(n, owner, slot, column, weight, 1.0)[1].settles == (best < 1.0)


def test_loops_are_listed_with_their_radius_upstream_first():
    services = [("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "c"), ("d", "end")]
    chain = chain_arrays(services, customers=["end"], buffer=[0.0, 0, 0, 2, 0, 0])
    need = np.array([0.9, 0.4, 1.0, 0.5, 0.5, 1.0])
    slots = join_slots(chain, waiting_only=True)
    first, second = find_loops(chain, slots, need, join_components(chain, slots), tolerance=1e-9)
    assert first.services.tolist() == [0, 1]
    assert first.radius.high == pytest.approx(0.6)  # sqrt(.9 * .4)
    assert not first.buffered
    assert second.services.tolist() == [3, 4]
    assert second.buffered
    assert second.ring == (3, 4)


def test_choices_end_once_none_can_be_kinder(monkeypatch):
    """Of two ways round the kinder is found at once; all 60 rounds would choose no other."""
    asked = []
    monkeypatch.setattr(loops.np, "minimum", _Counted(np.minimum, asked))
    owner, slot = np.array([0, 1]), np.array([0, 0, 1])
    kept, radius = kindest(2, owner, slot, np.array([0, 1, 0]), np.array([0.5, 0.5, 0.5]))
    assert kept.tolist() == [True, False, True]
    assert radius.high == pytest.approx(0.5)
    assert len(asked) <= 2


class _Counted:
    """numpy's minimum, which notes each time it is asked for that of rows."""

    def __init__(self, real, asked):
        self.real, self.asked = real, asked

    def __call__(self, *args, **options):
        return self.real(*args, **options)

    def reduceat(self, *args):
        self.asked.append(args)
        return self.real.reduceat(*args)
