/** Plays moments of the interview in one small player; links still work without it. */
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

const print = document.getElementById("print");
print.hidden = false;
print.addEventListener("click", () => window.print());

document.getElementById("problems")?.focus();
