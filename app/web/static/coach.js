/** Plays cited moments in one small player, and empties the form once a question is taken. */
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

const talk = document.getElementById("talk");
new MutationObserver((changes) => {
  if (!changes.some((change) => [...change.addedNodes].some((node) => node.classList?.contains("exchange")))) return;
  const field = document.getElementById("question");
  field.value = "";
  talk.lastElementChild?.scrollIntoView({ block: "nearest" });
}).observe(talk, { childList: true });
