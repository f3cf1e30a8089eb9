/** Sends two small pictures a second while the interview is live; they are read and dropped. */
import { signed } from "./form-token.js";
import { trouble } from "./microphone.js";

const EVERY_MS = 500;
const WIDEST = 640;

export class Camera {
  /** @param {string} id @param {() => number} clock @param {(text: string) => void} notice */
  constructor(id, clock, notice) {
    this.address = `/interviews/${id}/frames`;
    this.clock = clock;
    this.notice = notice;
    this.canvas = document.createElement("canvas");
  }

  async open(video) {
    this.video = video;
    try {
      if (!navigator.mediaDevices) throw new DOMException("insecure", "SecurityError");
      const wanted = { width: { ideal: WIDEST }, height: { ideal: 480 }, frameRate: { ideal: 15 } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch (error) {
      this.notice(trouble(error, "camera"));
      return;
    }
    this.stream.getVideoTracks()[0].addEventListener("ended", () => this.stop("The camera went off. The interview goes on without it."));
    video.srcObject = this.stream;
    await video.play();
    this.timer = setInterval(() => this.shoot(), EVERY_MS);
  }

  shoot() {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (this.busy || !width || this.waiting) return;
    const scale = Math.min(1, WIDEST / width);
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.canvas.getContext("2d").drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    this.busy = true;
    this.canvas.toBlob((blob) => this.send(blob), "image/jpeg", 0.8);
  }

  async send(blob) {
    try {
      if (!blob) return;
      const at = this.clock().toFixed(2);
      const headers = signed({ "Content-Type": "image/jpeg" });
      const shown = document.getElementById("lanes")?.hidden === false ? "&show=1" : "";
      const answer = await fetch(`${this.address}?at=${at}${shown}`, { method: "POST", body: blob, headers });
      if (answer.status === 200) document.dispatchEvent(new CustomEvent("room:face", { detail: await answer.json() }));
      if (answer.status === 401) this.stop("The camera is off: you are signed out.");
      if (answer.status === 403) this.stop("The camera is not read: consent is missing or was withdrawn.");
      if (answer.status === 409) this.stop("This server can't read faces. The interview goes on without it.");
    } catch {
      // A lost frame is a gap; the next one may arrive.
    } finally {
      this.busy = false;
    }
  }

  stop(text) {
    clearInterval(this.timer);
    if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
    this.stream = undefined;
    if (text) this.notice(text);
  }
}
