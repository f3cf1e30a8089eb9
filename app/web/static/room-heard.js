/** The box of the candidate's words: what is heard now, or the last answer until new words come. */
import { heardTitle, nothingHeard } from "./room-words.js";

const byId = (id) => document.getElementById(id);
const UNSURE = 0.6;

function piece({ text, probability }) {
  if (probability >= UNSURE) return text;
  const mark = document.createElement("span");
  mark.className = "unsure";
  mark.title = "Not sure that this was heard right";
  mark.textContent = text;
  return mark;
}

export class HeardView {
  constructor() {
    this.box = byId("heard");
    this.last = byId("last-answer");
    this.words = new Map();
    this.spoken = true;
  }

  /** A turn that comes back (its end was taken back) has its words again. */
  turnTo(turn, back) {
    const said = this.box.textContent.trim();
    this.box.replaceChildren();
    const before = this.words.get(turn);
    if (before) return this.hear(before);
    if (said && !back) this.last.textContent = said;
    return this.retitle();
  }

  /** A final message without words is a typed or a skipped answer: what stands here stays. */
  hear(message) {
    if (!message.words.length) return;
    this.words.set(message.turn, message);
    this.box.replaceChildren(...message.words.flatMap((word) => [piece(word), " "]));
    this.box.scrollTop = this.box.scrollHeight;
    this.came();
  }

  typed(text) {
    this.box.textContent = text;
    this.came();
  }

  came() {
    this.last.textContent = "";
    this.retitle();
  }

  /** @param {boolean} spoken whether a microphone is on */
  microphone(spoken) {
    this.spoken = spoken;
    this.retitle();
  }

  /** @param {string} state what stands in the empty box depends on whose turn it is */
  during(state) {
    this.box.dataset.empty = nothingHeard(state);
  }

  retitle() {
    this.last.hidden = !this.last.textContent;
    byId("heard-title").textContent = heardTitle(this.spoken, !this.last.hidden);
  }
}
