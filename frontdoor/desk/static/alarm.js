// Sound, notifications and the title: that something waits, never what somebody wrote.

import { preferences } from "./preferences.js";
import { say } from "./words.js";

const EVERY_MS = 4000;
let audio, repeating, urgent = false;

// Browsers let a page sound only after the person did something on it.
addEventListener("pointerdown", wake, { once: true });
addEventListener("keydown", wake, { once: true });

function wake() {
  audio ??= new AudioContext();
}

function tones(...notes) {
  if (!audio) return;
  notes.forEach(([hertz, at, length]) => {
    const tone = audio.createOscillator(), volume = audio.createGain(), start = audio.currentTime + at;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.16, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + length);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + length);
  });
}

/** Sound and notify for conversations that began to wait; repeat for emergencies until all are claimed. */
export function raise({ silent, waiting, emergencies, count, total, overdue, again }) {
  urgent = overdue > 0;
  if (silent > 0) {
    notify("notify_channel", true);
    if (!count) tones([440, 0, 0.3], [330, 0.34, 0.5]);
  }
  if (again) notify("notify_overdue", true);
  if (emergencies > 0) notify("notify_emergency");
  else if (waiting > 0) notify("notify_waiting");
  if (waiting > 0 && !emergencies && preferences.sound) tones([660, 0, 0.25], [880, 0.14, 0.3]);
  alarm(count > 0);
  document.title = `${count ? "⚠ " : ""}${total ? `(${total}) ` : ""}${count ? say("emergency") : say("desk")}`;
}

function alarm(on) {
  if (!on) {
    clearInterval(repeating);
    repeating = undefined;
  } else if (!repeating) {
    sound();
    repeating = setInterval(sound, EVERY_MS);
  }
}

function sound() {
  if (urgent) tones([1175, 0, 0.2], [784, 0.22, 0.2], [1175, 0.44, 0.2], [784, 0.66, 0.2], [1175, 0.88, 0.2], [784, 1.1, 0.3]); // also where the alarm is off
  else if (preferences.alarm) tones([880, 0, 0.22], [660, 0.24, 0.22], [880, 0.48, 0.22], [660, 0.72, 0.3]);
}

function notify(key, always = false) {
  if ((preferences.notifications || always) && "Notification" in window && document.hidden && Notification.permission === "granted") {
    new Notification(say("desk"), { body: say(key), tag: key });
  }
}
