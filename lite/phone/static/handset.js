// One handset: what is pressed goes to the simulator, what the simulator says is shown.
import { label, say } from "./words.js";
import { showClock, showRoom } from "./gauge.js";
import { make, showLog, showSms } from "./lists.js";

const PAD = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const LETTERS = ["", "abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz", "", "+", ""];
const NAMED = { ".dial": "dial", ".call": "call", ".reply": "reply", ".send": "send",
  ".sms-text": "sms-text", ".sms-send": "sms-send", ".log": "log" };

const mostlyArabic = (text) =>
  (text.match(/[\u0600-\u06ff]/g) || []).length > (text.match(/[a-z]/gi) || []).length;

export class Handset {
  constructor(person, facts, tell) {
    Object.assign(this, { person, facts, tell, version: -1, state: null, timers: {} });
    this.phone = person.phone;
    this.el = document.getElementById("handset").content.firstElementChild.cloneNode(true);
    this.el.dataset.phone = this.phone;
    this.$ = (selector) => this.el.querySelector(selector);
    this.$(".dial").value = facts.service_code;
    this.buildPad();
    this.buildCard();
    this.bind();
    this.relabel();
  }

  buildPad() {
    PAD.forEach((key, i) => {
      const button = make("button", "key");
      button.type = "button";
      button.append(make("b", "", key), make("small", "", LETTERS[i]));
      button.addEventListener("click", () => this.type(key));
      this.$(".pad").append(button);
    });
  }

  buildCard() {
    const codes = Object.entries(this.person.card || {});
    this.$(".card").hidden = !codes.length;
    for (const [place, code] of codes) {
      const pair = make("div");
      pair.append(make("dt", "", place), make("dd", "", code));
      this.$(".card-codes").append(pair);
    }
  }

  bind() {
    const on = (selector, event, deed) => this.$(selector).addEventListener(event, (e) => {
      e.preventDefault();
      deed();
    });
    on(".dialing", "submit", () => this.dial());
    on(".replying", "submit", () => this.reply());
    on(".call", "click", () => this.state && this.state.session ? this.reply() : this.dial());
    on(".hangup", "click", () => this.do("hangup"));
    on(".erase", "click", () => this.type(null));
    on(".drop", "click", () => this.do("drop", { on: !this.state.drop }));
    on(".power", "click", () => this.do("power", { on: !this.state.power }));
    on(".optout", "click", () => this.do("optout", { on: !this.state.optout }));
    on(".writing", "submit", () => this.write());
    this.$(".ltr-only").addEventListener("change", (e) => {
      this.$(".screen").dir = e.target.checked ? "ltr" : "auto";
    });
  }

  // Stable names for scripts: those of the first handset alone are also ids.
  name(first) {
    for (const [selector, id] of Object.entries(NAMED)) this.$(selector).id = first ? id : "";
  }

  async do(deed, body = {}) {
    const view = await this.tell(deed, { phone: this.phone, ...body });
    if (view) this.render(view);
    return Boolean(view);
  }

  entry() {
    return this.$(this.$(".replying").hidden ? ".dial" : ".reply");
  }

  type(key) {
    const entry = this.entry();
    entry.value = key === null ? entry.value.slice(0, -1) : entry.value + key;
  }

  dial() {
    this.wait();
    this.do("dial", { code: this.$(".dial").value });
  }

  reply() {
    const text = this.$(".reply").value;
    this.$(".reply").value = "";
    this.wait();
    this.do("reply", { text });
  }

  async write() {
    if (await this.do("sms", { text: this.$(".sms-text").value })) this.$(".sms-text").value = "";
  }

  wait() {
    this.put("running", say("screen.running"));
  }

  put(kind, text) {
    const screen = this.$(".screen");
    screen.dataset.kind = kind;
    if (screen.textContent !== text) screen.textContent = text;
  }

  relabel() {
    label(this.el, { code: this.facts.short_code });
    const { name, language, dossiers } = this.person;
    this.$(".name").textContent = name || say("unknown_person");
    this.$(".number").textContent = this.phone;
    const files = dossiers ? [say("dossiers", { n: dossiers.length })] : [];
    const tags = [...(language ? [language.toUpperCase()] : []), ...files];
    this.$(".tags").replaceChildren(...tags.map((tag) => make("span", "tag", tag)));
    if (this.state) this.draw();
    showClock(this.$, this.timers.session, this.timers.thinking);
  }

  // The simulator was started anew: nothing that was shown is known to it.
  forget() {
    this.version = -1;
    this.$(".log").replaceChildren();
    delete this.$(".log").dataset.last;
  }

  render(view) {
    if (view.version < this.version) return; // an answer overtaken by a later one
    this.timers = { session: view.ends_in, thinking: view.thinks_in };
    this.version = view.version;
    if (view.state) {
      this.state = view.state;
      this.draw();
    }
    showClock(this.$, this.timers.session, this.timers.thinking);
  }

  draw() {
    const { state } = this;
    const inSession = Boolean(state.session);
    const moved = this.$(".replying").hidden === inSession;
    this.el.classList.toggle("off", !state.power);
    this.drawScreen(state);
    this.$(".replying").hidden = !inSession;
    this.$(".dialing").hidden = inSession;
    if (moved && this.el.contains(document.activeElement)) this.entry().focus();
    this.press(".power", state.power, "power_off", "power");
    this.press(".drop", state.drop, "drop", "dropping");
    this.press(".optout", state.optout, "optout", "opted_out");
    showSms(this.$(".inbox"), state.sms, say("none"));
    showLog(this.$(".log"), state.log, say("no_calls"));
  }

  press(selector, on, off, onWords) {
    this.$(selector).setAttribute("aria-pressed", String(on));
    this.$(selector).textContent = say(on ? onWords : off);
  }

  drawScreen({ screen, session, power }) {
    const kind = !power ? "off" : session && session.waiting ? "running" : screen.kind;
    const own = kind === "con" || kind === "end";
    this.put(kind, own ? screen.text : say(`screen.${kind}`, { code: this.facts.service_code }));
    this.$(".screen").classList.toggle("arabic", mostlyArabic(this.$(".screen").textContent));
    showRoom(this.$, own ? screen : null);
  }
}
