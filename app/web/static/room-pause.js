/** A pause outlives a reload of the page: this tab remembers it until the interview goes on. */
const GOES_ON = new Set(["speaking", "listening", "hearing", "endpointing", "transcribing", "closed"]);

/** @param {string} id the interview */
export function pauseOf(id) {
  const key = `paused-${id}`;
  const stored = () => {
    try {
      return sessionStorage.getItem(key) !== null;
    } catch {
      return false; // the browser keeps nothing here: a reload goes on at the open question
    }
  };
  return {
    /** True from a reload or a lost connection until the pause stands again. */
    held: stored(),

    /** The connection is gone; the next one goes on by itself, unless it is told to pause. */
    lost() {
      this.held = stored();
    },

    /** @param {string} state of the conversation, at every change */
    keep(state) {
      if (state === "paused") this.held = false;
      if (this.held || !(state === "paused" || GOES_ON.has(state))) return;
      try {
        if (state === "paused") sessionStorage.setItem(key, "yes");
        else sessionStorage.removeItem(key);
      } catch {
        // As above.
      }
    },
  };
}
