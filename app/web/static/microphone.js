/** The microphone as 100 ms blocks, with its troubles in words. */
const SILENT = 0.0008;
const SILENT_MS = 8000;

/** @param {unknown} error what getUserMedia threw @param {string} device "microphone" or "camera" */
export function trouble(error, device) {
  const rest = device === "microphone" ? "You can type your answers instead." : "The interview works without it.";
  if (!window.isSecureContext || !navigator.mediaDevices) {
    return `The browser gives the ${device} only to secure addresses (https or localhost). ${rest}`;
  }
  switch (error && error.name) {
    case "NotAllowedError":
    case "SecurityError":
      return `The ${device} was refused. Allow it beside the address bar and try again. ${rest}`;
    case "NotFoundError":
    case "OverconstrainedError":
      return `No ${device} was found. Connect one and try again. ${rest}`;
    case "NotReadableError":
      return `Another program holds the ${device}. Close it and try again. ${rest}`;
    default:
      return `The ${device} did not start. ${rest}`;
  }
}

/** Only with ?raw=1 are echo cancelling, noise suppression and gain control off. */
export function constraints() {
  const on = new URLSearchParams(location.search).get("raw") !== "1";
  return { channelCount: 1, echoCancellation: on, noiseSuppression: on, autoGainControl: on };
}

export class Microphone extends EventTarget {
  async open() {
    if (!navigator.mediaDevices) throw new DOMException("insecure", "SecurityError");
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: constraints(), video: false });
    this.context = new AudioContext({ sampleRate: 16000 });
    await this.context.audioWorklet.addModule("/static/mic-worklet.js");
    const source = this.context.createMediaStreamSource(this.stream);
    const node = new AudioWorkletNode(this.context, "microphone", { numberOfOutputs: 1 });
    node.port.onmessage = ({ data }) => this.block(data);
    source.connect(node);
    const mute = new GainNode(this.context, { gain: 0 });
    node.connect(mute).connect(this.context.destination);
    this.loudAt = performance.now();
    this.stream.getAudioTracks()[0].addEventListener("ended", () => this.dispatchEvent(new Event("ended")));
    await this.context.resume();
  }

  block({ pcm, level }) {
    const now = performance.now();
    if (level > SILENT) {
      if (this.silent) this.dispatchEvent(new Event("audible"));
      this.silent = false;
      this.loudAt = now;
    } else if (!this.silent && now - this.loudAt > SILENT_MS) {
      this.silent = true;
      this.dispatchEvent(new Event("silent"));
    }
    this.dispatchEvent(new CustomEvent("block", { detail: { pcm, level } }));
  }

  close() {
    if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
    if (this.context && this.context.state !== "closed") this.context.close();
    this.stream = undefined;
  }
}

/** A level 0..1 for the eye, from a root mean square. */
export function visible(level) {
  return Math.max(0, Math.min(1, 1 + Math.log10(Math.max(level, 1e-5)) / 2.6 + 0.25));
}
