# requires: Pillow
import io

from PIL import Image, ImageDraw, ImageFilter, ImageFont, features

image = Image.new("RGB", (200, 100), "white")
draw = ImageDraw.Draw(image)
draw.text((10, 10), "Monoceros", fill="black", font=ImageFont.load_default(30))
image = image.resize((400, 200), Image.Resampling.LANCZOS).filter(ImageFilter.GaussianBlur(2))
done = []
for kind in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "JPEG2000", "AVIF"):
    if kind == "AVIF" and not features.check("avif"):
        continue
    file = io.BytesIO()
    image.save(file, kind)
    assert Image.open(io.BytesIO(file.getvalue())).convert("RGB").size == (400, 200)
    done.append(kind)
print(f"text drawn, resized, blurred; written and read as {', '.join(done)}")
