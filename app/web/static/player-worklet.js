/**
 * Plays queued speech without gaps. Messages in: {push, rate, utterance}, {end}, {flush}, {duck}.
 * Messages out: {level} about 30 times a second and {played: utterance}. What is flushed fades
 * within a hundredth of a second: a cut would click.
 */
const DUCKED = 0.2;
const SLOPE = 0.002;
const FADE_SECONDS = 0.01;

class Player extends AudioWorkletProcessor {
  constructor() {
    super();
    this.queue = [];
    this.leaving = [];
    this.fade = 0;
    this.gain = 1;
    this.target = 1;
    this.count = 0;
    this.peak = 0;
    this.sounding = false;
    this.port.onmessage = ({ data }) => this.take(data);
  }

  take(message) {
    if (message.push) {
      this.queue.push({ samples: new Int16Array(message.push), at: 0, step: message.rate / sampleRate });
    } else if ("end" in message) {
      this.queue.push({ end: message.end });
    } else if (message.flush) {
      this.leaving = this.queue.filter((part) => part.samples);
      this.fade = this.gain;
      this.queue = [];
    } else if ("duck" in message) {
      this.target = message.duck ? DUCKED : 1;
    }
  }

  /** The next sample, linearly interpolated; 0 when the queue is dry. */
  next(queue) {
    while (queue.length) {
      const head = queue[0];
      if ("end" in head) {
        this.port.postMessage({ played: head.end });
        queue.shift();
      } else if (head.at >= head.samples.length) {
        const left = head.at - head.samples.length;
        queue.shift();
        if (queue[0] && queue[0].samples) queue[0].at = left;
      } else {
        const index = Math.floor(head.at);
        const here = head.samples[index];
        const following = queue[1] && queue[1].samples ? queue[1].samples[0] : here;
        const there = index + 1 < head.samples.length ? head.samples[index + 1] : following;
        const value = here + (there - here) * (head.at - index);
        head.at += head.step;
        return value / 32768;
      }
    }
    return 0;
  }

  /** What is left of a sound that was flushed. */
  faded() {
    if (!this.leaving.length) return 0;
    this.fade -= 1 / (FADE_SECONDS * sampleRate);
    if (this.fade <= 0) this.leaving = [];
    return this.next(this.leaving) * Math.max(0, this.fade);
  }

  process(_inputs, outputs) {
    const channels = outputs[0];
    for (let i = 0; i < channels[0].length; i++) {
      this.gain += (this.target - this.gain) * SLOPE;
      const value = this.next(this.queue) * this.gain + this.faded();
      for (const channel of channels) channel[i] = value;
      this.peak = Math.max(this.peak, Math.abs(value));
    }
    if (++this.count % 12 === 0) {
      if (this.peak > 0 || this.sounding) this.port.postMessage({ level: this.peak });
      this.sounding = this.peak > 0;
      this.peak = 0;
    }
    return true;
  }
}

registerProcessor("player", Player);
