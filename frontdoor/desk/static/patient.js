// The right pane: why a person is wanted, what the assistant was told, what happened before.

import { reveal, set } from "./controller.js";
import { Icon } from "./icons.js";
import { html, useState } from "./preact.js";
import { Visits } from "./visits.js";
import { clock, inLanguage, knows, named, say } from "./words.js";

export function PatientPane({ model, row }) {
  const opened = model.opened?.id === row.id ? model.opened : null;
  return html`<aside class="about" aria-label=${say("about")}>
    <header><h2>${say("about")}</h2><button class="quiet about-close" onClick=${() => set({ about: false })} aria-label=${say("close")}><${Icon} name="close" /></button></header>
    <dl>
      ${row.reason && html`<${Fact} name=${say("reason")}>${named("reason", row.reason)}${row.deferred ? ` · ${say("deferred")}` : ""}<//>`}
      ${row.category && html`<${Fact} name=${say("emergency")}><span class="tag alarm"><${Icon} name="flag" />${named("category", row.category)}</span><//>`}
      <${Fact} name=${say("language")}>${inLanguage(row.language)}<//>
      <${Fact} name=${say("channel")}>${row.channel}<//>
    </dl>
    ${opened?.summary && html`<section><h3>${say("summary")}</h3><p>${opened.summary}</p></section>`}
    <${Visits} model=${model} row=${row} />
    <section><h3>${say("answers")}</h3>
      ${opened?.answers.length
        ? html`<dl>${opened.answers.map((one) => html`<${Answer} key=${one.name} one=${one} id=${row.id} model=${model} />`)}</dl>`
        : html`<p class="help">${say("no_answers")}</p>`}
    </section>
    ${opened?.history.length > 0 && html`<section><h3>${say("history")}</h3><ol class="history">
      ${opened.history.map((one) => html`<li key=${one.at + one.event}><span>${named("event", one.event)}</span>
        <span class="help">${knows(`actor_${one.actor}`) ? say(`actor_${one.actor}`) : one.actor} · <time datetime=${one.at}>${clock(one.at)}</time></span></li>`)}
    </ol></section>`}
  </aside>`;
}

function Fact({ name, children }) {
  return html`<div class="fact"><dt>${name}</dt><dd dir="auto">${children}</dd></div>`;
}

function Answer({ one, id, model }) {
  const [shown, setShown] = useState(null);
  const service = one.name === "service_type" ? model.services[one.value]?.[model.me.language] : null;
  const value = shown ?? service ?? one.value;
  return html`<${Fact} name=${named("slot", one.name)}>
    ${one.masked && shown === null
      ? html`<span class="masked"><span aria-hidden="true">••••••</span><button class="small" onClick=${async () => setShown(await reveal(id, one.name))}><${Icon} name="eye" />${say("reveal")}<span class="unseen"> ${named("slot", one.name)}</span></button></span>`
      : value}
    ${one.masked && shown !== null && html`<span class="help"> ${say("revealed")}</span>`}
  <//>`;
}
