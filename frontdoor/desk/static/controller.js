// The one model of the page, and everything that changes it: the stream, and what the person does.

import * as alarm from "./alarm.js";
import { sendNow, typing } from "./drafts.js";
import * as m from "./model.js";
import { follow, get, post, Refused } from "./server.js";
import { loadWords, say } from "./words.js";

const PRESENCE_MS = 20_000, ACTIVE_MS = 60_000, TICK_MS = 5_000, TOAST_MS = 9_000, WRITING_MS = 6_000, MOST_PAGES = 20;
const PARTING = ["return", "close", "transfer", "release"]; // what was written goes out before

let model = null, changed = () => {}, leave = () => {};
let fetching = false, again = false, activeAt = Date.now(), waitingBefore = new Set(), silentBefore = [];
let alarmed = new Set(); // emergencies that were alarmed a second time
let shown = null; // the conversation that the desk was told this page shows
let clockAhead = 0; // of the server, in milliseconds

export const current = () => model;
export const now = () => Date.now() + clockAhead;
export const draw = () => changed(model);

export async function start(render) {
  changed = render;
  const wanted = location.hash.slice(1); // a conversation that another page of ours leads to
  history.replaceState(null, "", location.pathname);
  await refresh();
  if (wanted && model) select(wanted);
  setInterval(tick, TICK_MS);
  setInterval(presence, PRESENCE_MS);
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, active, { passive: true });
  document.addEventListener("visibilitychange", () => { presence(); look(); });
}

/** Read everything anew and follow the stream from there. */
async function refresh() {
  leave();
  let snapshot;
  try {
    snapshot = await get("/state");
  } catch (error) {
    if (error.code === "signed_out") return;
    update((before) => before && { ...before, live: false });
    setTimeout(refresh, 2_000);
    return;
  }
  if (!model || model.me.language !== snapshot.me.language) await loadWords(snapshot.me.language);
  heard(snapshot.me, snapshot.now);
  if (!model) waitingBefore = new Set(waiting(snapshot.conversations));
  update((before) => m.fromSnapshot(snapshot, before ?? {}));
  if (model.opened) catchUp();
  leave = follow(snapshot.cursor, {
    conversations: (news) => {
      update((before) => m.withConversations(before, news));
      if (news.some((one) => one.id === model.opened?.id)) news.some((one) => one.gone && one.id === model.opened.id) ? deselect() : catchUp();
    },
    viewers: (viewers) => update((before) => m.withViewers(before, viewers)),
    channels: (channels) => update((before) => ({ ...before, channels })),
    glass: (glass) => { if (glass.length > model.glass.length) announce("alert", say("glass_used", { names: glass.join(", ") })); set({ glass }); },
    writing: ({ id }) => {
      set({ writing: { ...model.writing, [id]: Date.now() + WRITING_MS } });
      setTimeout(draw, WRITING_MS + 50);
    },
    reset: refresh,
    live: (live) => update((before) => (before.live === live ? before : { ...before, live })),
  });
}

function update(step) {
  const before = model;
  model = step(model);
  if (!model || model === before) return;
  ring();
  changed(model);
}

export function set(changes) {
  update((before) => ({ ...before, ...changes }));
}

// --- opening

/** Open a conversation; with `seq`, at that message. */
export async function select(id, seq = 0) {
  if (model.selected === id && model.opened) return seq ? jump(seq) : undefined;
  set({ selected: id, opened: null, about: false });
  try {
    const answer = await get(`/conversations/${id}`);
    if (model.selected === id) update((before) => m.withOpened(before, answer));
    look();
    presence();
    if (seq) await jump(seq);
  } catch (error) {
    complain(error);
    if (error.code === "unknown") deselect();
  }
}

export function deselect() {
  set({ selected: null, opened: null });
  presence();
}

export async function earlier() {
  const { id, messages } = model.opened;
  try {
    const answer = await get(`/conversations/${id}/messages?before=${messages[0].seq}`);
    update((before) => m.withEarlier(before, answer));
  } catch (error) {
    complain(error);
  }
}

/** Show one message of the opened conversation, reading back to it where need be. */
export async function jump(seq) {
  for (let pages = 0; pages < MOST_PAGES && model.opened?.more && model.opened.messages[0].seq > seq; pages++) await earlier();
  set({ opened: model.opened && { ...model.opened, shown: seq, shownAt: Date.now() }, about: false });
}

/** Go on with the next conversation: an emergency, else one of the person's own that is unread, else who waits longest. */
export function next(after) {
  const mine = m.listed(model, "mine");
  const rows = [...m.emergencies(model), ...mine.filter((one) => m.unread(model, one)), ...m.listed(model, "waiting"), ...mine];
  const row = rows.find((one) => one.id !== after);
  if (row) select(row.id);
  else deselect();
}

