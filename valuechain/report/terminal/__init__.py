"""What the command line prints below its words: the tables of one verb a file."""

from valuechain.report.terminal.bottlenecks import ranking_text
from valuechain.report.terminal.chains import chain_text, check_text
from valuechain.report.terminal.columns import table
from valuechain.report.terminal.domino import domino_text

__all__ = ["chain_text", "check_text", "domino_text", "ranking_text", "table"]
