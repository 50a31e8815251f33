// Approved forms of words, for a platform that takes nothing else any more: choose one, fill in its places, see it, send it.

import { act, catchUp, complain } from "./controller.js";
import { freshId } from "./drafts.js";
import { html, useEffect, useState } from "./preact.js";
import { get } from "./server.js";
import { inLanguage, say } from "./words.js";

export function TemplateForm({ model, row, Dialog }) {
  const [there, setThere] = useState(null), [chosen, setChosen] = useState(""), [values, setValues] = useState({});
  const [again] = useState(freshId); // sent twice, it is one message
  useEffect(() => {
    get(`/conversations/${row.id}/templates`).then(({ templates }) => {
      setThere(templates);
      setChosen(templates[0]?.id ?? "");
    }).catch(complain);
  }, []);
  const one = there?.find((template) => template.id === chosen);
  const known = { name: row.name, clinic: model.clinic, me: model.me.name };
  const value = (name) => values[name] ?? known[name] ?? "";
  const words = one?.body.replace(/\{\{(\w+)\}\}/g, (_, name) => value(name) || `[${name}]`);
  const submit = async () => {
    const filled = Object.fromEntries(one.variables.map((name) => [name, value(name)]));
    const done = await act(row.id, "template", { template: one.id, values: filled, epoch: row.epoch, client_message_id: again });
    if (done) catchUp();
    return done;
  };
  return html`<${Dialog} title=${say("template_title")} lead=${say("template_lead")} go=${one && say("send")} submit=${submit}>
    ${there && !there.length && html`<p>${say("template_none")}</p>`}
    ${there?.length > 0 && html`<div class="field"><label for="template">${say("template")}</label><select id="template" value=${chosen} onChange=${(event) => setChosen(event.target.value)}>
      ${there.map((each) => html`<option key=${each.id} value=${each.id}>${each.name.replaceAll("_", " ")} · ${inLanguage(each.language.slice(0, 2))}</option>`)}</select></div>`}
    ${one?.variables.map((name) => html`<div class="field" key=${name}><label for=${`place-${name}`}>${/^\d+$/.test(name) ? say("template_place", { number: name }) : name.replaceAll("_", " ")}</label>
      <input id=${`place-${name}`} required maxlength="200" autocomplete="off" value=${value(name)} onInput=${(event) => setValues({ ...values, [name]: event.target.value })} /></div>`)}
    ${one && html`<blockquote class="preview" lang=${one.language.slice(0, 2)} dir="auto">${words}</blockquote>`}
  <//>`;
}
