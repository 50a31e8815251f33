// Saved replies: sentences that staff use often, in the patient's language. Picked from a list, or by typing "/" and
// the beginning of a shortcut. {name}, {me} and {clinic} are filled in.

import { html, useEffect, useState } from "./preact.js";
import { draw } from "./controller.js";
import { keepDraft } from "./drafts.js";
import { get } from "./server.js";
import { say } from "./words.js";

const MOST_SHOWN = 6;

/** What is shown under a "/" that was typed: the composer hands its keys over. */
export const typed = {
  found: [], at: 0, take: () => {},
  keys(event) {
    if (!typed.found.length || event.ctrlKey || event.metaKey || event.altKey) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) typed.at = (typed.at + step + typed.found.length) % typed.found.length;
    else if (event.key === "Enter" || event.key === "Tab") typed.take(typed.found[typed.at]);
    else return false;
    event.preventDefault();
    draw();
    return true;
  },
};

export function Saved({ model, row, draft }) {
  const [saved, setSaved] = useState([]);
  useEffect(() => { get("/saved").then((answer) => setSaved(answer.saved)).catch(() => {}); }, []);
  const fitting = saved.filter((one) => one.language === row.language), begun = /(?:^|\s)\/(\S*)$/.exec(draft.reply);
  const found = begun ? fitting.filter((one) => one.shortcut.startsWith(begun[1].toLowerCase())).slice(0, MOST_SHOWN) : [];
  const insert = (one, before) => {
    keepDraft(row.id, { reply: [before.trimEnd(), filled(one.text, model, row)].filter(Boolean).join(" ") });
    requestAnimationFrame(() => document.getElementById("text")?.focus());
  };
  const take = (one) => insert(one, draft.reply.slice(0, begun.index));
  const at = Math.min(typed.at, Math.max(0, found.length - 1));
  Object.assign(typed, { found, at, take });
  useEffect(() => () => Object.assign(typed, { found: [], at: 0 }), []);
  if (!fitting.length) return null;
  const pick = (event) => {
    const chosen = fitting.find((one) => one.id === event.target.value);
    event.target.value = "";
    if (chosen) insert(chosen, draft.reply);
  };
  return html`<select class="saved" aria-label=${say("saved_replies")} onChange=${pick}><option value="">${say("saved_pick")}</option>
      ${fitting.map((one) => html`<option key=${one.id} value=${one.id}>/${one.shortcut}</option>`)}</select>
    ${found.length > 0 && html`<ul class="suggested" role="listbox" aria-label=${say("saved_replies")}>
      ${found.map((one, place) => html`<li key=${one.id} role="option" aria-selected=${place === at} lang=${one.language} onMouseDown=${(event) => { event.preventDefault(); take(one); }}>
        <strong>/${one.shortcut}</strong> ${filled(one.text, model, row)}</li>`)}</ul>
      <p class="unseen" role="status">${say("saved_found", { shortcut: found[at].shortcut })}</p>`}`;
}

function filled(text, model, row) {
  const name = row.name ? text.replaceAll("{name}", row.name) : text.replace(/\s*\{name\}/g, "");
  return name.replaceAll("{me}", model.me.name).replaceAll("{clinic}", model.clinic);
}
