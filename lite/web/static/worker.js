/* Keeps the pages about nobody, so that they open without network. What is somebody's own is never
   kept: such an answer says `no-store`, and what is fetched beforehand is fetched without cookies. */
var NAME = "lite-{version}", SHELL = {shell}, WAIT = 8000;

self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(NAME).then(function (kept) {
    return Promise.all(SHELL.map(function (path) {
      return fetch(path, { credentials: "omit" }).then(function (page) { return store(kept, path, page); });
    }));
  }).then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.map(function (name) { return name === NAME || caches.delete(name); }));
  }));
});

self.addEventListener("fetch", function (event) {
  var ask = event.request, url = new URL(ask.url), path = url.pathname, part = ask.headers.get("HX-Request");
  var known = SHELL.indexOf(path) >= 0, plain = !part && /^(\?l=1)?$/.test(url.search);
  if (!known || ask.method !== "GET" || ask.mode !== "navigate" && !part) return;
  event.respondWith(new Promise(function (answer, fail) {
    function copy(error) {
      caches.match(path).then(function (page) {
        if (page) told(page, part).then(answer);
        else if (error) fail(error);
      });
    }
    var late = setTimeout(copy, WAIT);
    fetch(ask).then(function (page) {
      var twin = plain && page.clone();
      clearTimeout(late);
      answer(page);
      return twin && caches.open(NAME).then(function (kept) { return store(kept, path, twin); });
    }, function (error) {
      clearTimeout(late);
      copy(error);
    });
  }));
});

/* Only a whole page that says it may be kept, and that is not an answer to somebody. */
function store(kept, path, page) {
  var rule = page.headers.get("Cache-Control") || "";
  if (page.ok && !page.redirected && !/no-store/.test(rule)) return kept.put(path, page);
}

/* A copy says that it is one, and of which day. */
function told(page, part) {
  var day = new Date(page.headers.get("Date") || Date.now()), two = function (n) { return ("0" + n).slice(-2); };
  var said = two(day.getDate()) + "/" + two(day.getMonth() + 1) + "/" + day.getFullYear();
  return page.text().then(function (text) {
    var arabic = /<html lang=.ar/.test(text), note = arabic ? {ar} : {fr};
    var line = '<p class="e" role="status">' + note.replace("#", '<bdi dir="ltr">' + said + "</bdi>") + "</p>";
    text = text.replace("<main>", "<main>" + line);
    if (part) text = /<title>.*?<\/title>/.exec(text)[0] + text.slice(text.indexOf("<main>"));
    return new Response(text, {
      headers: { "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": page.headers.get("Content-Security-Policy") || "default-src 'none'" }
    });
  });
}
