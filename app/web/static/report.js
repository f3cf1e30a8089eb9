/** Plays moments of the interview in one small player; links still work without it. */
const player = document.getElementById("player");
const audio = player.querySelector("audio");

const LEFT = 90;
const WIDTH = 1000;
const AFTER_S = 20;
const lanes = document.querySelector("svg.lanes[data-seconds]");
const playhead = document.getElementById("playhead");
let from = 0;

function play(address) {
  from = Number(new URL(address, location.href).searchParams.get("from")) || 0;
  audio.src = address;
  player.hidden = false;
  audio.play().catch(() => {});
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.play");
  if (link) {
    event.preventDefault();
    play(link.getAttribute("href"));
  } else if (lanes?.contains(event.target) && lanes.dataset.sound === "yes") {
    const at = secondAt(event);
    if (at !== null) play(`${document.getElementById("report").dataset.audio}?from=${at.toFixed(1)}&to=${(at + AFTER_S).toFixed(1)}`);
  }
});

/** The time under the pointer, or null beside the lanes. */
function secondAt({ clientX, clientY }) {
  const point = new DOMPoint(clientX, clientY).matrixTransform(lanes.getScreenCTM().inverse());
  const share = (point.x - LEFT) / WIDTH;
  return share < 0 || share > 1 ? null : share * Number(lanes.dataset.seconds);
}

audio.addEventListener("timeupdate", () => {
  if (!playhead) return;
  const x = LEFT + ((from + audio.currentTime) / Number(lanes.dataset.seconds)) * WIDTH;
  playhead.removeAttribute("hidden");
  playhead.setAttribute("x1", x);
  playhead.setAttribute("x2", x);
});

audio.addEventListener("error", () => {
  if (!player.hidden && audio.getAttribute("src")) location.assign(audio.getAttribute("src"));
});

player.querySelector("button").addEventListener("click", () => {
  audio.pause();
  player.hidden = true;
});

const print = document.getElementById("print");
print.hidden = false;
print.addEventListener("click", () => window.print());

document.getElementById("problems")?.focus();
