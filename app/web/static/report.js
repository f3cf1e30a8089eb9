/** Plays what lies under a press on the lanes, shows there what is played, and prints. */
import { audio, play } from "./moments.js";

const LEFT = 90;
const WIDTH = 1000;
const AFTER_S = 20;
const lanes = document.querySelector("svg.lanes[data-seconds]");
const playhead = document.getElementById("playhead");

document.addEventListener("click", (event) => {
  if (event.target.closest("a.play") || !lanes?.contains(event.target) || lanes.dataset.sound !== "yes") return;
  const at = secondAt(event);
  if (at !== null) play(`${document.getElementById("report").dataset.audio}?from=${at.toFixed(1)}&to=${(at + AFTER_S).toFixed(1)}`);
});

/** The time under the pointer, or null beside the lanes. */
function secondAt({ clientX, clientY }) {
  const point = new DOMPoint(clientX, clientY).matrixTransform(lanes.getScreenCTM().inverse());
  const share = (point.x - LEFT) / WIDTH;
  return share < 0 || share > 1 ? null : share * Number(lanes.dataset.seconds);
}

audio.addEventListener("timeupdate", () => {
  if (!playhead) return;
  const from = Number(new URL(audio.src).searchParams.get("from")) || 0;
  const x = LEFT + ((from + audio.currentTime) / Number(lanes.dataset.seconds)) * WIDTH;
  playhead.removeAttribute("hidden");
  playhead.setAttribute("x1", x);
  playhead.setAttribute("x2", x);
});

const print = document.getElementById("print");
print.hidden = false;
print.addEventListener("click", () => window.print());

document.getElementById("problems")?.focus();
