"""What the command line prints below its words: the tables of one verb a file."""

from valuechain.report.terminal.attribution import attribution_text, change_text
from valuechain.report.terminal.bottlenecks import ranking_text
from valuechain.report.terminal.capacity import limit_text, staff_text
from valuechain.report.terminal.chains import chain_text, check_text
from valuechain.report.terminal.columns import table
from valuechain.report.terminal.comparison import comparison_text, worse_off
from valuechain.report.terminal.domino import domino_text
from valuechain.report.terminal.interventions import interventions_text
from valuechain.report.terminal.outcomes import outcomes_text, ranges_text
from valuechain.report.terminal.promises import promises_text
from valuechain.report.terminal.reach import reach_text
from valuechain.report.terminal.simulation import simulation_text
from valuechain.report.terminal.tipping import tipping_text
from valuechain.report.terminal.workload import workload_text

__all__ = [
    "attribution_text",
    "chain_text",
    "change_text",
    "check_text",
    "comparison_text",
    "domino_text",
    "interventions_text",
    "limit_text",
    "outcomes_text",
    "promises_text",
    "ranges_text",
    "ranking_text",
    "reach_text",
    "simulation_text",
    "staff_text",
    "table",
    "tipping_text",
    "workload_text",
    "worse_off",
]
