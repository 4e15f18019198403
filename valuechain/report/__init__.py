"""Words and pages in Spanish and English: every number in a sentence is a field of a result."""

from valuechain.report.page import write_report
from valuechain.report.paragraph import explain
from valuechain.report.words import explain_result
from valuechain.report.words.metrics import explain_metric

__all__ = ["explain", "explain_metric", "explain_result", "write_report"]
