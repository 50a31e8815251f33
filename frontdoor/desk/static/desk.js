// The desk page: three panes over one model.

import { ChannelBanner } from "./channels.js";
import { wanted } from "./callbacks.js";
import { Conversation } from "./conversation.js";
import { current, idleIn, select, start, stay } from "./controller.js";
import * as controller from "./controller.js";
import { GlassBanner } from "./glass.js";
import { allLeaving, undo } from "./drafts.js";
import { Dialogs } from "./dialogs.js";
import { Icon } from "./icons.js";
import { listenToKeys } from "./keys.js";
import { emergencies, overdue } from "./model.js";
import { PatientPane } from "./patient.js";
import { html, render, useEffect, useRef } from "./preact.js";
import { showTheme } from "./preferences.js";
import { Queue } from "./queue.js";
import { duration, say } from "./words.js";


function Desk({ model }) {
  const row = model.conversations[model.selected];
  return html`
    <a class="skip" href="#conversation">${say("skip")}</a>
    <${Bar} model=${model} />
    <${EmergencyBanner} model=${model} />
    <${ChannelBanner} model=${model} />
    <${GlassBanner} model=${model} />
    <div class=${`panes ${row ? "one-open" : ""} ${model.about ? "about-open" : ""}`}>
      <${Queue} model=${model} />
      <main id="conversation" tabindex="-1" aria-label=${row ? say("conversation") : say("choose")}>
        ${row ? html`<${Conversation} key=${row.id} model=${model} row=${row} />` : html`<${Nothing} />`}
      </main>
      ${row && html`<${PatientPane} key=${row.id} model=${model} row=${row} />`}
    </div>
    <${Leaving} model=${model} />
    ${model.toast && html`<div class="toast"><span>${model.toast}</span>
      <button class="quiet" onClick=${() => controller.set({ toast: null })} aria-label=${say("close")}><${Icon} name="close" /></button></div>`}
    <${Dialogs} model=${model} row=${row} />
    ${idleIn() <= model.limits.idle_warning && html`<${Idle} />`}`;
}

function Bar({ model }) {
  const show = (kind) => () => controller.set({ dialog: { kind } }), calls = wanted(model);
  return html`<header class="top">
    <a class="brand" href="/desk"><img src="/static/icon.svg" alt="" width="28" height="28" /><span>${model.clinic}</span></a>
    <span class=${`live ${model.live ? "" : "lost"}`}>${model.live ? say("live") : say("reconnecting")}</span>
    <nav aria-label=${say("desk")}>
      ${model.me.may.assign && html`<a class="button quiet wide-only" href="/board">${say("board")}</a>`}
      ${calls > 0 && html`<button class="quiet" onClick=${show("callbacks")} aria-label=${say("callbacks")}><${Icon} name="phone" /><span class="wide-only">${say("callbacks")}</span> <span class="count">${calls}</span></button>`}
      <button class="quiet" onClick=${show("search")} aria-label=${say("search")}><${Icon} name="search" /><span class="wide-only">${say("search")}</span></button>
      <button class="quiet wide-only" onClick=${show("shortcuts")} aria-label=${say("shortcuts")}><${Icon} name="keyboard" /></button>
      <button class="quiet" onClick=${show("settings")} aria-label=${say("settings")}><${Icon} name="settings" /><span class="wide-only">${say("settings")}</span></button>
    </nav>
  </header>`;
}

/** Replies that go out in a moment, of conversations that are not on the screen. */
function Leaving({ model }) {
  const away = allLeaving().filter((one) => one.conversation !== model.selected);
  const back = (id) => () => { undo(id); select(id); };
  return away.length > 0 && html`<ul class="away">${away.map((one) => html`<li key=${one.conversation}>
    <span>${say("leaving_away", { name: one.name || say("no_name") })}</span><button class="small" onClick=${back(one.conversation)}><${Icon} name="undo" />${say("undo")}</button></li>`)}</ul>`;
}

function EmergencyBanner({ model }) {
  const found = emergencies(model);
  if (!found.length) return null;
  const late = overdue(model, controller.now());
  return html`<div class=${`emergency-banner ${late.length ? "overdue" : ""}`}>
    <${Icon} name="alarm" />
    <p><strong>${say("emergency_waiting", { count: found.length })}</strong> ${late.length ? html`<strong>${say("emergency_overdue", { time: duration(controller.now() - Date.parse(late[0].waiting_since)) })}</strong>` : html`<span class="wide-only">${say("emergency_banner")}</span>`}</p>
    <button onClick=${() => select(found[0].id)}>${say("emergency_go")}</button>
  </div>`;
}

function Nothing() {
  return html`<div class="nothing"><img src="/static/icon.svg" alt="" width="56" height="56" />
    <h1>${say("choose")}</h1><p>${say("choose_help")}</p></div>`;
}

/** The logoff's warning takes the focus, so that one key is enough, and gives it back. */
function Idle() {
  const button = useRef();
  useEffect(() => {
    const before = document.activeElement;
    button.current.focus();
    return () => before?.focus();
  }, []);
  return html`<div class="idle" role="alertdialog" aria-labelledby="idle-title" aria-describedby="idle-text">
    <h2 id="idle-title">${say("idle_title")}</h2>
    <p id="idle-text">${say("idle_lead", { seconds: Math.max(0, idleIn()) })}</p>
    <button class="main" ref=${button} onClick=${stay}>${say("idle_stay")}</button>
  </div>`;
}

showTheme();
listenToKeys();
start((model) => keepFocus(() => render(html`<${Desk} model=${model} />`, document.getElementById("desk"))));

/** A row that moves keeps the focus; where it left the list, the conversation has it. */
function keepFocus(draw) {
  const id = document.activeElement?.dataset.id;
  draw();
  if (!id || document.activeElement?.dataset.id === id) return;
  (document.querySelector(`.row[data-id="${id}"]`) ?? document.getElementById("conversation")).focus();
}

export { current };
