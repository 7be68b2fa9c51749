"""Draws public/icons/*.png from icon.svg with Chromium: `python tools/draw_icons.py`. Run it when the mark changes."""

from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).resolve().parents[1] / "ui" / "public" / "icons"
CHROMIUM = "/usr/bin/chromium"
# name, side, and the part of the side that the drawing fills: launchers cut maskable icons to a circle of 80 %.
DRAWN = (("icon-180", 180, 1.0), ("icon-192", 192, 1.0), ("icon-512", 512, 1.0), ("icon-maskable-512", 512, 0.72))


def main() -> None:
    drawing = (ICONS / "icon.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, side, part in DRAWN:
            page = browser.new_page(viewport={"width": side, "height": side})
            ground = "#0f766e" if part < 1 or side == 180 else "transparent"  # iOS paints transparency black
            page.set_content(
                f"<style>*{{margin:0}}body{{background:{ground};display:grid;place-items:center;height:100vh}}"
                f"svg{{width:{100 * part}vw}}</style>{drawing}"
            )
            page.screenshot(path=ICONS / f"{name}.png", omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
