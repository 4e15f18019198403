"""`compare`: what is different between chains, and what customers get of it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, ClassVar

import numpy as np

from valuechain.analyzers.bottlenecks import rank_bottlenecks
from valuechain.analyzers.delay import Progress, check_draws
from valuechain.analyzers.differences.outcome_changes import OutcomeChanges, outcome_changes
from valuechain.chain import ValueChain
from valuechain.errors import SchemaError, Text, UsageError
from valuechain.evaluation.evaluation import paired
from valuechain.evaluation.provenance import provenance_of
from valuechain.network.arrays import IntArray
from valuechain.results import Column, Result, Table, Values
from valuechain.schema.writer import fields_as_written
from valuechain.today import situation_of

VARIANT = Column("variant", "name", "Which of the chains that are compared with the first.")
CHANGES = (
    VARIANT,
    Column("path", "field path", "The input that differs."),
    Column("before", "as written", "In the first chain; not given where nothing is declared."),
    Column("after", "as written", "In the other; not given where nothing is declared."),
)
CUSTOMERS = (VARIANT, Column("customer", "id", "The customer."))
DEPARTMENTS = (
    VARIANT,
    Column("department", "id", "The department."),
    Column("rank_before", "number", "Its place among the bottlenecks of the first chain."),
    Column("rank_after", "number", "Its place in the other."),
    Column("rank_change", "places", "After minus before: above 0 it became less urgent."),
)


@dataclass(frozen=True, eq=False)
class ComparisonResult(Result):
    """What differs between a chain and others, job by job.

    Attributes
    ----------
    variants : tuple of str
        Names of the other chains.
    unchanged : tuple of str
        Those in which no input differs.
    currency : str or None
    """

    title: ClassVar[Text] = Text("Comparison", "Comparación")
    variants: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    currency: str | None = None

    @property
    def changes(self) -> Table:
        """The inputs that differ, and only those."""
        return self.table("changes")

    def extras(self) -> Mapping[str, Any]:
        """Return the names of the chains, and which are equal to the first."""
        return {"variants": self.variants, "unchanged": self.unchanged, "currency": self.currency}


def compare(
    base: ValueChain,
    *others: ValueChain,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
    **named: ValueChain,
) -> ComparisonResult:
    """Return what is different in other chains, and what customers get of it.

    Parameters
    ----------
    base : ValueChain
        With its changes in force.
    *others, **named : ValueChain
        At least one; the same departments, customers and services, other values. Those without a
        name are called by their number.
    samples, seed, executor, progress
        As in `propagate_delay`; progress counts chains.

    Returns
    -------
    ComparisonResult
        Level customers: `variant`, `customer`, and of every outcome of `predict_outcomes` its
        value `_before` and `_after`, its `_change` and the `_change_error`. Level departments:
        `variant`, `department`, `rank_before`, `rank_after`, `rank_change` (computed when read).
        Level changes (`.changes`): `variant`, `path`, `before`, `after`. Of several chains that
        are changes on top of `base`, level combined: of each outcome the `_combined` change of
        all together beside the `_sum` of their own.

    Raises
    ------
    UsageError
        If there is nothing to compare with, or a chain has other departments, customers or
        services.
    DeadlockError, ConvergenceError
        As in `propagate_delay`.

    Notes
    -----
    All chains are sampled with the same draws, so a change of nothing is exactly nothing, and
    errors are those of paired differences. Together, changes seldom bring the sum of their parts:
    what two ways to a customer gain is the less of the two. Cost: two propagations for each other
    chain, and one more for all together; rank moves a propagation per department and chain.

    References
    ----------
    .. [1] P. Glasserman and D. D. Yao, Some guidelines and guarantees for common random numbers,
       Management Science 38 (1992).

    Examples
    --------
    Design takes 8 h less, and Sales a minute less, since its morale no longer suffers.

    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "takes": "2 d", "sla": "1 d"},
    ...         {"provider": "sales", "client": "shop", "takes": "4 h", "sla": "2 d"}])
    >>> quicker = chain.with_changes({"services.design>sales.takes": "1 d"})
    >>> found = compare(chain, quicker=quicker)
    >>> found.changes.records()[0]["path"], found.changes.records()[0]["after"]
    ('services.design>sales.takes', '1 d')
    >>> round(found.table("customers").value("shop", "mean_hours_change"), 2)
    -8.02
    """
    check_draws(samples, seed)
    chains = {str(i): chain for i, chain in enumerate(others, start=1)} | named
    if not chains:
        raise UsageError(
            Text(
                "nothing to compare with: give another chain, compare(base, plan=other)",
                "nada con que comparar: dé otra cadena, compare(base, plan=otra)",
            )
        )
    for name, chain in chains.items():
        _refuse_other_ids(base, name, chain)
    together = _together(base, list(chains.values()))
    several = [*chains.values(), *([] if together is None else [together])]
    found: list[OutcomeChanges] = []
    for done, chain in enumerate(several, start=1):
        found.append(_changes_of(base, chain, samples, seed, executor))
        if progress is not None:
            progress(done, len(several))
    variants = tuple(chains)
    differing = {name: changed_inputs(base, chain) for name, chain in chains.items()}
    tables = [
        _customers_table(base, dict(zip(variants, found, strict=False))),
        _departments_table(base, chains, _Moves(base, chains, samples, seed, executor)),
        _changes_table(differing),
    ]
    if together is not None:
        tables.append(_combined_table(base, found[-1], found[:-1]))
    return ComparisonResult(
        tables={table.level: table for table in tables},
        provenance=provenance_of(situation_of(base), "compare", seed, samples),
        labels=base.names(),
        calendar=base.calendar,
        currency=base.currency,
        variants=variants,
        unchanged=tuple(name for name in variants if not differing[name]),
    )


def _refuse_other_ids(base: ValueChain, name: str, chain: ValueChain) -> None:
    for what, ours, theirs in (
        (Text("departments", "departamentos"), set(base.departments), set(chain.departments)),
        (Text("customers", "clientes"), set(base.customers), set(chain.customers)),
        (
            Text("services", "servicios"),
            {service.id for service in base.services},
            {service.id for service in chain.services},
        ),
    ):
        if ours != theirs:
            other = ", ".join(sorted(ours ^ theirs)[:5])
            raise UsageError(
                Text(
                    f"{name} has other {what.en} than the first chain ({other}); compare chains "
                    "that differ in their values",
                    f"{name} tiene otros {what.es} que la primera cadena ({other}); compare "
                    "cadenas que difieran en sus valores",
                )
            )


def _changes_of(
    base: ValueChain, chain: ValueChain, samples: int, seed: int, executor: Executor | None
) -> OutcomeChanges:
    return outcome_changes(base, chain, paired(base, chain, samples, seed, executor, None, "on"))


def _together(base: ValueChain, chains: list[ValueChain]) -> ValueChain | None:
    """Return the base with the changes of all chains, if all are changes on top of it."""
    if len(chains) < 2:
        return None
    ahead = len(base.changes)
    for chain in chains:
        if chain.today is not base.today and chain.today != base.today:
            return None
        if chain.changes[:ahead] != base.changes:
            return None
    try:
        return base._with(*(change for chain in chains for change in chain.changes[ahead:]))
    except SchemaError:  # two of them set the same field: they exclude each other
        return None


# --- inputs that differ ---------------------------------------------------------------------------


def changed_inputs(base: ValueChain, chain: ValueChain) -> dict[str, tuple[str | None, str | None]]:
    """Return by field path what is written in two chains where that differs."""
    old, new = (_written(one.in_force()) for one in (base, chain))
    paths = sorted({*old, *new})
    return {p: (old.get(p), new.get(p)) for p in paths if old.get(p) != new.get(p)}


def _written(chain: ValueChain) -> dict[str, str]:
    """Return every declared input of a chain by its path, as a file writes it."""
    found: dict[str, str] = {}
    rooms: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("departments", chain.departments),
        ("customers", chain.customers),
        ("services", {service.id: service for service in chain.services}),
    )
    for room, entries in rooms:
        for any_id, entry in entries.items():
            for name, value in fields_as_written(entry).items():
                found[f"{room}.{any_id}.{name}"] = as_text(value)
    for name, value in fields_as_written(chain.assumptions).items():
        found[f"assumptions.{name}"] = as_text(value)
    for any_id, delay in chain.delay.items():
        if delay.value:
            found[f"delay.{any_id}"] = str(delay)
    return found


def as_text(value: Any) -> str:
    """Return a value in the short form of YAML.

    Examples
    --------
    >>> as_text({"median": "4 d", "p90": "8 d"}), as_text(0.5), as_text(["offer"])
    ('{median: 4 d, p90: 8 d}', '0.5', '[offer]')
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {as_text(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(as_text(part) for part in value) + "]"
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


# --- tables ---------------------------------------------------------------------------------------


def _row_ids(variants: list[str], ids: list[str]) -> tuple[str, ...]:
    """Return ids of rows: those of one chain as they are, of several behind its name."""
    if len(variants) == 1:
        return tuple(ids)
    return tuple(f"{variant}/{any_id}" for variant in variants for any_id in ids)


def _names(variants: list[str], ids: list[str]) -> tuple[Values, Values]:
    pairs = [(variant, any_id) for variant in variants for any_id in ids]
    return (
        np.array([variant for variant, _ in pairs], dtype=object),
        np.array([any_id for _, any_id in pairs], dtype=object),
    )


def _customers_table(base: ValueChain, found: Mapping[str, OutcomeChanges]) -> Table:
    variants, ids = list(found), sorted(base.customers)
    each = [changes.table_data() for changes in found.values()]
    columns = next(iter(found.values())).table_columns()
    data: dict[str, Values] = dict(zip(("variant", "customer"), _names(variants, ids), strict=True))
    data |= {c.name: np.concatenate([part[c.name] for part in each]) for c in columns}
    return Table("customers", _row_ids(variants, ids), (*CUSTOMERS, *columns), data)


def _changes_table(differing: Mapping[str, Mapping[str, tuple[str | None, str | None]]]) -> Table:
    rows = [
        (variant, path, *pair)
        for variant, paths in differing.items()
        for path, pair in paths.items()
    ]
    alone = len(differing) == 1
    ids = tuple(path if alone else f"{variant}/{path}" for variant, path, *_ in rows)
    data: dict[str, Values] = {
        column.name: np.array([row[i] for row in rows], dtype=object)
        for i, column in enumerate(CHANGES)
    }
    return Table("changes", ids, CHANGES, data)


def _combined_table(
    base: ValueChain, together: OutcomeChanges, parts: list[OutcomeChanges]
) -> Table:
    columns: list[Column] = []
    data: dict[str, Values] = {}
    for column in together.columns:
        name, text = column.name, column.description[:-1]
        columns += [
            Column(f"{name}_combined_change", column.unit, f"{text}: change by all together."),
            Column(f"{name}_sum_change", column.unit, f"{text}: sum of the changes of each."),
            Column(
                f"{name}_combined_change_error",
                column.unit,
                f"{text}: standard error of the change by all together.",
            ),
        ]
        data[f"{name}_combined_change"] = together.change(name)
        data[f"{name}_sum_change"] = np.sum([part.change(name) for part in parts], axis=0)
        data[f"{name}_combined_change_error"] = together.error[name]
    return Table("combined", tuple(sorted(base.customers)), tuple(columns), data)


def _departments_table(base: ValueChain, chains: Mapping[str, ValueChain], moves: _Moves) -> Table:
    variants, ids = list(chains), sorted(base.departments)
    data: dict[str, Any] = dict(zip(("variant", "department"), _names(variants, ids), strict=True))
    data |= {
        "rank_before": moves.before,
        "rank_after": moves.after,
        "rank_change": moves.change,
    }
    return Table("departments", _row_ids(variants, ids), DEPARTMENTS, data)


class _Moves:
    """Places among the bottlenecks, found when they are first read."""

    def __init__(
        self,
        base: ValueChain,
        chains: Mapping[str, ValueChain],
        samples: int,
        seed: int,
        executor: Executor | None,
    ) -> None:
        self._base, self._chains = base, tuple(chains.values())
        self._samples, self._seed = samples, seed
        self._executor = executor

    def __getstate__(self) -> dict[str, Any]:
        """Leave the workers behind: they cannot be sent anywhere."""
        return {**self.__dict__, "_executor": None}

    @cached_property
    def _found(self) -> tuple[IntArray, IntArray]:
        before = self._ranks(self._base)
        return np.tile(before, len(self._chains)), np.concatenate(
            [self._ranks(chain) for chain in self._chains]
        )

    def before(self) -> IntArray:
        return self._found[0]

    def after(self) -> IntArray:
        return self._found[1]

    def change(self) -> IntArray:
        return self._found[1] - self._found[0]

    def _ranks(self, chain: ValueChain) -> IntArray:
        """Return the place of each department, ids ascending."""
        ask = partial(
            rank_bottlenecks,
            chain,
            samples=self._samples,
            seed=self._seed,
            executor=self._executor,
        )
        try:
            ranking = ask()
        except UsageError:  # nothing is promised to customers: what can fall is their lead time
            ranking = ask("mean_hours")
        ids = ranking.table("departments").ids
        return np.array([ids.index(any_id) + 1 for any_id in sorted(chain.departments)])


__all__ = ["ComparisonResult", "as_text", "changed_inputs", "compare"]
