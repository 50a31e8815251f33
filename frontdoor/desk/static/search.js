// Search: words that were said or a name, and filters. What was found opens at the message that has the words.

import { colleagues, complain, select, set } from "./controller.js";
import { html, useEffect, useState } from "./preact.js";
import { Row } from "./queue.js";
import { post } from "./server.js";
import { LANGUAGES, inLanguage, named, say } from "./words.js";

const STATES = ["bot", "waiting", "staff", "returning", "closed"];
const FIELDS = ["words", "state", "queue", "channel", "language", "person", "from", "to"];

export function Search({ model, Dialog }) {
  const [there, setThere] = useState({ people: [], queues: [] }), [nothing, setNothing] = useState(false);
  useEffect(() => { colleagues().then(setThere).catch(complain); }, []);
  const submit = async (fields) => {
    const wanted = Object.fromEntries(FIELDS.map((name) => [name, fields.get(name)?.trim()]).filter(([, value]) => value));
    setNothing(!Object.keys(wanted).length);
    if (Object.keys(wanted).length) await post("/search", wanted).then(({ found }) => set({ found }), complain);
    return false;
  };
  const people = [{ id: model.me.id, name: model.me.name }, ...there.people];
  const open = (row) => { set({ dialog: null }); select(row.id, row.found_seq); };
  return html`<${Dialog} title=${say("search_conversations")} lead=${say("search_help")} go=${say("search")} submit=${submit} wide>
    <div class="field"><label for="words">${say("search_words")}</label><input id="words" name="words" type="search" minlength="2" maxlength="100" autocomplete="off" autofocus /></div>
    <div class="filters">
      <${Choice} name="state" of=${STATES} says=${(one) => say(`search_${one}`)} />
      <${Choice} name="person" label="search_person" of=${people.map((one) => one.id)} says=${(id) => people.find((one) => one.id === id).name} />
      <${Choice} name="queue" of=${there.queues} says=${(one) => one} />
      <${Choice} name="channel" of=${model.platforms} says=${(one) => named("channel", one)} />
      <${Choice} name="language" of=${LANGUAGES} says=${inLanguage} />
      <div class="field"><label for="from">${say("search_from")}</label><input id="from" name="from" type="date" /></div>
      <div class="field"><label for="to">${say("search_to")}</label><input id="to" name="to" type="date" /></div>
    </div>
    <p role="status">${nothing ? say("search_nothing") : model.found ? say(model.found.length ? "search_found" : "search_none", { count: model.found.length }) : ""}</p>
    ${model.found?.length > 0 && html`<ul class="found">${model.found.map((row) => html`<${Row} key=${row.id} model=${model} row=${row} onOpen=${open} />`)}</ul>`}
  <//>`;
}

/** A filter: one of some, or any. */
export function Choice({ name, place = "found", label = name, of, says, value, onChange }) {
  return html`<div class="field"><label for=${`${place}-${name}`}>${say(label)}</label>
    <select id=${`${place}-${name}`} name=${name} value=${value ?? ""} onChange=${onChange}><option value="">${say("any")}</option>
      ${of.map((one) => html`<option key=${one} value=${one}>${says(one)}</option>`)}</select></div>`;
}
