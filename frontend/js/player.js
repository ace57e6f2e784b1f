// <call-player>: hears a call with marks on its bar. Space plays, arrows jump five seconds, < and > change the speed, c
// writes a comment at the second heard. Without this script the plain controls of the browser remain.
import { isTyping } from "./elements.js";

const speeds = [0.75, 1, 1.25, 1.5, 1.75, 2];
const jump = 5;
const mostForWave = 30_000_000;
let current;

export const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
};

export function secondsOf(text) {
  if (!/^\d{1,5}(:\d{1,2}){0,2}$/.test(text.trim())) return undefined;
  return text.trim().split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

class CallPlayer extends HTMLElement {
  connectedCallback() {
    this.audio = this.querySelector("audio");
    const controls = this.querySelector(".player-controls");
    if (!this.audio || !controls || this.dataset.shown) return;
    this.dataset.shown = "";
    this.find = (name) => controls.querySelector(`[data-does="${name}"]`);
    this.bar = this.find("bar");
    this.first = Number(this.dataset.from) || 0;
    this.last = Number(this.dataset.until) || 0;
    this.audio.controls = false;
    controls.hidden = false;
    this.listen(controls);
    this.showLength();
    this.showMarks();
    if (this.dataset.wave !== undefined) this.whenSeen();
  }

  get length() {
    return Number.isFinite(this.audio.duration) ? this.audio.duration : Number(this.dataset.length) || 0;
  }

  listen(controls) {
    controls.addEventListener("click", (event) => this.onClick(event));
    this.bar.addEventListener("input", () => this.seek(Number(this.bar.value)));
    this.find("speed").addEventListener("change", (event) => this.setSpeed(Number(event.target.value)));
    this.find("jump")?.addEventListener("change", (event) => {
      const second = secondsOf(event.target.value);
      if (second !== undefined) this.seek(second);
      event.target.value = "";
    });
    for (const name of ["play", "pause", "ended"]) this.audio.addEventListener(name, () => this.showState());
    this.audio.addEventListener("timeupdate", () => this.showPlace());
    this.audio.addEventListener("durationchange", () => this.showLength());
    this.audio.addEventListener("error", () => this.classList.add("is-broken"), true);
    this.addEventListener("focusin", () => (current = this));
  }

  onClick(event) {
    const does = event.target.closest("[data-does]")?.dataset.does;
    if (does === "play") this.toggle();
    if (does === "back") this.seek(this.audio.currentTime - jump);
    if (does === "on") this.seek(this.audio.currentTime + jump);
  }

  toggle() {
    current = this;
    if (!this.audio.paused) return this.audio.pause();
    for (const other of document.querySelectorAll("call-player audio")) if (other !== this.audio) other.pause();
    const isOutside = this.audio.currentTime < this.first || (this.last && this.audio.currentTime >= this.last);
    if (isOutside) this.audio.currentTime = this.first;
    this.audio.play().catch(() => this.classList.add("is-broken"));
  }

  seek(second) {
    current = this;
    this.audio.currentTime = Math.min(Math.max(0, second), this.length || second);
    this.showPlace();
  }

  playFrom(second, until) {
    this.first = second;
    this.last = until || 0;
    this.seek(second);
    if (this.audio.paused) this.toggle();
  }

  setSpeed(speed) {
    this.audio.playbackRate = speed;
    this.find("speed").value = String(speed);
  }

  changeSpeed(step) {
    const place = speeds.indexOf(this.audio.playbackRate);
    this.setSpeed(speeds[Math.min(speeds.length - 1, Math.max(0, (place < 0 ? 1 : place) + step))]);
  }

  showState() {
    const button = this.find("play");
    const isPlaying = !this.audio.paused;
    this.classList.toggle("is-playing", isPlaying);
    button.setAttribute("aria-label", isPlaying ? button.dataset.pause : button.dataset.play);
  }

  showPlace() {
    const second = this.audio.currentTime;
    if (this.last && second >= this.last && !this.audio.paused) {
      this.audio.pause();
      this.last = 0;
    }
    this.bar.value = second;
    this.bar.setAttribute("aria-valuetext", clock(second));
    this.style.setProperty("--done", `${this.length ? (100 * second) / this.length : 0}%`);
    this.find("time").textContent = `${clock(second)} / ${clock(this.length)}`;
    const field = this.secondField();
    if (field && !field.form.querySelector("textarea")?.value && document.activeElement !== field) field.value = clock(second);
  }

  showLength() {
    this.bar.max = Math.max(1, Math.ceil(this.length));
    if (this.first && this.audio.paused && !this.audio.currentTime) this.audio.currentTime = this.first;
    this.showPlace();
    this.showMarks();
  }

  marks() {
    const list = this.dataset.marks && document.getElementById(this.dataset.marks);
    return list ? [...list.querySelectorAll("[data-second]")] : [];
  }

  secondField() {
    const list = this.dataset.marks && document.getElementById(this.dataset.marks);
    return list?.querySelector("[data-new-remark] [name=second]");
  }

  showMarks() {
    const place = this.querySelector(".player-marks");
    if (!place || !this.length) return;
    place.replaceChildren(
      ...this.marks().map((mark) => {
        const dot = document.createElement("i");
        dot.style.setProperty("--at", `${(100 * Number(mark.dataset.second)) / this.length}%`);
        const end = Number(mark.dataset.until);
        if (end) dot.style.setProperty("--width", `${(100 * (end - Number(mark.dataset.second))) / this.length}%`);
        return dot;
      }),
    );
  }

  comment() {
    const field = this.secondField();
    if (!field) return false;
    this.audio.pause();
    field.value = clock(this.audio.currentTime);
    field.form.querySelector("textarea").focus();
    return true;
  }

  whenSeen() {
    const watcher = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watcher.disconnect();
      this.drawWave().catch(() => {}); // the bar alone is enough where a browser cannot decode the sound
    });
    watcher.observe(this);
  }

  async drawWave() {
    const answer = await fetch(this.audio.currentSrc || this.audio.src);
    if (!answer.ok || Number(answer.headers.get("Content-Length")) > mostForWave) return answer.body?.cancel();
    const context = new OfflineAudioContext(1, 1, 8000);
    const sound = await context.decodeAudioData(await answer.arrayBuffer());
    const canvas = this.querySelector("canvas");
    const bars = Math.max(1, Math.floor(canvas.clientWidth / 3));
    const peaks = peaksOf(sound.getChannelData(0), bars);
    const most = Math.max(...peaks, 0.01);
    canvas.width = canvas.clientWidth * devicePixelRatio;
    canvas.height = canvas.clientHeight * devicePixelRatio;
    const pen = canvas.getContext("2d");
    pen.scale(devicePixelRatio, devicePixelRatio);
    pen.fillStyle = getComputedStyle(canvas).color;
    peaks.forEach((peak, place) => {
      const height = Math.max(1, (peak / most) * canvas.clientHeight);
      pen.fillRect(place * 3, (canvas.clientHeight - height) / 2, 2, height);
    });
    this.classList.add("has-wave");
  }
}

