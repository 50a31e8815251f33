// The middle pane: who answers, what was said, and the composer.

import { Composer } from "./composer.js";
import { deselect, earlier, now, set, take } from "./controller.js";
import { UNDO_MS, leavingFrom, sendNow, undo } from "./drafts.js";
import { Icon } from "./icons.js";
import { isMine } from "./model.js";
import { Message } from "./message.js";
import { html, useEffect, useLayoutEffect, useRef } from "./preact.js";
import { Priority } from "./queue.js";
import { duration, say } from "./words.js";

const NEAR_THE_END_PX = 120;
const HOUR_MS = 3_600_000;

export function Conversation({ model, row }) {
  const opened = model.opened?.id === row.id ? model.opened : null;
  return html`
    <${Head} model=${model} row=${row} />
    <${Banner} model=${model} row=${row} />
    ${opened ? html`<${Log} opened=${opened} row=${row} model=${model} />` : html`<div class="log" aria-busy="true"></div>`}
    <${Leaving} row=${row} />
    <${Company} model=${model} row=${row} />
    <${Composer} model=${model} row=${row} />`;
}

/** What may be done now: [dialog, words], in the order of the buttons. */
export function actions(model, row) {
  const mine = isMine(model, row) && row.state === "staff", may = mine || (row.state === "staff" && model.me.may.assign);
  const found = [];
  if (may) found.push(["return", "return_to_bot"], ["transfer", "transfer"], ["release", "release"]);
  if (row.state === "waiting" && model.me.may.assign) found.push(["assign", "assign"]);
  if (may || (row.state === "waiting" && row.priority > 0 && model.me.may.close_waiting)) found.push(["close", "close"]);
  return found;
}

export function takeable(model, row) {
  return row.state === "waiting" || row.state === "bot" || (row.state === "staff" && !isMine(model, row) && model.me.may.assign);
}

