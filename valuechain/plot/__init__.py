"""Pictures: the shape of a result in, matplotlib axes out.

Nothing here computes, imports `matplotlib.pyplot`, opens a window, or changes a setting that
outlives a call.
"""

from valuechain.plot.bottleneck_map import draw_bottleneck_map
from valuechain.plot.map_data import Edge, MapData, Node
from valuechain.plot.result_map import map_of, plot_result
from valuechain.plot.saving import check_folder, check_picture, encoded, save, write_whole

__all__ = [
    "Edge",
    "MapData",
    "Node",
    "check_folder",
    "check_picture",
    "draw_bottleneck_map",
    "encoded",
    "map_of",
    "plot_result",
    "save",
    "write_whole",
]
