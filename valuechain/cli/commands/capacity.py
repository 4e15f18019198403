"""Can it be done at all, with the people there are, and how much more could come in.

`promises`, `workload`, `staff`, `limit` and `tipping`.
"""

from __future__ import annotations

import argparse

from valuechain.cli.commands.asked import chain_asked, sampling, say_result
from valuechain.errors import Text, UsageError

NO_TARGET = Text(
    'say what is to be kept: --wait "4 h", --breach "5 %" or --utilization "80 %"',
    'diga qué hay que mantener: --wait "4 h", --breach "5 %" o --utilization "80 %"',
)


def promises(options: argparse.Namespace) -> bool:
    """Tell which promises can be kept where all keep to their word."""
    from valuechain.analyzers import check_promises
    from valuechain.report.terminal import promises_text

    chain = chain_asked(options)
    result = check_promises(chain, **sampling(options))
    say_result(result, promises_text, chain, options)
    return "impossible" in result.table()["verdict"]


def workload(options: argparse.Namespace) -> bool:
    """Tell how busy each department is, and how long work waits for it."""
    from valuechain.analyzers import compute_workload
    from valuechain.report.terminal import workload_text

    chain = chain_asked(options)
    result = compute_workload(chain)
    say_result(result, workload_text, chain, options)
    return bool(result.overloaded or result.disagreements)


def staff(options: argparse.Namespace) -> bool:
    """Tell how many people a department needs to keep what is asked."""
    from valuechain.analyzers import staff_for
    from valuechain.report.terminal import staff_text

    targets = {name: getattr(options, name) for name in ("wait", "breach", "utilization")}
    if all(target is None for target in targets.values()):
        raise UsageError(NO_TARGET)
    chain = chain_asked(options)
    result = staff_for(chain, options.department, **targets, **sampling(options))
    say_result(result, staff_text, chain, options)
    return not result.table().value("now", "kept")


def limit(options: argparse.Namespace) -> bool:
    """Tell how far demand can grow before the first department is overloaded."""
    from valuechain.analyzers import demand_limit
    from valuechain.report.terminal import limit_text

    chain = chain_asked(options)
    result = demand_limit(chain)
    say_result(result, limit_text, chain, options)
    return min(result.factor, result.peak_factor) <= 1


def tipping(options: argparse.Namespace) -> bool:
    """Tell from what demand on overload and lost morale feed each other."""
    from valuechain.analyzers import tipping_demand
    from valuechain.report.terminal import tipping_text

    chain = chain_asked(options)
    result = tipping_demand(chain, options.most, **sampling(options))
    say_result(result, tipping_text, chain, options)
    return result.fragile_factor is not None
