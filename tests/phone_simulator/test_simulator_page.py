"""The page in a real browser, in both languages."""

import pytest
from stand import CODE, FATIMA, MENU, YOUSSEF, Sdk, World

UNSAID = """[...document.querySelectorAll("[data-t]")]
    .filter((el) => !el.textContent || el.textContent === el.dataset.t)
    .map((el) => el.dataset.t)"""


@pytest.mark.browser
def test_a_browser_dials_reads_replies_and_texts(world: World) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    expect = playwright.expect
    flags = "--no-sandbox --disable-gpu --disable-quic --no-first-run"
    flags += " --disable-background-networking --disable-component-update --disable-sync"
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path="/usr/bin/chromium", args=flags.split())
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        faults: list[str] = []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda line: line.type == "error" and faults.append(line.text))
        page.goto(f"{world.root}/phone")
        first = page.locator(f'.handset[data-phone="{FATIMA}"]')
        page.fill("#dial", CODE)
        page.click("#call")
        expect(first.locator(".screen")).to_have_text(MENU[4:], use_inner_text=True)
        expect(first.locator(".septets")).to_contain_text(f"{len(MENU) - 4} / 160")

        world.product.says("END شكرا")
        page.fill("#reply", "1")
        page.click("#send")
        expect(first.locator(".screen")).to_have_text("شكرا")
        assert world.product.wait("/ussd", 2)[1]["text"] == "1"

        page.fill("#sms-text", "ETAT")
        page.click("#sms-send")
        assert world.product.wait("/sms")[0]["text"] == "ETAT"
        Sdk(world.root).send("Service ouvert.", [FATIMA])
        expect(first.locator(".inbox .sms")).to_have_count(1)
        expect(first.locator(".inbox .sms .text")).to_have_text("Service ouvert.")
        expect(page.locator("#log")).to_contain_text("/delivery")

        page.click("#another")
        second = page.locator(f'.handset[data-phone="{YOUSSEF}"]')
        world.product.says("fault")
        second.locator(".call").click()
        expect(second.locator('.screen[data-kind="failure"]')).to_be_visible()
        expect(first.locator(".screen")).to_have_text("شكرا")

        page.click('[data-language="ar"]')
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect(second.locator(".drop")).to_have_text("قطع الشبكة")
        assert page.evaluate(UNSAID) == []
        assert faults == []
        browser.close()
