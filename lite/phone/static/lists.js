// The lists that grow: the SMS of a handset, the log of its callbacks.
import { say } from "./words.js";

const KEPT = 200;

export function make(tag, name, text) {
  const el = document.createElement(tag);
  if (name) el.className = name;
  if (text !== undefined) el.textContent = text;
  return el;
}

// The wire is in UTC; a person's phone shows the time of Morocco.
const clock = (at) => new Date(`${at.replace(" ", "T")}Z`).toLocaleTimeString("fr-FR",
  { timeZone: "Africa/Casablanca", hour: "2-digit", minute: "2-digit" });

// SMS in their order; an item keeps its element, only its status changes.
export function showSms(list, items, note) {
  const known = new Map([...list.children].map((el) => [el.dataset.id, el]));
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const wanted = items.map((item) => known.get(item.id) || smsItem(item));
  if (wanted.length) wanted.forEach((el, i) => list.children[i] === el || list.append(el));
  for (const el of [...list.children]) if (!wanted.includes(el)) el.remove();
  items.forEach((item, i) => smsStatus(wanted[i], item));
  if (!items.length) list.append(make("li", "nothing", note));
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function smsItem(item) {
  const el = make("li", item.mine ? "mine" : "sms");
  el.dataset.id = item.id;
  el.append(make("p", "head"), make("p", "text", item.text), make("p", "cost"));
  el.querySelector(".text").dir = "auto";
  return el;
}

function smsStatus(el, item) {
  const other = make("bdi", "", item.other);
  el.querySelector(".head").replaceChildren(other, ` · ${clock(item.at)} · ${say(item.status)}`);
  const units = make("bdi", "", `${item.units} ${item.alphabet}`);
  units.dir = "ltr";
  el.querySelector(".cost").replaceChildren(`${say("segments", { n: item.segments })} · `, units);
}

// Newest first; the newest is open, until the next one comes.
export function showLog(list, calls, note) {
  const last = Number(list.dataset.last || 0);
  const fresh = calls.filter((call) => call.number > last);
  for (const el of list.querySelectorAll(".nothing")) el.remove();
  if (fresh.length) {
    for (const el of list.querySelectorAll("details[data-newest]")) close(el);
    list.prepend(...fresh.map(logItem));
    list.dataset.last = fresh[0].number;
    open(list.querySelector("details"));
    list.scrollTop = 0;
  }
  while (list.children.length > KEPT) list.lastElementChild.remove();
  if (!list.children.length) list.append(make("li", "nothing", note));
}

function open(details) {
  details.open = true;
  details.dataset.newest = "";
}

function close(details) {
  details.open = false;
  delete details.dataset.newest;
}

function logItem(call) {
  const el = make("li", "call-made");
  const details = make("details");
  const summary = make("summary");
  const good = call.status >= 200 && call.status < 300;
  summary.append(
    make("span", "way", call.out ? "→" : "←"), make("b", "", `POST ${call.route}`),
    make("span", good ? "good" : "bad", call.status || "—"),
    make("span", "gist", call.fields.status || call.fields.text || call.fields.message || ""),
    make("span", "ms", call.out ? `${call.ms} ms` : ""), make("time", "", call.at.slice(11)),
  );
  details.append(summary, fieldList(call.fields), make("pre", "answer", call.answer));
  el.append(details);
  return el;
}

function fieldList(fields) {
  const list = make("dl");
  for (const [name, value] of Object.entries(fields))
    list.append(make("dt", "", name), make("dd", "", value || "∅"));
  return list;
}
