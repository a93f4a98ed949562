"""Keys alone, on 240 by 320 pixels: 1 to 9 press what bears the digit, the D-pad goes as one reads,
one sees where one is, and a number reads from left to right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from chromium import chromium, driver, open_page
from every import OWN, PASSING, dossiers
from flask.testing import FlaskClient

pytestmark = pytest.mark.browser
__all__ = ["chromium", "driver", "open_page"]

# In the order of Tab: where each thing stands, and whether one sees that one is there.
ORDER = """() => {
  const seen = [], inside = 'a[href],button,input:not([type=hidden])';
  const wrong = [];
  for (const one of document.querySelectorAll(inside)) {
    const box = one.getBoundingClientRect();
    if (!box.width || one.tabIndex !== 0) wrong.push('out of reach: ' + one.outerHTML);
    one.focus({preventScroll: true});
    const style = getComputedStyle(one);
    if (document.activeElement !== one || parseFloat(style.outlineWidth) < 2
        || style.outlineStyle === 'none') wrong.push('focus not seen: ' + one.outerHTML);
    seen.push([one.outerHTML.slice(0, 80), box.top, box.left, box.right, box.bottom]);
  }
  const rtl = document.documentElement.dir === 'rtl';
  for (let n = 1; n < seen.length; n++) {
    const [, top, left, right] = seen[n], [, , left0, right0, bottom0] = seen[n - 1];
    const below = top >= bottom0 - 2, beside = rtl ? right <= left0 + 1 : left >= right0 - 1;
    if (!below && !beside) wrong.push('not in reading order: ' + seen[n][0]);
  }
  return wrong;
}"""
# Keys that two things share, and digits printed beside a key of another name.
KEYS = """() => {
  const wrong = [], keys = {};
  for (const one of document.querySelectorAll('[accesskey]')) {
    const key = one.accessKey, digits = one.querySelector('b');
    if (keys[key]) wrong.push('twice: ' + key);
    keys[key] = true;
    if (!/^\\d$/.test(key)) wrong.push('no digit: ' + key);
    if (key !== '0' && (!digits || digits.textContent.split(' ').pop() !== key))
      wrong.push('printed otherwise: ' + one.outerHTML);
  }
  for (const one of document.querySelectorAll('a > b, button > b'))
    if (/^\\d$/.test(one.textContent) && one.parentNode.accessKey !== one.textContent)
      wrong.push('a digit that is no key: ' + one.parentNode.outerHTML);
  return wrong;
}"""
# Signs of a number that do not follow each other from left to right.
TURNED = """() => {
  const wrong = [], run = /[+*#]*\\d[\\d*#+/:,.-]*[\\d#]/g;
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) for (const found of node.data.matchAll(run)) {
    let last = null;
    for (let at = found.index; at < found.index + found[0].length; at++) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const box = range.getBoundingClientRect();
      if (last && Math.abs(box.top - last.top) < 4 && box.left < last.right - 1) {
        wrong.push(found[0]);
        break;
      }
      last = box;
    }
  }
  return wrong;
}"""


def read(page: Any, address: str) -> list[str]:
    return [f"{address}: {one}" for check in (ORDER, KEYS, TURNED) for one in page.evaluate(check)]


def test_the_checks_find_what_is_wrong(open_page: Callable[..., Any]) -> None:
    page = open_page(java_script_enabled=True)
    page.set_content("<html dir=rtl><main>من 9-12 <a href=x style='outline:0'>a</a>"
                     "<div style='display:flex;flex-direction:column-reverse'><a href=y "
                     "accesskey=1><b>2</b> b</a><a href=z accesskey=1>c</a></div></main>")
    found = read(page, "")
    for what in ("focus not seen", "reading order", "twice", "printed otherwise", "9-12"):
        assert [one for one in found if what in one], (what, found)


@pytest.mark.parametrize("who", ["passing", "signed in"])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_page_is_gone_through_by_keys(
    open_page: Callable[..., Any], with_dossiers: Callable[[int], Any], client: FlaskClient,
    sign_in: Callable[..., FlaskClient], new_code: Callable[[str], str], language: str, who: str,
) -> None:  # fmt: skip
    page = open_page()
    page.route("**/static/*", lambda route: route.abort())
    paths = PASSING
    if who == "signed in":
        person = with_dossiers(20)
        paths = OWN + dossiers(sign_in(person["phone"]))
        page.goto(f"/{language}/sign-in")
        page.fill("#phone", person["phone"])
        page.fill("#code", new_code(person["phone"]))
        page.click("form .g")
        page.wait_for_url(f"**/{language}/")
    found = []
    for path in paths:
        page.goto(f"/{language}/{path}")
        found += read(page, f"/{language}/{path}")
    assert found == []
