/** The typed answer: sent at once when it can be taken, else kept in its field and sent when it fits. */
import { Length } from "./room-length.js";

const byId = (id) => document.getElementById(id);
const TAKES_TEXT = new Set(["speaking", "listening", "hearing", "endpointing", "transcribing"]);

export function showTyping(on) {
  byId("typed").hidden = !on;
  byId("type").setAttribute("aria-expanded", String(on));
  if (on) byId("answer").focus();
}

/** Keeps the unsent words of an interview over a reload; without storage they are only in the field. */
const draft = {
  get key() {
    return `draft-${byId("room").dataset.id}`;
  },
  read() {
    try {
      return sessionStorage.getItem(this.key) || "";
    } catch {
      return "";
    }
  },
  keep(text) {
    try {
      if (text) sessionStorage.setItem(this.key, text);
      else sessionStorage.removeItem(this.key);
    } catch {
      // The browser keeps nothing here; the field still holds the words.
    }
  },
};

export class Typing {
  /** @param {{send: Function, typed: Function, turn: () => number | null}} room */
  constructor(room) {
    this.room = room;
    this.owed = null;
    this.field = byId("answer");
    this.field.value = draft.read() || this.field.value;
    this.field.addEventListener("input", () => this.edited());
    this.length = new Length(this.field, byId("answer-length"), (text) => this.tell(text));
    this.field.addEventListener("focus", () => byId("typed").scrollIntoView({ block: "nearest" }));
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.submit();
    });
    byId("type").addEventListener("click", () => showTyping(byId("typed").hidden));
    byId("typed").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  get text() {
    return this.field.value.trim();
  }

  get state() {
    return byId("room").dataset.state;
  }

  edited() {
    this.owed = null;
    this.tell("");
    draft.keep(this.field.value);
  }

  submit() {
    if (!this.text) {
      this.tell("Type your answer first.");
      this.field.focus();
    } else if (this.state === "paused") {
      this.tell("Not sent: the interview is paused. Choose Resume first; your words are kept.");
    } else if (!this.sent()) {
      this.wait();
    }
  }

  sent() {
    const { text } = this;
    if (!TAKES_TEXT.has(this.state) || !this.room.send({ type: "text", text })) return false;
    this.owed = null;
    this.room.typed(text);
    this.last = text;
    this.field.value = "";
    this.length.count();
    draft.keep("");
    this.tell("");
    return true;
  }

  /** The server took nothing of what was sent: it is in its field again. */
  refused(why) {
    this.field.value = this.field.value || this.last || "";
    draft.keep(this.field.value);
    this.length.count();
    showTyping(true);
    this.tell(why);
  }

  wait() {
    this.owed = { turn: this.room.turn() };
    const why = this.state === "thinking" ? "the interviewer is thinking" : "the connection is being restored";
    this.tell(`Not sent yet: ${why}. Your words are kept and sent as soon as it can be; you may change them.`);
  }

  /** The state or the question changed: send what waits, but never as the answer to another question. */
  retry() {
    if (!this.owed || !TAKES_TEXT.has(this.state)) return;
    const same = this.owed.turn === this.room.turn();
    if (same && this.text) this.sent();
    else if (!same) {
      this.owed = null;
      this.tell("Not sent: a new question came. Your words are kept; send them if they answer it.");
    }
  }

  tell(text) {
    byId("answer-state").textContent = text;
    if (text) byId("answer-state").scrollIntoView({ block: "nearest" });
  }
}
