"""Documents in many scripts, as poppler draws and reads them.

Each text is drawn by the program and, from the same font file, by Pillow (FreeType, HarfBuzz, FriBidi): their ink must
match. The text that poppler copies must be the text that was drawn, also where no font has its letters.
`.ci/documents` installs what this needs and runs it.

    python check.py target/debug/examples/names
"""

import pathlib
import subprocess
import sys
import tempfile
import unicodedata

from PIL import Image, ImageChops, ImageDraw, ImageFont, features

NOTO, CJK = "/usr/share/fonts/truetype/noto/", "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
# A text, and the file and index of the font that draws all of it; None where several do.
TEXTS = [
    ("王小明", CJK, 2),
    ("さくら", CJK, 0),
    ("김민수", CJK, 1),
    ("محمد", NOTO + "NotoSansArabic-Regular.ttf", 0),
    ("محمد علي", NOTO + "NotoSansArabic-Regular.ttf", 0),
    ("דוד כהן", NOTO + "NotoSansHebrew-Regular.ttf", 0),
    ("राम कृष्ण शर्मा", NOTO + "NotoSansDevanagari-Regular.ttf", 0),
    ("สมชาย ใจดี", NOTO + "NotoSansThai-Regular.ttf", 0),
    ("😀🚀", "/usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf", 0),
    ("Größe Łódź", None, 0),
    ("Ada 王小明 7", None, 0),
]
# 9.5 points at 288 dots an inch.
DPI, PIXELS = 288, 38


def write(program, folder, *fonts):
    """The document's path, and its lines as poppler copies them."""
    path = folder / "names.pdf"
    texts = "\n".join(text for text, _, _ in TEXTS)
    subprocess.run([program, path, *fonts], input=texts.encode(), check=True)
    copied = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()
    # poppler embeds text from right to left in controls of its own.
    copied = "".join(c for c in copied if c not in "\u202a\u202b\u202c")
    return path, [line for line in copied.splitlines() if line.strip()][: len(TEXTS)]


def bands(path, folder):
    """The ink of each line."""
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", "-singlefile", path, folder / "page"], check=True)
    page = ImageChops.invert(Image.open(folder / "page.pgm"))
    page = page.crop((0, 0, page.width, page.height * 9 // 10))
    rows = [y for y in range(page.height) if page.crop((0, y, page.width, y + 1)).getbbox()]
    found = []
    for y in rows:
        if found and y - found[-1][1] < PIXELS // 2:
            found[-1][1] = y
        else:
            found.append([y, y])
    return [ink(page.crop((0, top, page.width, bottom + 1))) for top, bottom in found]


def ink(image):
    box = image.point(lambda level: 255 if level > 60 else 0).getbbox()
    return image.crop(box)


def drawn(text, file, index):
    font = ImageFont.truetype(file, PIXELS, index=index, layout_engine=ImageFont.Layout.RAQM)
    image = Image.new("L", (1200, 200))
    ImageDraw.Draw(image).text((100, 60), text, fill=255, font=font)
    return ink(image)


def difference(one, other):
    """The share of the ink that only one of them has; 1 where their sizes differ by more than hinting explains."""
    if abs(one.width - other.width) > 5 or abs(one.height - other.height) > 3:
        return 1.0
    size = (max(one.width, other.width), max(one.height, other.height))
    one, other = one.resize(size), other.resize(size)
    total = lambda image: sum(level * count for level, count in enumerate(image.histogram()))
    return total(ImageChops.difference(one, other)) / (total(one) + total(other))


def main(program):
    assert features.check("raqm"), "pillow without HarfBuzz"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        path, copied = write(program, folder)
        texts = [text for text, _, _ in TEXTS]
        assert copied == texts, f"copied {copied}"
        assert path.stat().st_size < 100_000, f"{path.stat().st_size} bytes: fonts are not subset"
        lines = bands(path, folder)
        assert len(lines) == len(TEXTS), f"{len(lines)} lines"
        known = [(text, line, drawn(text, file, index)) for line, (text, file, index) in zip(lines, TEXTS) if file]
        worst = 0.0
        for text, line, expected in known:
            found = difference(line, expected)
            print(f"{text}: {line.size} {expected.size} differs by {found:.2f}")
            worst = max(worst, found)
        # The negative control: another text is told apart.
        closest = min(difference(a, b) for text, a, _ in known for other, _, b in known if text != other)
        print(f"worst {worst:.2f}, another text at least {closest:.2f}")
        assert worst < 0.3 < closest, "ink is not the font's"
        path, copied = write(program, folder, "-")
        assert copied == texts, f"without fonts: copied {copied}"
        boxes = bands(path, folder)
        assert len(boxes) == len(TEXTS), f"{len(boxes)} lines of boxes"
        assert all(box.width > 15 * sum(unicodedata.category(c)[0] != "M" for c in text if c != " ") for (text, _, _), box in zip(TEXTS, boxes)), "a box is missing"
    print("documents: text and ink are right")


main(sys.argv[1])