/** Read what is new in the opened conversation; one request at a time, and one more if something came meanwhile. */
export async function catchUp() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    do {
      again = false;
      if (!model.opened) break;
      const { id, messages } = model.opened;
      const answer = await get(`/conversations/${id}/messages?after=${messages.at(-1)?.seq ?? 0}`);
      update((before) => m.withMessages(before, answer));
      if (answer.more) again = true;
    } while (again);
    look();
  } catch (error) {
    if (error.code === "unknown") deselect();
    else if (error.code === "not_opened") reopen();
    else if (error.code === "network") setTimeout(catchUp, 2_000);
  } finally {
    fetching = false;
  }
}

function reopen() {
  const id = model.selected;
  set({ selected: null, opened: null });
  if (id) select(id);
}

/** Tell how far the owner has read, once it is on a visible screen. */
function look() {
  const opened = model?.opened, row = opened && model.conversations[opened.id];
  const seq = opened?.messages.at(-1)?.seq ?? 0;
  if (!row || document.hidden || !m.isMine(model, row) || row.state !== "staff" || row.seen_seq >= seq) return;
  post(`/conversations/${opened.id}/seen`, { seq }).catch(() => {});
}

// --- acting

/** Do something to a conversation; return the server's answer, or null where it refused (and the page says why). */
export async function act(id, action, body = {}) {
  try {
    if (PARTING.includes(action)) await sendNow(id);
    return await post(`/conversations/${id}/${action}`, body);
  } catch (error) {
    complain(error);
    if (model.opened?.id === id) catchUp();
    return null;
  }
}

export const take = (row) =>
  row.state === "waiting" ? act(row.id, "claim", { epoch: row.epoch }) : act(row.id, "takeover");

export async function reveal(id, name) {
  try {
    return (await post(`/conversations/${id}/reveal`, { name })).value;
  } catch (error) {
    if (error.code === "prove") return new Promise((show) => set({ dialog: { kind: "prove", then: () => show(reveal(id, name)) } }));
    complain(error);
    return null;
  }
}

/** Show again who one is; tell whether it fitted. */
export async function prove(secret) {
  try {
    return await post("/prove", { secret });
  } catch (error) {
    complain(error.code === "bad_request" ? new Refused("code_wrong") : error);
    return null;
  }
}

export async function setLanguage(language) {
  await post("/language", { language });
  await loadWords(language);
  set({ me: { ...model.me, language } });
}

export async function colleagues() {
  return get("/colleagues");
}

export function complain(error) {
  if (!(error instanceof Refused)) throw error;
  if (error.code === "signed_out") return;
  const key = `error_${error.code}${["not_waiting", "not_owner"].includes(error.code) && !error.holder ? "_nobody" : ""}`;
  const text = say(key, { name: error.holder });
  toast(text === key ? say("error_internal") : text);
}

export function toast(text) {
  set({ toast: text });
  announce("alert", text);
  setTimeout(() => model.toast === text && set({ toast: null }), TOAST_MS);
}

/** Say something to those who hear the page. */
export function announce(region, text) {
  document.getElementById(region).textContent = text;
}

// --- being there

export async function presence() {
  if (!model) return;
  const viewing = document.hidden ? null : model.selected;
  const left = viewing === null ? shown : null; // another page of the same person may show something meanwhile
  shown = viewing;
  try {
    const answer = await post("/presence", { viewing, left, typing: viewing !== null && typing(viewing) });
    heard(answer, answer.now);
  } catch {
    // the stream shows that the connection is lost
  }
}

async function active() {
  if (Date.now() - activeAt < ACTIVE_MS) return;
  await stay();
}

export async function stay() {
  activeAt = Date.now();
  try {
    const answer = await post("/active");
    heard(answer, answer.now);
    changed(model);
  } catch {
    activeAt = 0;
  }
}

let idleAt = Infinity;

function heard(answer, serverNow) {
  clockAhead = Date.parse(serverNow) - Date.now();
  idleAt = Date.parse(answer.idle_at);
}

export const idleIn = () => Math.ceil((idleAt - now()) / 1000); // seconds

function tick() {
  ring();
  if (idleIn() < 0) refresh(); // which leads to the sign-in, if the session is over
  changed(model);
}

// --- alarm

function waiting(conversations) {
  return conversations.filter((one) => one.state === "waiting").map((one) => one.id);
}

function ring() {
  const rows = Object.values(model.conversations), ids = new Set(waiting(rows));
  const fresh = [...ids].filter((id) => !waitingBefore.has(id));
  const urgent = fresh.filter((id) => m.isEmergency(model.conversations[id])).length;
  const count = rows.filter(m.isEmergency).length;
  if (fresh.length) announce(urgent ? "alert" : "status", say(urgent ? "notify_emergency" : "notify_waiting"));
  const late = m.overdue(model, now()).map((one) => one.id), first = late.some((id) => !alarmed.has(id));
  alarmed = new Set(late);
  if (first) announce("alert", say("notify_overdue"));
  const dead = m.resting(model).map((one) => one.title), silent = dead.filter((title) => !silentBefore.includes(title));
  if (silent.length) announce("alert", say("channel_resting", { channel: silent.join(", ") }));
  silentBefore = dead;
  alarm.raise({ silent: silent.length, overdue: late.length, again: first, waiting: fresh.length, emergencies: urgent, count, total: ids.size });
  waitingBefore = ids;
}
