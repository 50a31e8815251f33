// Visits for the patient: those that are to come, and the dialog in which staff find an opening and book it.

import { act, complain, set } from "./controller.js";
import { Icon } from "./icons.js";
import { isMine } from "./model.js";
import { html, useEffect, useState } from "./preact.js";
import { post } from "./server.js";
import { say } from "./words.js";

const DAYS = 14;

export function Visits({ model, row }) {
  const [there, setThere] = useState(null), mine = row.state === "staff" && (isMine(model, row) || model.me.may.assign);
  const names = model.opened?.id === row.id ? model.opened.answers.map((one) => one.name) : [], toldWho = names.includes("patient_name") && names.includes("birth_date");
  const told = model.opened?.id === row.id ? model.opened.messages.filter((one) => one.author === "system").length : 0;
  useEffect(() => {
    if (model.opened?.id === row.id) post(`/conversations/${row.id}/visits`).then(setThere).catch(() => setThere({ failed: true, visits: [] }));
  }, [row.id, told, model.opened?.id]);
  const dialog = (visit, kind = "visit") => () => set({ dialog: { kind, visit } });
  return html`<section class="visits"><h3>${say("visits")}</h3>
    ${there?.failed && html`<p class="help">${say("error_visit_unavailable")}</p>`}
    ${there && !there.failed && !there.visits.length && html`<p class="help">${say(there.known ? "no_visits" : toldWho ? "visits_unregistered" : "visits_unknown")}</p>`}
    <ul>${there?.visits.map((one) => html`<li key=${one.id}><strong>${one.when}</strong><span class="help">${model.services[one.service]?.[model.me.language] ?? one.service} · ${one.clinician}</span>
      ${mine && html`<span class="visit-actions"><button class="small" onClick=${dialog(one)}>${say("visit_move")}</button>
        <button class="small" onClick=${() => act(row.id, "visit_link", { visit: one.id })}>${say("visit_link")}</button>
        <button class="small" onClick=${dialog(one, "cancel_visit")}>${say("visit_cancel")}</button></span>`}</li>`)}</ul>
    ${mine && html`<button onClick=${dialog(null)}><${Icon} name="clock" />${say("visit_book")}</button>`}
  </section>`;
}

/** Find an opening, keep it, and book (or, with `dialog.visit`, move to it). */
export function VisitForm({ model, row, Dialog }) {
  const moved = model.dialog.visit, told = Object.fromEntries((model.opened?.answers ?? []).map((one) => [one.name, one]));
  const [wanted, setWanted] = useState({ service: moved?.service ?? told.service_type?.value ?? Object.keys(model.services)[0], state: moved?.state ?? told.state?.value ?? "", from: "" });
  const [found, setFound] = useState(null), [chosen, setChosen] = useState(null);
  const find = async (changes = {}) => {
    const next = { ...wanted, ...changes };
    setWanted(next);
    setChosen(null);
    if (next.state && next.state.length !== 2) return;
    try {
      setFound((await post(`/conversations/${row.id}/openings`, { ...next, days: DAYS })).openings);
    } catch (error) {
      complain(error);
    }
  };
  useEffect(() => { find(); }, []);
  const pick = async (id) => {
    setChosen(id);
    if (!(await act(row.id, "hold", { opening: id }))) setChosen((now) => (now === id ? null : now));
  };
  const submit = (fields) => {
    const opening = fields.get("opening");
    const about = Object.fromEntries(["name", "birth_date", "contact", "reason", "guardian"].map((name) => [name, fields.get(name) ?? ""]));
    return moved ? act(row.id, "move", { visit: moved.id, opening }) : act(row.id, "book", { opening, state: wanted.state, ...about });
  };
  return html`<${Dialog} title=${say(moved ? "visit_move_title" : "visit_book_title")} lead=${moved ? moved.when : say("visit_book_lead")} go=${say(moved ? "visit_move" : "visit_book")} submit=${submit}>
    <div class="pair">
      <div class="field"><label for="service">${say("slot_service_type")}</label><select id="service" disabled=${Boolean(moved)} value=${wanted.service} onChange=${(event) => find({ service: event.target.value })}>
        ${Object.entries(model.services).map(([code, names]) => html`<option value=${code}>${names[model.me.language]}</option>`)}</select></div>
      <div class="field"><label for="state">${say("slot_state")}</label><select id="state" required value=${wanted.state} onChange=${(event) => find({ state: event.target.value })}>
        <option value=""></option>${model.states.map((code) => html`<option value=${code}>${code}</option>`)}</select></div>
      <div class="field"><label for="from">${say("visit_from")}</label><input id="from" type="date" onChange=${(event) => find({ from: event.target.value })} /></div>
    </div>
    <fieldset class="openings" aria-busy=${found === null}><legend>${say("visit_openings")}</legend>
      ${found?.map((one) => html`<label class="check" key=${one.id}><input type="radio" name="opening" value=${one.id} checked=${chosen === one.id} required onChange=${() => pick(one.id)} /><span>${one.when} · ${one.clinician}</span></label>`)}
      ${found && !found.length && html`<p class="help">${say("visit_none")}</p>`}</fieldset>
    ${!moved && html`<div class="pair">
      <${Text} name="name" label="slot_patient_name" told=${told.patient_name} />
      <${Text} name="birth_date" label="slot_birth_date" told=${told.birth_date} type="date" />
      <${Text} name="contact" label="slot_contact" told=${told.contact} />
      <${Text} name="guardian" label="slot_guardian_name" told=${told.guardian_name} optional />
      <${Text} name="reason" label="slot_reason" optional />
    </div>`}
  <//>`;
}

export function CancelVisit({ model, row, Dialog }) {
  const { visit } = model.dialog;
  return html`<${Dialog} title=${say("visit_cancel_title")} lead=${`${visit.when} · ${visit.clinician}`} go=${say("visit_cancel")} danger submit=${() => act(row.id, "cancel_visit", { visit: visit.id })} />`;
}

/** A field that may stay empty where the patient has told it already. */
function Text({ name, label, told, type = "text", optional }) {
  return html`<div class="field"><label for=${`visit-${name}`}>${say(label)}</label>
    <input id=${`visit-${name}`} name=${name} type=${type} required=${!optional && !told} maxlength="500" autocomplete="off" placeholder=${told ? say("visit_told") : ""} aria-describedby=${told ? `told-${name}` : undefined} />
    ${told && html`<span class="help" id=${`told-${name}`}>${say("visit_told")}</span>`}</div>`;
}
