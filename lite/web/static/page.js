/* For any browser since 2011. Forms that need nobody signed in are kept on the phone while there is
   no network, at most a day, and sent once. Then htmx, where the browser can read it. */
(function () {
  var words = {words}, day = 864e5, root = document.documentElement, store, busy;
  var said = words[root.lang.slice(0, 2)] || words.fr;

  try { store = window.fetch && window.localStorage; store.getItem("q"); } catch (error) { store = null; }

  function all() {
    var found;
    try { found = JSON.parse(store.getItem("q")) || []; } catch (error) { found = []; }
    return found.filter(function (one) { return new Date() - one.at < day; });
  }

  function save(list) {
    try {
      if (list.length) store.setItem("q", JSON.stringify(list));
      else store.removeItem("q");
    } catch (error) { return; }
  }

  function without(once) {
    save(all().filter(function (one) { return one.once !== once; }));
  }

  function key() {
    var letters = "", n;
    for (n = 0; n < 16; n++) letters += Math.floor(Math.random() * 36).toString(36);
    return letters;
  }

  function element(name, text, act) {
    var made = document.createElement(name);
    made.textContent = text;
    if (act) made.onclick = act;
    return made;
  }

  /* The line on top: what waits, and what can be done with it. */
  function show(note) {
    var old = document.getElementById("q"), list = all(), bar = document.createElement("div");
    var main = document.querySelector("main");
    if (old) old.parentNode.removeChild(old);
    if (!list.length && !note || !main) return;
    bar.id = "q";
    bar.className = "r";
    bar.setAttribute("role", "status");
    if (note) bar.appendChild(element("div", note));
    if (list.length) {
      bar.appendChild(element("div", said.wait[list.length - 1]));
      bar.appendChild(element("button", said.send, send));
      bar.appendChild(element("button", said.drop, function () { save([]); show(said.dropped); }));
    }
    main.insertBefore(bar, main.firstChild.nextSibling);
  }

  /* Sent again, it gives the same receipt: its key is the one of the first time. */
  function send() {
    var one = all()[0];
    if (!one || busy) return;
    busy = true;
    post(one.to, one.body + "&sure=1&once=" + one.once, function (status, text) {
      var reference = /<p class="r">[^<]*<bdi dir="ltr">(\d+)/.exec(text);
      busy = false;
      if (!reference && status !== 422) return show(said.later);
      without(one.once);
      show(reference ? said.sent + " " + reference[1] : said.wrong);
      if (all().length) send();
    });
  }

  /* Without cookies, for it was written by nobody who was signed in. */
  function post(to, body, done) {
    var type = "application/x-www-form-urlencoded";
    fetch(to, { method: "POST", body: body, headers: { "Content-Type": type }, credentials: "omit" })
      .then(function (reply) { return reply.text().then(function (text) { done(reply.status, text); }); })
      .then(null, function () { done(0, ""); });
  }

  function filled(form) {
    var body = [], names = {}, n, one, fields = form.elements;
    for (n = 0; n < fields.length; n++) {
      one = fields[n];
      if (!one.name || /^(submit|fieldset)$/.test(one.type) || one.name === "once") continue;
      if (one.type === "radio" && !one.checked) continue;
      names[one.name] = names[one.name] || one.value;
      if (one.value) body.push(encodeURIComponent(one.name) + "=" + encodeURIComponent(one.value));
    }
    for (n in names) if (!names[n]) return "";
    return body.join("&");
  }

  function keep(form) {
    var body = filled(form), list = all(), once = form.elements.once;
    if (!body || list.length >= said.wait.length) return show(body ? said.full : said.fill);
    save(list.concat({ to: form.action, body: body, once: once ? once.value : key(), at: +new Date() }));
    form.reset();
    show(said.kept);
    window.scrollTo(0, 0);
  }

  function kept(form) {
    return store && form.hasAttribute("data-keep");
  }

  /* For htmx: a form whose request failed, and a page that was swapped. */
  window.lite = function (form) {
    if (!form) return show();
    return kept(form) && (keep(form), true);
  };

  document.addEventListener("submit", function (event) {
    var form = event.target, leaves = /\/leave$/.test(form.action);
    if (kept(form) && navigator.onLine === false) keep(form);
    else if (leaves && store && all().length) show(said.leave);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  window.addEventListener("online", send);
  if (store) {
    save(all());
    show();
    if (navigator.onLine !== false) send();
  }

  /* A browser takes GPRS for 3G, or for 4G as long as it has seen little of it. A page whose first
     byte took so many milliseconds came by 2G: nothing more is loaded. But where the connection
     itself was quick to make, it was our server that was slow; one that was there took no time. */
  var took = window.performance && performance.timing;
  if (took && took.responseStart - took.requestStart > 700 &&
      (took.connectEnd - took.connectStart || 700) > 350) return;
  if (navigator.serviceWorker && window.caches) navigator.serviceWorker.register("/worker.js");
  if ([].at && window.fetch) {
    var script = document.createElement("script");
    script.src = "{htmx}";
    document.head.appendChild(script);
  }
})();
