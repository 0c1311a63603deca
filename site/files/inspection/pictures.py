"""Pictures: their size before anything is decoded, and a copy that holds pixels and nothing else."""

import warnings
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps

from files.inspection.reasons import Found, Reason

PNG, JPEG = "image/png", "image/jpeg"
KINDS = {PNG: "PNG", JPEG: "JPEG"}
PIXEL_LIMIT = 60_000_000
_TOO_MANY = "画像の画素数が多すぎます。縮小してください。"
_JPEG_QUALITY = 90


def inspect_picture(source: BinaryIO, kind: str, content_type: str) -> Found:
    """Check a picture from its header, then decode it once: one that cannot be drawn is broken. Raises Reason."""
    with _opened(source, kind) as opened:
        opened.load()
    return Found(content_type)


def redraw(source: Path, target: Path, *, content_type: str) -> None:
    """Write a picture's pixels, turned upright, to target: no EXIF, GPS, text, profile or whatever followed its end.

    Colours are what an sRGB screen shows of them. PNG stays PNG (16 bit becomes 8, an animation its first frame), JPEG
    stays JPEG.
    """
    kind = KINDS[content_type]
    with source.open("rb") as stream, _opened(stream, kind) as opened:
        upright = ImageOps.exif_transpose(opened)
        modes = {"PNG": ("1", "L", "LA", "RGB", "RGBA"), "JPEG": ("L", "RGB")}[kind]
        if upright.mode not in modes:
            has_alpha = kind == "PNG" and ("A" in upright.mode or "transparency" in upright.info)
            upright = upright.convert("RGBA" if has_alpha else "RGB")
        # A new picture of the same pixels: what a format carries beside them stays behind with the old one.
        clean = Image.new(upright.mode, upright.size)
        clean.paste(upright)
        options = {"quality": _JPEG_QUALITY} if kind == "JPEG" else {}
        with target.open("wb") as out:
            clean.save(out, kind, **options)


def _opened(source: BinaryIO, kind: str) -> Image.Image:
    source.seek(0)
    with warnings.catch_warnings():
        # Pillow warns and raises at limits of its own; only the header is read here, against a lower one.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            opened = Image.open(source, formats=[kind])
        except Image.DecompressionBombError as error:
            raise Reason(_TOO_MANY) from error
    if opened.width * opened.height > PIXEL_LIMIT:
        opened.close()
        raise Reason(_TOO_MANY)
    return opened
