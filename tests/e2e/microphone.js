/** For tests: a microphone into which clips are played, and a record of what the page hears and says. */
(() => {
  const RATE = 16000;
  const lab = { events: [], sent: [], levels: [] };
  window.lab = lab;

  let context = null;
  let mixer = null;
  function open() {
    if (context) return;
    context = new AudioContext({ sampleRate: RATE });
    mixer = new GainNode(context);
    const room = context.createBuffer(1, RATE, RATE);
    room.getChannelData(0).forEach((_, i, samples) => { samples[i] = (Math.random() * 2 - 1) * 0.002; });
    const noise = new AudioBufferSourceNode(context, { buffer: room, loop: true });
    noise.connect(mixer);
    noise.start();
  }

  navigator.mediaDevices.getUserMedia = async () => {
    open();
    const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    mixer.connect(out);
    await context.resume();
    return out.stream;
  };

  /** Speak a clip of base64 PCM16 at 16 kHz; when it begins and will end, on the page's clock. */
  lab.say = (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const samples = new Int16Array(bytes.buffer);
    const buffer = context.createBuffer(1, samples.length, RATE);
    buffer.copyToChannel(Float32Array.from(samples, (sample) => sample / 32768), 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(mixer);
    source.start();
    const began = performance.now();
    return { began, ends: began + buffer.duration * 1000 };
  };

  /** Speak a clip as soon as our voice is heard after such an event: no test's driver is as quick. */
  lab.sayOver = (base64, since, wanted, audible) => new Promise((resolve, reject) => {
    const until = performance.now() + 120_000;
    const looking = setInterval(() => {
      const asked = lab.events.find(([at, event]) => at >= since
        && Object.entries(wanted).every(([key, value]) => event[key] === value));
      const heard = asked && lab.levels.some(([at, peak]) => at >= asked[0] && peak > audible);
      if (!heard && performance.now() < until) return;
      clearInterval(looking);
      if (heard) resolve({ ...lab.say(base64), after: asked[0] });
      else reject(new Error("nothing was said that could be spoken over"));
    }, 20);
  });

  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode && this instanceof AudioWorkletNode) watch(this);
    return connect.call(this, to, ...rest);
  };

  /** The loudness of the interviewer's voice as it leaves the page, forty times a second. */
  function watch(node) {
    const analyser = new AnalyserNode(node.context, { fftSize: 2048 });
    connect.call(node, analyser);
    const samples = new Float32Array(analyser.fftSize);
    setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      let peak = 0;
      for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
      lab.levels.push([performance.now(), peak]);
    }, 25);
  }

  const Real = WebSocket;
  window.WebSocket = class extends Real {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", ({ data }) => {
        if (typeof data === "string") lab.events.push([performance.now(), JSON.parse(data)]);
      });
    }

    send(data) {
      if (typeof data === "string") lab.sent.push([performance.now(), JSON.parse(data)]);
      super.send(data);
    }
  };
})();
