/** What the room shows; it knows no socket and no sound. */
import { HeardView } from "./room-heard.js";
import { StateView } from "./room-state.js";
import { paceWords, positionOf } from "./room-words.js";

const byId = (id) => document.getElementById(id);
const LONG = 160;

const plain = (text) => text.replace(/\s+/g, " ").trim();

export class RoomView {
  constructor() {
    this.room = byId("room");
    this.state = new StateView();
    this.turn = null;
    this.spoken = "";
    this.words = new HeardView();
  }

  /** @param {boolean} byKey the focus goes on to the question; a click needs none */
  enter(byKey) {
    byId("enter").hidden = true;
    this.room.hidden = false;
    if (byKey) byId("question").focus({ preventScroll: true });
  }

  welcome(message) {
    this.state.minutes = message.minutes;
    this.state.clear();
    byId("of").textContent = message.of;
    this.pace(message.patience);
    const code = byId("code");
    if (code && message.code && document.activeElement !== code) code.value = message.code;
  }

  pace(factor) {
    const { short, whole } = paceWords(factor);
    byId("patience").value = positionOf(factor);
    byId("patience").setAttribute("aria-valuetext", whole);
    byId("patience-words").textContent = whole;
    byId("pace-word").textContent = short;
  }

  /** Without a microphone the typed answer is the main input. */
  microphone(on) {
    this.room.dataset.mic = on ? "on" : "off";
    byId("mic-words").textContent = on ? "Microphone" : "Microphone off";
    this.words.microphone(on);
    this.state.rename();
  }

  question(message) {
    const question = byId("question");
    question.textContent = message.text;
    this.captions();
    question.classList.toggle("long", message.text.length > LONG);
    byId("tag").hidden = message.kind !== "follow_up";
    byId("why").textContent = message.why || "";
    if (message.number) byId("number").textContent = Math.min(message.number, message.of || message.number);
    if (message.turn !== this.turn) this.turnTo(message.turn);
    this.pointAt(message.line);
  }

  turnTo(turn) {
    const back = this.turn !== null && turn < this.turn;
    this.state.turned(back);
    this.turn = turn;
    this.words.turnTo(turn, back);
  }

  /** Selects a line of the code that the question is about. */
  pointAt(line) {
    const code = byId("code");
    if (!code || !line) return;
    const lines = code.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    code.setSelectionRange(start, start + (lines[line - 1] || "").length);
    this.state.say(`About line ${line} of the code.`);
  }

  heard(message) {
    if (this.turn !== null && message.turn !== this.turn) return;
    this.words.hear(message);
  }

  typed(text) {
    this.words.typed(text);
  }

  caption(text) {
    this.spoken = plain(text);
    this.captions();
  }

  /** Only what is said beside the question, which stands above in full. */
  captions() {
    const shown = byId("captions").getAttribute("aria-pressed") === "true";
    const asked = plain(byId("question").textContent);
    const rest = this.spoken.replace(asked, " ").split(/(?<=[.!?])\s+/);
    const lead = rest.filter((sentence) => !asked.includes(sentence.trim()));
    byId("caption").textContent = shown ? plain(lead.join(" ")) : "";
  }

  /** Without a voice a screen reader reads the question. */
  voiceless() {
    byId("question").setAttribute("aria-live", "polite");
  }

  disable() {
    this.state.stand();
    byId("answer").readOnly = true;
    this.room.querySelectorAll(".dock button, .topline button, #typed button").forEach((button) => {
      button.disabled = true;
    });
  }
}
