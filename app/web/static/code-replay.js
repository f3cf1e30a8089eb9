/** Replays code beside the words: a slider over the time, and the sound where it is kept. */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

class Replay {
  constructor(story) {
    this.steps = [...story.querySelectorAll(".step")].map((item) => ({
      at: Number(item.dataset.at),
      code: item.querySelector(".code-lines"),
      words: item.querySelector("p").firstElementChild.nextSibling.textContent.replace(/\s+/g, " ").trim(),
    }));
    this.from = this.steps[0].at;
    this.to = this.steps.at(-1).at;
    this.audio = story.dataset.audio ? new Audio() : null;
    this.source = story.dataset.audio;
    this.build(story);
    this.show(this.from);
  }

  build(story) {
    this.slider = Object.assign(document.createElement("input"), {
      type: "range", min: this.from, max: Math.max(this.to, this.from + 0.1), step: 0.1, value: this.from,
    });
    this.slider.setAttribute("aria-label", "Time of the interview");
    this.told = document.createElement("output");
    this.code = Object.assign(document.createElement("ol"), { className: "code-lines", tabIndex: 0 });
    this.code.setAttribute("aria-label", "The code at this time");
    const row = Object.assign(document.createElement("div"), { className: "row" });
    row.append(...(this.audio ? [this.button()] : []), this.slider);
    const box = Object.assign(document.createElement("div"), { className: "replay screen-only" });
    box.append(row, this.told, this.code);
    story.querySelector("summary").after(box);
    this.slider.addEventListener("input", () => {
      this.audio?.pause();
      this.show(Number(this.slider.value));
    });
  }

  button() {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Play" });
    button.addEventListener("click", () => (this.audio.paused ? this.play() : this.audio.pause()));
    this.audio.addEventListener("play", () => (button.textContent = "Stop"));
    this.audio.addEventListener("pause", () => (button.textContent = "Play"));
    this.audio.addEventListener("timeupdate", () => this.show(this.began + this.audio.currentTime));
    return button;
  }

  play() {
    this.began = Math.min(Number(this.slider.value), this.to);
    this.audio.src = `${this.source}?from=${this.began.toFixed(1)}&to=${(this.to + 2).toFixed(1)}`;
    this.audio.play().catch(() => (this.told.textContent = "No sound is kept for this moment."));
  }

  /** The newest version and the newest words at this time. */
  show(at) {
    const past = this.steps.filter((step) => step.at <= at + 0.05);
    const version = past.findLast((step) => step.code)?.code;
    const last = past.at(-1) ?? this.steps[0];
    this.slider.value = at;
    this.slider.setAttribute("aria-valuetext", clock(at));
    const text = `${clock(at)} · ${last.words}`;
    if (this.told.textContent !== text) this.told.textContent = text;
    if (version && version !== this.shown) this.code.replaceChildren(...[...version.children].map((line) => line.cloneNode(true)));
    this.shown = version ?? this.shown;
    this.code.querySelector(".new")?.scrollIntoView({ block: "nearest" });
  }
}

document.querySelectorAll(".story").forEach((story) => {
  story.addEventListener("toggle", () => story.open && !story.replay && (story.replay = new Replay(story)));
});
