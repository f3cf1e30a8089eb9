/** The speaker's own lanes: pace, pauses, loudness and expression of the last minute. Off until opened. */
const WINDOW_MS = 60000;
const DRAW_MS = 250;
const PACE_S = 15;
const FEWEST_WORDS = 6;
const PACE = [60, 220];
const LOUD = [-60, -10];
const CLEAR = 0.4;
const SPEAKING = new Set(["hearing"]);
const WAITING = new Set(["endpointing"]);

const byId = (id) => document.getElementById(id);
const drawer = byId("lanes");
const toggle = byId("lanes-toggle");
const points = { pace: [], pauses: [], loudness: [], expression: [] };
let timer = null;
let pauseFrom = null;

const now = () => performance.now();
const has = (name) => drawer.querySelector(`[data-lane=${name}]`) !== null;

/** Whether readings of the face are wanted just now. */
export const open = () => !drawer.hidden;

function put(name, value, words) {
  if (!open() || !has(name)) return;
  const list = points[name];
  list.push({ at: now(), value });
  while (list.length && now() - list[0].at > WINDOW_MS) list.shift();
  if (words !== undefined) tell(name, words);
}

function tell(name, words) {
  const line = drawer.querySelector(`[data-lane=${name}] output`);
  if (line && line.textContent !== words) line.textContent = words;
}

function heard({ words }) {
  if (words.length < FEWEST_WORDS) return;
  const end = words[words.length - 1].end_s;
  const recent = words.filter((word) => word.end_s > end - PACE_S);
  const seconds = end - recent[0].start_s;
  if (recent.length < FEWEST_WORDS || seconds < 2) return;
  const rate = (recent.length / seconds) * 60;
  put("pace", rate, `${Math.round(rate)} words per minute`);
}

function state({ state: name }) {
  if (WAITING.has(name)) pauseFrom = now();
  else if (SPEAKING.has(name)) {
    if (pauseFrom !== null) tell("pauses", `last pause ${((now() - pauseFrom) / 1000).toFixed(1)} s`);
    pauseFrom = null;
  } else pauseFrom = null;
  if (SPEAKING.has(name) || WAITING.has(name)) put("pauses", SPEAKING.has(name) ? 1 : 0);
  else put("pauses", null);
}

let loud = [];
function level(rms) {
  loud.push(rms);
  if (loud.length < 3) return;
  const mean = Math.sqrt(loud.reduce((sum, each) => sum + each * each, 0) / loud.length);
  loud = [];
  const db = 20 * Math.log10(Math.max(mean, 1e-5));
  put("loudness", db, `${Math.round(db)} dB of full scale`);
}

function face({ faces, words, share }) {
  const seen = faces > 0 && words !== null;
  const text = faces === 0 ? "no face seen" : seen ? `${words}, ${Math.round(share * 100)} % sure` : "unclear";
  put("expression", seen ? share : null, faces > 1 ? `${text}; ${faces} faces in view` : text);
}

document.addEventListener("room:event", ({ detail }) => {
  if (detail.type === "heard") heard(detail);
  if (detail.type === "state") state(detail);
});
document.addEventListener("room:withdrawn", () => {
  drawer.hidden = true; // what is still agreed to can be opened after a reload
  toggle.hidden = true;
  clearInterval(timer);
});
document.addEventListener("room:level", ({ detail }) => level(detail));
document.addEventListener("room:face", ({ detail }) => face(detail));

function draw() {
  for (const row of drawer.querySelectorAll("[data-lane]")) drawLane(row.querySelector("canvas"), row.dataset.lane);
}

function drawLane(canvas, name) {
  const scale = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = width * scale;
  canvas.height = height * scale;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  const style = getComputedStyle(canvas);
  pen.strokeStyle = pen.fillStyle = style.color;
  pen.lineWidth = 2;
  const x = (at) => width - ((now() - at) / WINDOW_MS) * width;
  if (name === "pauses") return bars(pen, points[name], x, height);
  if (name === "expression") return blocks(pen, points[name], x, height);
  return line(pen, points[name], x, height, name === "pace" ? PACE : LOUD);
}

function line(pen, list, x, height, [low, high]) {
  pen.beginPath();
  list.forEach(({ at, value }, place) => {
    const y = height - 3 - Math.max(0, Math.min(1, (value - low) / (high - low))) * (height - 6);
    const gap = place === 0 || at - list[place - 1].at > 8000;
    if (gap) pen.moveTo(x(at), y);
    else pen.lineTo(x(at), y);
  });
  pen.stroke();
}

/** Speech is a bar; a pause within it stays open, with a dashed line. */
function bars(pen, list, x, height) {
  list.forEach(({ at, value }, place) => {
    if (value === null) return;
    const end = place + 1 < list.length ? list[place + 1].at : now();
    if (value) pen.fillRect(x(at), height * 0.3, Math.max(1, x(end) - x(at)), height * 0.4);
    else {
      pen.setLineDash([3, 3]);
      pen.strokeRect(x(at), height * 0.3, Math.max(1, x(end) - x(at)), height * 0.4);
      pen.setLineDash([]);
    }
  });
}

function blocks(pen, list, x, height) {
  for (const { at, value } of list) {
    if (value === null || value < CLEAR) continue;
    const tall = value * (height - 6);
    pen.fillRect(x(at), height - 3 - tall, 4, tall);
  }
}

toggle.addEventListener("click", () => {
  drawer.hidden = !drawer.hidden;
  toggle.setAttribute("aria-expanded", String(open()));
  for (const list of Object.values(points)) list.length = 0;
  if (open()) timer = setInterval(draw, DRAW_MS);
  else clearInterval(timer);
});
