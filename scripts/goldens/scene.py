"""A textured picture without any photo: overlapping shapes, each with its own grain, over rough ground."""

import numpy as np
from PIL import Image, ImageDraw


def textured(width, height, shapes, seed):
    generator = np.random.default_rng(seed)

    def noise(cell):
        """Smooth noise with features of `cell` pixels, one channel, mean 0."""
        small = generator.normal(size=(max(2, height // cell), max(2, width // cell)))
        image = Image.fromarray(small.astype(np.float32))
        return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))

    picture = np.stack([110 + 25 * noise(max(2, width // 8)) + 12 * noise(3) for _ in range(3)], axis=-1)
    for _ in range(shapes):
        mask = Image.new("L", (width, height))
        centre = generator.uniform((0, 0), (width, height))
        radius = generator.uniform(0.03, 0.12) * width
        if generator.random() < 0.5:
            box = [*(centre - radius), *(centre + radius * generator.uniform(0.5, 1))]
            ImageDraw.Draw(mask).ellipse(box, fill=255)
        else:
            angles = np.sort(generator.uniform(0, 2 * np.pi, generator.integers(3, 8)))
            corners = [tuple(centre + radius * np.array([np.cos(a), np.sin(a)])) for a in angles]
            ImageDraw.Draw(mask).polygon(corners, fill=255)
        inside = np.asarray(mask) > 0
        plain = generator.uniform(20, 235, 3)
        colour = plain + generator.uniform(5, 25) * noise(int(generator.integers(2, 9)))[..., None]
        picture[inside] = colour[inside]
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))
