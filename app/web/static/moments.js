/** Plays moments in one small player at the foot of the page; links still work without it. */
const player = document.getElementById("player");
export const audio = player.querySelector("audio");

/** @param {string} address of a sound */
export function play(address) {
  audio.src = address;
  player.hidden = false;
  audio.play().catch(() => {}); // the browser may want a press of the button first
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.play");
  if (!link) return;
  event.preventDefault();
  play(link.getAttribute("href"));
});

audio.addEventListener("error", () => {
  if (!player.hidden && audio.getAttribute("src")) location.assign(audio.getAttribute("src"));
});

player.querySelector("button").addEventListener("click", () => {
  audio.pause();
  player.hidden = true;
});
