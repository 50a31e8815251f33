// Dialogs: each is a native <dialog> with a form, so Escape, focus and the background are the browser's work.

import { act, colleagues, complain, next, set, setLanguage, toast } from "./controller.js";
import { send } from "./drafts.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "./preact.js";
import { prefer, preferences } from "./preferences.js";
import { KEYS } from "./keys.js";
import { Prove as ProofForm } from "./proof.js";
import { Callbacks as CallbackList } from "./callbacks.js";
import { Search as SearchForm } from "./search.js";
import { TemplateForm } from "./templates.js";
import { CancelVisit, VisitForm } from "./visits.js";
import { named, say } from "./words.js";

const presence = (one) => (!one.online ? say("offline") : one.full ? `${one.conversations}, ${say("full")}` : one.conversations);
const DISPOSITIONS = ["answered", "booked", "referred", "emergency", "no_answer", "spam", "other"];
const kinds = () => ({ return: Return, close: Close, transfer: Transfer, release: Release, priority: Priority, settings: Settings, shortcuts: Shortcuts, search: Search, assign: Assign, visit: Visit, cancel_visit: Cancel, prove: Prove, template: Template, callbacks: Callbacks });
const ON_A_CONVERSATION = ["return", "close", "transfer", "release", "priority", "assign", "visit", "cancel_visit", "template"];
const done = () => set({ dialog: null });

export function Dialogs({ model, row }) {
  const kind = model.dialog?.kind;
  if (!kind || (ON_A_CONVERSATION.includes(kind) && !row)) return null;
  return html`<${kinds()[kind]} key=${kind} model=${model} row=${row} />`;
}

/** A dialog with a form; `act` is called with its fields and tells whether it is done. */
function Dialog({ title, lead, go, danger, submit, wide, children }) {
  const dialog = useRef();
  useLayoutEffect(() => { dialog.current.showModal(); }, []); // at once: a key may follow
  const submitted = async (event) => {
    event.preventDefault();
    if (await submit(new FormData(event.target))) done();
  };
  return html`<dialog ref=${dialog} class=${wide ? "wide" : ""} onClose=${done} aria-labelledby="dialog-title">
    <form onSubmit=${submitted}>
      <h2 id="dialog-title">${title}</h2>
      ${lead && html`<p class="help">${lead}</p>`}
      ${children}
      <div class="dialog-end"><button type="button" onClick=${done}>${say(submit ? "cancel" : "close")}</button>
        ${go && html`<button class=${danger ? "danger" : "main"}>${go}</button>`}</div>
    </form>
  </dialog>`;
}

function Return({ model, row }) {
  const answers = model.opened?.id === row.id ? model.opened.answers : [];
  const seen = model.opened?.messages.at(-1)?.seq ?? 0;
  const submit = (fields) => act(row.id, "return", { slots: fields.getAll("slot"), summary: fields.get("summary"), seen });
  return html`<${Dialog} title=${say("return_title")} lead=${say("return_lead")} go=${say("return_to_bot")} submit=${submit}>
    <fieldset><legend class="unseen">${say("answers")}</legend>
      ${answers.map((one) => html`<label class="check"><input type="checkbox" name="slot" value=${one.name} defaultChecked />${named("slot", one.name)}</label>`)}
      ${!answers.length && html`<p class="help">${say("no_answers")}</p>`}</fieldset>
    <div class="field"><label for="summary">${say("return_summary")}</label><input id="summary" name="summary" maxlength="600" value=${model.opened?.summary ?? ""} /></div>
  <//>`;
}

/** Close; after "send and close", once the reply is out, while the page goes on with the next conversation. */
function Close({ model, row }) {
  const seen = model.opened?.messages.at(-1)?.seq ?? 0, { sending } = model.dialog;
  const submit = (fields) => {
    const close = () => act(row.id, "close", { disposition: fields.get("disposition"), seen });
    if (!sending) return close();
    send(row.id, async () => (await close()) || toast(say("not_closed", { name: row.name || say("no_name") })));
    next(row.id);
    return true;
  };
  return html`<${Dialog} title=${say(sending ? "send_and_close" : "close_title")} lead=${sending && say("send_and_close_lead")} go=${say(sending ? "send_and_close" : "close")} submit=${submit}>
    <fieldset><legend>${say("close_lead")}</legend>
      ${DISPOSITIONS.map((name) => html`<label class="check"><input type="radio" name="disposition" value=${name} required />${say(`disposition_${name}`)}</label>`)}</fieldset>
  <//>`;
}

function Transfer({ row }) {
  const [there, setThere] = useState({ people: [], queues: [] });
  useEffect(() => { colleagues().then(setThere).catch(complain); }, []);
  const submit = (fields) => {
    const [kind, value] = fields.get("to").split(/:(.*)/);
    return act(row.id, "transfer", { [kind]: value, note: fields.get("note") });
  };
  return html`<${Dialog} title=${say("transfer_title")} go=${say("transfer")} submit=${submit}>
    <div class="field"><label for="to">${say("transfer_to")}</label><select id="to" name="to" required><option value="">${say("choose_one")}</option>
      ${there.people.map((one) => html`<option value=${`to:${one.id}`} disabled=${!one.online}>${one.name} (${presence(one)})</option>`)}
      ${there.queues.filter((name) => name !== row.queue).map((name) => html`<option value=${`queue:${name}`}>${say("transfer_queue", { name })}</option>`)}
    </select></div>
    <div class="field"><label for="note">${say("transfer_note")}</label><textarea id="note" name="note" rows="3" maxlength="2000" required></textarea></div>
  <//>`;
}

