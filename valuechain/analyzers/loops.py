"""What a loop's trouble is called, for people: names instead of service numbers."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from valuechain.errors import ConvergenceError, DeadlockError, Text, ValueChainWarning
from valuechain.kernels.cyclic_delay import BuffersFallShort, Deadlock
from valuechain.kernels.delay import DelayModel
from valuechain.network import ChainArrays


@contextmanager
def loop_errors(arrays: ChainArrays) -> Iterator[None]:
    """Say a kernel's trouble with a loop in ids, with what would open it."""
    try:
        yield
    except Deadlock as error:
        ring = [arrays.service_ids[e] for e in error.services]
        shown = ring_in_words(ring)
        raise DeadlockError(
            Text(
                f"these services wait for each other for ever: {shown}. Open the ring at one of "
                "them: a need below 1, a buffer, if_late: goes_on, or a for that leaves out the "
                "next",
                f"estos servicios se esperan unos a otros sin fin: {shown}. Abra el círculo en "
                "uno de ellos: un need menor que 1, un buffer, if_late: goes_on, o un for que no "
                "incluya al siguiente",
            ),
            ring,
        ) from None
    except BuffersFallShort as error:
        members = [arrays.service_ids[e] for e in error.services]
        shown = ", ".join(members[:8]) + (" ..." if len(members) > 8 else "")
        short = f"{error.shortfall_hours:.2g}"
        raise ConvergenceError(
            Text(
                f"the delays in this loop grow without end: {shown}. Its buffers fall short by "
                f"about {short} h a hand-off: raise them, or lower a need",
                f"las demoras de este círculo crecen sin fin: {shown}. A sus colchones (buffer) "
                f"les faltan unas {short} h por entrega: súbalos, o baje un need",
            ),
            members,
        ) from None


def ring_in_words(services: Sequence[str]) -> str:
    """Return a ring as one line.

    Examples
    --------
    >>> ring_in_words(["it>hr", "hr>it"])
    'it>hr, then hr>it, and round again'
    """
    return ", then ".join(services) + ", and round again"


def warn_of_slow_loops(model: DelayModel) -> None:
    """Warn of loops that pass on nearly all of a delay: their means are very uncertain."""
    for loop in model.loops:
        if loop.slow:
            names = ", ".join(model.arrays.service_ids[e] for e in loop.services[:6])
            warnings.warn(
                f"the loop through {names} passes on {loop.radius:.1%} of a delay each round: "
                "its delays are long and very uncertain; check the needs in it",
                ValueChainWarning,
                stacklevel=4,
            )
