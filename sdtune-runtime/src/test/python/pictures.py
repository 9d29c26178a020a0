"""Pictures in all formats that are read, and what Pillow makes of them: fixtures of PictureFormatsTest.

    python pictures.py OUT      # pillow 13.0.0, numpy 2.4.6

NAME.EXT beside NAME.EXT.png: upright, in 8-bit sRGB (by LittleCMS: perceptual, of inks
relative colorimetric), what is transparent laid over a colour.
"""

import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps

OUT = Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)
W, H = 26, 18
BACKGROUND = (0x20, 0x60, 0xC0)


def fixed(x):
    return struct.pack(">i", round(x * 65536))


def xyz(*values):
    return b"XYZ \0\0\0\0" + b"".join(map(fixed, values))


def gamma(value):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


def profile(kind, space, pcs, tags):
    """An ICC profile of version 2."""
    tags = {b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(78), b"wtpt": xyz(0.9642, 1, 0.8249), b"cprt": b"text\0\0\0\0none\0", **tags}
    table, data, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, body in tags.items():
        body += bytes(-len(body) % 4)
        table += name + struct.pack(">II", at + len(data), len(body))
        data += body
    size = at + len(data)
    head = struct.pack(">I", size) + bytes(4) + b"\x02\x20\0\0" + kind + space + pcs + bytes(12) + b"acsp" + bytes(28)
    head += fixed(0.9642) + fixed(1) + fixed(0.8249)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


def print_profile():
    """Inks over white paper, darker and duller than the plain formula has them."""

    def lut(corner):
        """lut8Type with identity curves and two places an ink."""
        inks = np.array([[c, m, y, k] for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1)], float)
        return (
            b"mft1\0\0\0\0" + bytes([4, 3, 2, 0])
            + b"".join(fixed(v) for v in (1, 0, 0, 0, 1, 0, 0, 0, 1))
            + bytes(range(256)) * 4 + bytes(np.array([corner(i) for i in inks]).round().clip(0, 255).astype("uint8")) + bytes(range(256)) * 3
        )

    def lab(ink):
        c, m, y, k = ink
        light = 100 * (1 - 0.35 * c) * (1 - 0.45 * m) * (1 - 0.1 * y) * (1 - 0.85 * k)
        a = (1 - k) * (-35 * c + 65 * m - 4 * y)
        b = (1 - k) * (-45 * c - 5 * m + 85 * y)
        return [light * 2.55, a + 128, b + 128]

    return profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": lut(lab)})


# The primaries of Adobe RGB (1998), adapted to D50.
WIDE = profile(b"mntr", b"RGB ", b"XYZ ", {
    b"rXYZ": xyz(0.60974, 0.31111, 0.01947), b"gXYZ": xyz(0.20528, 0.62567, 0.06087), b"bXYZ": xyz(0.14919, 0.06322, 0.74457),
    b"rTRC": gamma(2.2), b"gTRC": gamma(2.2), b"bTRC": gamma(2.2)})
DOT_GAIN = profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": gamma(1.6)})
PRINT = print_profile()

rng = np.random.default_rng(5)
y, x = np.mgrid[0:H, 0:W]
photo = np.stack([x * 255 / (W - 1), y * 255 / (H - 1), 255 - x * 120 / (W - 1) - y * 120 / (H - 1)], -1)
photo[4:9, 5:12] = (240, 30, 20)
photo = np.clip(photo + rng.normal(0, 4, photo.shape), 0, 255)
rgb = Image.fromarray(photo.astype("uint8"))
grey = rgb.convert("L")
alpha = Image.fromarray(np.clip(x * 300 / W - 20, 0, 255).astype("uint8"))
rgba = Image.merge("RGBA", (*rgb.split(), alpha))
la = Image.merge("LA", (grey, alpha))
palette = rgb.quantize(32)
cmyk = Image.merge("CMYK", (*ImageOps.invert(rgb).split(), Image.fromarray((y * 150 / H).astype("uint8"))))
deep = Image.fromarray((photo[..., 1] * 257 + 77).clip(0, 65535).astype("uint16"))


def exif(orientation):
    tags = Image.Exif()
    tags[274] = orientation
    return tags


