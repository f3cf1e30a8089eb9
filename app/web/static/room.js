/** The room: joins socket, microphone, voice, camera and what is shown. */
import { Camera } from "./camera.js";
import { Microphone, trouble, visible } from "./microphone.js";
import { Player } from "./player.js";
import { banner, button, clearBanner } from "./room-banners.js";
import { wireControls } from "./room-controls.js";
import { pauseOf } from "./room-pause.js";
import { countDown, stopCountDown } from "./room-queue.js";
import { showTyping } from "./room-typing.js";
import { RoomView } from "./room-view.js";
import { BUSY, LiveSocket } from "./socket.js";

const byId = (id) => document.getElementById(id);
const data = byId("room").dataset;
const wants = { voice: data.voice === "yes", microphone: data.microphone === "yes", camera: data.camera === "yes" };
const view = new RoomView();
const player = new Player();
const pauseKept = pauseOf(data.id);
let microphone = null;
let camera = null;
let rate = 22050;
let current = null;
let dropped = -1;

const socket = new LiveSocket(data.id, () => ({
  type: "hello",
  protocol: 1,
  voice: wants.voice,
  microphone: microphone !== null,
}));

const typing = wireControls({
  send: (message) => socket.send(message),
  typed: (text) => view.typed(text),
  turn: () => view.turn,
  captions: () => view.captions(),
  pace: (factor) => view.pace(factor),
  needsTyping: () => !microphone && !byId("heard").textContent,
});

async function openMicrophone() {
  const opened = new Microphone();
  opened.addEventListener("block", ({ detail }) => {
    socket.sendSound(detail.pcm);
    const seen = visible(detail.level);
    byId("level").style.transform = `scaleX(${seen})`;
    view.state.theirs(seen);
    document.dispatchEvent(new CustomEvent("room:level", { detail: detail.level }));
  });
  opened.addEventListener("silent", () => {
    banner("mic", "Your microphone went silent. Nothing is lost. Check the cable or type your answer.");
  });
  opened.addEventListener("audible", () => clearBanner("mic"));
  opened.addEventListener("ended", () => {
    microphone = null;
    socket.send({ type: "microphone", on: false });
    offerMicrophone("The microphone went away. Nothing is lost. Connect it again or type your answer.");
  });
  try {
    await opened.open();
    microphone = opened;
    view.microphone(true);
  } catch (error) {
    opened.close();
    offerMicrophone(trouble(error, "microphone"));
  }
}

function offerMicrophone(text) {
  view.microphone(false);
  byId("level").style.transform = "scaleX(0)";
  const again = async () => {
    clearBanner("mic");
    await openMicrophone();
    if (microphone) socket.send({ type: "microphone", on: true });
  };
  banner("mic", text).append(button("Try again", again));
  showTyping(true);
}

/** A refused camera beside a refused microphone is the same trouble: one line for both. */
function cameraOff(text) {
  const line = document.querySelector("#banners [data-key=mic] p");
  if (!line || microphone) banner("camera", text);
  else line.textContent += " The camera is off as well; the interview goes on without it.";
}

async function openPlayer() {
  try {
    await player.open();
  } catch {
    wants.voice = false;
    view.voiceless();
    banner("voice", "The browser plays no sound here. Questions are shown as text.");
  }
}

