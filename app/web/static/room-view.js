/** What the room shows; it knows no socket and no sound. */
const byId = (id) => document.getElementById(id);
const UNSURE = 0.6;
const LONG = 160;

const STATES = {
  awaiting_consent: "Getting ready",
  speaking: "Speaking",
  listening: "Listening",
  hearing: "Listening to you",
  endpointing: "Take your time",
  transcribing: "Thinking",
  thinking: "Thinking",
  paused: "Paused. The clock stands still.",
  suspended: "Reconnecting. Nothing is lost.",
  closed: "The interview is over",
};

/** The same for someone who types. */
const TYPING_STATES = { listening: "Your turn", hearing: "Your turn", endpointing: "Your turn" };

const plain = (text) => text.replace(/\s+/g, " ").trim();

export class RoomView {
  constructor() {
    this.room = byId("room");
    this.turn = null;
    this.seconds = 0;
    this.minutes = 0;
    this.running = false;
    this.spoken = "";
    setInterval(() => this.tick(), 1000);
  }

  enter() {
    byId("enter").hidden = true;
    this.room.hidden = false;
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

  tick() {
    if (!this.minutes) return;
    const left = Math.max(0, Math.round(this.minutes * 60 - this.clock));
    byId("left").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }

  welcome(message) {
    this.minutes = message.minutes;
    byId("of").textContent = message.of;
    byId("patience").value = message.patience;
    const code = byId("code");
    if (code && message.code && document.activeElement !== code) code.value = message.code;
    this.clearBanner("connection");
  }

  state(name, at) {
    this.told = true;
    this.room.dataset.state = name;
    this.nameState();
    if (name === "hearing" || name === "speaking") byId("hint").textContent = "";
    byId("pause").textContent = name === "paused" ? "Resume" : "Pause";
    byId("pause").dataset.command = name === "paused" ? "resume" : "pause";
    this.hold(name === "paused");
    if (at !== undefined) this.setClock(at, !["suspended", "closed", "awaiting_consent"].includes(name));
    if (name !== "speaking") this.breathe(0);
  }

  nameState() {
    const { state, mic } = this.room.dataset;
    byId("state").textContent = (mic === "off" && TYPING_STATES[state]) || STATES[state] || state;
  }

  /** Without a microphone the typed answer is the main input. */
  microphone(on) {
    this.room.dataset.mic = on ? "on" : "off";
    byId("mic-words").textContent = on ? "Microphone" : "Microphone off";
    byId("heard-title").textContent = on ? "Your words, as heard" : "Your answer";
    if (this.told) this.nameState();
  }

  /** While it is paused only going on, help and ending are possible. */
  hold(on) {
    this.room.querySelectorAll("[data-command]:not(#pause), #typed button").forEach((button) => {
      button.disabled = on;
    });
  }

  question(message) {
    const question = byId("question");
    question.textContent = message.text;
    this.captions();
    question.classList.toggle("long", message.text.length > LONG);
    byId("tag").hidden = message.kind !== "follow_up";
    byId("why").textContent = message.why || "";
    if (message.number) byId("number").textContent = Math.min(message.number, message.of || message.number);
    if (message.turn !== this.turn) {
      this.turn = message.turn;
      byId("heard").replaceChildren();
      byId("hint").textContent = "";
    }
    this.pointAt(message.line);
  }

  /** Selects a line of the code that the question is about. */
  pointAt(line) {
    const code = byId("code");
    if (!code || !line) return;
    const lines = code.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    code.setSelectionRange(start, start + (lines[line - 1] || "").length);
    byId("hint").textContent = `About line ${line} of the code.`;
  }

  heard(message) {
    if (this.turn !== null && message.turn !== this.turn) return;
    const pieces = message.words.flatMap((word) => [this.word(word), " "]);
    const box = byId("heard");
    box.replaceChildren(...pieces);
    box.scrollTop = box.scrollHeight;
  }

  word({ text, probability }) {
    if (probability >= UNSURE) return text;
    const mark = document.createElement("span");
    mark.className = "unsure";
    mark.title = "Not sure that this was heard right";
    mark.textContent = text;
    return mark;
  }

  typed(text) {
    byId("heard").textContent = text;
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

  hint(text) {
    const typing = this.room.dataset.mic === "off";
    byId("hint").textContent = typing ? text.replace(" Speak when you are ready.", "") : text;
  }

  breathe(level) {
    byId("ring").style.setProperty("--breath", (0.72 + Math.min(1, level * 1.6) * 0.28).toFixed(3));
  }

  /** A quiet line that stays until it is solved or closed. */
  banner(key, text, fatal = false) {
    this.clearBanner(key);
    const line = document.createElement("div");
    line.className = fatal ? "banner fatal" : "banner";
    line.dataset.key = key;
    const words = document.createElement("p");
    words.textContent = text;
    line.append(words);
    if (!fatal && key !== "connection") {
      const close = document.createElement("button");
      close.type = "button";
      close.className = "quiet";
      close.textContent = "Close";
      close.addEventListener("click", () => line.remove());
      line.append(close);
    }
    byId("banners").append(line);
    return line;
  }

  clearBanner(key) {
    byId("banners").querySelector(`[data-key="${key}"]`)?.remove();
  }

  disable() {
    this.seconds = this.clock;
    this.running = false;
    byId("answer").readOnly = true;
    this.room.querySelectorAll(".dock button, .topline button, #typed button").forEach((button) => {
      button.disabled = true;
    });
  }
}
