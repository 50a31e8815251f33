// The desk page: three panes over one model.

import { ChannelBanner } from "./channels.js";
import { Conversation } from "./conversation.js";
import { current, idleIn, select, start, stay } from "./controller.js";
import * as controller from "./controller.js";
import { GlassBanner } from "./glass.js";
import { Dialogs } from "./dialogs.js";
import { Icon } from "./icons.js";
import { listenToKeys } from "./keys.js";
import { emergencies, overdue } from "./model.js";
import { PatientPane } from "./patient.js";
import { html, render } from "./preact.js";
import { showTheme } from "./preferences.js";
import { Queue } from "./queue.js";
import { duration, say } from "./words.js";

const IDLE_WARNING_SECONDS = 60;

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
      <main id="conversation" tabindex="-1" aria-label=${say("choose")}>
        ${row ? html`<${Conversation} key=${row.id} model=${model} row=${row} />` : html`<${Nothing} />`}
      </main>
      ${row && html`<${PatientPane} key=${row.id} model=${model} row=${row} />`}
    </div>
    ${model.toast && html`<div class="toast"><span>${model.toast}</span>
      <button class="quiet" onClick=${() => controller.set({ toast: null })} aria-label=${say("close")}><${Icon} name="close" /></button></div>`}
    <${Dialogs} model=${model} row=${row} />
    ${idleIn() <= IDLE_WARNING_SECONDS && html`<${Idle} />`}`;
}

function Bar({ model }) {
  const show = (kind) => () => controller.set({ dialog: { kind } });
  return html`<header class="top">
    <a class="brand" href="/desk"><img src="/static/icon.svg" alt="" width="28" height="28" /><span>${model.clinic}</span></a>
    <span class=${`live ${model.live ? "" : "lost"}`}>${model.live ? say("live") : say("reconnecting")}</span>
    <nav aria-label=${say("desk")}>
      <button class="quiet" onClick=${show("search")} aria-label=${say("search")}><${Icon} name="search" /><span class="wide-only">${say("search")}</span></button>
      <button class="quiet wide-only" onClick=${show("shortcuts")} aria-label=${say("shortcuts")}><${Icon} name="keyboard" /></button>
      <button class="quiet" onClick=${show("settings")} aria-label=${say("settings")}><${Icon} name="settings" /><span class="wide-only">${say("settings")}</span></button>
    </nav>
  </header>`;
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

function Idle() {
  return html`<div class="idle" role="alertdialog" aria-labelledby="idle-title" aria-describedby="idle-text">
    <h2 id="idle-title">${say("idle_title")}</h2>
    <p id="idle-text">${say("idle_lead", { seconds: Math.max(0, idleIn()) })}</p>
    <button class="main" onClick=${stay}>${say("idle_stay")}</button>
  </div>`;
}

showTheme();
listenToKeys();
start((model) => render(html`<${Desk} model=${model} />`, document.getElementById("desk")));
export { current };
