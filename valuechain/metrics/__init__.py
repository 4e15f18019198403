"""Figures from raw answers: satisfaction, recommendation, first contacts, resolution times."""

from valuechain.metrics.metric import Metric
from valuechain.metrics.recommendation import nps
from valuechain.metrics.resolution import ResolutionTime, resolution_time
from valuechain.metrics.satisfaction import csat, esat, first_contact_resolution
from valuechain.metrics.shares import wilson

__all__ = [
    "Metric",
    "ResolutionTime",
    "csat",
    "esat",
    "first_contact_resolution",
    "nps",
    "resolution_time",
    "wilson",
]
