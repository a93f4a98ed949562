/* Checks the code of an attestation with no network. Older engines get a sentence, not an error. */
(function () {
  "use strict";
  var keys = {keys};
  var words = {words};
  var box = document.getElementById("t");
  var result = document.getElementById("r");
  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    var out = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i++) { out[i] = raw.charCodeAt(i); }
    return out;
  }
  function read(raw) {
    var coded = "";
    for (var i = 0; i < raw.length; i++) { coded += "%" + ("0" + raw[i].toString(16)).slice(-2); }
    return decodeURIComponent(coded);
  }
  function line(tag, texts, good) {
    var node = document.createElement(tag);
    for (var i = 0; i < texts.length; i++) {
      var part = document.createElement("span");
      part.lang = i ? "ar-MA" : "fr";
      part.dir = i ? "rtl" : "ltr";
      part.textContent = texts[i];
      node.appendChild(part);
    }
    if (good !== undefined) { node.className = good ? "g" : "b"; }
    result.appendChild(node);
    return node;
  }
  function row(texts, value) {
    var node = line("p", texts);
    var shown = document.createElement("bdi");
    shown.textContent = value;
    node.appendChild(shown);
  }
  function clear() {
    while (result.firstChild) { result.removeChild(result.firstChild); }
  }
  function say(name, good) {
    clear();
    line("h2", words[name], good);
    result.focus();
  }
  function day(text) {
    return text.replace(/^(\d{4})-(\d\d)$/, "$2/$1").replace(/^(\d{4})-(\d\d)-(\d\d)$/, "$3/$2/$1");
  }
  function money(minor, currency) {
    return (minor / 100).toFixed(2) + " " + (currency === "MAD" ? "DH" : currency);
  }
  function show(face) {
    var now = new Date();
    var today = now.getFullYear() + "-" + ("0" + (now.getMonth() + 1)).slice(-2) + "-" +
      ("0" + now.getDate()).slice(-2);
    say(face[5] < today ? "late" : "genuine", face[5] >= today);
    row(words.reference, face[1]);
    line("p", words.kinds[face[2]] || [face[2]]);
    row(words.fund, face[3].toUpperCase());
    row(words.name, face[6]);
    if (face[7]) { row(words.name, face[7]); }
    (face[10] || []).forEach(function (pair) {
      row(words.told[pair[0]] || [pair[0]], day(pair[1]));
    });
    if (face[8] !== null) { row(words.total, money(face[8], face[9])); }
    row(words.issued, day(face[4]));
    row(words.until, day(face[5]));
    line("p", words.compare);
  }
  function old(face) {
    say("old", false);
    row(words.send, "VERIF " + String(face[1]).replace(/\D/g, ""));
  }
  function check() {
    var found = /(?:#|^)([\w-]+)\.([\w-]+)\s*$/.exec(box.value.replace(/^\s+|\s+$/g, ""));
    var subtle = window.crypto && window.crypto.subtle;
    if (!found) { say("nothing", false); return; }
    var payload, face, key;
    try {
      payload = bytes(found[1]);
      face = JSON.parse(read(payload));
      key = keys[face[0]];
    } catch (error) { say("altered", false); return; }
    if (!key || (key[0] && key[0] !== face[3])) { say("unsigned", false); return; }
    if (!subtle || !window.Promise) { old(face); return; }
    var head = bytes(words.domain);
    var signed = new Uint8Array(head.length + payload.length);
    signed.set(head);
    signed.set(payload, head.length);
    subtle.importKey("raw", bytes(key[1]), {name: "Ed25519"}, false, ["verify"]).then(
      function (public_key) {
        var signature;
        try { signature = bytes(found[2]); } catch (error) { return false; }
        return subtle.verify({name: "Ed25519"}, public_key, signature, signed);
      }
    ).then(
      function (good) { if (good) { show(face); } else { say("altered", false); } },
      function () { old(face); }
    );
  }
  document.getElementById("f").onsubmit = function (event) {
    event.preventDefault();
    check();
  };
  if (location.hash.length > 20) { box.value = location.hash; check(); }
}());
