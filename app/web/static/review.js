/** Plays quotes in one small player, and takes the focus to what was not saved. */
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

const toProblem = () => document.getElementById("problems")?.focus();
document.addEventListener("htmx:after:swap", toProblem);
toProblem();