function peaksOf(samples, bars) {
  const step = Math.max(1, Math.floor(samples.length / bars));
  const stride = Math.max(1, Math.floor(step / 200));
  return Array.from({ length: bars }, (_unused, bar) => {
    let peak = 0;
    for (let at = bar * step; at < (bar + 1) * step && at < samples.length; at += stride) peak = Math.max(peak, Math.abs(samples[at]));
    return peak;
  });
}

const keys = {
  " ": (player) => player.toggle(),
  ArrowLeft: (player) => player.seek(player.audio.currentTime - jump),
  ArrowRight: (player) => player.seek(player.audio.currentTime + jump),
  "<": (player) => player.changeSpeed(-1),
  ">": (player) => player.changeSpeed(1),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const player = current?.isConnected ? current : document.querySelector("call-player[data-shown]");
  if (!player) return;
  const isBar = event.target === player.bar;
  // Radios take arrows and buttons take the space bar for themselves.
  if (!isBar && (isTyping(event.target) || event.target.closest?.("button, a, summary, input"))) return;
  const action = event.code === "KeyC" && !event.shiftKey ? (one) => one.comment() : keys[event.key];
  if (action && action(player) !== false) event.preventDefault();
}

function onClick(event) {
  const mark = event.target.closest?.("button[data-second]");
  if (!mark) return;
  const list = mark.closest("[id]");
  const player =
    document.querySelector(`call-player[data-marks="${CSS.escape(list?.id ?? "")}"]`) ??
    mark.closest("[data-heard]")?.querySelector("call-player");
  player?.playFrom?.(Number(mark.dataset.second), Number(mark.dataset.until));
}

export function startPlayers() {
  customElements.define("call-player", CallPlayer);
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:load", () => {
    for (const player of document.querySelectorAll("call-player[data-shown]")) player.showMarks();
  });
}
