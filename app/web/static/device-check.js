/** The device check: level meter, an echoed sentence, tone, sample voice and camera preview. */
import { signed } from "./form-token.js";
import { Microphone, trouble, visible } from "./microphone.js";

const byId = (id) => document.getElementById(id);
const LISTEN_MS = 8000;
const QUIET = 0.004;

const micButton = byId("mic-check");
const micResult = byId("mic-result");
const passage = Object.assign(document.createElement("input"), { type: "file", name: "passage", hidden: true });

async function listen() {
  const microphone = new Microphone();
  const blocks = [];
  let loudest = 0;
  microphone.addEventListener("block", ({ detail }) => {
    blocks.push(detail.pcm);
    loudest = Math.max(loudest, detail.level);
    byId("level").style.transform = `scaleX(${visible(detail.level)})`;
  });
  await microphone.open();
  micResult.textContent = "Listening for eight seconds. Read the sentence now.";
  await new Promise((resolve) => setTimeout(resolve, LISTEN_MS));
  microphone.close();
  byId("level").style.transform = "scaleX(0)";
  return { pcm: new Blob(blocks), loudest };
}

async function checkMicrophone() {
  micButton.disabled = true;
  micResult.textContent = "Waiting for the browser to open the microphone.";
  try {
    const { pcm, loudest } = await listen();
    if (loudest < QUIET) {
      micResult.textContent = "The microphone is open but silent. Check its switch, its cable and the chosen input, or type your answers.";
      return;
    }
    keepForTheForm(pcm);
    micResult.textContent = "Understanding what you said.";
    micResult.textContent = await hear(pcm);
  } catch (error) {
    micResult.textContent = trouble(error, "microphone");
  } finally {
    micButton.disabled = false;
    micButton.textContent = "Check again";
  }
}

/** The passage goes with the form, so that it is measured only after its consent. */
function keepForTheForm(pcm) {
  const files = new DataTransfer();
  files.items.add(new File([pcm], "passage.pcm", { type: "application/octet-stream" }));
  passage.files = files.files;
  byId("before").append(passage);
}

async function hear(pcm) {
  const answer = await fetch("/check/hear", { method: "POST", body: pcm, headers: signed({ "Content-Type": "application/octet-stream" }) });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) return body.detail || "The check did not reach the server. Try again.";
  if (!body.text) return "Sound arrives, but no words were understood. Come closer and speak a little louder.";
  return `Heard: \u201c${body.text}\u201d. The microphone works.`;
}

function tone() {
  const context = new AudioContext();
  const gain = new GainNode(context, { gain: 0 });
  const end = context.currentTime + 1;
  gain.gain.linearRampToValueAtTime(0.15, context.currentTime + 0.05);
  gain.gain.setValueAtTime(0.15, end - 0.1);
  gain.gain.linearRampToValueAtTime(0, end);
  const source = new OscillatorNode(context, { frequency: 440 });
  source.connect(gain).connect(context.destination);
  source.start();
  source.stop(end);
  source.onended = () => context.close();
  byId("speaker-result").textContent = "A tone plays for one second. Nothing heard? Check volume and output.";
}

async function voice() {
  const result = byId("speaker-result");
  result.textContent = "Preparing the voice.";
  try {
    const answer = await fetch("/check/voice");
    if (!answer.ok) {
      result.textContent = (await answer.json()).detail;
      return;
    }
    const address = URL.createObjectURL(await answer.blob());
    const audio = new Audio(address);
    audio.onended = () => URL.revokeObjectURL(address);
    await audio.play();
    result.textContent = "\u201cHello. I am Sounding, an AI interviewer. This is how I sound.\u201d";
  } catch {
    result.textContent = "The voice could not be played. Questions are always shown as text.";
  }
}

async function preview() {
  const video = byId("preview");
  const result = byId("camera-result");
  const button = byId("camera-check");
  if (video.srcObject) {
    video.srcObject.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    video.hidden = true;
    button.textContent = "Show a preview";
    result.textContent = "Off. The preview stays in this browser.";
    return;
  }
  try {
    if (!navigator.mediaDevices) throw new DOMException("insecure", "SecurityError");
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 640 } } });
    await video.play();
    video.hidden = false;
    button.textContent = "Stop the preview";
    result.textContent = "Face the light and keep your whole face in view.";
  } catch (error) {
    result.textContent = trouble(error, "camera");
  }
}

micButton.addEventListener("click", checkMicrophone);
byId("tone").addEventListener("click", tone);
byId("voice").addEventListener("click", voice);
byId("camera-check")?.addEventListener("click", preview);
if (!window.isSecureContext) micResult.textContent = trouble(null, "microphone");
document.getElementById("problems")?.focus();
