/** The coding desk: task, editor, runs and versions. It hears the talk only through `room:event`. */
import { CodeEditor } from "./code-editor.js";
import { wireFiles } from "./code-files.js";
import { wireLog } from "./code-log.js";
import { signed } from "./form-token.js";

const byId = (id) => document.getElementById(id);
const SAVE_MS = 1500;
const LONGEST_MS = 8000;
const LINES = /\blines? (\d+)(?:(,? (?:and|to|or) |[-–])(\d+))?/gi;
const AWAY = "This was not reached just now. Your code is kept on this page. Try again in a moment.";

class CodingDesk {
  constructor() {
    this.url = byId("desk").dataset.url;
    this.question = null;
    this.starters = new Map();
    this.editor = new CodeEditor(byId("code"), { changed: () => this.changed(), pasted: (size) => this.log.pasted(size) });
    this.log = wireLog((kind, characters) => this.note(kind, characters));
    wireFiles(byId("desk"), { ask: (name, body) => this.ask(`files?name=${encodeURIComponent(name)}`, body), say: (text) => this.say(text), take: (file) => this.take(file) });
    byId("run-tests").addEventListener("click", () => this.run("tests"));
    byId("run-program").addEventListener("click", () => this.run("program"));
    byId("code-reset").addEventListener("click", () => this.reset());
    byId("next-hint").addEventListener("click", () => this.hint());
    byId("code-language").addEventListener("change", (event) => this.speak(event.target.value));
    window.addEventListener("pagehide", () => this.leave());
    document.addEventListener("room:event", ({ detail }) => this.heard(detail));
  }

  /** What is said in the room: another question brings its task, a cited line is marked. */
  async heard(event) {
    if (event.type === "question") {
      this.cited = [...linesIn(event.text), ...(event.line ? [event.line] : [])];
      if (event.kind !== "closing") await this.load();
      this.editor.cite(this.cited);
    } else if (event.type === "speech") {
      const spoken = linesIn(event.text);
      const again = !spoken.length && this.cited?.length && byId("question").textContent.includes(event.text.trim());
      if (spoken.length || again) this.editor.cite(spoken.length ? spoken : this.cited, true);
    } else if (event.type === "state" && event.state !== "speaking") {
      if (this.cited?.length) this.editor.cite(this.cited);
    } else if (event.type === "welcome" && this.question !== null) {
      this.editor.mirror(); // the line was lost: what was written since then is told again
    } else if (event.type === "closed") this.editor.close();
  }

  async load() {
    const page = await this.ask("");
    if (page === null) return;
    const task = this.show(page);
    byId("desk-tools").hidden = false;
    if (task.dataset.question === this.question) return;
    if (this.question !== null) await this.save("edit");
    this.question = task.dataset.question;
    this.speak(task.dataset.language, false);
    this.editor.set(byId("desk-code").value);
    byId("desk-results").replaceChildren(task.querySelector("template.results").content.cloneNode(true));
  }

  show(page) {
    byId("desk-task").innerHTML = page;
    const task = byId("task");
    this.starters = new Map([...task.querySelectorAll("template.language")].map((made) => [made.dataset.language, made]));
    const tests = task.dataset.tests === "yes";
    byId("run-tests").hidden = !tests;
    byId("run-tests").classList.toggle("primary", tests);
    byId("code-reset").hidden = !tests;
    byId("next-hint").hidden = !tests;
    byId("next-hint").disabled = Number(task.dataset.hints) === 0;
    byId("desk-log").replaceChildren(task.querySelector("template.log").content.cloneNode(true));
    this.options();
    return task;
  }

  options() {
    const choice = byId("code-language");
    choice.replaceChildren(...[...this.starters].map(([name, made]) => new Option(made.dataset.title, name)));
    choice.hidden = this.starters.size < 2;
    choice.value = this.language ?? choice.value;
    byId("code-label").textContent = this.starters.size < 2 ? `Code (${this.starters.values().next().value?.dataset.title ?? "text"})` : "Code";
  }

