/** Buttons and keys of the room. */
const byId = (id) => document.getElementById(id);
const CODE_MS = 600;

/** True where a space belongs to what has the focus. */
function takesSpace(target) {
  return target.closest("input, textarea, select, button, a, summary, dialog, [contenteditable]") !== null;
}

export function showTyping(on) {
  byId("typed").hidden = !on;
  byId("type").setAttribute("aria-expanded", String(on));
  if (on) byId("answer").focus();
}

/** @param {{send: (message: object) => boolean, typed: (text: string) => void}} room */
export function wireControls(room) {
  const command = (name) => room.send({ type: "command", name });
  document.querySelectorAll("[data-command]").forEach((button) => {
    button.addEventListener("click", () => command(button.dataset.command));
  });
  document.addEventListener("keydown", (event) => {
    if (event.code !== "Space" || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (byId("room").hidden || takesSpace(event.target)) return;
    event.preventDefault();
    command("done");
  });
  wireTyping(room);
  wireDialogs(room, command);
  wireCode(room);
  const captions = byId("captions");
  captions.addEventListener("click", () => {
    const on = captions.getAttribute("aria-pressed") !== "true";
    captions.setAttribute("aria-pressed", String(on));
    if (!on) byId("caption").textContent = "";
  });
}

function wireTyping(room) {
  const answer = byId("answer");
  const submit = () => {
    const text = answer.value.trim();
    if (!text) return answer.focus();
    if (!room.send({ type: "text", text })) return;
    room.typed(text);
    answer.value = "";
  };
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
