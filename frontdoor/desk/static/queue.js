// The left pane: emergencies, then the rows of one tab.

import { now, select, set } from "./controller.js";
import { Icon } from "./icons.js";
import { TABS, emergencies, isMine, lateness, listed, unread } from "./model.js";
import { html } from "./preact.js";
import { Choice } from "./search.js";
import { LANGUAGES, duration, inLanguage, named, say } from "./words.js";

const COUNTED = ["waiting", "mine"];
const SOON_MS = 4 * 3_600_000; // a window that closes within is shown in the list

export function Queue({ model }) {
  const rows = listed(model, model.tab), urgent = emergencies(model);
  return html`<nav class="queue" aria-label=${say("queue")}>
    ${urgent.length > 0 && html`<section class="urgent" aria-labelledby="urgent">
      <h2 id="urgent"><${Icon} name="alarm" /> ${say("emergency")} <span class="count">${urgent.length}</span></h2>
      <ul>${urgent.map((row) => html`<${Row} key=${row.id} model=${model} row=${row} />`)}</ul>
    </section>`}
    <div class="tabs">
      ${TABS.map((tab) => html`<button key=${tab} aria-pressed=${model.tab === tab} onClick=${() => set({ tab })}>
        ${say(`tab_${tab}`)}${COUNTED.includes(tab) ? html` <span class="count">${listed(model, tab).length}</span>` : ""}</button>`)}
    </div>
    <${Filter} model=${model} />
    ${rows.length
      ? html`<ul>${rows.map((row) => html`<${Row} key=${row.id} model=${model} row=${row} />`)}</ul>`
      : html`<p class="empty">${say(`nothing_${model.tab}`)}</p>`}
  </nav>`;
}

/** Narrow every tab to a queue, a channel, a language. Emergencies are shown whatever is chosen. */
function Filter({ model }) {
  const all = Object.values(model.conversations), { filter } = model;
  const on = Object.values(filter).filter(Boolean).length;
  const choose = (name) => (event) => set({ filter: { ...filter, [name]: event.target.value } });
  const there = (name) => [...new Set([...all.map((one) => one[name]), filter[name]].filter(Boolean))].sort();
  return html`<details class="filter" open=${on > 0}><summary><${Icon} name="settings" />${on ? say("filter_on", { count: on }) : say("filter")}</summary>
    <div class="filters">
      <${Choice} place="queue" name="queue" of=${there("queue")} says=${(one) => one} value=${filter.queue} onChange=${choose("queue")} />
      <${Choice} place="queue" name="channel" of=${there("channel")} says=${(one) => named("channel", one)} value=${filter.channel} onChange=${choose("channel")} />
      <${Choice} place="queue" name="language" of=${LANGUAGES} says=${inLanguage} value=${filter.language} onChange=${choose("language")} />
      ${on > 0 && html`<button class="small" onClick=${() => set({ filter: {} })}>${say("filter_none")}</button>`}
    </div></details>`;
}

export function Row({ model, row, onOpen }) {
  const others = row.viewers.filter((one) => one.id !== model.me.id), left = row.window_expires_at && Date.parse(row.window_expires_at) - now();
  const open = () => (onOpen ? onOpen(row) : select(row.id));
  return html`<li>
    <button class="row" data-id=${row.id} aria-current=${model.selected === row.id ? "true" : undefined} onClick=${open}>
      <span class="row-top"><bdi class="row-name">${row.name || say("no_name")}</bdi><${Since} model=${model} row=${row} /></span>
      <span class="row-bottom">
        <span class="row-what" title=${`${line(model, row)} · ${where(model, row)}`}><span class="row-why">${line(model, row)}</span> · ${where(model, row)}</span>
        ${row.state === "waiting" && row.priority > 0 && row.priority < 3 && html`<${Priority} row=${row} />`}
        ${unread(model, row) && html`<span class="tag on">${say("unread")}</span>`}
        ${left > 0 && left < SOON_MS && row.state !== "closed" && html`<span class=${`tag ${left < SOON_MS / 4 ? "alarm" : "warn"}`}><${Icon} name="lock" />${duration(left)}<span class="unseen"> ${say("window_soon")}</span></span>`}
        ${others.length > 0 && html`<span class="tag plain" title=${others.map((one) => one.name).join(", ")}><${Icon} name="eye" />${others.map((one) => one.name.split(" ")[0]).join(", ")}</span>`}
      </span>
    </button>
  </li>`;
}

export function Priority({ row }) {
  const tones = ["alarm", "warn", "plain", "plain"];
  return html`<span class=${`tag ${tones[row.priority]}`}>${row.priority === 0 && html`<${Icon} name="alarm" />`}${say(`priority_${row.priority}`)}</span>`;
}

/** Since when: marked, with an icon and in words for those who hear the page, where it is late. */
function Since({ model, row }) {
  const at = row.state === "waiting" ? row.waiting_since : row.state === "closed" ? row.closed_at : row.last_patient_at;
  if (!at) return null;
  const time = duration(now() - Date.parse(at)), late = lateness(model, row, now());
  const why = late && say(row.state === "waiting" ? `wait_${late}` : "reply_late");
  return html`<time datetime=${at} title=${why} class=${late ? `tag ${late === "late" ? "alarm" : "warn"}` : ""}>${late && html`<${Icon} name=${late === "late" ? "fail" : "clock"} />`}${row.state === "waiting" ? say("waits", { time }) : say("since", { time })}${why && html`<span class="unseen"> ${why}</span>`}</time>`;
}

/** The channel, and what is not as usual: another language than the reader's, another queue. */
function where(model, row) {
  return [named("channel", row.channel), row.language !== model.me.language && row.language.toUpperCase(), row.queue !== "general" && row.queue].filter(Boolean).join(" · ");
}

function line(model, row) {
  if (row.state === "closed") return named("disposition", row.disposition);
  if (row.priority === 0 && row.category) return named("category", row.category);
  if (row.state === "bot" || row.state === "returning") return say(`state_${row.state}`);
  const why = row.reason ? named("reason", row.reason) : "";
  if (row.state === "staff") return isMine(model, row) ? why || say("state_mine") : say("state_staff", { name: row.owner.name });
  return (why || say("state_waiting")) + (row.deferred ? ` · ${say("deferred")}` : "");
}
