"""sRGB to CIELAB and back: by OpenCV, and by the formulas."""

import cv2
import numpy as np


def lab_of_opencv(rgb):
    return cv2.cvtColor((np.asarray(rgb) / 255).astype(np.float32), cv2.COLOR_RGB2LAB).astype(np.float64)


def rgb_of_opencv(lab):
    return cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB) * 255.0


# IEC 61966-2-1, D65
XYZ_OF_RGB = np.array([
    [0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
WHITE = XYZ_OF_RGB.sum(axis=1)


def lab_by_formula(rgb):
    values = np.asarray(rgb) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    t = linear @ XYZ_OF_RGB.T / WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def rgb_by_formula(lab):
    middle = (lab[..., 0] + 16) / 116
    f = np.stack([middle + lab[..., 1] / 500, middle, middle - lab[..., 2] / 200], axis=-1)
    t = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    linear = np.clip((t * WHITE) @ np.linalg.inv(XYZ_OF_RGB).T, 0, 1)
    return 255 * np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
