"""Settling one loop of couplings: rounds, and sweeps where rounds are slow.

A *round* ``x <- F(x)`` takes one kind of node after another: services, then customers, then
morale. A push moves one hand-off a round, so a loop as long as a row of departments would need as
many rounds as it has members. Where a round moves all members up (or all down), so does every
further evaluation, in any order, and all orders lead to the same fixed point (chaotic iteration
of monotone maps). There a *sweep* takes the members one by one, each after those that feed it, and
carries a push all the way round at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from valuechain.kernels.delay.loops import ranges
from valuechain.kernels.dissatisfaction.couplings import Couplings
from valuechain.network.arrays import FloatArray, IntArray

Walk = Callable[[list[int]], None]

PRECISION = 1e-13
FINEST = 4e-3  # of it: a step of no more than rounding
WINDOW = 32  # rounds whose largest step is compared with that of as many before
PATIENCE = 3 * WINDOW  # rounds between two sweeps; those right after one shrink as never again
ROUNDING = 1e-15  # a member that moves back by less has not
SMALL = 400  # members up to which plain lists beat arrays
ONE_ANSWER = 1e-12  # between the least and the greatest fixed point


@dataclass(eq=False)
class Rest:
    """How a loop came to rest: rounds and sweeps it took, and how far it still was.

    `steps` are the largest moves of rounds since the last sweep, `turns` those from one sweep to
    the next, the rounds between them included; `ratio` that of the rounds before the last sweep.
    """

    rounds: int = 0
    remaining: float = np.inf
    ratio: float = 0.0
    steps: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)

    def after_round(self, step: float) -> bool:
        """Note how far a round moved the loop, and return whether that is the end."""
        self.rounds += 1
        self.steps.append(step)
        if step > PRECISION:  # spares the judgement
            return False
        return self._at_rest(step, what_remains(self.steps, self.ratio)[0])

    def after_sweep(self, step: float) -> bool:
        """Note how far all since the last sweep moved it, and return whether that is the end."""
        self.rounds += 1
        self.turns.append(step)
        self.ratio = what_remains(self.steps)[0]
        self.steps = []
        return self._at_rest(step, _by_turns(self.turns)[0])

    def _at_rest(self, step: float, ratio: float) -> bool:
        return step <= PRECISION * max(1.0 - ratio, FINEST)

    def end(self) -> Rest:
        """Return this, with what remains: rounds alone would lead no further, nor do both."""
        by_rounds = what_remains(self.steps, self.ratio)[1] if self.steps else np.inf
        by_turns = _by_turns(self.turns)[1] if self.turns else np.inf
        self.remaining = min(by_rounds, by_turns)
        return self


def _by_turns(turns: list[float]) -> tuple[float, float]:
    """Return as `what_remains` the ratio from one sweep to the next, the worst of late ones."""
    late = turns[1:][-5:]
    if len(late) < 2:
        return 1.0, np.inf
    ratio = max(now / before if before > 0.0 else 0.0 for before, now in pairwise(late))
    return ratio, late[-1] * ratio / (1.0 - ratio) if ratio < 1.0 else np.inf


def what_remains(steps: list[float], slowest: float = 0.0) -> tuple[float, float]:
    """Return the ratio by which steps shrink a round, and how far all further ones would lead.

    The ratio is at least `slowest`.

    A push takes several rounds to come round a loop and moves one member after another, so the
    ratio is taken from the largest steps of many rounds.

    Examples
    --------
    >>> ratio, remaining = what_remains([0.5**k for k in range(1, 65)])
    >>> ratio, remaining / 0.5**64
    (0.5, 1.0)
    """
    if steps[-1] == 0.0:
        return 0.0, 0.0
    w = min(WINDOW, len(steps) // 2)
    if w == 0 and slowest == 0.0:
        return 0.0, steps[-1]
    now, before = max(steps[-w:]), max(steps[-2 * w : -w], default=np.inf)
    ratio = min(max((now / before) ** (1.0 / max(w, 1)), slowest), 1.0 - 1e-9)
    return ratio, now * ratio**w / (1.0 - ratio)


def settle_loop(
    graph: Couplings, nodes: IntArray, value: list[float], walk: Walk, most_rounds: int
) -> Rest:
    """Settle a loop, in place, from the values its members have.

    Parameters
    ----------
    graph : Couplings
    nodes : ndarray of int, shape (k,)
        Its members, ascending.
    value : list of float, length n
        Of all nodes; what leads into the loop is at rest.
    walk : callable
        Evaluates nodes one after another, in `value`.
    most_rounds : int
        After which it is left as it is.

    Notes
    -----
    Where some members rise and others fall, and 64 rounds have not settled them, the least and the
    greatest fixed point of the loop are found; if they are one, that is where it ends, otherwise
    rounds go on. Sweeps and rounds in turn take at most a few times as long as the better of the
    two alone: both only lead on.
    """
    loop = (_OnLists if len(nodes) <= SMALL else _OnArrays)(graph, nodes, value, walk)
    rest = _go_round(loop, most_rounds, mixed=False)
    if rest is None:
        reached, ends = loop.values(), []
        for at in (0.0, 1.0):
            loop.set(np.full(len(nodes), at))
            ends.append((_go_round(loop, most_rounds, mixed=True), loop.values()))
        (rest, least), (_, greatest) = ends
        one = float(np.abs(greatest - least).max()) <= ONE_ANSWER
        loop.set(least if one else reached)
        if not one:
            rest = _go_round(loop, most_rounds, mixed=True)
    loop.store()
    assert rest is not None
    return rest


def _go_round(loop: _OnLists, most_rounds: int, mixed: bool) -> Rest | None:
    """Go round until a loop is at rest; None where moves are mixed and that is not wanted."""
    rest, before = Rest(), loop.values()
    while rest.rounds < most_rounds:
        rise = fall = 0.0
        for _ in range(min(PATIENCE, most_rounds - rest.rounds)):
            rise, fall = loop.round()
            if rest.after_round(max(rise, fall)):
                return rest.end()
        if min(rise, fall) > ROUNDING:
            if not mixed:
                return None
        elif rest.rounds < most_rounds:
            loop.sweep()
            after = loop.values()
            if rest.after_sweep(float(np.abs(after - before).max())):
                break
            before = after
    return rest.end()


class _OnLists:
    """A loop on plain lists: for those of few members."""

    def __init__(self, graph: Couplings, nodes: IntArray, value: list[float], walk: Walk) -> None:
        self.graph, self.value, self.walk = graph, value, walk
        cuts = np.searchsorted(nodes, graph.first).tolist()
        kinds = [nodes[a:b] for a, b in pairwise(cuts)]
        self.services, self.departments, self.customers, self.rows, self.groups = kinds
        in_turn = [self.groups, self.rows, self.services, self.customers, self.departments]
        self.nodes: list[int] = nodes.tolist()
        self._in_turn: list[int] = np.concatenate(in_turn).tolist()
        self._shown = self.nodes[: cuts[3]]
        self._order: list[int] | None = None

    def round(self) -> tuple[float, float]:
        """Go round once, and return how far members rose and fell at most."""
        value = self.value
        before = [value[v] for v in self._shown]
        self.walk(self._in_turn)
        rise = fall = 0.0
        for v, old in zip(self._shown, before, strict=True):
            step = value[v] - old
            if step > rise:
                rise = step
            elif -step > fall:
                fall = -step
        return rise, fall

    def sweep(self) -> None:
        """Take each member after those that feed it."""
        if self._order is None:
            self._order = in_feeding_order(self.graph, self.nodes)
        self.store()
        self.walk(self._order)
        self._load()

    def values(self) -> FloatArray:
        """Return the values of all members, `(k,)`."""
        return np.array([self.value[v] for v in self.nodes])

    def set(self, values: FloatArray) -> None:
        """Give all members other values."""
        for v, new in zip(self.nodes, values.tolist(), strict=True):
            self.value[v] = new
        self._load()

    def store(self) -> None:
        """Write the members' values where all nodes' are."""

    def _load(self) -> None:
        """Read them from there."""


class _OnArrays(_OnLists):
    """A loop on arrays of its own members and of what leads in: for those of many."""

    def __init__(self, graph: Couplings, nodes: IntArray, value: list[float], walk: Walk) -> None:
        super().__init__(graph, nodes, value, walk)
        served = self.services
        kinds = (self.groups, self.rows, self.customers, self.departments)
        entries = [ranges(graph.ptr[kind], graph.ptr[kind + 1]) for kind in kinds]
        sources = [graph.source[entry] for entry in entries]
        around = np.unique(
            np.concatenate([nodes, *sources, graph.row[served], graph.morale[served]])
        )
        self._x = np.array([value[v] for v in around.tolist()])

        def at(numbers: IntArray) -> IntArray:
            return np.searchsorted(around, numbers)

        self._members, self._shown_at = at(nodes), at(nodes[: len(self._shown)])
        self._services = at(served), at(graph.row[served]), at(graph.morale[served])
        self._gathered = [
            (at(kind), at(source), graph.weight[entry], _firsts(graph, kind), graph.base[kind])
            for kind, source, entry in zip(kinds, sources, entries, strict=True)
        ]

    def round(self) -> tuple[float, float]:
        """Go round once, and return how far members rose and fell at most."""
        x, graph, e = self._x, self.graph, self.services
        before = x[self._shown_at]
        groups, rows, customers, departments = self._gathered
        if len(self.groups):
            here, source, weight, first, _ = groups
            x[here] = np.multiply.reduceat(weight * x[source], first)
        self._union(rows)
        here, row, morale = self._services
        brought, worn, own = x[row], graph.worn[e] * x[morale], graph.own[e]
        fault = own + (brought + worn * (1.0 - brought)) * (1.0 - own)
        x[here] = graph.base[e] + graph.beta[e] * fault * (1.0 - graph.base[e])
        if len(self.customers):
            here, source, weight, first, base = customers
            mixed = np.minimum(np.add.reduceat(weight * x[source], first), 1.0)
            kappa = graph.kappa[self.customers - graph.first[2]]
            x[here] = base + kappa * mixed * (1.0 - base)
        self._union(departments)
        step = x[self._shown_at] - before
        return max(float(step.max()), 0.0), max(-float(step.min()), 0.0)

    def _union(self, kind: tuple[IntArray, IntArray, FloatArray, IntArray, FloatArray]) -> None:
        here, source, weight, first, base = kind
        if len(here):
            kept = np.multiply.reduceat(1.0 - weight * self._x[source], first)
            self._x[here] = base + (1.0 - kept) * (1.0 - base)

    def values(self) -> FloatArray:
        """Return the values of all members, `(k,)`."""
        return self._x[self._members]

    def store(self) -> None:
        """Write the members' values where all nodes' are."""
        for v, new in zip(self.nodes, self.values().tolist(), strict=True):
            self.value[v] = new

    def _load(self) -> None:
        """Read them from there."""
        self._x[self._members] = [self.value[v] for v in self.nodes]


def _firsts(graph: Couplings, nodes: IntArray) -> IntArray:
    """Return where each node's inputs begin among those of all of these."""
    size = graph.ptr[nodes + 1] - graph.ptr[nodes]
    firsts: IntArray = np.cumsum(size) - size
    return firsts


def in_feeding_order(graph: Couplings, nodes: list[int]) -> list[int]:
    """Return the members of a loop, each after those that feed it but for what closes circles.

    Depth first along what each member is fed by; a member is placed once all that feeds it is.
    """
    m = graph.first[1]
    members, order = set(nodes), []
    for root in nodes:
        if root not in members:
            continue
        members.discard(root)
        trail = [(root, iter(_feeding(graph, root, m)))]
        while trail:
            node, left = trail[-1]
            for other in left:
                if other in members:
                    members.discard(other)
                    trail.append((other, iter(_feeding(graph, other, m))))
                    break
            else:
                trail.pop()
                order.append(node)
    return order


def _feeding(graph: Couplings, node: int, m: int) -> list[int]:
    if node < m:
        return [int(graph.row[node]), int(graph.morale[node])]
    found: list[int] = graph.source[graph.ptr[node] : graph.ptr[node + 1]].tolist()
    return found
