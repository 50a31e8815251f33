// Shortcuts. A single key works when no field has the focus (and can be switched off); with Alt it works everywhere.

import { current, deselect, keepDraft, select, set, take } from "./controller.js";
import { TABS, emergencies, isMine, listed } from "./model.js";
import { preferences } from "./preferences.js";

export const KEYS = [
  [["J"], "key_next"], [["K"], "key_previous"], [["C"], "key_claim"], [["R"], "key_reply"], [["N"], "key_note"],
  [["B"], "key_return"], [["E"], "key_close"], [["T"], "key_transfer"], [["/"], "key_search"],
  [["1", "2", "3", "4"], "key_tabs"], [["?"], "key_help"], [["Ctrl", "Enter"], "key_send"],
];

const open = (kind) => () => set({ dialog: { kind } });
const ON_MINE = { b: open("return"), e: open("close"), t: open("transfer") };
const ANYWHERE = {
  j: () => step(1), k: () => step(-1), "/": open("search"), "?": open("shortcuts"),
  c: (row) => row && take(row), r: (row) => row && write(row, "reply"), n: (row) => row && write(row, "note"),
};

export function listenToKeys() {
  addEventListener("keydown", (event) => {
    if (!current() || current().dialog || event.ctrlKey || event.metaKey) return;
    const writing = event.target.closest?.("input, textarea, select");
    if (event.key === "Escape") return writing ? event.target.blur() : deselect();
    if (!event.altKey && (writing || !preferences.keys)) return;
    const key = event.altKey && /^Key[A-Z]$/.test(event.code) ? event.code[3].toLowerCase() : event.key.toLowerCase();
    const row = current().conversations[current().selected];
    const mine = row && row.state === "staff" && (isMine(current(), row) || current().me.may.assign);
    const work = ANYWHERE[key] ?? (mine && ON_MINE[key]) ?? (TABS[key - 1] && (() => set({ tab: TABS[key - 1] })));
    if (!work) return;
    event.preventDefault();
    work(row);
  });
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
