/** The live socket: JSON events and sound, with reconnecting until it is closed for good. */
const WAITS = [500, 1000, 2000, 4000, 8000];
const FINAL_CODES = new Set([1000, 1008, 4400, 4404, 4409]);
const COMES_BACK = new Set(["busy", "internal"]);
const MOST_FAULTS = 4;
export const BUSY = 1013;

export class LiveSocket extends EventTarget {
  /** @param {string} id the interview @param {() => object} hello first event of a connection */
  constructor(id, hello) {
    super();
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.address = `${scheme}://${location.host}/live/${id}`;
    this.hello = hello;
    this.tries = 0;
    this.faults = 0;
    this.over = false;
    window.addEventListener("online", () => this.hurry());
    setInterval(() => this.beat(), 15000);
  }

  connect() {
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.told = null;
    socket.onopen = () => this.send(this.hello());
    socket.onmessage = ({ data }) => this.receive(data);
    socket.onclose = (event) => this.lost(event.code);
  }

  receive(data) {
    this.lastHeard = Date.now();
    if (typeof data !== "string") return this.tell("sound", data);
    const message = JSON.parse(data);
    if (message.type === "welcome") this.tries = 0;
    if (message.type === "answered") this.faults = 0;
    if (message.type === "closed") this.over = true;
    if (message.type === "error" && message.fatal) this.failed(message);
    this.tell("event", message);
  }

  /** A place that is taken and a fault over there pass; a fault that comes again and again does not. */
  failed(message) {
    if (message.code === "internal") this.faults += 1;
    this.over = !COMES_BACK.has(message.code) || this.faults >= MOST_FAULTS;
    this.told = message.retry_s ?? message.retry_after_s ?? null;
  }

  lost(code) {
    if (this.over) return;
    if (FINAL_CODES.has(code)) {
      this.over = true;
      this.tell("gone", code);
      return;
    }
    this.tell("lost", code);
    const wait = this.told ? this.told * 1000 : WAITS[Math.min(this.tries++, WAITS.length - 1)];
    this.retry = setTimeout(() => this.connect(), wait * (0.8 + Math.random() * 0.4));
  }

  /** No more tries: somebody found out that the door is shut. */
  end() {
    this.over = true;
    clearTimeout(this.retry);
  }

  hurry() {
    if (this.over || !this.socket || this.socket.readyState < WebSocket.CLOSING) return;
    clearTimeout(this.retry);
    this.connect();
  }

  /** A silent connection of 45 s counts as lost. */
  beat() {
    if (!this.open) return;
    if (this.lastHeard && Date.now() - this.lastHeard > 45000) this.socket.close(4000);
    else this.send({ type: "ping" });
  }

  get open() {
    return this.socket && this.socket.readyState === WebSocket.OPEN;
  }

  send(message) {
    if (this.open) this.socket.send(JSON.stringify(message));
    return this.open;
  }

  /** Sound is live: what can't be sent now is dropped, and so is a backlog over two seconds. */
  sendSound(pcm) {
    if (this.open && this.socket.bufferedAmount < 64000) this.socket.send(pcm);
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
