// The left pane: emergencies, then the rows of one tab.

import { now, select, set } from "./controller.js";
import { Icon } from "./icons.js";
import { TABS, emergencies, isMine, lateness, listed, unread } from "./model.js";
import { html } from "./preact.js";
import { duration, named, say } from "./words.js";

export function Queue({ model }) {
  const rows = listed(model, model.tab), urgent = emergencies(model);
  return html`<nav class="queue" aria-label=${say("queue")}>
    ${urgent.length > 0 && html`<section class="urgent" aria-labelledby="urgent">
      <h2 id="urgent"><${Icon} name="alarm" /> ${say("emergency")} <span class="count">${urgent.length}</span></h2>
      <ul>${urgent.map((row) => html`<${Row} key=${row.id} model=${model} row=${row} />`)}</ul>
    </section>`}
    <div class="tabs">
      ${TABS.map((tab) => html`<button key=${tab} aria-pressed=${model.tab === tab} onClick=${() => set({ tab })}>
        ${say(`tab_${tab}`)}${tab !== "all" && tab !== "closed" ? html` <span class="count">${listed(model, tab).length}</span>` : ""}</button>`)}
    </div>
    ${rows.length
      ? html`<ul>${rows.map((row) => html`<${Row} key=${row.id} model=${model} row=${row} />`)}</ul>`
      : html`<p class="empty">${say(`nothing_${model.tab}`)}</p>`}
  </nav>`;
}

export function Row({ model, row, onOpen }) {
  const others = row.viewers.filter((one) => one.id !== model.me.id), name = row.name || say("no_name");
  const open = () => { onOpen?.(); select(row.id); };
  return html`<li>
    <button class="row" data-id=${row.id} aria-current=${model.selected === row.id ? "true" : undefined} onClick=${open}>
      <span class="row-top"><bdi class="row-name">${name}</bdi><${Since} row=${row} /></span>
      <span class="row-middle">${line(model, row)}</span>
      <span class="row-tags">
        ${row.state === "waiting" && html`<${Priority} row=${row} />`}
        ${row.state === "staff" && !isMine(model, row) && html`<span class="tag"><${Icon} name="staff" />${row.owner.name}</span>`}
        ${row.state === "bot" && html`<span class="tag"><${Icon} name="bot" />${say("author_bot")}</span>`}
        ${lateness(model, row, now()) && html`<span class=${`tag ${lateness(model, row, now()) === "late" ? "alarm" : "warn"}`}><${Icon} name="clock" />${say(row.state === "waiting" ? `wait_${lateness(model, row, now())}` : "reply_late")}</span>`}
        <span class="tag plain">${row.channel}</span><span class="tag plain">${row.language.toUpperCase()}</span>
        ${row.queue !== "general" && html`<span class="tag plain">${row.queue}</span>`}
        ${unread(model, row) && html`<span class="tag on">${say("unread")}</span>`}
        ${others.length > 0 && html`<span class="tag plain"><${Icon} name="eye" />${others.map((one) => one.name).join(", ")}</span>`}
      </span>
    </button>
  </li>`;
}

export function Priority({ row }) {
  const tones = ["alarm", "warn", "warn", "plain"];
  return html`<span class=${`tag ${tones[row.priority]}`}>${row.priority === 0 && html`<${Icon} name="alarm" />`}${say(`priority_${row.priority}`)}</span>`;
}

function Since({ row }) {
  const at = row.state === "waiting" ? row.waiting_since : row.state === "closed" ? row.closed_at : row.last_patient_at;
  if (!at) return null;
  const time = duration(now() - Date.parse(at));
  return html`<time datetime=${at}>${row.state === "waiting" ? say("waits", { time }) : say("since", { time })}</time>`;
}

function line(model, row) {
  if (row.state === "closed") return named("disposition", row.disposition);
  if (row.priority === 0 && row.category) return `${say("emergency")}: ${named("category", row.category)}`;
  if (row.state === "staff") return isMine(model, row) ? say("state_mine") : say("state_staff", { name: row.owner.name });
  if (row.reason) return named("reason", row.reason) + (row.deferred ? ` · ${say("deferred")}` : "");
  return say(`state_${row.state}`);
}
