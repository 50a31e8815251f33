// Where staff write: to the patient, or a note for colleagues. What was written is kept until the server has it.

import { html, useEffect, useState } from "./preact.js";
import { get } from "./server.js";
import { draftOf, keepDraft, now, send } from "./controller.js";
import { Icon } from "./icons.js";
import { locked } from "./model.js";
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
    ${mode === "reply" && !why && html`<${Saved} model=${model} row=${row} draft=${draft} />`}
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

/** Sentences that staff use often, in the patient's language; {name}, {me} and {clinic} are filled in. */
function Saved({ model, row, draft }) {
  const [saved, setSaved] = useState([]);
  useEffect(() => { get("/saved").then((answer) => setSaved(answer.saved)).catch(() => {}); }, []);
  const fitting = saved.filter((one) => one.language === row.language);
  if (!fitting.length) return null;
  const fill = (text) => text.replaceAll("{name}", row.name).replaceAll("{me}", model.me.name).replaceAll("{clinic}", model.clinic);
  const pick = (event) => {
    const chosen = fitting.find((one) => one.id === event.target.value);
    event.target.value = "";
    if (chosen) keepDraft(row.id, { reply: [draft.reply, fill(chosen.text)].filter(Boolean).join(" ") });
    document.getElementById("text")?.focus();
  };
  return html`<select class="saved" aria-label=${say("saved_replies")} onChange=${pick}><option value="">${say("saved_pick")}</option>
    ${fitting.map((one) => html`<option key=${one.id} value=${one.id}>${one.shortcut}</option>`)}</select>`;
}
