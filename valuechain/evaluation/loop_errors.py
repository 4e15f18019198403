"""What a loop's trouble is called, for people: names instead of service numbers."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from valuechain.errors import ConvergenceError, DeadlockError, Text, ValueChainWarning
from valuechain.kernels.delay.loops import Deadlock, Unsettled
from valuechain.kernels.delay.sampled import DelayModel
from valuechain.network import ChainArrays


@contextmanager
def loop_errors(arrays: ChainArrays) -> Iterator[None]:
    """Say a kernel's trouble with a loop in ids, with what would open it."""
    try:
        yield
    except Deadlock as error:
        raise _deadlock(arrays, error.loop.ring) from None
    except Unsettled as error:
        raise _short_buffers(arrays, error.loop.services.tolist(), error.shortfall) from None


def _deadlock(arrays: ChainArrays, services: Sequence[int]) -> DeadlockError:
    ring = [arrays.service_ids[e] for e in services]
    shown = ring_in_words(ring)
    return DeadlockError(
        Text(
            f"these services wait for each other for ever: {shown.en}. Open the ring at one of "
            "them: a need below 1, a buffer, if_late: goes_on, or a for that leaves out the next",
            f"estos servicios se esperan unos a otros sin fin: {shown.es}. Abra el círculo en uno "
            "de ellos: un need menor que 1, un buffer, if_late: goes_on, o un for que no incluya "
            "al siguiente",
        ),
        ring,
    )


def _short_buffers(
    arrays: ChainArrays, services: Sequence[int], shortfall: float
) -> ConvergenceError:
    members = [arrays.service_ids[e] for e in services]
    shown = ", ".join(members[:8]) + (" ..." if len(members) > 8 else "")
    return ConvergenceError(
        Text(
            f"the delays in this loop grow without end: {shown}. Its buffers fall short by about "
            f"{shortfall:.2g} h a hand-off: raise them, or lower a need",
            f"las demoras de este círculo crecen sin fin: {shown}. A sus colchones (buffer) les "
            f"faltan unas {shortfall:.2g} h por entrega: súbalos, o baje un need",
        ),
        members,
    )


def ring_in_words(services: Sequence[str]) -> Text:
    """Return a ring as one line.

    Examples
    --------
    >>> ring_in_words(["it>hr", "hr>it"]).en
    'it>hr, then hr>it, and round again'
    """
    return Text(
        ", then ".join(services) + ", and round again",
        ", después ".join(services) + ", y vuelta a empezar",
    )


def warn_of_slow_loops(model: DelayModel) -> None:
    """Warn of loops that pass on nearly all of a delay: their means are very uncertain.

    Not of those that a buffer settles, however much they would pass on without it.
    """
    for loop in model.loops:
        if loop.slow and loop.rounds is not None:
            names = ", ".join(model.arrays.service_ids[e] for e in loop.services[:6])
            doubt = Text(
                f"the loop through {names} passes on {loop.radius:.1%} of a delay each round: its "
                "delays are long and very uncertain; check the needs in it",
                f"el bucle que pasa por {names} traslada en cada vuelta el {loop.radius:.1%} de "
                "un retraso: sus demoras son largas y muy inciertas; revise los need que hay en él",
            )
            warnings.warn(ValueChainWarning(doubt), stacklevel=4)
