"""How far outcomes may be off: the chain drawn over its ranges, calibrated anew each time."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from functools import cached_property, partial

import numpy as np

from valuechain.chain import ValueChain
from valuechain.draws import draw_chain, uncertain_inputs
from valuechain.errors import Text, ValueChainError, ValueChainWarning
from valuechain.network.arrays import FloatArray

Figures = dict[str, FloatArray]
SAMPLES = 4_000  # a draw: what is sampled moves less than what is drawn
ENDS = (0.05, 0.95)
BOUNDS = {
    "csat": (0.0, 1.0),
    "churn": (0.0, 1.0),
    "won_share": (0.0, 1.0),
    "breach": (0.0, 1.0),
    "nps": (-100.0, 100.0),
    "mean_hours": (0.0, np.inf),
}


class OutcomeRanges:
    """The 5th and 95th percentile of every outcome over the ranges of a chain; found when read.

    Parameters
    ----------
    chain : ValueChain
    figures : callable
        The outcomes of a chain by name, from chain, samples and seed; picklable.
    as_is : dict
        The outcomes of the chain itself, with all samples.
    samples, seed, draws : int
    executor : Executor, optional

    Notes
    -----
    Draws use the first 4,000 jobs, and so does the chain beside them: ends are the chain's figure
    plus the percentiles of the paired differences, so that what is not drawn adds no spread. What
    sampling alone would carry beyond a bound (a share above 1) ends at the bound.
    """

    def __init__(
        self,
        chain: ValueChain,
        figures: Callable[[ValueChain, int, int], Figures],
        as_is: Figures,
        samples: int,
        seed: int,
        draws: int,
        executor: Executor | None,
    ) -> None:
        self._chain, self._figures, self._as_is = chain, figures, as_is
        self._samples, self._seed, self._draws = min(samples, SAMPLES), seed, draws
        self._executor = executor

    def columns(self) -> dict[str, Callable[[], FloatArray]]:
        """Return the columns `_low` and `_high` of every outcome."""
        return {
            f"{name}_{end}": partial(self._end, name, i)
            for name in self._as_is
            for i, end in enumerate(("low", "high"))
        }

    def _end(self, name: str, which: int) -> FloatArray:
        end: FloatArray = self._ends[name][which]
        return end

    @cached_property
    def _ends(self) -> dict[str, FloatArray]:
        if not uncertain_inputs(self._chain):  # a drawn chain, say: all is known
            return {name: np.stack([as_is, as_is]) for name, as_is in self._as_is.items()}
        base = self._figures(self._chain, self._samples, self._seed)
        drawn = [found for found in self._drawn() if found is not None]
        if len(drawn) < self._draws:
            warnings.warn(
                ValueChainWarning(_refused(self._draws - len(drawn), self._draws)), stacklevel=2
            )
        ends = {}
        for name, as_is in self._as_is.items():
            low, high = BOUNDS.get(name, (-np.inf, np.inf))
            moved = np.array([found[name] - base[name] for found in drawn]).reshape(-1, len(as_is))
            if not len(moved):
                moved = np.zeros((1, len(as_is)))
            known = ~np.isnan(as_is)
            ends[name] = np.full((2, len(as_is)), np.nan)
            ends[name][:, known] = as_is[known] + np.quantile(moved[:, known], ENDS, axis=0)
            ends[name] = np.clip(ends[name], low, high)
        return ends

    def _drawn(self) -> Iterator[Figures | None]:
        one = partial(_one, self._figures, self._chain, self._samples, self._seed)
        if self._executor is None:
            return map(one, range(self._draws))
        return self._executor.map(one, range(self._draws))


def _one(
    figures: Callable[[ValueChain, int, int], Figures],
    chain: ValueChain,
    samples: int,
    seed: int,
    number: int,
) -> Figures | None:
    """Return the outcomes of one draw, None where such a chain could not work at all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValueChainWarning)  # said of the chain itself
        try:
            return figures(draw_chain(chain, seed, number), samples, seed)
        except ValueChainError:
            return None


def _refused(refused: int, draws: int) -> Text:
    return Text(
        f"{refused} of {draws} draws over the ranges give a chain that cannot work (its loops "
        "wait for ever, say); the ranges of outcomes leave them out",
        f"{refused} de {draws} sorteos de los rangos dan una cadena que no puede funcionar (sus "
        "bucles esperan sin fin, por ejemplo); los rangos de los resultados no los cuentan",
    )
