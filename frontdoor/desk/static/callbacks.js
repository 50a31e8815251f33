// Who wants to be called back: the list that staff work off. A number is shown on request, which the audit log records.

import { complain, current, select, set } from "./controller.js";
import { Icon } from "./icons.js";
import { html, useEffect, useState } from "./preact.js";
import { get, post } from "./server.js";
import { clock, duration, named, say } from "./words.js";

/** How many conversations have an open request. */
export const wanted = (model) => Object.values(model.conversations).filter((one) => one.callback_at).length;

export function Callbacks({ model, Dialog }) {
  const [there, setThere] = useState(null);
  const read = () => get("/callbacks").then(({ callbacks }) => setThere(callbacks)).catch(complain);
  useEffect(() => { read(); }, []);
  const settle = (one, how) => async () => {
    await post(`/callbacks/${one.id}/${how}`).catch(complain);
    read();
  };
  const open = (one) => () => { set({ dialog: null }); select(one.conversation); };
  return html`<${Dialog} title=${say("callbacks")} lead=${say("callbacks_lead")} wide>
    ${there && !there.length && html`<p role="status">${say("callbacks_none")}</p>`}
    ${there?.length > 0 && html`<ul class="callbacks">${there.map((one) => html`<li key=${one.id}>
      <div><bdi class="row-name">${one.name || say("no_name")}</bdi>
        <span class="help">${[named("channel", one.channel), one.language !== model.me.language && one.language.toUpperCase(), one.queue !== "general" && one.queue, say("since", { time: duration(Date.now() - Date.parse(one.asked_at)) })].filter(Boolean).join(" · ")}</span></div>
      <p dir="auto">${say(one.how === "phone" ? "callback_phone" : "callback_here")}${one.wanted ? `: ${one.wanted}` : ""} ${one.has_phone && html`<${Phone} one=${one} shown=${model.phones?.[one.id]} />`}
        ${one.tries > 0 && html`<span class="tag warn">${say("callback_tried", { count: one.tries, time: clock(one.tried_at) })}</span>`}</p>
      <div class="visit-actions"><button type="button" class="small" onClick=${settle(one, "done")}>${say("callback_done")}</button>
        <button type="button" class="small" onClick=${settle(one, "not_reached")}>${say("callback_not_reached")}</button>
        <button type="button" class="small" onClick=${open(one)}>${say("callback_open")}</button></div></li>`)}</ul>`}
  <//>`;
}

function Phone({ one, shown }) {
  if (shown) return html`<a href=${`tel:${shown}`}>${shown}</a>`;
  return html`<span class="masked"><span aria-hidden="true">••••••</span><button type="button" class="small" onClick=${() => show(one.id)}><${Icon} name="eye" />${say("reveal")}<span class="unseen"> ${say("callback_number", { name: one.name || say("no_name") })}</span></button></span>`;
}

/** Show a number; where the server first wants to know again who it is, come back to the list afterwards. */
async function show(id) {
  try {
    const { phone } = await post(`/callbacks/${id}/reveal`);
    set({ phones: { ...current().phones, [id]: phone }, dialog: { kind: "callbacks" } });
  } catch (error) {
    if (error.code === "prove") set({ dialog: { kind: "prove", then: () => show(id) } });
    else complain(error);
  }
}