  /** Another language: its starter, unless something was written that is no starter. */
  speak(language, chosen = true) {
    const untouched = [...this.starters.values()].some((made) => made.content.textContent === this.editor.code) || !this.editor.code.trim();
    this.language = language;
    this.editor.speak(language);
    byId("code-language").value = language;
    if (chosen && untouched && this.starters.has(language)) this.editor.set(this.starters.get(language).content.textContent);
    if (chosen) this.save("edit");
    const reason = this.starters.get(language)?.dataset.unavailable;
    byId("run-tests").disabled = byId("run-program").disabled = Boolean(reason);
    this.say(reason ? `Not run here: ${reason}. You can still write it and talk about it.` : "");
  }

  /** A version when the keys rest, and now and then while they don't. */
  changed() {
    this.since ??= Date.now();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.save("edit"), Date.now() - this.since > LONGEST_MS ? 0 : SAVE_MS);
  }

  version(cause) {
    clearTimeout(this.waiting);
    this.since = null;
    return { code: this.editor.code, language: this.language ?? "python", cause, question: this.question ?? "" };
  }

  async save(cause) {
    return this.ask("versions", this.version(cause));
  }

  /** The page goes: what was not kept yet goes with a message that outlives it. */
  leave() {
    if (!this.since || this.question === null) return;
    const body = JSON.stringify(this.version("edit"));
    const headers = signed({ "Content-Type": "application/json" });
    fetch(`${this.url}/versions`, { method: "POST", body, headers, keepalive: true }).catch(() => {});
  }

  async run(kind) {
    this.version("run"); // the run keeps it
    const buttons = [byId("run-tests"), byId("run-program")];
    buttons.forEach((button) => (button.disabled = true));
    this.say("Running");
    const page = await this.ask("runs", { code: this.editor.code, language: this.language ?? "python", kind });
    buttons.forEach((button) => (button.disabled = false));
    if (page === null) return;
    byId("desk-results").innerHTML = page;
    this.say("");
    byId("announce").textContent = byId("desk-results").querySelector(".sum, .note")?.textContent.replace(/\s+/g, " ").trim() ?? "";
  }

  reset() {
    const starter = this.starters.get(this.language);
    if (!starter) return;
    const before = this.editor.code;
    this.editor.set(starter.content.textContent);
    this.save("reset");
    this.say("Back to the beginning. ");
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "quiet";
    undo.textContent = "Undo";
    undo.addEventListener("click", () => {
      this.editor.set(before);
      this.save("edit");
      this.say("Your code is back.");
      this.editor.focus();
    });
    byId("desk-state").append(undo);
  }

  async hint() {
    const page = await this.ask("hints", {});
    if (page === null) return;
    this.show(page);
    this.say("A hint stands below the task.");
  }

  async note(kind, characters) {
    const page = await this.ask("events", { kind, characters });
    if (page !== null) byId("desk-log").innerHTML = page;
  }

  take(file) {
    this.editor.set(file.code);
    if (!this.starters.size || this.starters.has(file.language)) this.speak(file.language, false);
    this.save("file");
    this.say(`${file.name} is in the editor.`);
    this.editor.focus();
  }

  say(text) {
    byId("desk-state").textContent = text;
  }

  /** The answer as text or JSON; null, and said in words, when there is none. */
  async ask(path, body) {
    const json = body !== undefined && !(body instanceof Blob);
    const options = body === undefined ? {} : { method: "POST", body: json ? JSON.stringify(body) : body, headers: signed(json ? { "Content-Type": "application/json" } : {}) };
    try {
      const answer = await fetch(path ? `${this.url}/${path}` : this.url, options);
      const typed = answer.headers.get("content-type")?.includes("json");
      const found = typed ? await answer.json() : await answer.text();
      if (answer.ok) return found;
      if (answer.status !== 404) this.say(found.detail && typeof found.detail === "string" ? found.detail : AWAY);
    } catch {
      this.say(AWAY);
    }
    return null;
  }
}

/** The lines that a sentence names: "line 7", "lines 3 and 9", "lines 3 to 6". */
function linesIn(text) {
  return [...(text ?? "").matchAll(LINES)].flatMap(([, from, between, to]) => {
    const [first, last] = [Number(from), Number(to ?? from)];
    const through = between && /to|[-–]/.test(between) && last - first < 40;
    return through ? range(first, last) : [...new Set([first, last])];
  });
}

function range(from, to) {
  return Array.from({ length: to - from + 1 }, (_, place) => from + place);
}

new CodingDesk();
