/** Buttons and keys of the room. */
const byId = (id) => document.getElementById(id);
const CODE_MS = 600;
const TAKES_TEXT = new Set(["speaking", "listening", "hearing", "endpointing", "transcribing"]);

/** True where a space belongs to what has the focus. */
function takesSpace(target) {
  return target.closest("input, textarea, select, button, a, summary, dialog, [contenteditable]") !== null;
}

export function showTyping(on) {
  byId("typed").hidden = !on;
  byId("type").setAttribute("aria-expanded", String(on));
  if (on) byId("answer").focus();
}

/** @param {{send: Function, typed: Function, hint: Function, captions: Function, needsTyping: Function}} room */
export function wireControls(room) {
  const typing = wireTyping(room);
  const command = (name) => {
    if (name === "done" && !byId("typed").hidden && (typing.text() || room.needsTyping())) return typing.submit();
    if (byId("room").dataset.state === "paused" && name !== "resume" && name !== "end") return undefined;
    return room.send({ type: "command", name });
  };
  document.querySelectorAll("[data-command]").forEach((button) => {
    button.addEventListener("click", () => command(button.dataset.command));
  });
  document.addEventListener("keydown", (event) => {
    if (event.code !== "Space" || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (byId("room").hidden || takesSpace(event.target)) return;
    event.preventDefault();
    command("done");
  });
  wireDialogs(room, command);
  wireCode(room);
  const captions = byId("captions");
  captions.addEventListener("click", () => {
    const on = captions.getAttribute("aria-pressed") !== "true";
    captions.setAttribute("aria-pressed", String(on));
    room.captions();
  });
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

function wireTyping(room) {
  const answer = byId("answer");
  const text = () => answer.value.trim();
  const submit = () => {
    const state = byId("room").dataset.state;
    if (state === "paused") return room.hint("Choose Resume first. Your words are kept.");
    if (!text()) {
      room.hint("Type your answer first.");
      return answer.focus();
    }
    if (!TAKES_TEXT.has(state) || !room.send({ type: "text", text: text() })) {
      return room.hint("It can't be sent just now. Your words are kept.");
    }
    room.typed(text());
    room.hint("");
    answer.value = "";
    return draft.keep("");
  };
  answer.value = draft.read() || answer.value;
  answer.addEventListener("input", () => draft.keep(answer.value));
  answer.addEventListener("focus", () => byId("typed").scrollIntoView({ block: "nearest" }));
  byId("type").addEventListener("click", () => showTyping(byId("typed").hidden));
  byId("typed").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  answer.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    }
  });
  return { text, submit };
}

function wireDialogs(room, command) {
  const ending = byId("end-dialog");
  byId("help").addEventListener("click", () => byId("help-dialog").showModal());
  byId("end").addEventListener("click", () => {
    ending.returnValue = "";
    ending.showModal();
  });
  ending.addEventListener("close", () => ending.returnValue === "end" && command("end"));
  byId("patience").addEventListener("change", (event) => {
    room.send({ type: "patience", factor: Number(event.target.value) });
  });
}

function wireCode(room) {
  const code = byId("code");
  if (!code) return;
  let waiting;
  code.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      room.send({ type: "code", code: code.value, language: code.dataset.language });
    }, CODE_MS);
  });
  document.querySelectorAll("[data-pane]").forEach((tab) => {
    tab.addEventListener("click", () => {
      byId("stage").dataset.tab = tab.dataset.pane;
      document.querySelectorAll("[data-pane]").forEach((other) => {
        other.setAttribute("aria-selected", String(other === tab));
      });
    });
  });
}
