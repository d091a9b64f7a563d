"""Cut Vant's icon font down to the glyphs our pages use, and commit the result beside the pages.

Run by hand when a page uses a new icon; needs fonttools and brotli (`pip install fonttools==4.63.0 brotli==1.2.0`), which the build
does not. Reads `node_modules/vant/es/icon/index.css` (the font stands in it as base64) and the `.vue` files; writes
`h5/icons/vant-icon.css` and `h5/icons/vant-icon.woff2`. The same input gives the same bytes.
"""

import base64
import io
import re
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

WEB = Path(__file__).resolve().parent.parent
STYLE_SHEET = WEB / "node_modules/vant/es/icon/index.css"
ICONS = WEB / "h5/icons"
USED_BY_VANT = {"cross", "clear"}
"""Icons that Vant's own components name: the dialog's and the field's closing crosses."""

RULES = """\
/* Made by tools/subset_icons.py from vant's icon/index.css (MIT). Only the glyphs our pages use, and no font from elsewhere. */
@font-face { font-family: vant-icon; font-weight: 400; font-style: normal; font-display: block; src: url("./vant-icon.woff2") format("woff2"); }
.van-icon { position: relative; display: inline-block; font: normal normal normal 14px/1 var(--van-icon-font-family, "vant-icon"); font-size: inherit; text-rendering: auto; -webkit-font-smoothing: antialiased; }
.van-icon::before { display: inline-block; }
.van-icon__image { display: block; width: 1em; height: 1em; object-fit: contain; }
"""


def glyphs_of(style_sheet: str) -> dict[str, int]:
    """Return the code point of every icon name in Vant's style sheet."""
    found = re.findall(r"\.van-icon-([a-z0-9-]+):before\{content:\"\\([0-9a-f]+)\"\}", style_sheet)
    return {name: int(point, 16) for name, point in found}


def used_names(known: set[str]) -> set[str]:
    """Return the icon names that stand as a quoted word in any of our sources."""
    words: set[str] = set()
    for source in (WEB / "h5").rglob("*.vue"):
        words.update(re.findall(r"[\"']([a-z0-9-]+)[\"']", source.read_text(encoding="utf-8")))
    return (words & known) | USED_BY_VANT


def subset(font_bytes: bytes, points: set[int]) -> bytes:
    """Return a woff2 with the glyphs of the code points alone."""
    options = Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = []
    font = TTFont(io.BytesIO(font_bytes), recalcTimestamp=False)
    cutter = Subsetter(options)
    cutter.populate(unicodes=points)
    cutter.subset(font)
    font.flavor = "woff2"
    result = io.BytesIO()
    font.save(result)
    return result.getvalue()


def main() -> None:
    """Write the subset and say how large it is."""
    style_sheet = STYLE_SHEET.read_text(encoding="utf-8")
    points = glyphs_of(style_sheet)
    names = sorted(used_names(set(points)))
    embedded = re.search(r"base64,([A-Za-z0-9+/=]+)", style_sheet)
    if embedded is None:
        message = "vant's icon style sheet no longer carries its font as base64"
        raise SystemExit(message)
    font = subset(base64.b64decode(embedded[1]), {points[name] for name in names})
    rules = "".join(f'.van-icon-{name}::before {{ content: "\\{points[name]:x}"; }}\n' for name in names)
    (ICONS / "vant-icon.woff2").write_bytes(font)
    (ICONS / "vant-icon.css").write_text(RULES + rules, encoding="utf-8")
    print(f"{len(names)} icons, {len(font)} bytes: {', '.join(names)}")


if __name__ == "__main__":
    main()
