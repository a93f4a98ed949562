// What a screen takes of its room, and what is left of the session.
import { say } from "./words.js";

const LINES = 7;
const COLUMNS = 20;
const HURRY = 15;

const time = (seconds) => {
  const left = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
};

// `screen` is null when the words shown are not the product's: nothing to count.
export function showRoom($, screen) {
  const { units = 0, limit, alphabet, lines, columns } = screen || { limit: 160 };
  const over = units > limit;
  const words = alphabet === "UCS-2" ? "units" : "septets";
  $(".septets").textContent = say(words, { n: screen ? units : "—", limit });
  $(".alphabet").textContent = over ? say("too_long") : alphabet || "";
  $(".gauge").classList.toggle("over", over);
  $(".meter").setAttribute("aria-valuemax", limit);
  $(".meter").setAttribute("aria-valuenow", Math.min(units, limit));
  $(".meter i").style.setProperty("--part", Math.min(1, units / limit));
  count($(".lines"), "lines", lines, LINES);
  count($(".columns"), "columns", columns, COLUMNS);
}

function count(el, words, n, limit) {
  el.textContent = say(words, { n: n === undefined ? "—" : n });
  el.classList.toggle("wide", n > limit);
}

// Seconds left of the session and for the answer; null when none runs.
export function showClock($, session, thinking) {
  const running = typeof session === "number";
  const asked = typeof thinking === "number";
  $(".left").textContent = running ? time(session) : "";
  $(".session").textContent = say("session", { n: running ? time(session) : "—" });
  $(".thinking").textContent = say("thinking", { n: asked ? time(thinking) : "—" });
  $(".thinking").classList.toggle("wide", asked && thinking < HURRY);
}