function Release({ row }) {
  return html`<${Dialog} title=${say("release_title")} lead=${say("release_lead")} go=${say("release")} submit=${() => act(row.id, "release")} />`;
}

function Priority({ row }) {
  const submit = (fields) => act(row.id, "priority", { priority: Number(fields.get("priority")), reason: fields.get("reason") });
  return html`<${Dialog} title=${say("priority_title")} go=${say("change_priority")} submit=${submit}>
    <div class="field"><label for="priority">${say("priority")}</label><select id="priority" name="priority">
      ${[0, 1, 2, 3].map((level) => html`<option value=${level} selected=${level === row.priority}>${say(`priority_${level}`)}</option>`)}</select></div>
    <div class="field"><label for="reason">${say("why")}</label><input id="reason" name="reason" maxlength="300" required /></div>
  <//>`;
}

function Settings({ model }) {
  const [, again] = useState(0);
  const change = (changes) => { prefer(changes); again((n) => n + 1); };
  const notify = async (wanted) => change({ notifications: wanted && (await Notification.requestPermission()) === "granted" });
  const csrf = document.querySelector('meta[name="csrf"]').content;
  const onOff = (name, set = (on) => change({ [name]: on })) => html`<label class="check"><input type="checkbox" checked=${preferences[name]} onChange=${(event) => set(event.target.checked)} />
    ${say({ sound: "sound", alarm: "sound_emergency", notifications: "notifications", keys: "single_keys", undo: "undo_switch" }[name])}</label>`;
  return html`<${Dialog} title=${say("settings")}>
    <p>${model.me.name} · ${say(`role_${model.me.role}`)}</p>
    <div>${onOff("sound")}${onOff("alarm")}${onOff("notifications", notify)}${onOff("undo")}${onOff("keys")}</div>
    <div class="field"><label for="theme">${say("theme")}</label><select id="theme" onChange=${(event) => change({ theme: event.target.value })}>
      ${["system", "light", "dark"].map((name) => html`<option value=${name} selected=${preferences.theme === name}>${say(`theme_${name}`)}</option>`)}</select></div>
    <div class="field"><label for="language">${say("language")}</label><select id="language" onChange=${(event) => setLanguage(event.target.value).catch(complain)}>
      <option value="en" lang="en" selected=${model.me.language === "en"}>English</option><option value="es" lang="es" selected=${model.me.language === "es"}>Español</option></select></div>
    <p class="links">${model.me.queues.length > 0 && html`<a href="/break-glass">${say("glass_title")}</a> `}<a href="/account">${say("account")}</a>
      ${model.me.may.assign && html`<a href="/board">${say("board")}</a><a href="/replies">${say("saved_replies")}</a>`}
      ${model.me.may.people && html`<a href="/people">${say("people")}</a>`}${model.me.may.audit && html`<a href="/audit">${say("audit")}</a>`}
      <button type="submit" formmethod="post" formaction="/logout" name="csrf" value=${csrf} form="logout">${say("sign_out")}</button></p>
  <//><form id="logout" method="post" action="/logout"></form>`;
}

function Assign({ row }) {
  const [there, setThere] = useState({ people: [] });
  useEffect(() => { colleagues().then(setThere).catch(complain); }, []);
  return html`<${Dialog} title=${say("assign_title")} go=${say("assign")} submit=${(fields) => act(row.id, "assign", { to: fields.get("to") })}>
    <div class="field"><label for="to">${say("transfer_to")}</label><select id="to" name="to" required><option value="">${say("choose_one")}</option>
      ${there.people.map((one) => html`<option value=${one.id} disabled=${!one.online}>${one.name} (${presence(one)})</option>`)}
    </select></div>
  <//>`;
}

const Prove = (props) => html`<${ProofForm} ...${props} Dialog=${Dialog} />`;
const Callbacks = (props) => html`<${CallbackList} ...${props} Dialog=${Dialog} />`;
const Search = (props) => html`<${SearchForm} ...${props} Dialog=${Dialog} />`;
const Template = (props) => html`<${TemplateForm} ...${props} Dialog=${Dialog} />`;
const Visit = (props) => html`<${VisitForm} ...${props} Dialog=${Dialog} />`;
const Cancel = (props) => html`<${CancelVisit} ...${props} Dialog=${Dialog} />`;

function Shortcuts() {
  return html`<${Dialog} title=${say("shortcuts")}>
    <dl class="keys">${KEYS.map(([keys, name]) => html`<div class="fact"><dt>${say(name)}</dt><dd>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dd></div>`)}</dl>
  <//>`;
}
