/** The room: joins socket, microphone, voice, camera and what is shown. */
import { Camera } from "./camera.js";
import { Microphone, trouble, visible } from "./microphone.js";
import { Player } from "./player.js";
import { showTyping, wireControls } from "./room-controls.js";
import { RoomView } from "./room-view.js";
import { LiveSocket } from "./socket.js";

const byId = (id) => document.getElementById(id);
const data = byId("room").dataset;
const wants = { voice: data.voice === "yes", microphone: data.microphone === "yes", camera: data.camera === "yes" };
const view = new RoomView();
const player = new Player();
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

async function openMicrophone() {
  const opened = new Microphone();
  opened.addEventListener("block", ({ detail }) => {
    socket.sendSound(detail.pcm);
    byId("level").style.transform = `scaleX(${visible(detail.level)})`;
  });
  opened.addEventListener("silent", () => {
    view.banner("mic", "Your microphone went silent. Nothing is lost. Check the cable or type your answer.");
  });
  opened.addEventListener("audible", () => view.clearBanner("mic"));
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
  const line = view.banner("mic", text);
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = "Try again";
  again.addEventListener("click", async () => {
    view.clearBanner("mic");
    await openMicrophone();
    if (microphone) socket.send({ type: "microphone", on: true });
  });
  line.append(again);
  showTyping(true);
}

async function openPlayer() {
  try {
    await player.open();
  } catch {
    wants.voice = false;
    view.banner("voice", "The browser plays no sound here. Questions are shown as text.");
  }
}

const handlers = {
  welcome: (message) => view.welcome(message),
  state: ({ state, at }) => view.state(state, at),
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
  hint: ({ text }) => view.hint(text),
  notice: ({ code, text }) => view.banner(code, text),
  error({ code, text, fatal }) {
    if (!fatal) return;
    if (code === "taken_over") {
      takenOver();
      return;
    }
    view.banner("connection", text, code !== "busy");
    if (code !== "busy") stop();
  },
  closed({ report }) {
    stop();
    location.assign(report || `/interviews/${data.id}/report`);
  },
};

function takenOver() {
  stop();
  byId("state").textContent = "Open in another tab";
  byId("hint").textContent = "";
  const line = view.banner("connection", "This interview goes on in another tab. Nothing is lost.");
  const back = document.createElement("button");
  back.type = "button";
  back.textContent = "Take it back here";
  back.addEventListener("click", () => location.reload());
  line.append(back);
}

function stop() {
  view.disable();
  if (microphone) microphone.close();
  if (camera) camera.stop();
  if (wants.voice) player.flush();
}

socket.addEventListener("event", ({ detail }) => handlers[detail.type]?.(detail));
socket.addEventListener("sound", ({ detail }) => {
  if (wants.voice && current > dropped) player.push(detail, rate);
});
socket.addEventListener("lost", () => {
  dropped = -1;
  if (wants.voice) player.flush();
  view.state("suspended", view.clock);
  view.banner("connection", "Reconnecting. Nothing is lost.");
});
socket.addEventListener("gone", () => {
  view.banner("connection", "The connection was closed. Finished answers are kept. Reload the page to go on.", true);
  stop();
});
player.addEventListener("played", ({ detail }) => socket.send({ type: "played", utterance: detail }));
player.addEventListener("level", ({ detail }) => view.breathe(detail));

async function enter() {
  byId("start").disabled = true;
  if (wants.voice) await openPlayer();
  if (wants.microphone) await openMicrophone();
  view.enter();
  if (!microphone) view.microphone(false);
  if (!microphone || byId("answer").value) showTyping(true);
  socket.connect();
  if (wants.camera) {
    camera = new Camera(data.id, () => view.clock, (text) => view.banner("camera", text));
    camera.open(byId("camera"));
  }
}

wireControls({
  send: (message) => socket.send(message),
  typed: (text) => view.typed(text),
  hint: (text) => view.hint(text),
  captions: () => view.captions(),
  needsTyping: () => !microphone && !byId("heard").textContent,
});
byId("start").disabled = false;
byId("start").addEventListener("click", enter);
byId("start").focus();