function Head({ model, row }) {
  const dialog = (kind) => () => set({ dialog: { kind } }), there = actions(model, row);
  const buttons = there.map(([kind, words]) => html`<button key=${kind} onClick=${dialog(kind)}>${say(words)}</button>`);
  return html`<header class="head">
    <button class="quiet back" onClick=${deselect}><${Icon} name="back" /><span class="unseen">${say("back")}</span></button>
    <h1><bdi>${row.name || say("no_name")}</bdi></h1>
    <div class="head-actions">
      ${takeable(model, row) && html`<button class=${row.priority === 0 ? "danger" : "main"} onClick=${() => take(row)}>${say(row.state === "waiting" ? "claim" : "take_over")}</button>`}
      <span class="side-by-side">${buttons}</span>
      ${there.length > 0 && html`<${Menu}>${buttons}<//>`}
      <button class="quiet about-button" aria-expanded=${Boolean(model.about)} onClick=${() => set({ about: !model.about })}><${Icon} name="patient" />${say("about")}</button>
    </div>
  </header>`;
}

/** The same buttons where there is no room for them side by side. */
function Menu({ children }) {
  const menu = useRef();
  const shut = () => { menu.current.open = false; };
  const left = (event) => menu.current.contains(event.relatedTarget) || shut();
  const keys = (event) => {
    if (event.key !== "Escape" || !menu.current.open) return;
    event.stopPropagation();
    shut();
    menu.current.querySelector("summary").focus();
  };
  return html`<details class="menu" ref=${menu} onFocusOut=${left} onKeyDown=${keys}>
    <summary><${Icon} name="more" /><span class="unseen">${say("more_actions")}</span></summary><div onClick=${shut}>${children}</div></details>`;
}

function Banner({ model, row }) {
  const mine = isMine(model, row);
  const key = row.state === "staff" && mine ? "state_mine" : row.state === "waiting" && row.bot_ok ? "state_waiting_bot" : `state_${row.state}`;
  const icon = { bot: "bot", staff: "staff", waiting: "clock", returning: "bot", closed: "check" }[row.state];
  return html`<div class=${`banner ${row.state} ${mine ? "mine" : ""}`}>
    <span class="banner-state"><${Icon} name=${icon} />${say(key, { name: row.owner?.name })}</span>
    ${row.state !== "closed" && row.state !== "bot" && html`<button class="quiet small" onClick=${() => set({ dialog: { kind: "priority" } })} title=${say("change_priority")}><${Priority} row=${row} /><span class="unseen">: ${say("change_priority")}</span></button>`}
    <${Window} row=${row} model=${model} />
  </div>`;
}

/** How long free text may be sent: green, amber below four hours, red below one; then only an approved template. */
function Window({ row, model }) {
  if (!row.window_expires_at || row.state === "closed") return null;
  const left = Date.parse(row.window_expires_at) - now();
  if (left <= 0) return html`<span class="tag alarm"><${Icon} name="lock" />${say(model.templated.includes(row.channel) ? "window_template" : "window_over")}</span>`;
  const tone = left < HOUR_MS ? "alarm" : left < 4 * HOUR_MS ? "warn" : "on";
  return html`<span class=${`tag ${tone}`}><${Icon} name=${tone === "on" ? "clock" : "fail"} />${say("window_left", { time: duration(left) })}</span>`;
}

/** The transcript. It follows what is new unless the person has scrolled up to read. */
function Log({ opened, row }) {
  const log = useRef(), atEnd = useRef(true), { messages, shown, shownAt } = opened;
  useLayoutEffect(() => {
    if (atEnd.current) log.current.scrollTop = log.current.scrollHeight;
  }, [messages.length]);
  useLayoutEffect(() => {
    const message = shown && log.current.querySelector(`[data-seq="${shown}"]`);
    if (!message) return;
    atEnd.current = false;
    message.scrollIntoView({ block: "center" });
    message.focus({ preventScroll: true });
  }, [shown, shownAt]);
  useEffect(() => {
    const watch = new ResizeObserver(() => { if (atEnd.current) log.current.scrollTop = log.current.scrollHeight; });
    watch.observe(log.current);
    return () => watch.disconnect();
  }, []);
  const scrolled = ({ currentTarget }) => {  // it may come when the log has just been taken off the page
    const { scrollHeight, scrollTop, clientHeight } = currentTarget;
    atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PX;
  };
  return html`<div class="log" ref=${log} onScroll=${scrolled} role="log" aria-live="polite" aria-relevant="additions" aria-label=${row.name || say("no_name")} tabindex="0">
    ${opened.more && html`<p class="earlier"><button onClick=${() => { atEnd.current = false; earlier(); }}>${say("earlier")}</button></p>`}
    ${messages.map((one) => html`<${Message} key=${one.seq} one=${one} row=${row} status=${opened.statuses[one.seq]} shown=${shown === one.seq} />`)}
  </div>`;
}

/** The reply that goes out in a moment: it can still be taken back. */
function Leaving({ row }) {
  const message = leavingFrom(row.id);
  if (!message) return null;
  const left = Math.min(UNDO_MS / 1000, Math.max(1, Math.ceil((message.until - Date.now()) / 1000)));
  return html`<div class="leaving"><p lang=${row.language} dir="auto">${message.text}</p>
    <div><span class="help">${say("undo_left", { seconds: left })}</span>
      <button class="small" onClick=${() => undo(row.id)}><${Icon} name="undo" />${say("undo")}</button>
      <button class="small" onClick=${() => sendNow(row.id)}>${say("send_now")}</button></div></div>`;
}

/** Who else is here: colleagues who look or type, and the patient, typing. */
function Company({ model, row }) {
  const others = row.viewers.filter((one) => one.id !== model.me.id), patient = (model.writing[row.id] ?? 0) > Date.now();
  const typing = others.filter((one) => one.typing), names = (people) => people.map((one) => one.name).join(", ");
  if (!others.length && !patient) return null;
  return html`<p class="company">
    ${patient && html`<span class="writes"><${Icon} name="patient" />${say("patient_typing", { name: row.name || say("no_name") })}</span>`}
    ${others.length > 0 && html`<span><${Icon} name="eye" />${typing.length ? say("typing", { names: names(typing) }) : say(others.length > 1 ? "viewing_many" : "viewing", { names: names(others) })}</span>`}
  </p>`;
}
