"""Golden figures of bicubic enlargement on Set5: prints set5_bicubic.json. Needs numpy, scipy, scikit-image, Pillow.

    python3 tests/golden/set5_bicubic.py FOLDER > tests/golden/set5_bicubic.json

Resizing is a product with dense matrices, from the definition (see super_resolution.py); PSNR and SSIM are
scikit-image's, on luma of BT.601 in studio range, a border of the scale left out.
"""
import json
import pathlib
import sys

import numpy as np
from PIL import Image

sys.stdout, out = open("/dev/null", "w"), sys.stdout
from super_resolution import compare, resize  # noqa: E402  (it prints its own golden values)

sys.stdout = out


def eight_bits(image):
    return np.floor(np.clip(image, 0, 255) + 0.5)


figures = []
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.png")):
    whole = np.asarray(Image.open(path).convert("RGB"), dtype=np.float64)
    for scale in (2, 3, 4):
        high = whole[: whole.shape[0] // scale * scale, : whole.shape[1] // scale * scale]
        low = eight_bits(resize(high, 1 / scale))
        made = eight_bits(resize(low, scale))
        for space in ("y", "rgb"):
            figures.append({"picture": path.name, "scale": scale, **compare(made, high, space, scale)})
print(json.dumps(figures))
