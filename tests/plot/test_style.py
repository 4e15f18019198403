"""Colours whose order survives grey printers and colour-blind eyes."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from valuechain.plot import style

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB; and normal sight.
SIGHTS = {
    "normal": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                            [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip


def _linear(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _lightness(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIELAB L* of linear RGB."""
    y = np.clip(linear, 0, 1) @ [0.2126, 0.7152, 0.0722]
    return np.where(y > (6 / 29) ** 3, 116 * np.cbrt(y) - 16, y * (29 / 3) ** 3)


@pytest.mark.parametrize("sight", SIGHTS)
def test_more_is_darker_for_every_eye(sight: str) -> None:
    shades = style.heat()(np.linspace(0, 1, 60))[:, :3]
    light = _lightness(_linear(shades) @ SIGHTS[sight].T)
    assert (np.diff(light) < 0).all()
    assert light[0] - light[-1] > 60


def test_lightness_falls_evenly_so_that_equal_steps_look_equal() -> None:
    shades = style.heat()(np.linspace(0, 1, 7))[:, :3]
    steps = -np.diff(_lightness(_linear(shades)))
    assert steps.max() < 2 * steps.min()


def test_text_reads_on_every_shade() -> None:
    """WCAG 2.2, level AA: 4.5 to 1."""
    for shade in (*style.heat()(np.linspace(0, 1, 100)), to_rgb(style.BLANK_FILL)):
        ground = (float(shade[0]), float(shade[1]), float(shade[2]))
        assert style.contrast(ground, style.ink_on(ground)) >= 4.5


def test_arrows_and_small_print_stand_out_from_the_paper() -> None:
    assert style.contrast(style.PAPER, style.ARROW) >= 4.5
    assert style.contrast(style.PAPER, style.MUTED) >= 4.5
    assert style.contrast(style.PAPER, style.BLANK_LINE) >= 3.0


def test_contrast_of_black_on_white_is_twenty_one() -> None:
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21.0)
