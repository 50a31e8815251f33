// Shortcuts. A single key works when no field has the focus (and can be switched off); with Alt it works everywhere.

import { actions, takeable } from "./conversation.js";
import { current, deselect, select, set, take } from "./controller.js";
import { keepDraft, undo } from "./drafts.js";
import { TABS, emergencies, isMine, listed } from "./model.js";
import { preferences } from "./preferences.js";

export const KEYS = [
  [["J"], "key_next"], [["K"], "key_previous"], [["C"], "key_claim"], [["R"], "key_reply"], [["N"], "key_note"],
  [["Ctrl", "Enter"], "key_send"], [["Ctrl", "Shift", "Enter"], "key_send_and_close"], [["U"], "key_undo"],
  [["B"], "key_return"], [["T"], "key_transfer"], [["L"], "key_release"], [["A"], "key_assign"], [["E"], "key_close"],
  [["P"], "key_priority"], [["V"], "key_visit"], [["M"], "key_log"], [["I"], "key_about"],
  [["1", "2", "3", "4"], "key_tabs"], [["/"], "key_search"], [["G"], "key_callbacks"], [[","], "key_settings"], [["?"], "key_help"], [["Esc"], "key_leave"],
];

const open = (kind) => () => set({ dialog: { kind } });
const DIALOGS = { b: "return", e: "close", t: "transfer", l: "release", a: "assign" };
const ANYWHERE = { j: () => step(1), k: () => step(-1), "/": open("search"), "?": open("shortcuts"), ",": open("settings"), g: open("callbacks") };
const ON_ONE = {
  c: (row) => takeable(current(), row) && take(row),
  r: (row) => write(row, "reply"),
  n: (row) => write(row, "note"),
  u: (row) => undo(row.id),
  m: () => document.querySelector(".log")?.focus(),
  i: () => showAbout(),
  p: (row) => !["bot", "closed"].includes(row.state) && open("priority")(),
  v: (row) => row.state === "staff" && (isMine(current(), row) || current().me.may.assign) && set({ dialog: { kind: "visit", visit: null } }),
};

export function listenToKeys() {
  addEventListener("keydown", (event) => {
    if (!current() || current().dialog || event.ctrlKey || event.metaKey) return;
    const writing = event.target.closest?.("input, textarea, select");
    if (event.key === "Escape") return leave(event.target, writing);
    if (!event.altKey && (writing || !preferences.keys)) return;
    const key = event.altKey && /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : event.key.toLowerCase();
    const work = workOf(key);
    if (!work) return;
    event.preventDefault();
    work();
  });
}

function workOf(key) {
  const model = current(), row = model.conversations[model.selected];
  if (key in ANYWHERE) return ANYWHERE[key];
  if (TABS[key - 1]) return () => set({ tab: TABS[key - 1] });
  if (!row) return null;
  if (key in ON_ONE) return () => ON_ONE[key](row);
  return actions(model, row).some(([kind]) => kind === DIALOGS[key]) ? open(DIALOGS[key]) : null;
}

/** Out of the field, then out of the patient's pane, then out of the conversation and back to its row. */
function leave(target, writing) {
  if (writing) return target.blur();
  if (current().about) return set({ about: false });
  const id = current().selected;
  deselect();
  if (id) requestAnimationFrame(() => document.querySelector(`[data-id="${id}"]`)?.focus());
}

function showAbout() {
  set({ about: true });
  requestAnimationFrame(() => document.querySelector(".about")?.focus());
}

function step(by) {
  const model = current(), rows = [...emergencies(model), ...listed(model, model.tab)];
  if (!rows.length) return;
  const at = rows.findIndex((one) => one.id === model.selected);
  const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
  select(next.id);
  document.querySelector(`[data-id="${next.id}"]`)?.focus();
}

function write(row, mode) {
  keepDraft(row.id, { mode });
  requestAnimationFrame(() => document.getElementById("text")?.focus());
}
