/**
 * Plays quotes in one small player, keeps what is half typed elsewhere when one form is saved, and
 * takes the focus to what was not saved.
 */
const player = document.getElementById("player");
const audio = player.querySelector("audio");

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.play");
  if (!link) return;
  event.preventDefault();
  audio.src = link.getAttribute("href");
  player.hidden = false;
  audio.play().catch(() => {});
});

audio.addEventListener("error", () => {
  if (!player.hidden && audio.getAttribute("src")) location.assign(audio.getAttribute("src"));
});

player.querySelector("button").addEventListener("click", () => {
  audio.pause();
  player.hidden = true;
});

const choices = new Set(["radio", "checkbox"]);
let sent = new Set();
let typed = [];

document.addEventListener("submit", (event) => {
  sent = new Set([...event.target.elements].map((control) => control.id));
});

/** What was entered and not saved, outside the form that is being saved. */
const entered = () =>
  [...document.querySelectorAll("#review :is(input, textarea, select)[id]")]
    .filter((control) => !sent.has(control.id))
    .filter((control) =>
      choices.has(control.type)
        ? control.checked !== control.defaultChecked
        : control.value !== control.defaultValue,
    )
    .map(({ id, value, checked }) => ({ id, value, checked }));

document.addEventListener("htmx:before:swap", () => {
  typed = entered();
});

const putBack = () => {
  for (const { id, value, checked } of typed) {
    const control = document.getElementById(id);
    if (!control) continue;
    if (choices.has(control.type)) control.checked = checked;
    else control.value = value;
  }
  typed = [];
};

const toProblem = () => document.getElementById("problems")?.focus();
document.addEventListener("htmx:after:swap", () => {
  putBack();
  toProblem();
});
toProblem();
