/** Buttons and keys of the room. */
import { Typing } from "./room-typing.js";
import { factorOf } from "./room-words.js";

const byId = (id) => document.getElementById(id);
const CODE_MS = 600;

/** True where a space belongs to what has the focus. */
function takesSpace(target) {
  return target.closest("input, textarea, select, button, a, summary, dialog, [contenteditable]") !== null;
}

/** @param {{send: Function, typed: Function, turn: Function, captions: Function, pace: Function, needsTyping: Function}} room */
export function wireControls(room) {
  const typing = new Typing(room);
  const command = (name) => {
    if (name === "done" && !byId("typed").hidden && (typing.text || room.needsTyping())) return typing.submit();
    if (byId("room").dataset.state === "paused" && name !== "resume" && name !== "end") return undefined;
    return room.send({ type: "command", name });
  };
  document.querySelectorAll("[data-command]").forEach((button) => {
    button.addEventListener("click", (event) => {
      command(button.dataset.command);
      if (event.detail > 0) button.blur(); // after a click, space means Done again
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.code !== "Space" || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (byId("room").hidden || takesSpace(event.target)) return;
    event.preventDefault();
    command("done");
  });
  wireDialogs(command);
  wirePace(room);
  wireCode(room);
  const captions = byId("captions");
  captions.addEventListener("click", () => {
    const on = captions.getAttribute("aria-pressed") !== "true";
    captions.setAttribute("aria-pressed", String(on));
    room.captions();
  });
  return typing;
}

function wireDialogs(command) {
  const ending = byId("end-dialog");
  byId("help").addEventListener("click", () => byId("help-dialog").showModal());
  byId("pace").addEventListener("click", () => byId("pace-dialog").showModal());
  byId("end").addEventListener("click", () => {
    ending.returnValue = "";
    ending.showModal();
  });
  ending.addEventListener("close", () => ending.returnValue === "end" && command("end"));
}

function wirePace(room) {
  const slider = byId("patience");
  slider.addEventListener("input", () => room.pace(factorOf(Number(slider.value))));
  slider.addEventListener("change", () => room.send({ type: "patience", factor: factorOf(Number(slider.value)) }));
}

function wireCode(room) {
  const code = byId("code");
  if (!code) return;
  let waiting;
  code.addEventListener("input", () => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      room.send({ type: "code", code: code.value, language: code.dataset.language });
    }, CODE_MS);
  });
  const tabs = [...document.querySelectorAll("[data-pane]")];
  const choose = (tab) => {
    byId("stage").dataset.tab = tab.dataset.pane;
    tabs.forEach((other) => {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
    });
  };
  tabs.forEach((tab, place) => {
    tab.tabIndex = place ? -1 : 0;
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
      const other = tabs[(place + 1) % tabs.length];
      choose(other);
      other.focus();
    });
  });
}
