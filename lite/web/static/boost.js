/* Runs before htmx: how this site wants it, and what a tap without network says. */
(function () {
  var config = document.createElement("meta"), offline = {offline};
  config.name = "htmx-config";
  config.content = '{"history":"reload","includeIndicatorCSS":false,"defaultTimeout":20000}';
  document.head.appendChild(config);
  document.documentElement.setAttribute("data-hx-boost:inherited", "target:main swap:outerHTML");

  function on(event, listener) {
    document.addEventListener("htmx:" + event, listener);
  }

  function main() {
    return document.querySelector("main");
  }

  function focus(element) {
    element.tabIndex = -1;
    element.focus();
    element.style.outline = 0;
    scrollTo(0, 0);
  }

  /* Another language is another page; so is another person's side of the counter. */
  on("before:init", function (event) {
    if (event.target.lang || /sign-in|leave/.test(event.target.action)) event.preventDefault();
  });

  on("before:request", function () {
    main().style.opacity = .5;
  });

  on("after:swap", function () {
    window.lite();
    focus(document.querySelector("[role=alert]") || document.querySelector("h1"));
  });

  on("error", function (event) {
    var form = event.target.closest && event.target.closest("form");
    if (form && window.lite(form)) return main().style.opacity = 1;
    var said = document.querySelector(".off") || document.createElement("p");
    said.className = "e off";
    said.setAttribute("role", "alert");
    said.textContent = offline[document.documentElement.lang.slice(0, 2)];
    main().style.opacity = 1;
    main().prepend(said);
    focus(said);
  });
})();
