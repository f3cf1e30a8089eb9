/** The state of the conversation as the page shows it: words, ring and time left. */
import { ANNOUNCED, EASE, GO_ON, THINKING_TIME, hintWords, stateWords, timeLeft } from "./room-words.js";

const byId = (id) => document.getElementById(id);
const CALM_MS = 900; // a pause within a sentence is over by then, and changes nothing on the page
const STANDS = new Set(["suspended", "waiting", "closed", "awaiting_consent"]);
const MINE = new Set(["listening", "hearing"]);

export class StateView {
  constructor() {
    this.room = byId("room");
    this.seconds = 0;
    this.minutes = 0;
    this.running = false;
    this.begun = false;
    this.back = false;
    setInterval(() => this.tick(), 1000);
  }

  get name() {
    return this.room.dataset.state;
  }

  get typing() {
    return this.room.dataset.mic === "off";
  }

  /** The interview's clock as far as this page knows. */
  get clock() {
    return this.seconds + (this.running ? (performance.now() - this.since) / 1000 : 0);
  }

  setClock(at, running) {
    this.seconds = at;
    this.since = performance.now();
    this.running = running;
    this.tick();
  }

  stand() {
    this.setClock(this.clock, false);
  }

  tick() {
    const left = byId("left");
    if (!this.minutes || !left) return;
    const words = `· ${timeLeft(this.minutes * 60 - this.clock)}`;
    if (left.textContent !== words) left.textContent = words;
  }

  change(name, at) {
    const before = this.name;
    this.room.dataset.state = name;
    clearTimeout(this.later);
    if (name === "endpointing") this.later = setTimeout(() => this.show(name), CALM_MS);
    else this.show(name);
    this.hintFor(name, before);
    this.pausing(name === "paused");
    if (at !== undefined) this.setClock(at, !STANDS.has(name));
    if (name !== before) this.breathe(0);
  }

  show(name) {
    this.room.dataset.shown = name;
    this.rename();
    byId("announce").textContent = ANNOUNCED[name] || "";
  }

  rename() {
    const { shown } = this.room.dataset;
    const resting = this.resting && (shown === "listening" || shown === "endpointing");
    if (shown) byId("state").textContent = resting ? THINKING_TIME : stateWords(shown, this.typing);
  }

  /** Speech and a new turn clear the hint, a short line of ours does not; an end taken back is told. */
  hintFor(name, before) {
    const returned = this.back || before === "thinking" || (name === "hearing" && before === "transcribing");
    if (name === "hearing" || (name === "endpointing" && returned)) {
      this.begun = true;
      this.rest(returned ? GO_ON : "");
      this.back = false;
    } else if (name === "thinking") {
      this.clear();
    }
  }

  /** @param {boolean} back the turn that is open now is one that had ended */
  turned(back) {
    this.back = back;
    this.clear();
  }

  clear() {
    this.rest(this.begun ? "" : EASE);
  }

  rest(text) {
    this.resting = false;
    this.say(text);
    this.rename();
  }

  hint({ kind, text }) {
    this.resting = kind === "thinking";
    this.say(hintWords(kind, text, this.typing));
    this.rename();
  }

  say(text) {
    byId("hint").textContent = text;
  }

  /** While it is paused only going on, help and ending are possible. */
  pausing(on) {
    byId("pause").textContent = on ? "Resume" : "Pause";
    byId("pause").dataset.command = on ? "resume" : "pause";
    this.room.querySelectorAll("[data-command]:not(#pause), #typed button").forEach((button) => {
      button.disabled = on;
    });
  }

  /** The ring follows our voice while we speak, and theirs while they have the floor. */
  ours(level) {
    if (this.name === "speaking") this.breathe(level * 1.6);
  }

  theirs(level) {
    if (MINE.has(this.name)) this.breathe(level);
  }

  breathe(level) {
    byId("ring").style.setProperty("--breath", (0.72 + Math.min(1, level) * 0.28).toFixed(3));
  }
}
