// The middle pane: who answers, what was said, and the composer.

import { Composer } from "./composer.js";
import { act, deselect, earlier, keepDraft, now, set, take } from "./controller.js";
import { Icon } from "./icons.js";
import { isMine } from "./model.js";
import { html, useEffect, useLayoutEffect, useRef } from "./preact.js";
import { Priority } from "./queue.js";
import { clock, duration, named, say } from "./words.js";

const NEAR_THE_END_PX = 120;

export function Conversation({ model, row }) {
  const opened = model.opened?.id === row.id ? model.opened : null;
  return html`
    <${Head} model=${model} row=${row} />
    <${Banner} model=${model} row=${row} />
    ${opened ? html`<${Log} opened=${opened} row=${row} model=${model} />` : html`<div class="log" aria-busy="true"></div>`}
    <${Company} model=${model} row=${row} />
    <${Composer} model=${model} row=${row} />`;
}

function Head({ model, row }) {
  const mine = isMine(model, row) && row.state === "staff";
  const may = mine || (row.state === "staff" && model.me.may.assign);
  const dialog = (kind) => () => set({ dialog: { kind } });
  const canTake = row.state === "waiting" || row.state === "bot" || (row.state === "staff" && !mine && model.me.may.assign);
  return html`<header class="head">
    <button class="quiet back" onClick=${deselect}><${Icon} name="back" /><span class="unseen">${say("back")}</span></button>
    <h1><bdi>${row.name || say("no_name")}</bdi></h1>
    <div class="head-actions">
      ${canTake && html`<button class=${row.priority === 0 ? "danger" : "main"} onClick=${() => take(row)}>${say(row.state === "waiting" ? "claim" : "take_over")}</button>`}
      ${row.state === "waiting" && model.me.may.assign && html`<button onClick=${dialog("assign")}>${say("assign")}</button>`}
      ${may && html`
        <button onClick=${dialog("return")}>${say("return_to_bot")}</button>
        <button onClick=${dialog("transfer")}>${say("transfer")}</button>
        <button onClick=${dialog("release")}>${say("release")}</button>`}
      ${(may || (row.state === "waiting" && row.priority > 0 && model.me.may.close_waiting)) && html`<button onClick=${dialog("close")}>${say("close")}</button>`}
      <button class="quiet about-button" aria-expanded=${Boolean(model.about)} onClick=${() => set({ about: !model.about })}><${Icon} name="patient" />${say("about")}</button>
    </div>
  </header>`;
}

function Banner({ model, row }) {
  const mine = isMine(model, row);
  const key = row.state === "staff" && mine ? "state_mine" : row.state === "waiting" && row.bot_ok ? "state_waiting_bot" : `state_${row.state}`;
  const icon = { bot: "bot", staff: "staff", waiting: "clock", returning: "bot", closed: "check" }[row.state];
  return html`<div class=${`banner ${row.state} ${mine ? "mine" : ""}`}>
    <span class="banner-state"><${Icon} name=${icon} />${say(key, { name: row.owner?.name })}</span>
    ${row.state !== "closed" && row.state !== "bot" && html`<button class="quiet small" onClick=${() => set({ dialog: { kind: "priority" } })} title=${say("change_priority")}><${Priority} row=${row} /></button>`}
    <${Window} row=${row} model=${model} />
  </div>`;
}

function Window({ row, model }) {
  if (!row.window_expires_at || row.state === "closed") return null;
  const left = Date.parse(row.window_expires_at) - now();
  if (left <= 0) return html`<span class="tag alarm"><${Icon} name="clock" />${say(model.templated.includes(row.channel) ? "window_template" : "status_expired")}</span>`;
  const tone = left < 3_600_000 ? "alarm" : left < 4 * 3_600_000 ? "warn" : "on";
  return html`<span class=${`tag ${tone}`}><${Icon} name="clock" />${say("window_left", { time: duration(left) })}</span>`;
}

