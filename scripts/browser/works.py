"""`works.py CHROMIUM`: exit 0 when Playwright can drive this Chromium."""

import sys

from playwright.sync_api import Error, sync_playwright

with sync_playwright() as playwright:
    try:
        browser = playwright.chromium.launch(executable_path=sys.argv[1], timeout=30_000)
        page = browser.new_page()
        page.set_content("<p>ok</p>")
        code = 0 if page.inner_text("p") == "ok" else 1
        browser.close()
    except Error as fault:
        print(f"browser: {sys.argv[1]} does not run: {fault.message.splitlines()[0]}", file=sys.stderr)
        code = 1
sys.exit(code)
