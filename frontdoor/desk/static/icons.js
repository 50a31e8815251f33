// Line icons, drawn on a grid of 24.

import { html } from "./preact.js";

const PATHS = {
  patient: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8a7 7 0 0 1 14 0",
  bot: "M7 9h10a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2v-6a2 2 0 0 1 2-2Zm5-4v4M9.500 14h.01M14.500 14h.01M3 13v2m18-2v2",
  staff: "M12 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7Zm-6.500 9a6.500 6.500 0 0 1 13 0M17.500 4v4m-2-2h4",
  system: "M12 8h.01M11 12h1v4h1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  note: "M6 4h9l4 4v12H6V4Zm8 0v5h5M9 13h7m-7 3h5",
  alarm: "M12 4 2.500 20h19L12 4Zm0 6v4m0 3h.01",
  flag: "M6 21V4m0 1h11l-2 4 2 4H6",
  clock: "M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
  back: "M15 5l-7 7 7 7",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm9 2-4-4",
  settings: "M4 7h9m5 0h2M4 17h2m5 0h9M15.500 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm-7 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  keyboard: "M4 7h16v10H4V7Zm4 7h8M7.500 10.500h.01m3 0h.01m3 0h.01m3 0h.01",
  close: "M6 6l12 12M18 6 6 18",
  check: "M4.500 12.500l5 5 10-11",
  checks: "M2.500 12.500l4.500 4.500 8-10M11 16l1 1 9-10",
  fail: "M12 8v5m0 3h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  lock: "M6 11h12v9H6v-9Zm3 0V8a3 3 0 0 1 6 0v3",
  phone: "M6 3h4l2 5-2.500 1.500a11 11 0 0 0 5 5L16 12l5 2v4a2 2 0 0 1-2 2A15 15 0 0 1 4 5a2 2 0 0 1 2-2Z",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  undo: "M8 5 4 9l4 4M4 9h10a5 5 0 0 1 0 10h-3",
  file: "M7 3h7l4 4v14H7V3Zm7 0v5h4",
};

export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}
