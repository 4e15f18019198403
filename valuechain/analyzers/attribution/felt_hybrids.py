"""What customers feel of chains between two: each evaluated whole, at the calibration of its today.

Two chains on one today share its calibration; chains declared apart have each its own.
"""

from __future__ import annotations

import dataclasses
from concurrent.futures import Executor

import numpy as np

from valuechain.analyzers.attribution.felt_game import by_batch
from valuechain.analyzers.attribution.felt_outcomes import FeltQuestion
from valuechain.analyzers.attribution.hybrids import Hybrids
from valuechain.evaluation.calibrated_today import today_of
from valuechain.evaluation.evaluation import Evaluation, Feedback
from valuechain.evaluation.loop_errors import loop_errors
from valuechain.kernels.delay.sampled import DelayRun, delay_model
from valuechain.kernels.delay.sums import DelaySums
from valuechain.kernels.dissatisfaction.late_batches import late_as_it_is
from valuechain.kernels.dissatisfaction.lateness import seen_by_clients
from valuechain.network.arrays import FloatArray


class FeltHybrids:
    """The outcome of a customer when some inputs are new.

    Parameters
    ----------
    hybrids : Hybrids
    question : FeltQuestion
    feedback : {"on", "off"}
    samples, seed, executor
        As in `propagate_delay`.

    Attributes
    ----------
    served : bool
        Whether anything leads to the customer, before or after.
    """

    def __init__(
        self,
        hybrids: Hybrids,
        question: FeltQuestion,
        feedback: Feedback,
        samples: int,
        seed: int,
        executor: Executor | None,
    ) -> None:
        self._hybrids, self._question, self._feedback = hybrids, question, feedback
        self._samples, self._seed, self._executor = samples, seed, executor
        ends = (hybrids.situation(chosen).now for chosen in ((), hybrids.changes))
        self.served = any(question.services(now, feedback == "on").any() for now in ends)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The changed inputs that the outcome can depend on."""
        money = self._question.outcome == "revenue_at_risk"
        return self._hybrids.of_money if money else self._hybrids.of_feeling

    def of(self, chosen: frozenset[str]) -> FloatArray:
        """Return the outcome by batch of samples, `(G,)`, with these inputs new."""
        situation = self._hybrids.situation(chosen)
        today = today_of(situation, self._samples, self._seed, self._executor)
        now = situation.now
        if self._feedback == "on":  # at the pace of work that morale leaves
            now = Evaluation(situation, today, "on", self._executor).worked.now
        arrays = seen_by_clients(now, today.gaps)
        with loop_errors(arrays):
            model = delay_model(arrays, self._samples, self._seed)
            model = dataclasses.replace(model, ties=today.gaps.tie)
            batches = late_as_it_is(model, self._executor)
        m = len(arrays.need)
        late = batches.mean(axis=0) * self._samples
        none = np.zeros(m)  # of all else that arrivals come to, nothing is asked here
        run = DelayRun(model, DelaySums(self._samples, none, none, none, none, late))
        found = Evaluation(situation, today, self._feedback, self._executor, run=run)
        state = found.settle(found.failures)
        worth = self._question.worth(found)
        return by_batch(found, worth, found.failures, state, np.arange(m), batches)
