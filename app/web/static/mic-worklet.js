/** Turns the microphone (16 kHz context) into 100 ms blocks of 16-bit samples with their level. */
const BLOCK = 1600;

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.block = new Int16Array(BLOCK);
    this.filled = 0;
    this.power = 0;
  }

  process(inputs) {
    const channel = inputs[0] && inputs[0][0];
    if (!channel) return true;
    for (const sample of channel) {
      const held = Math.max(-1, Math.min(1, sample));
      this.block[this.filled++] = held < 0 ? held * 32768 : held * 32767;
      this.power += held * held;
      if (this.filled === BLOCK) this.flush();
    }
    return true;
  }

  flush() {
    const pcm = this.block.buffer;
    this.port.postMessage({ pcm, level: Math.sqrt(this.power / BLOCK) }, [pcm]);
    this.block = new Int16Array(BLOCK);
    this.filled = 0;
    this.power = 0;
  }
}

registerProcessor("microphone", Microphone);
