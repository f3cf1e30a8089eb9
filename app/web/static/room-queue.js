/** The countdown before a full hall. For the eye alone: a reader would speak every second of it. */
let timer;
let line;

/** @param {HTMLElement} after what says that one has to wait @param {number} seconds until the next try */
export function countDown(after, seconds) {
  stopCountDown();
  line = document.createElement("p");
  line.id = "again";
  line.className = "muted";
  line.setAttribute("aria-hidden", "true");
  after.after(line);
  let left = Math.round(seconds);
  const tell = () => {
    line.textContent = left > 0 ? `Trying again in ${left} s` : "Trying again now";
    left -= 1;
  };
  tell();
  timer = setInterval(tell, 1000);
}

export function stopCountDown() {
  clearInterval(timer);
  line?.remove();
}
