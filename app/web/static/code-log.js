/** Notes pastes and changes of the window, openly: the same list is shown to both sides. */
const SHORT = 20; // a pasted word is no event

export function wireLog(note) {
  let away = false;
  const inside = () => !document.getElementById("room").hidden;
  const left = () => {
    if (away || !inside()) return;
    away = true;
    note("left", null);
  };
  const back = () => {
    if (!away) return;
    away = false;
    note("returned", null);
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? left() : back()));
  return { pasted: (size) => size >= SHORT && note("paste", size) };
}
