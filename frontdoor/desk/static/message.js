// One message of the transcript. What patients write is text and stays text.

import { act } from "./controller.js";
import { keepDraft } from "./drafts.js";
import { Icon } from "./icons.js";
import { html } from "./preact.js";
import { clock, knows, named, say } from "./words.js";

const MARKS = { sent: "check", delivered: "checks", read: "checks", failed: "fail", expired: "fail", unknown: "fail" };
const AGAIN = ["failed", "unknown", "expired"];

export function Message({ one, row, status, shown }) {
  const [state, failure] = status ?? [one.status, one.fail_reason];
  const draft = state === "suppressed" && one.author === "bot";
  const who = one.author === "patient" ? row.name || say("author_patient") : one.author_name || say(`author_${one.author}`);
  return html`<article data-seq=${one.seq} tabindex="-1" class=${`message ${one.author} ${draft ? "draft" : ""} ${one.level === "emergency" ? "flagged" : ""} ${shown ? "shown" : ""}`}>
    <header><${Icon} name=${one.author} /><bdi class="who">${who}</bdi>
      ${one.author === "note" ? html`<span class="kind">${say("note_only_staff")}</span>` : one.author_name && html`<span class="kind">${say(`author_${one.author}`)}</span>`}
      ${draft && html`<span class="kind">${say("draft_not_sent")}</span>`}
      <time datetime=${one.at}>${clock(one.at)}</time></header>
    ${failure === "unsent" ? html`<p class="text"><em>${say("taken_back")}</em></p>` : html`<p class="text" lang=${one.language ?? (one.author === "note" ? undefined : row.language)} dir="auto">${one.text}</p>`}
    ${one.buttons.length > 0 && html`<p class="offered">${say("offered")} ${one.buttons.map((button) => html`<span class="tag plain">${button.title}</span> `)}</p>`}
    ${one.attachment && html`<p class="offered"><${Icon} name="file" /> ${one.attachment.filename}</p>`}
    ${one.author === "patient" && (one.level === "emergency" || one.level === "check") && html`<p class=${`flag ${one.level}`}><${Icon} name="flag" />${say(one.level === "emergency" ? "rule_fired" : "rule_check", { category: named("category", one.category) })}${one.rule ? ` (${one.rule})` : ""}</p>`}
    ${draft && row.state === "staff" && html`<p class="offered"><button class="small" onClick=${() => use(row.id, one.text)}>${say("use_draft")}</button></p>`}
    ${(one.author === "staff" || (one.author === "bot" && !draft)) && html`<${Delivery} one=${one} row=${row} state=${state} failure=${failure} />`}
  </article>`;
}

/** What the platform confirmed, and nothing before it did. */
function Delivery({ one, row, state, failure }) {
  const [kind, code = ""] = (failure ?? "").split(/ (.*)/), why = failure && (knows(`fail_${kind}`) ? say(`fail_${kind}`) + (code ? ` (${code})` : "") : failure);
  return html`<p class=${`delivery ${state}`}><${Icon} name=${MARKS[state] ?? "clock"} />${say(`status_${state}`)}${why ? `: ${why}` : ""}
    ${one.author === "staff" && AGAIN.includes(state) && row.state === "staff" && html` <button class="small" onClick=${() => act(row.id, "retry", { seq: one.seq })}>${say("retry")}</button>`}</p>`;
}

function use(id, text) {
  keepDraft(id, { reply: text, mode: "reply" });
  requestAnimationFrame(() => document.getElementById("text")?.focus());
}
