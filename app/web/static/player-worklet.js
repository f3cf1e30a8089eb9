/**
 * Plays queued speech without gaps. Messages in: {push, rate, utterance}, {end}, {flush}, {duck}.
 * Messages out: {level} about 30 times a second and {played: utterance}.
 */
const DUCKED = 0.2;

class Player extends AudioWorkletProcessor {
  constructor() {
    super();
    this.queue = [];
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
      this.queue = [];
    } else if ("duck" in message) {
      this.target = message.duck ? DUCKED : 1;
    }
  }

  /** The next sample, linearly interpolated; null when the queue is dry. */
  next() {
    while (this.queue.length) {
      const head = this.queue[0];
      if ("end" in head) {
        this.port.postMessage({ played: head.end });
        this.queue.shift();
      } else if (head.at >= head.samples.length) {
        const left = head.at - head.samples.length;
        this.queue.shift();
        if (this.queue[0] && this.queue[0].samples) this.queue[0].at = left;
      } else {
        const index = Math.floor(head.at);
        const here = head.samples[index];
        const following = this.queue[1] && this.queue[1].samples ? this.queue[1].samples[0] : here;
        const there = index + 1 < head.samples.length ? head.samples[index + 1] : following;
        const value = here + (there - here) * (head.at - index);
        head.at += head.step;
        return value / 32768;
      }
    }
    return null;
  }

  process(_inputs, outputs) {
    const channels = outputs[0];
    for (let i = 0; i < channels[0].length; i++) {
      const value = this.next() ?? 0;
      this.gain += (this.target - this.gain) * 0.002;
      for (const channel of channels) channel[i] = value * this.gain;
      this.peak = Math.max(this.peak, Math.abs(value * this.gain));
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
