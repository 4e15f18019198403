"""Do two sets of figures agree within Monte Carlo error? All judged together.

Each figure gives a z-score. One z-score of 3 says little; that out of a
thousand more than chance allows lie beyond 4, or that all of them together
are larger than 1, says that the two ways differ.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.reference.delay import breach, mean_late

BEYOND_4 = math.erfc(4 / math.sqrt(2))
SAME = 1e-5  # relative: the engine keeps times in single precision
QUANTILES = {"p50_hours": 0.5, "p90_hours": 0.9, "p95_hours": 0.95}


@dataclass
class Judgement:
    """z-scores by name; `exact` holds figures without any spread that differ."""

    scores: dict[str, float] = field(default_factory=dict)
    exact: dict[str, tuple[float, float]] = field(default_factory=dict)

    def mean(self, name: str, ours: Sequence[float], theirs: float, theirs_n: int) -> None:
        """Our sample against their mean of a sample of `theirs_n`."""
        spread = statistics.stdev(ours)
        centre = statistics.fmean(ours)
        if spread <= SAME * abs(centre):
            if not math.isclose(centre, theirs, rel_tol=SAME, abs_tol=SAME):
                self.exact[name] = (centre, theirs)
            return
        error = spread * math.sqrt(1 / len(ours) + 1 / theirs_n)
        self.scores[name] = (centre - theirs) / error

    def share(self, name: str, ours: float, ours_n: int, theirs: float, theirs_n: int) -> None:
        """Two shares, by the pooled two-sample test."""
        pooled = (ours * ours_n + theirs * theirs_n) / (ours_n + theirs_n)
        if pooled in (0.0, 1.0):
            return
        error = math.sqrt(pooled * (1 - pooled) * (1 / ours_n + 1 / theirs_n))
        self.scores[name] = (ours - theirs) / error

    def quantile(
        self, name: str, ours: Sequence[float], level: float, theirs: float, theirs_n: int
    ) -> None:
        """Their quantile against the share of ours at or below it; atoms are no fault."""
        n = len(ours)
        below = sum(hours < theirs * (1 - SAME) for hours in ours) / n
        up_to = sum(hours <= theirs * (1 + SAME) for hours in ours) / n
        error = math.sqrt(level * (1 - level) * (1 / n + 1 / theirs_n))
        if below > level:
            self.scores[name] = (below - level) / error
        elif up_to < level:
            self.scores[name] = (up_to - level) / error

    def service(
        self,
        name: str,
        ours: Sequence[float],
        theirs: Mapping[str, float],
        theirs_n: int,
        sla: float | None,
    ) -> None:
        """All figures of one service; `theirs` by the column names of the result."""
        self.mean(f"{name} mean_hours", ours, theirs["mean_hours"], theirs_n)
        for column, level in QUANTILES.items():
            self.quantile(f"{name} {column}", ours, level, theirs[column], theirs_n)
        if sla is not None:
            n = len(ours)
            self.share(f"{name} breach", breach(ours, sla), n, theirs["breach"], theirs_n)
            late = [max(0.0, hours - sla) for hours in ours]
            if sum(hours > 0 for hours in late) >= 30:  # else too few for a z-score
                self.mean(f"{name} mean_late_hours", late, theirs["mean_late_hours"], theirs_n)
            elif theirs["mean_late_hours"] > 0:
                bound = 6 * (mean_late(ours, sla) + max(ours) / math.sqrt(n))
                if theirs["mean_late_hours"] > bound:
                    self.exact[f"{name} mean_late_hours"] = (0.0, theirs["mean_late_hours"])

    def faults(self) -> list[str]:
        """What speaks against agreement; empty where nothing does."""
        found = [f"{name}: {ours} against {theirs}" for name, (ours, theirs) in self.exact.items()]
        far = {name: z for name, z in self.scores.items() if abs(z) > 4}
        if len(far) > allowed_beyond_4(len(self.scores)):
            found += [f"{name}: z = {z:.1f}" for name, z in sorted(far.items())]
        found += [f"{name}: z = {z:.1f}" for name, z in self.scores.items() if abs(z) > 6]
        if len(self.scores) >= 200:
            size = math.sqrt(statistics.fmean(z * z for z in self.scores.values()))
            if size > 1.25:
                found.append(f"z-scores of size {size:.2f} where 1 is chance")
        return found


def allowed_beyond_4(n: int, *, level: float = 1e-3) -> int:
    """Most z-scores beyond 4 out of `n` that chance brings in all but `level` of cases."""
    mean = n * BEYOND_4
    k, probability = 0, math.exp(-mean)
    below = probability
    while 1 - below > level:
        k += 1
        probability *= mean / k
        below += probability
    return k
