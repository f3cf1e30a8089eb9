/** Empties the form once a question is taken; cited moments play in the small player. */
import "./moments.js";

const talk = document.getElementById("talk");
new MutationObserver((changes) => {
  if (!changes.some((change) => [...change.addedNodes].some((node) => node.classList?.contains("exchange")))) return;
  const field = document.getElementById("question");
  field.value = "";
  talk.lastElementChild?.scrollIntoView({ block: "nearest" });
}).observe(talk, { childList: true });
