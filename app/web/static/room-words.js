/** What the room says: words for states, waits and time. Pure, and the only place for them. */

/** @type {Record<string, string>} */
const STATES = {
  awaiting_consent: "Getting ready",
  speaking: "Interviewer speaking",
  listening: "Listening",
  hearing: "Hearing you",
  endpointing: "Are you done? Take your time",
  transcribing: "Thinking",
  thinking: "Thinking",
  paused: "Paused. The clock stands still",
  suspended: "Reconnecting. Nothing is lost",
  waiting: "Please wait",
  closed: "The interview is over",
};

/** The same for someone who types. */
const TYPING = { listening: "Your turn", hearing: "Your turn", endpointing: "Your turn" };

/** What a screen reader is told by itself; the rest it finds on the page, so that nothing talks over an answer. */
export const ANNOUNCED = { listening: "Your turn", thinking: "Thinking", paused: "Paused", suspended: "Reconnecting. Nothing is lost" };

export const GO_ON = "Go on, I am listening.";
export const EASE = "You may take your time. Pauses are fine.";
export const THINKING_TIME = "Your time to think";

/** Hints that come without words. */
const HINTS = {
  quiet: "No hurry. Think as long as you like.",
  take_your_time: "Take your time. Speak when you are ready.",
  help: "I can repeat the question, ask it in other words, or skip it. You may also type.",
  moving_on: "Let us move on to the next question.",
  thinking: "Take half a minute. Speak when you are ready.",
  time: "The time is nearly over.",
};

export function stateWords(state, typing) {
  return (typing && TYPING[state]) || STATES[state] || state;
}

export function hintWords(kind, text, typing) {
  const words = text || HINTS[kind] || "";
  return typing ? words.replace(" Speak when you are ready.", "") : words;
}

/** What stands in the box of the candidate's words while it is empty. */
export function nothingHeard(state) {
  if (state === "paused") return "Nothing heard yet. You are in a pause.";
  const theirs = state === "listening" || state === "hearing" || state === "endpointing";
  return theirs ? "Nothing heard yet. Speak when you are ready." : "Your words will stand here.";
}

/** @param {boolean} spoken by microphone @param {boolean} kept it is the answer before that is shown */
export function heardTitle(spoken, kept) {
  if (kept) return "Your last answer, kept";
  return spoken ? "Your words, as heard" : "Your answer";
}

/** Whole minutes: a clock that ticks in view hurries people. */
export function timeLeft(seconds) {
  if (seconds <= 0) return "the time is over; finish calmly";
  if (seconds < 90) return "about a minute left";
  return `about ${Math.round(seconds / 60)} minutes left`;
}

/** The slider goes by doublings, so that the usual wait is in its middle. */
export const factorOf = (position) => Math.round(2 ** position * 100) / 100;
export const positionOf = (factor) => Math.log2(factor);

/** How long the wait is beside the usual one: short for a button, whole for the slider. */
export function paceWords(factor) {
  if (factor <= 0.65) return { short: "shorter", whole: "About half as long as usual" };
  if (factor < 0.95) return { short: "shorter", whole: "A little shorter than usual" };
  if (factor <= 1.05) return { short: "usual", whole: "As long as usual" };
  if (factor < 1.45) return { short: "longer", whole: "A little longer than usual" };
  if (factor < 1.85) return { short: "longer", whole: "Much longer than usual" };
  return { short: "longest", whole: "Twice as long as usual" };
}