/** The transcript. It follows what is new unless the person has scrolled up to read. */
function Log({ opened, row }) {
  const log = useRef(), atEnd = useRef(true), { messages } = opened;
  useLayoutEffect(() => {
    if (atEnd.current) log.current.scrollTop = log.current.scrollHeight;
  }, [messages.length]);
  useEffect(() => {
    const watch = new ResizeObserver(() => { if (atEnd.current) log.current.scrollTop = log.current.scrollHeight; });
    watch.observe(log.current);
    return () => watch.disconnect();
  }, []);
  const scrolled = () => {
    const { scrollHeight, scrollTop, clientHeight } = log.current;
    atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_THE_END_PX;
  };
  return html`<div class="log" ref=${log} onScroll=${scrolled} role="log" aria-live="polite" aria-relevant="additions" aria-label=${row.name || say("no_name")} tabindex="0">
    ${opened.more && html`<p class="earlier"><button onClick=${() => { atEnd.current = false; earlier(); }}>${say("earlier")}</button></p>`}
    ${messages.map((one) => html`<${Message} key=${one.seq} one=${one} row=${row} status=${opened.statuses[one.seq]} />`)}
  </div>`;
}

function Message({ one, row, status }) {
  const [state, failure] = status ?? [one.status, one.fail_reason];
  const draft = state === "suppressed" && one.author === "bot";
  const who = one.author === "patient" ? row.name || say("author_patient") : one.author_name || say(`author_${one.author}`);
  return html`<article class=${`message ${one.author} ${draft ? "draft" : ""} ${one.level === "emergency" ? "flagged" : ""}`}>
    <header><${Icon} name=${one.author} /><bdi class="who">${who}</bdi>
      ${one.author_name && html`<span class="kind">${say(`author_${one.author}`)}</span>`}
      ${one.author === "note" && html`<span class="kind">${say("note_only_staff")}</span>`}
      ${draft && html`<span class="kind">${say("draft_not_sent")}</span>`}
      <time datetime=${one.at}>${clock(one.at)}</time></header>
    <p class="text" lang=${one.language ?? undefined} dir="auto">${one.text}</p>
    ${one.buttons.length > 0 && html`<p class="offered">${say("offered")} ${one.buttons.map((button) => html`<span class="tag plain">${button.title}</span> `)}</p>`}
    ${one.attachment && html`<p class="offered"><${Icon} name="file" /> ${one.attachment.filename}</p>`}
    ${one.author === "patient" && (one.level === "emergency" || one.level === "check") && html`<p class="flag"><${Icon} name="flag" />${say(one.level === "emergency" ? "rule_fired" : "rule_check", { category: named("category", one.category) })}${one.rule ? ` (${one.rule})` : ""}</p>`}
    ${draft && html`<p class="offered"><button class="small" onClick=${() => keepDraft(row.id, { reply: one.text, mode: "reply" })}>${say("use_draft")}</button></p>`}
    ${(one.author === "staff" || (one.author === "bot" && !draft)) && html`<p class=${`delivery ${state}`}><${Icon} name=${{ sent: "check", delivered: "checks", read: "checks", failed: "fail", expired: "fail", unknown: "fail" }[state] ?? "clock"} />${say(`status_${state}`)}${failure ? ` (${failure})` : ""}
      ${one.author === "staff" && ["failed", "unknown", "expired"].includes(state) && row.state === "staff" && html` <button class="small" onClick=${() => act(row.id, "retry", { seq: one.seq })}>${say("retry")}</button>`}</p>`}
  </article>`;
}

function Company({ model, row }) {
  const others = row.viewers.filter((one) => one.id !== model.me.id);
  if (!others.length) return null;
  const typing = others.filter((one) => one.typing), names = (people) => people.map((one) => one.name).join(", ");
  const text = typing.length ? say("typing", { names: names(typing) }) : say(others.length > 1 ? "viewing_many" : "viewing", { names: names(others) });
  return html`<p class="company"><${Icon} name="eye" />${text}</p>`;
}
