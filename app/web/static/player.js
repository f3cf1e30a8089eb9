/** The interviewer's voice: a gapless queue in a worklet. */
export class Player extends EventTarget {
  async open() {
    this.context = new AudioContext();
    await this.context.audioWorklet.addModule("/static/player-worklet.js");
    this.node = new AudioWorkletNode(this.context, "player", { numberOfInputs: 0, outputChannelCount: [1] });
    this.node.port.onmessage = ({ data }) => {
      const name = "played" in data ? "played" : "level";
      this.dispatchEvent(new CustomEvent(name, { detail: data[name] }));
    };
    this.node.connect(this.context.destination);
    await this.context.resume();
  }

  push(pcm, rate) {
    this.node.port.postMessage({ push: pcm, rate }, [pcm]);
  }

  end(utterance) {
    this.node.port.postMessage({ end: utterance });
  }

  flush() {
    this.node.port.postMessage({ flush: true });
    this.duck(false);
  }

  duck(on) {
    this.node.port.postMessage({ duck: on });
  }
}
