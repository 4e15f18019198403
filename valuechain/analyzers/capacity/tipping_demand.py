"""`tipping_demand`: how much more may be asked for before overload, morale and delay run away."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from valuechain.analyzers.capacity.workload import refuse_endless_demand
from valuechain.analyzers.delay import Progress, check_draws
from valuechain.chain import ValueChain
from valuechain.errors import Text, UsageError, ValueChainWarning
from valuechain.evaluation.evaluation import evaluate
from valuechain.evaluation.provenance import provenance_of
from valuechain.kernels.dissatisfaction.noisy_or import Dissatisfaction
from valuechain.network.arrays import FloatArray
from valuechain.results import Column, Result, Table
from valuechain.today import situation_of

STEPS = 8  # of the first look; then wherever something happens, halves
TOLERANCE = 0.002  # of a factor
RISE = 0.05  # of a department's morale within a step: less is no state that topples
WORTH = 0.05  # of a share: lasting states closer than this are one to those who live in them

GROWTH_COLUMNS = (
    Column("growth", "factor", "How many times the demand of now."),
    Column("lasting_states", "number", "1; or 2: a calm state and one that feeds itself."),
    Column("morale_loss", "share", "Mean over departments, reached from today."),
    Column("least_morale_loss", "share", "The same in the best lasting state."),
    Column("greatest_morale_loss", "share", "The same in the worst lasting state."),
    Column("dissatisfied", "share", "Mean over customers, reached from today."),
)
DEPARTMENT_COLUMNS = (
    Column(
        "morale_loss_before",
        "share",
        "Just below the tipping point; calm, where today is past it; else as it is.",
    ),
    Column("morale_loss_after", "share", "Just above it; without one, at the most demand asked."),
    Column("utilization", "share", "As it is, at today's pace."),
)


@dataclass(frozen=True, eq=False)
class TippingDemandResult(Result):
    """From what demand on the circles through morale and load feed themselves.

    Attributes
    ----------
    fragile_factor : float or None
        From here on there is a second, worse lasting state beside the calm one: a bad month is
        enough to fall into it and stay. 1 where that is so already; None where it is nowhere so.
    tipping_factor : float or None
        From here on the calm state is gone: the circle turns vicious by itself. 1 where of two
        lasting states today's is the worse one: the circle is vicious already.
    department : str or None
        Whose morale falls furthest there.
    most : float
        The largest factor that was looked at.
    """

    title: ClassVar[Text] = Text("Tipping point", "Punto de inflexión")
    fragile_factor: float | None = None
    tipping_factor: float | None = None
    department: str | None = None
    most: float = 2.0

    def extras(self) -> Mapping[str, Any]:
        """Return the answer."""
        names = ("fragile_factor", "tipping_factor", "department", "most")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, eq=False)
class _Look:
    """The chain at some growth of demand."""

    growth: float
    reached: Dissatisfaction
    least: Dissatisfaction
    greatest: Dissatisfaction
    two: bool

    @property
    def fallen(self) -> bool:
        """Whether, of two lasting states, the worse one is reached."""
        now = self.reached
        return self.two and now.distance(self.greatest) < now.distance(self.least)


def tipping_demand(
    chain: ValueChain,
    most: float = 2.0,
    *,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> TippingDemandResult:
    """Return from what growth of all demand on a vicious circle feeds itself.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.
    most : float
        The largest factor looked at, above 1.
    samples, seed, executor, progress
        As in `propagate_delay`; progress counts the first look.

    Returns
    -------
    TippingDemandResult
        `.fragile_factor`, `.tipping_factor`, `.department`. Level growth, a row for each demand
        that was looked at: `growth`, `lasting_states`, `morale_loss`, `least_morale_loss`,
        `greatest_morale_loss`, `dissatisfied`. Level departments, who loses most first:
        `morale_loss_before`, `morale_loss_after`, `utilization`.

    Raises
    ------
    UsageError
        If no volumes are declared, or `most` is not above 1.
    DeadlockError, ConvergenceError
        As in `propagate_dissatisfaction`.

    Notes
    -----
    All declared volumes grow by one factor `g`. More work is more load and more waiting; both
    cost morale, lost morale slows work (`morale_to_time`), slower work is more load. The least
    and the greatest lasting state of this circle are found for `g` on a grid, then by halving to
    0.2 %, beside wherever states are two, or somebody's morale falls by .05 and more in a step.
    Where the two are .05 and more apart, the chain is fragile; where the one reached from today
    joins the worse one, it has tipped (a fold). Cost: some ten propagations for each of 10 to 50
    demands: on large chains 2,000 samples do.

    References
    ----------
    .. [1] M. Scheffer and others, Early-warning signals for critical transitions, Nature 461
       (2009).

    Examples
    --------
    A desk busy .577 of its time. Overload begins at .85: that is at .85 / .577 times the demand.
    All of .8 lost, work takes 1.4 times as long: so from 1 / (1.4 x .577) on, the worst state
    keeps itself up.

    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"desk": {"staff": 1}}, customers={"shop": {}},
    ...     services=[{"provider": "desk", "client": "shop", "work": "1 h", "volume": 100}],
    ...     assumptions={"morale_to_time": 0.5, "overload_to_morale": 0.8})
    >>> found = tipping_demand(chain, samples=200)
    >>> round(found.fragile_factor, 2), round(found.tipping_factor, 2), found.department
    (1.24, 1.47, 'desk')
    """
    check_draws(samples, seed)
    _check_most(most)
    situation = situation_of(chain)
    refuse_endless_demand(situation.now, situation.load_now.demand)
    volumes = [f"services.{s.id}.volume" for s in chain.in_force().services if s.volume is not None]
    if not volumes:
        raise UsageError(
            Text(
                "no volume is declared, so no demand can grow; give services to customers a volume",
                "no hay ningún volume declarado, así que ninguna demanda puede crecer; dé volume a "
                "los servicios a clientes",
            )
        )

    def look(growth: float) -> _Look:
        grown = chain.with_changes(scale=dict.fromkeys(volumes, growth))
        found = evaluate(grown, samples, seed, "on", executor)
        two = found.tips and found.greatest.distance(found.least) > WORTH
        return _Look(growth, found.outcome.state, found.least, found.greatest, two)

    with warnings.catch_warnings():
        # Beside a tipping point nothing settles quickly: that is what is looked for.
        warnings.simplefilter("ignore", ValueChainWarning)
        looks = _looked(look, most, progress)
    fragile, tipped = _edges(looks)
    ids = situation.now.department_ids
    losses = _fall(looks, tipped)
    rows = np.lexsort((np.arange(len(ids)), losses[0] - losses[1]))
    tables = (
        _growth_table(looks),
        Table(
            "departments",
            tuple(ids[d] for d in rows.tolist()),
            DEPARTMENT_COLUMNS,
            {
                "morale_loss_before": losses[0][rows],
                "morale_loss_after": losses[1][rows],
                "utilization": situation.load_now.utilization[rows],
            },
        ),
    )
    return TippingDemandResult(
        tables={table.level: table for table in tables},
        provenance=provenance_of(situation, "tipping_demand", seed, samples),
        labels=chain.names(),
        calendar=chain.calendar,
        fragile_factor=None if fragile is None else looks[fragile].growth,
        tipping_factor=None if tipped is None else looks[tipped].growth,
        department=None if tipped is None else ids[int(rows[0])],
        most=float(most),
    )


def _check_most(most: float) -> None:
    if not (isinstance(most, int | float) and 1 < most < np.inf):
        raise UsageError(
            Text(
                f"most: {most!r}; it takes a factor above 1, such as 2",
                f"most: {most!r}; hace falta un factor mayor que 1, como 2",
            )
        )


def _looked(
    look: Callable[[float], _Look], most: float, progress: Progress | None
) -> tuple[_Look, ...]:
    """Return looks at growing demand, close together wherever the chain topples."""
    looks = []
    for done, growth in enumerate(np.linspace(1.0, most, STEPS + 1).tolist(), start=1):
        looks.append(look(growth))
        if progress is not None:
            progress(done, STEPS + 1)
    at = 0
    while at < len(looks) - 1:
        low, high = looks[at], looks[at + 1]
        if high.growth - low.growth > TOLERANCE and _matters(low, high, looks[: at + 1]):
            looks.insert(at + 1, look((low.growth + high.growth) / 2))
        else:
            at += 1
    return tuple(looks)


def _matters(low: _Look, high: _Look, until: list[_Look]) -> bool:
    """Return whether what happens between two looks has to be found."""
    if low.two != high.two or low.fallen != high.fallen:
        return True
    if any(earlier.two for earlier in until) or low.two:
        return False  # the edges of the first two lasting states are what is asked
    fall = high.reached.morale_loss - low.reached.morale_loss
    return bool(fall.max() > RISE)


def _edges(looks: tuple[_Look, ...]) -> tuple[int | None, int | None]:
    """Return the first look that is fragile, and the first that has tipped."""
    fragile = next((at for at, look in enumerate(looks) if look.two), None)
    if fragile is None:
        return None, None
    later = range(fragile, len(looks))
    return fragile, next((at for at in later if looks[at].fallen or not looks[at].two), None)


def _fall(looks: tuple[_Look, ...], tipped: int | None) -> tuple[FloatArray, FloatArray]:
    """Return lost morale on both sides of the tip; where today is past it, calm and as it is."""
    if tipped == 0:
        return looks[0].least.morale_loss, looks[0].reached.morale_loss
    before, after = (looks[0], looks[-1]) if tipped is None else (looks[tipped - 1], looks[tipped])
    return before.reached.morale_loss, after.reached.morale_loss


def _growth_table(looks: tuple[_Look, ...]) -> Table:
    states = {
        "morale_loss": [look.reached.morale_loss.mean() for look in looks],
        "least_morale_loss": [look.least.morale_loss.mean() for look in looks],
        "greatest_morale_loss": [look.greatest.morale_loss.mean() for look in looks],
        "dissatisfied": [look.reached.customers.mean() for look in looks],
    }
    return Table(
        "growth",
        tuple(f"{look.growth:.4f}" for look in looks),
        GROWTH_COLUMNS,
        {
            "growth": np.array([look.growth for look in looks]),
            "lasting_states": np.array([2 if look.two else 1 for look in looks]),
            **{name: np.array(values) for name, values in states.items()},
        },
    )
