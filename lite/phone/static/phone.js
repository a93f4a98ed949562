// The page: who is there, which handsets lie on the desk, and one look a second at each of them.
import { label, say, speak } from "./words.js";
import { make } from "./lists.js";
import { Handset } from "./handset.js";

const EVERY = 1000;
const $ = (id) => document.getElementById(id);
const address = new URL(location.href);
const handsets = [];
let facts = { people: [] };
let chosen = null;

async function fetched(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (fault) {
    notice("error.gone");
    handsets.forEach((handset) => handset.forget());
    return null;
  }
  const found = await answer.json();
  notice(answer.ok ? "" : `error.${found.error || "number"}`);
  return answer.ok ? found : null;
}

async function tell(deed, body) {
  const headers = { "Content-Type": "application/json" };
  const view = await fetched(`/phone/${deed}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!view) handsets.filter((h) => h.phone === body.phone && h.state).forEach((h) => h.draw());
  return view;
}

let noticed = 0;

function notice(key) {
  if (!key && Date.now() - noticed < 4000) return;
  noticed = key ? Date.now() : 0;
  $("notice").textContent = key ? say(key) : "";
}

async function look(handset) {
  const query = new URLSearchParams({ phone: handset.phone, since: handset.version });
  const view = await fetched(`/phone/state?${query}`);
  if (view && handsets.includes(handset)) handset.render(view);
}

async function watch() {
  if (!document.hidden) await Promise.all(handsets.map(look));
  setTimeout(watch, EVERY);
}

// A number the service does not know, none of the demo people's.
function stranger() {
  const taken = new Set([...facts.people, ...handsets].map((one) => one.phone));
  let last = 90000001;
  while (taken.has(`+2126${last}`)) last += 1;
  return { phone: `+2126${last}` };
}

function personOf(phone) {
  return facts.people.find((person) => person.phone === phone) || { phone };
}

function lay(person, place = null) {
  const there = handsets.find((handset) => handset.phone === person.phone);
  if (there) return choose(there);
  const handset = new Handset(person, facts, tell);
  handset.el.querySelector(".close").addEventListener("click", () => putAway(handset));
  handset.el.addEventListener("focusin", () => choose(handset));
  handset.el.addEventListener("pointerdown", () => choose(handset));
  if (place) {
    place.el.replaceWith(handset.el);
    handsets.splice(handsets.indexOf(place), 1, handset);
  } else {
    $("handsets").append(handset.el);
    handsets.push(handset);
  }
  choose(handset);
  look(handset);
  return handset;
}

function putAway(handset) {
  handsets.splice(handsets.indexOf(handset), 1);
  handset.el.remove();
  choose(handsets[0] || null);
}

function choose(handset) {
  chosen = handset;
  handsets.forEach((one, i) => one.name(i === 0));
  handsets.forEach((one) => one.el.classList.toggle("chosen", one === handset && handsets.length > 1));
  for (const button of $("people").querySelectorAll("button")) {
    const out = handsets.some((one) => one.phone === button.dataset.phone);
    button.setAttribute("aria-pressed", String(out));
  }
  remember();
  return handset;
}

// The address keeps what lies on the desk: a reload, or a link, shows the same.
function remember() {
  address.searchParams.delete("phone");
  handsets.forEach((one) => address.searchParams.append("phone", one.phone));
  address.searchParams.set("lang", document.documentElement.lang);
  history.replaceState(null, "", address);
}

function showPeople() {
  const items = facts.people.map((person) => {
    const el = $("person").content.firstElementChild.cloneNode(true);
    const button = el.querySelector("button");
    button.dataset.phone = person.phone;
    button.querySelector(".name").textContent = person.name;
    button.querySelector(".number").textContent = person.phone;
    button.querySelector(".tags").append(
      make("span", "tag", (person.language || "").toUpperCase()),
      make("span", "tag", say("dossiers", { n: (person.dossiers || []).length })),
    );
    button.addEventListener("click", () => lay(person, chosen));
    return el;
  });
  $("people").replaceChildren(...items);
  narrow();
}

function narrow() {
  const wanted = $("search").value.trim().toLowerCase();
  for (const item of $("people").children)
    item.hidden = !item.textContent.toLowerCase().includes(wanted);
}

function turn(language) {
  speak(language);
  document.title = `Lite · ${say("title")}`;
  label(document.body, { code: facts.short_code });
  for (const button of document.querySelectorAll("[data-language]"))
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  showPeople();
  handsets.forEach((handset) => handset.relabel());
  choose(chosen);
}

function bind() {
  $("service-code").textContent = facts.service_code;
  $("short-code").textContent = facts.short_code;
  $("public").href = facts.public;
  $("search").addEventListener("input", narrow);
  $("unknown").addEventListener("click", () => lay(stranger(), chosen));
  $("another").addEventListener("click", () => {
    const out = new Set(handsets.map((handset) => handset.phone));
    lay(facts.people.find((person) => !out.has(person.phone)) || stranger());
  });
  for (const button of document.querySelectorAll("[data-language]"))
    button.addEventListener("click", () => turn(button.dataset.language));
}

async function start() {
  const language = address.searchParams.get("lang") === "ar" ? "ar" : "fr";
  const asked = address.searchParams.getAll("phone").map((phone) => phone.replace(/^ /, "+"));
  speak(language);
  facts = (await fetched("/phone/people")) || facts;
  bind();
  turn(language);
  const first = facts.people.length ? [facts.people[0].phone] : [stranger().phone];
  (asked.length ? asked : first).forEach((phone) => lay(personOf(phone)));
  watch();
}

start();
