// The right pane: why a person is wanted, what the assistant was told, what happened before.

import { jump, reveal, set } from "./controller.js";
import { Icon } from "./icons.js";
import { html, useState } from "./preact.js";
import { Visits } from "./visits.js";
import { clock, inLanguage, knows, named, say } from "./words.js";

export function PatientPane({ model, row }) {
  const opened = model.opened?.id === row.id ? model.opened : null;
  return html`<aside class="about" aria-label=${say("about")} tabindex="-1">
    <header><h2>${say("about")}</h2><button class="quiet about-close" onClick=${() => set({ about: false })} aria-label=${say("close")}><${Icon} name="close" /></button></header>
    ${opened?.flags.length > 0 && html`<${Flags} flags=${opened.flags} />`}
    <dl>
      ${row.reason && html`<${Fact} name=${say("reason")}>${named("reason", row.reason)}${row.deferred ? ` · ${say("deferred")}` : ""}<//>`}
      <${Fact} name=${say("language")}>${inLanguage(row.language)}<//>
      <${Fact} name=${say("channel")}>${named("channel", row.channel)}<//>
      ${row.queue !== "general" && html`<${Fact} name=${say("queue")}>${row.queue}<//>`}
      ${opened?.campaign && html`<${Fact} name=${say("campaign")}>${opened.campaign}<//>`}
    </dl>
    ${opened?.summary && html`<section><h3>${say("summary")}</h3><p dir="auto">${opened.summary}</p></section>`}
    <section><h3>${say("answers")}</h3>
      ${opened?.answers.length
        ? html`<dl>${opened.answers.map((one) => html`<${Answer} key=${`${row.id} ${one.name}`} one=${one} id=${row.id} model=${model} />`)}</dl>`
        : html`<p class="help">${say("no_answers")}</p>`}
    </section>
    <${Visits} model=${model} row=${row} />
    ${opened?.feedback?.length > 0 && html`<section><h3>${say("feedback")}</h3><ul class="history">
      ${opened.feedback.map((one) => html`<li key=${one.at}><span>${one.score ? say("feedback_score", { score: one.score }) : ""} <span dir="auto">${one.comment}</span></span>
        <span class="help">${one.staff ? `${one.staff} · ` : ""}<time datetime=${one.at}>${clock(one.at)}</time></span></li>`)}</ul></section>`}
    ${opened?.cases.length > 0 && html`<section><h3>${say("cases")}</h3><ol class="history">
      ${opened.cases.map((one) => html`<li key=${one.at}><span>${ended(one)}</span>
        <span class="help">${[one.by, one.why && named("reason", one.why)].filter(Boolean).join(" · ")}${one.by || one.why ? " · " : ""}<time datetime=${one.at}>${clock(one.at)}</time></span></li>`)}
    </ol></section>`}
    ${opened?.history.length > 0 && html`<section><details><summary><h3>${say("history")}</h3></summary><ol class="history">
      ${opened.history.map((one) => html`<li key=${one.at + one.event}><span>${named("event", one.event)}</span>
        <span class="help">${knows(`actor_${one.actor}`) ? say(`actor_${one.actor}`) : one.actor} · <time datetime=${one.at}>${clock(one.at)}</time></span></li>`)}
    </ol></details></section>`}
  </aside>`;
}

/** What the screen found in what the patient wrote; each leads to its message. */
function Flags({ flags }) {
  return html`<section class="flags"><h3><${Icon} name="flag" />${say("flags")}</h3><ul>
    ${flags.map((one) => html`<li key=${one.seq} class=${one.level}><button class="quiet small" onClick=${() => jump(one.seq)}>${say(one.level === "emergency" ? "rule_fired" : "rule_check", { category: named("category", one.category) })}
      <time datetime=${one.at}>${clock(one.at)}</time></button></li>`)}</ul></section>`;
}

function ended(one) {
  return one.came_of ? named("disposition", one.came_of) : named("event", one.how);
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
