/** Quiet lines above the question; each stays until it is solved or closed. */
const box = () => document.getElementById("banners");

/** @param {string} key one line for each trouble @param {string} text @param {boolean} fatal */
export function banner(key, text, fatal = false) {
  clearBanner(key);
  const line = document.createElement("div");
  line.className = fatal ? "banner fatal" : "banner";
  line.dataset.key = key;
  const words = document.createElement("p");
  words.textContent = text;
  line.append(words);
  if (!fatal && key !== "connection") line.append(button("Close", () => line.remove(), "quiet"));
  box().append(line);
  return line;
}

export function clearBanner(key) {
  box().querySelector(`[data-key="${key}"]`)?.remove();
}

/** @param {string} text @param {() => void} act @param {string} look a class */
export function button(text, act, look = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = look;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}
