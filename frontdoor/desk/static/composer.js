// Where staff write: to the patient, or a note for colleagues. What was written is kept until the server has it.

import { draftOf, keepDraft, now, send } from "./controller.js";
import { Icon } from "./icons.js";
import { locked } from "./model.js";
import { html } from "./preact.js";
import { say } from "./words.js";

const MOST = { reply: 4000, note: 2000 };

export function Composer({ model, row }) {
  const draft = draftOf(row.id), { mode } = draft, why = mode === "reply" ? locked(model, row, now()) : null;
  const name = row.name || say("no_name"), label = say(mode === "reply" ? "reply_to" : "note_about", { name });
  const keys = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!why) send(row.id);
    }
  };
  const pick = (chosen) => () => {
    keepDraft(row.id, { mode: chosen });
    requestAnimationFrame(() => document.getElementById("text")?.focus());
  };
  return html`<form class=${`composer ${mode}`} onSubmit=${(event) => { event.preventDefault(); if (!why) send(row.id); }}>
    <div class="modes">
      <button type="button" aria-pressed=${mode === "reply"} onClick=${pick("reply")}>${say("reply")}</button>
      <button type="button" aria-pressed=${mode === "note"} onClick=${pick("note")}><${Icon} name="note" />${say("note")}</button>
      <label for="text">${label}</label>
    </div>
    ${why && html`<p class="locked" id="locked">${say(why, { name: row.owner?.name })}</p>`}
    <textarea id="text" rows="2" maxlength=${MOST[mode]} value=${draft[mode]} readonly=${Boolean(why)} lang=${mode === "reply" ? row.language : model.me.language}
      aria-describedby=${why ? "locked" : undefined} placeholder=${why ? "" : say(mode === "reply" ? "write_reply" : "write_note")}
      onInput=${(event) => keepDraft(row.id, { [mode]: event.target.value })} onKeyDown=${keys}></textarea>
    <button class="main" disabled=${Boolean(why) || draft.sending || !draft[mode].trim()} title="Ctrl + Enter">${say(mode === "reply" ? "send" : "save_note")}</button>
  </form>`;
}