const handlers = {
  welcome(message) {
    stopCountDown();
    view.welcome(message);
    if (pauseKept.held) socket.send({ type: "command", name: "pause" });
  },
  state({ state, at }) {
    view.state.change(state, at);
    view.words.during(state);
    pauseKept.keep(state);
    typing.retry();
  },
  question: (message) => view.question(message),
  speech(message) {
    rate = message.rate;
    current = message.utterance;
    if (message.utterance > dropped) view.caption(message.text);
  },
  speech_end: ({ utterance }) => utterance > dropped && wants.voice && player.end(utterance),
  speech_stop({ utterance }) {
    dropped = Math.max(dropped, utterance);
    if (wants.voice) player.flush();
  },
  speech_duck: ({ on }) => wants.voice && player.duck(on),
  heard: (message) => view.heard(message),
  hint: (message) => view.state.hint(message),
  notice({ code, text }) {
    if (code === "voice_off") view.voiceless();
    if (code === "withdrawn" || code === "microphone_off") document.dispatchEvent(new Event("room:withdrawn"));
    if (code === "microphone_off" && microphone) {
      microphone.close();
      microphone = null;
      view.microphone(false);
      showTyping(true);
    }
    banner(code, text);
  },
  error({ code, text, fatal }) {
    if (code === "answer_too_long") typing.refused(text);
    if (!fatal) return;
    if (code === "taken_over") takenOver();
    else if (!socket.over) {
      view.state.say(code === "busy" ? text : "");
      if (socket.told) countDown(byId("hint"), socket.told);
    } else {
      const line = banner("connection", text, true);
      if (code === "signed_out") line.append(button("Sign in again", () => location.reload()));
      stop();
      stands("Stopped");
    }
  },
  closed({ report }) {
    stop();
    location.assign(report || `/interviews/${data.id}/report`);
  },
};

function takenOver() {
  stop();
  stands("Open in another tab");
  const line = banner("connection", "This interview goes on in another tab. Nothing is lost.");
  line.append(button("Take it back here", () => location.reload()));
}

/** Nobody listens any more, and the page says so. */
function stands(words) {
  byId("state").textContent = words;
  view.state.say("");
}

function stop() {
  view.disable();
  if (microphone) microphone.close();
  if (camera) camera.stop();
  if (wants.voice) player.flush();
}

socket.addEventListener("event", ({ detail }) => {
  handlers[detail.type]?.(detail);
  document.dispatchEvent(new CustomEvent("room:event", { detail })); // for the panes beside the talk
});
socket.addEventListener("sound", ({ detail }) => {
  if (wants.voice && current > dropped) player.push(detail, rate);
});
socket.addEventListener("lost", ({ detail: code }) => {
  dropped = -1;
  pauseKept.lost();
  if (wants.voice) player.flush();
  view.state.change(code === BUSY ? "waiting" : "suspended", view.state.clock);
  if (code !== BUSY) closedDoor().then((text) => text && shut(text));
});

/** Whether the server would let this browser in again; in words where it would not. */
async function closedDoor() {
  const answer = await fetch(location.pathname, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.status === 401) return "You are signed out. Finished answers are kept, and the interview waits for you.";
  if (answer?.status === 404) return "This interview is not open to this browser any more. Finished answers are kept.";
  return "";
}

function shut(text) {
  if (socket.over) return;
  socket.end();
  byId("state").textContent = "Not connected";
  view.state.say("");
  const way = document.createElement("a");
  way.className = "button";
  way.href = `/sign-in?back=${encodeURIComponent(location.pathname)}`;
  way.textContent = "Sign in and go on";
  banner("connection", text, true).append(way);
  stop();
}

socket.addEventListener("gone", () => {
  banner("connection", "The connection was closed. Finished answers are kept. Reload the page to go on.", true);
  stop();
});
player.addEventListener("played", ({ detail }) => socket.send({ type: "played", utterance: detail }));
player.addEventListener("level", ({ detail }) => view.state.ours(detail));

async function enter(event) {
  byId("start").disabled = true;
  if (wants.voice) await openPlayer();
  if (wants.microphone) await openMicrophone();
  view.enter(event.detail === 0);
  if (!microphone) view.microphone(false);
  if (!microphone || byId("answer").value) showTyping(true);
  socket.connect();
  if (wants.camera) {
    camera = new Camera(data.id, () => view.state.clock, cameraOff);
    camera.open(byId("camera"));
  }
}

byId("start").disabled = false;
byId("start").addEventListener("click", enter);
byId("start").focus();
