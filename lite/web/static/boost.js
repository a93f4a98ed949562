/* Runs before htmx: how this site wants it, and what a tap without network says. */
(function () {
  var config = document.createElement("meta"), offline = {offline};
  config.name = "htmx-config";
  config.content = JSON.stringify({
    history: "reload", includeIndicatorCSS: false, mode: "same-origin", defaultTimeout: 20000
  });
  document.head.appendChild(config);
  document.documentElement.setAttribute("data-hx-boost:inherited", "target:main swap:outerHTML");

  function focus(element) {
    element.tabIndex = -1;
    element.focus();
    scrollTo(0, 0);
  }

  document.addEventListener("htmx:after:swap", function () {
    focus(document.querySelector("[role=alert]") || document.querySelector("h1"));
  });

  document.addEventListener("htmx:error", function () {
    var said = document.querySelector(".off") || document.createElement("p");
    said.className = "e off";
    said.setAttribute("role", "alert");
    said.textContent = offline[document.documentElement.lang.slice(0, 2)];
    document.querySelector("main").prepend(said);
    focus(said);
  });
})();
