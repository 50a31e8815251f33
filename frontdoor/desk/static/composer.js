// Where staff write: to the patient, or a note for colleagues. What was written is kept until the server has it.

import { html } from "./preact.js";
import { now, set } from "./controller.js";
import { draftOf, keepDraft, send } from "./drafts.js";
import { Icon } from "./icons.js";
import { isMine, locked } from "./model.js";
import { Saved, typed } from "./saved.js";
import { say } from "./words.js";

const MOST = { reply: 4000, note: 2000 };

export function Composer({ model, row }) {
  const draft = draftOf(row.id), { mode } = draft, why = mode === "reply" ? locked(model, row, now()) : null;
  const name = row.name || say("no_name"), label = say(mode === "reply" ? "reply_to" : "note_about", { name });
  const empty = !draft[mode].trim(), sendable = !why && !empty && !draft.sending;
  const sendAndClose = () => set({ dialog: { kind: "close", sending: true } });
  const keys = (event) => {
    if (mode === "reply" && !why && typed.keys(event)) return;
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!sendable) return;
    if (event.shiftKey && mode === "reply") sendAndClose();
    else send(row.id);
  };
  const pick = (chosen) => () => {
    keepDraft(row.id, { mode: chosen });
    requestAnimationFrame(() => document.getElementById("text")?.focus());
  };
  return html`<form class=${`composer ${mode}`} onSubmit=${(event) => { event.preventDefault(); if (sendable) send(row.id); }}>
    <div class="modes">
      <button type="button" aria-pressed=${mode === "reply"} onClick=${pick("reply")}>${say("reply")}</button>
      <button type="button" aria-pressed=${mode === "note"} onClick=${pick("note")}><${Icon} name="note" />${say("note")}</button>
      <label for="text">${label}</label>
    </div>
    ${mode === "reply" && !why && html`<${Saved} model=${model} row=${row} draft=${draft} />`}
    ${why && html`<p class="locked" id="locked"><${Icon} name="lock" />${say(why, { name: row.owner?.name })}
      ${why === "locked_window" && html`<button type="button" class="small" onClick=${() => set({ dialog: { kind: "template" } })}>${say("template_pick")}</button>`}</p>`}
    <textarea id="text" rows="2" maxlength=${MOST[mode]} value=${draft[mode]} readonly=${Boolean(why)} lang=${mode === "reply" ? row.language : model.me.language} dir="auto"
      aria-describedby=${why ? "locked" : undefined} placeholder=${why ? "" : say(mode === "reply" ? "write_reply" : "write_note")}
      onInput=${(event) => keepDraft(row.id, { [mode]: event.target.value })} onKeyDown=${keys}></textarea>
    <div class="sends">
      <button class="main" disabled=${!sendable} title="Ctrl + Enter">${say(mode === "reply" ? "send" : "save_note")}</button>
      ${mode === "reply" && isMine(model, row) && html`<button type="button" class="small" disabled=${!sendable} title="Ctrl + Shift + Enter" onClick=${sendAndClose}>${say("send_and_close")}</button>`}
    </div>
  </form>`;
}