def png16(samples, colour_type):
    """Pillow reads PNGs of 16 bits and three or four channels, but writes none."""
    chunk = lambda name, data: struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in samples)
    head = struct.pack(">IIBBBBB", samples.shape[1], samples.shape[0], 16, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


rgb.save(OUT / "rgb.png")
grey.save(OUT / "grey.png")
grey.point(lambda v: 255 * (v > 128)).convert("1").save(OUT / "bits.png")
palette.save(OUT / "palette.png")
palette.save(OUT / "palette-alpha.png", transparency=bytes(range(0, 256, 8)))
rgb.save(OUT / "key.png", transparency=rgb.getpixel((7, 6)))
rgba.save(OUT / "rgba.png")
la.save(OUT / "grey-alpha.png")
deep.save(OUT / "grey16.png")
(OUT / "rgb16.png").write_bytes(png16((photo * 257).round(), 2))
(OUT / "rgba16.png").write_bytes(png16(np.concatenate([photo, np.array(alpha, float)[..., None]], -1).round() * 257, 6))
rgb.save(OUT / "profile.png", icc_profile=WIDE)
rgba.save(OUT / "profile-alpha.png", icc_profile=WIDE)
palette.save(OUT / "profile-palette.png", icc_profile=WIDE)
grey.save(OUT / "profile-grey.png", icc_profile=DOT_GAIN)
rgb.save(OUT / "profile-of-other-colours.png", icc_profile=PRINT)
rgb.save(OUT / "turned.png", exif=exif(5))
rgb.save(OUT / "rgb.jpg", quality=92)
grey.save(OUT / "grey.jpg", quality=92)
rgb.save(OUT / "fine.jpg", quality=92, subsampling=0, progressive=True)
rgb.save(OUT / "profile.jpg", quality=92, icc_profile=WIDE)
grey.save(OUT / "profile-grey.jpg", quality=92, icc_profile=DOT_GAIN)
rgb.save(OUT / "turned.jpg", quality=92, exif=exif(6))
cmyk.save(OUT / "cmyk.jpg", quality=92)
cmyk.save(OUT / "profile-cmyk.jpg", quality=92, icc_profile=PRINT)
data = bytearray((OUT / "cmyk.jpg").read_bytes())
data[data.index(b"Adobe") + 11] = 2  # the same numbers, to be taken for YCCK
(OUT / "ycck.jpg").write_bytes(data)
rgb.save(OUT / "lossy.webp", quality=90)
rgba.save(OUT / "lossy-alpha.webp", quality=90)
rgb.save(OUT / "lossless.webp", lossless=True)
rgba.save(OUT / "lossless-alpha.webp", lossless=True, exact=True)
rgb.save(OUT / "profile.webp", lossless=True, icc_profile=WIDE)
rgb.save(OUT / "turned.webp", lossless=True, exif=exif(8))
rgb.save(OUT / "rgb.tiff", compression="tiff_lzw")
rgb.save(OUT / "jpeg.tiff", compression="jpeg", quality=92)
grey.save(OUT / "grey.tiff")
grey.point(lambda v: 255 * (v > 128)).convert("1").save(OUT / "bits.tiff", compression="group4")
palette.save(OUT / "palette.tiff")
deep.save(OUT / "grey16.tiff", compression="tiff_adobe_deflate")
rgba.save(OUT / "rgba.tiff", compression="packbits")
la.save(OUT / "grey-alpha.tiff")
rgb.save(OUT / "profile.tiff", icc_profile=WIDE)
rgb.save(OUT / "turned.tiff", exif=exif(3))
cmyk.save(OUT / "cmyk.tiff", compression="tiff_lzw")


def expected(file):
    image = ImageOps.exif_transpose(Image.open(file))
    icc = image.info.get("icc_profile")
    opaque = None
    if image.has_transparency_data:
        opaque = image.convert("RGBA").getchannel("A")
        image = image.convert("L" if image.mode == "LA" else "RGBA").convert("L" if image.mode == "LA" else "RGB")
    if image.mode.startswith("I"):
        image = Image.fromarray((np.array(image).astype(float) / 257).round().astype("uint8"))
    if image.mode in ("P", "1"):
        image = image.convert("RGB")
    space = ImageCms.ImageCmsProfile(io.BytesIO(icc)).profile.xcolor_space.strip() if icc else None
    if space == {"L": "GRAY"}.get(image.mode, image.mode):
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC if image.mode == "CMYK" else ImageCms.Intent.PERCEPTUAL
        image = ImageCms.profileToProfile(image, io.BytesIO(icc), ImageCms.createProfile("sRGB"), renderingIntent=intent, outputMode="RGB")
    image = image.convert("RGB")
    return Image.composite(image, Image.new("RGB", image.size, BACKGROUND), opaque) if opaque else image


for file in sorted(OUT.iterdir()):
    if not file.name.endswith(".png") or file.name.count(".") == 1:
        expected(file).save(OUT / (file.name + ".png"), optimize=True)
        print(file.name, Image.open(file).mode, file.stat().st_size)
