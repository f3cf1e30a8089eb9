/** Talking with a stakeholder aloud: what is said is written into the field, answers are played. */
import { signed } from "./form-token.js";
import { Microphone, trouble, visible } from "./microphone.js";

const LONGEST_MS = 14_200; // with what follows, what the server hears at once
const QUIET = 0.004;
const LOUD_SHARE = 0.08;
const AROUND = 3; // blocks of 100 ms
const AFTER_MS = 300; // who presses Done with the last word on the lips is heard to its end

const byId = (id) => document.getElementById(id);
const player = byId("player");
const audio = player.querySelector("audio");
const field = byId("ask");
const button = byId("speak");
const told = byId("heard");

function play(link) {
  audio.src = link.getAttribute("href");
  player.hidden = false;
  audio.play().catch(() => {}); // the browser may want a press of the button first
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.play");
  if (!link) return;
  event.preventDefault();
  play(link);
});

player.querySelector("button").addEventListener("click", () => {
  audio.pause();
  player.hidden = true;
});

let listening = null;

async function listen() {
  audio.pause();
  button.disabled = true; // until the microphone is open
  const blocks = [];
  let loudest = 0;
  const microphone = new Microphone();
  microphone.addEventListener("block", ({ detail }) => {
    blocks.push(detail);
    loudest = Math.max(loudest, detail.level);
    byId("level").style.transform = `scaleX(${visible(detail.level)})`;
  });
  await microphone.open();
  button.disabled = false;
  button.textContent = "Done";
  byId("aloud").classList.add("listening");
  told.textContent = "Listening. Press Done when you have said it; fifteen seconds at most.";
  await new Promise((resolve) => {
    listening = resolve;
    setTimeout(resolve, LONGEST_MS);
  });
  listening = null;
  button.disabled = true;
  await new Promise((resolve) => setTimeout(resolve, AFTER_MS));
  microphone.close();
  byId("aloud").classList.remove("listening");
  byId("level").style.transform = "scaleX(0)";
  return { pcm: new Blob(spoken(blocks, loudest)), loudest };
}

/** The samples without the stillness around them. */
function spoken(blocks, loudest) {
  const loud = blocks.map(({ level }) => level > loudest * LOUD_SHARE);
  const first = Math.max(0, loud.indexOf(true) - AROUND);
  return blocks.slice(first, loud.lastIndexOf(true) + 1 + AROUND).map(({ pcm }) => pcm);
}

async function speak() {
  try {
    const { pcm, loudest } = await listen();
    button.disabled = true;
    if (loudest < QUIET) {
      told.textContent = "The microphone is open but silent. Check its switch and its cable, or type.";
      return;
    }
    told.textContent = "Understanding what you said.";
    const words = await heard(pcm);
    if (words) write(words);
    else told.textContent = "No words were understood. Come closer, speak a little louder, or type.";
  } catch (error) {
    told.textContent = error instanceof Refused ? error.message : trouble(error, "microphone");
  } finally {
    button.disabled = false;
    button.textContent = "Speak";
  }
}

class Refused extends Error {}

async function heard(pcm) {
  const headers = signed({ "Content-Type": "application/octet-stream" });
  const answer = await fetch("/check/hear", { method: "POST", body: pcm, headers }).catch(() => null);
  const body = (await answer?.json().catch(() => null)) ?? {};
  if (!answer?.ok) throw new Refused(body.detail || "This did not reach the server. Try again, or type.");
  return body.text;
}

function write(words) {
  field.value = `${field.value.trim()} ${words}`.trim().slice(0, field.maxLength);
  field.focus();
  told.textContent = "Written into the field. Correct a word if it is wrong, then press Ask.";
}

if (button && window.isSecureContext && navigator.mediaDevices) {
  byId("aloud").hidden = false;
  button.addEventListener("click", () => (listening ? listening() : speak()));
}

const now = document.querySelector("a.play[data-now]");
if (now) play(now);
