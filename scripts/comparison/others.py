"""What the operations say that they do, computed with somebody else's code."""

import math

import cv2
import numpy as np
from scipy.sparse import diags, eye, kron
from scipy.sparse.linalg import spsolve

from .cielab import lab_by_formula, rgb_by_formula
from .inputs import HEIGHT, WIDTH


def mixed(base, other, weight):
    return base * (1 - weight[..., None]) + other * weight[..., None]


def over(front, back):
    """Porter and Duff, both with alpha, 0 to 255."""
    top, bottom = front[..., 3:] / 255, back[..., 3:] / 255
    alpha = top + bottom * (1 - top)
    colours = front[..., :3] * top + back[..., :3] * bottom * (1 - top)
    return np.concatenate([colours / np.maximum(alpha, 1e-9), alpha * 255], axis=-1)


def opaque(picture):
    return np.concatenate([picture, np.full((*picture.shape[:2], 1), 255.0)], axis=-1)


def paint(colour, alpha):
    """A colour with a plane of opacities, 0 to 1."""
    return np.concatenate([np.broadcast_to(colour, (*alpha.shape, 3)), alpha[..., None] * 255], axis=-1).astype(float)


def convolved(array, kernel):
    return cv2.filter2D(array.astype(np.float64), -1, kernel, borderType=cv2.BORDER_REPLICATE)


def gaussian(array, sigma, border=cv2.BORDER_REPLICATE):
    reach = math.ceil(6 * sigma)
    return cv2.GaussianBlur(array.astype(np.float64), (2 * reach + 1,) * 2, sigma, borderType=border)


def short_bell(array, sigma):
    """A Gaussian that is cut off at three standard deviations."""
    reach = math.floor(3 * sigma + 1e-6)
    row = np.exp(-np.arange(-reach, reach + 1) ** 2 / (2 * sigma**2))
    row /= row.sum()
    return cv2.sepFilter2D(array.astype(np.float64), -1, row, row, borderType=cv2.BORDER_REPLICATE)


def by_blocks(array, factor, work):
    """Means of blocks, `work` on them, enlarged bilinearly; the factor has to divide both sides."""
    height, width = array.shape[:2]
    small = cv2.resize(array.astype(np.float64), (width // factor, height // factor), interpolation=cv2.INTER_AREA)
    return cv2.resize(work(small), (width, height), interpolation=cv2.INTER_LINEAR)


def softened(array, sigma):
    """The Gaussian as `Pixels.softened` states it."""
    if sigma < 6:
        return short_bell(array, sigma)
    block = math.floor(sigma / 3)
    rest = sigma**2 - (block**2 - 1) / 12 - block**2 / 6
    return by_blocks(array, block, lambda small: short_bell(small, math.sqrt(rest) / block))


def kernel(radius, is_inside):
    """The share of each pixel that lies inside, by 8 × 8 samples; sums up to 1."""
    reach = math.ceil(radius + 0.5)
    places = (np.arange((2 * reach + 1) * 8) + 0.5) / 8 - reach - 0.5
    inside = is_inside(places[None, :], places[:, None]).astype(np.float64)
    shares = inside.reshape(2 * reach + 1, 8, 2 * reach + 1, 8).mean(axis=(1, 3))
    return shares / shares.sum()


def disc(radius):
    return kernel(radius, lambda x, y: x**2 + y**2 <= radius**2)


def line(radius, degrees):
    """From −radius to radius, one pixel wide; 90 degrees are down."""
    dx, dy = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return kernel(radius, lambda x, y: (abs(x * dx + y * dy) <= radius) & (abs(x * dy - y * dx) <= 0.5))


def normalised(picture, smooth, weight):
    """Normalised convolution of the picture, mixed in by the weight."""
    picture = picture.astype(np.float64)
    total = smooth(weight)[..., None]
    blurred = smooth(picture * weight[..., None]) / np.maximum(total, 1e-6)
    return mixed(picture, np.where(total > 1e-6, blurred, picture), weight)


def premultiplied_blur(picture, smooth):
    alpha = picture[..., 3:] / 255.0
    spread = smooth(np.concatenate([picture[..., :3] * alpha, alpha], axis=-1))
    return np.concatenate([spread[..., :3] / np.maximum(spread[..., 3:], 1e-9), spread[..., 3:] * 255], axis=-1)


def squares(picture, size):
    """Each square has the mean of its pixels, colours weighted by alpha; squares at the border may be cut."""
    picture = picture.astype(np.float64)
    result = picture.copy()
    for top in range(0, picture.shape[0], size):
        for left in range(0, picture.shape[1], size):
            part = np.s_[top:top + size, left:left + size]
            result[part] = square_mean(picture[part])
    return result


def square_mean(part):
    if part.shape[2] == 3:
        return part.mean(axis=(0, 1))
    alpha = part[..., 3:]
    colour = (part[..., :3] * alpha).sum(axis=(0, 1)) / max(alpha.sum(), 1e-9)
    return np.append(colour, alpha.mean())


def small_and_back(picture, size):
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (width // size, height // size), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST).astype(np.float64)


def moved_contour(mask, radius):
    """Exact distances to the mask's pixels, an edge one pixel wide: clamp(r + e + ½ − d), e = ½."""
    if radius < 0:
        return 255 - moved_contour(255 - mask, -radius)
    outside = cv2.distanceTransform(np.where(mask > 127, 0, 255).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.clip(radius + 1 - outside, 0, 1) * 255.0


def band_around(mask, half):
    """What lies within `half` pixels of the contour, 0 to 1: the mask grown without the mask shrunk."""
    return (moved_contour(mask, half) - moved_contour(mask, -half)) / 255


def round_element(radius):
    reach = math.ceil(radius)
    y, x = np.mgrid[-reach:reach + 1, -reach:reach + 1]
    return (np.hypot(x, y) <= radius).astype(np.uint8)


def ellipse_element(radius):
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)


def box_cover(x, y, width, height):
    """The share of each pixel that a box covers."""
    def along(low, high, count):
        first = np.arange(count)
        return np.clip(np.minimum(first + 1, high) - np.maximum(first, low), 0, 1)

    return np.outer(along(y, y + height, HEIGHT), along(x, x + width, WIDTH)) * 255


def outlined(inputs, width, colour):
    """The grown shape in a colour, the cut-out over it."""
    return over(inputs.cut.astype(float), paint(colour, moved_soft(inputs.soft, width) / 255))


def moved_soft(mask, radius):
    """As `moved_contour`, with e from the values on both sides of the contour, by sampling it finely."""
    scale = 8
    fine = cv2.resize(mask, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    away = cv2.distanceTransform(np.where(fine > 127, 0, 255).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    grown = np.where(away <= radius * scale, 255.0, 0.0)
    return cv2.resize(grown, mask.shape[::-1], interpolation=cv2.INTER_AREA)


def moved(array, right, down):
    shift = np.float64([[1, 0, right], [0, 1, down]])
    return cv2.warpAffine(array, shift, array.shape[1::-1], flags=cv2.INTER_NEAREST, borderValue=0)


def shadowed(picture, sigma, offset, opacity, blur, colour=(0, 0, 0)):
    """The picture over its own alpha, blurred and moved."""
    reach, block = math.ceil(3 * sigma) + 1 + 96, max(1, sigma // 3)
    height, width = picture.shape[:2]
    alpha = np.pad(picture[..., 3] / 255.0, ((reach, reach + -(height + 2 * reach) % block),
                                             (reach, reach + -(width + 2 * reach) % block)))
    shadow = moved(blur(alpha, sigma), *offset)[reach:reach + height, reach:reach + width]
    return over(picture.astype(float), paint(colour, shadow * opacity))


def with_room(picture, blur, offset):
    """The picture with the room that its drop shadow needs: 2.5 standard deviations around what is moved."""
    rows, columns = np.nonzero(picture[..., 3])
    reach = math.ceil(2.5 * blur)
    left, top = columns.min() + offset[0] - reach, rows.min() + offset[1] - reach
    right, bottom = columns.max() + 1 + offset[0] + reach, rows.max() + 1 + offset[1] + reach
    room = (max(0, -top), max(0, bottom - picture.shape[0])), (max(0, -left), max(0, right - picture.shape[1])), (0, 0)
    return np.pad(picture, room)


def contact_shadow(picture, sigma, flatness, opacity):
    """An ellipse under what is opaque in the lowest 8 % of the object's height, as `FootEllipse` states."""
    solid = picture[..., 3] >= 128
    rows = np.flatnonzero(solid.any(axis=1))
    height = rows[-1] - rows[0] + 1
    foot = np.flatnonzero(solid[rows[-1] + 1 - round(0.08 * height):rows[-1] + 1].any(axis=0))
    half_width = (foot[-1] - foot[0] + 1) / 2
    half_height = half_width * flatness
    centre = (foot[0] + foot[-1] + 1) / 2, rows[-1] + 1 - half_height / 3
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    away = np.hypot((x - centre[0]) / half_width, (y - centre[1]) / half_height)
    cover = np.clip((1 - away) * min(half_width, half_height) + 0.5, 0, 1)
    return over(picture.astype(float), paint((0, 0, 0), softened(cover, sigma) * opacity))


def cropped(picture, margin):
    """To what its alpha covers."""
    rows, columns = np.nonzero(picture[..., 3])
    across = slice(columns.min() - margin, columns.max() + 1 + margin)
    return picture[rows.min() - margin:rows.max() + 1 + margin, across].astype(float)


def gradient(start, end, degrees):
    """Even in sRGB values, from the first corner in this direction to the last one."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    along = x * math.cos(math.radians(degrees)) + y * math.sin(math.radians(degrees))
    share = (along - along.min()) / (along.max() - along.min())
    return mixed(np.array(start, float), np.array(end, float), share)


def recoloured(picture, weight, colour, lightness=1.0, lab=lab_by_formula, rgb=rgb_by_formula):
    """CIELAB with the means of the mask moved to the colour, as the operation says."""
    values, target = lab(picture), lab(np.array([[colour]], np.float64))[0, 0]
    means = (values * weight[..., None]).sum(axis=(0, 1)) / weight.sum()
    light = values[..., 0] * (target[0] / means[0]) ** lightness
    share = np.minimum(1, light / target[0])[..., None]
    colours = values[..., 1:] - means[1:] + target[1:] * share
    changed = np.clip(rgb(np.dstack([light, colours])), 0, 255)
    return mixed(picture.astype(np.float64), changed, weight)


def cubic(t):
    """Catmull and Rom's kernel."""
    t = np.abs(t)
    return np.where(t < 1, 1.5 * t**3 - 2.5 * t**2 + 1, np.where(t < 2, -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2, 0))


def sampled(picture, x, y):
    """The picture at any places, bicubic; zeros around it."""
    padded = np.pad(picture.astype(np.float64), ((3, 3), (3, 3), (0, 0)))
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    result = np.zeros((*x.shape, picture.shape[2]))
    for j in range(-1, 3):
        for i in range(-1, 3):
            weight = cubic(x - left - i) * cubic(y - top - j)
            rows = np.clip(top + j + 3, 0, padded.shape[0] - 1)
            columns = np.clip(left + i + 3, 0, padded.shape[1] - 1)
            result += padded[rows, columns] * weight[..., None]
    return result


def enlarged(picture, factor):
    """Catmull-Rom; the centre of the first pixel lies at (factor − 1) / 2."""
    height, width = picture.shape[:2]
    padded = np.pad(picture, ((4, 4), (4, 4), (0, 0)), mode="edge")
    y, x = np.mgrid[0:round(height * factor), 0:round(width * factor)]
    places = sixty_fourths((x + 0.5) / factor - 0.5) + 4, sixty_fourths((y + 0.5) / factor - 0.5) + 4
    return np.clip(sampled(padded, *places), 0, 255)


def sixty_fourths(places):
    """libvips' bicubic kernel is a table: places between pixels are rounded."""
    return np.floor(places * 64 + 0.5) / 64


def turned(picture, degrees):
    """Clockwise, on a raster that holds all corners, colours premultiplied."""
    height, width = picture.shape[:2]
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) @ [[cosine, sine], [-sine, cosine]]
    first, last = np.round(corners.min(axis=0)), np.round(corners.max(axis=0))
    x, y = np.meshgrid(np.arange(first[0], last[0]), np.arange(first[1], last[1]))
    alpha = picture[..., 3:] / 255.0
    places = sixty_fourths(x * cosine + y * sine), sixty_fourths(y * cosine - x * sine)
    found = sampled(np.concatenate([picture[..., :3] * alpha, alpha], axis=-1), *places)
    colours = found[..., :3] / np.maximum(found[..., 3:], 1e-9)
    return np.clip(np.concatenate([colours, found[..., 3:]], axis=-1) * [1, 1, 1, 255], 0, 255)


def exact_side(corners, rough):
    """The side of the hull that the rectangle lies on: OpenCV's own corners have few digits."""
    hull = cv2.convexHull(corners)[:, 0].astype(float)
    sides = np.roll(hull, -1, axis=0) - hull
    lengths = np.linalg.norm(sides, axis=1) * np.linalg.norm(rough)
    askew = np.minimum(abs(sides @ rough), abs(sides @ [-rough[1], rough[0]])) / lengths
    return sides[askew.argmin()]


def upright(picture, mask, tall=False):
    """Turned by the angle of OpenCV's smallest rectangle around the corners of the mask's pixels."""
    y, x = np.nonzero(mask > 127)
    corners = np.concatenate([np.stack([x + i, y + j], axis=-1) for i in (0, 1) for j in (0, 1)])
    points = cv2.boxPoints(cv2.minAreaRect(corners.astype(np.float32)))
    side = exact_side(corners.astype(np.int32), points[1] - points[0])
    turn = -math.remainder(math.degrees(math.atan2(side[1], side[0])), 90)
    if tall:
        radians = math.radians(turn)
        across = points @ [math.cos(radians), -math.sin(radians)]
        down = points @ [math.sin(radians), math.cos(radians)]
        if np.ptp(down) < np.ptp(across):
            turn += -90 if turn > 0 else 90
    quarters = round(turn / 90)
    return turned(np.rot90(opaque(picture), -quarters), turn - 90 * quarters)


def tension(picture, hole):
    """The plate under tension of `TensionFill`, solved directly: (L + L²/2)·u = 0 in the hole, L of pixels and neighbours."""
    height, width = hole.shape
    laplacian = (kron(path_laplacian(height), eye(width)) + kron(eye(height), path_laplacian(width))).tocsr()
    inside = hole.ravel() > 127
    rows = (laplacian + 0.5 * laplacian @ laplacian).tocsr()[inside]
    values = picture.reshape(height * width, -1).astype(np.float64)
    right = -(rows[:, ~inside] @ values[~inside])
    values[inside] = np.clip(spsolve(rows[:, inside].tocsc(), right), 0, 255)
    return values.reshape(picture.shape)


def path_laplacian(count):
    """Neighbours along a line; the first and the last pixel have one."""
    degrees = np.full(count, 2.0)
    degrees[[0, -1]] = 1
    return diags([-np.ones(count - 1), degrees, -np.ones(count - 1)], [-1, 0, 1])


def tidied(found, holes, specks):
    """Holes filled and specks dropped by OpenCV's connected components; a mask, on or off."""
    shape = (found > 127).astype(np.uint8)
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(1 - shape, connectivity=8)
    outer = set(labels[[0, -1]].ravel()) | set(labels[:, [0, -1]].ravel())
    for label in range(1, count):
        if label not in outer and statistics[label, cv2.CC_STAT_AREA] <= holes:
            shape[labels == label] = 1
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(shape, connectivity=8)
    areas = statistics[:, cv2.CC_STAT_AREA]
    if not shape[found <= 127].any() or count < 3:
        raise SystemExit("tidy-objects: the network did not leave both a hole and a speck, so the row would say nothing")
    for label in range(1, count):
        if areas[label] <= specks and areas[label] < areas[1:].max():
            shape[labels == label] = 0
    return shape * 255.0


def guided(picture, mask, band):
    """OpenCV's guided filter in the band around the contour, made steeper, and once more as literally as the fit allows.

    Colours are 0 to 255 here: OpenCV does not take an epsilon as small as theirs from 0 to 1 would need.
    """
    guide = picture.astype(np.float32)
    sure = (mask > 127).astype(np.float32)
    quarter = 2 * max(1, (band + 3) // 4) + 1
    spread = sure
    for _ in range(4):
        spread = cv2.blur(spread, (quarter, quarter))
    is_band = (spread > 1e-6) & (spread < 1 - 1e-6)
    first = cv2.ximgproc.guidedFilter(guide, sure, band, 1e-4 * 255**2)
    alpha = np.where(is_band, np.clip((np.clip(first, 0, 1) - 0.5) * 1.5 + 0.5, 0, 1), sure).astype(np.float32)
    radius = max(1, min(4, band // 4))
    second = cv2.ximgproc.guidedFilter(guide, alpha, radius, 1e-5 * 255**2)
    near = cv2.blur(is_band.astype(np.float32), (2 * radius + 1,) * 2) > 1e-7
    return np.clip(np.where(near, second, alpha), 0, 1) * 255.0


def page_of(pictures, cell, gap, columns):
    """Pictures of a cell's size on a white page."""
    rows = -(-len(pictures) // columns)
    page = np.full((rows * (cell[1] + gap) + gap, columns * (cell[0] + gap) + gap, 3), 255.0)
    for index, picture in enumerate(pictures):
        x, y = gap + index % columns * (cell[0] + gap), gap + index // columns * (cell[1] + gap)
        page[y:y + cell[1], x:x + cell[0]] = picture
    return page


def libvips_blend(inputs, mode):
    """B·(1 − α) + α·f(α·S, B) where PDF has B·(1 − α) + α·f(S, B); on an opaque picture."""
    below, above = inputs.picture / 255.0, inputs.faint / 255.0
    alpha = above[..., 3:]
    product = above[..., :3] * alpha * below
    blended = product if mode == "multiply" else above[..., :3] * alpha + below - product
    return opaque((below * (1 - alpha) + alpha * blended) * 255)


def equalised(picture):
    """Each band by its own cumulated histogram."""
    result = np.zeros(picture.shape)
    for band in range(picture.shape[2]):
        share = np.cumsum(np.bincount(picture[..., band].ravel(), minlength=256)) / picture[..., band].size
        result[..., band] = (share * 255)[picture[..., band]]
    return result
