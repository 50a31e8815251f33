// What staff write. A draft is kept until the server has it; a reply waits some seconds, in which it can be taken back.
// In memory only: nothing of it outlives the page.

import { act, announce, catchUp, current, draw, presence } from "./controller.js";
import { isMine } from "./model.js";
import { preferences } from "./preferences.js";
import { post } from "./server.js";
import { say } from "./words.js";

export const UNDO_MS = 5_000;
const TYPING_MS = 6_000, TELL_MS = 4_000;

const drafts = new Map(); // conversation: {reply, note, mode, id}
const leaving = new Map(); // conversation: the reply that goes out in a moment
let typedAt = 0, toldAt = 0, stopped;

export const draftOf = (id) => drafts.get(id) ?? { reply: "", note: "", mode: "reply" };
export const leavingFrom = (id) => leaving.get(id);
export const allLeaving = () => [...leaving.entries()].map(([conversation, one]) => ({ ...one, conversation }));

export function keepDraft(id, changes) {
  const draft = { ...draftOf(id), ...changes };
  if ("reply" in changes || "note" in changes) delete draft.id; // another text is another message
  drafts.set(id, draft);
  if ("reply" in changes || "note" in changes) tellTyping();
  draw();
}

/** Whether somebody is seen typing here: a note of the owner is no answer that a patient could wait for. */
export function typing(id) {
  const row = current().conversations[id];
  return Boolean(row) && Date.now() - typedAt < TYPING_MS && (draftOf(id).mode === "reply" || !isMine(current(), row));
}

function tellTyping() {
  typedAt = Date.now();
  clearTimeout(stopped);
  stopped = setTimeout(presence, TYPING_MS + 100);
  if (typedAt - toldAt < TELL_MS) return;
  toldAt = typedAt;
  presence();
}

function stopTyping() {
  clearTimeout(stopped);
  typedAt = toldAt = 0;
  presence();
}

/** Send the draft; `after` is done once the server has it. A reply can be taken back for some seconds before. */
export async function send(id, after) {
  const draft = draftOf(id), text = draft[draft.mode].trim(), row = current().conversations[id];
  if (!text || !row || draft.sending) return;
  const message = { text, id: draft.id ?? freshId(), epoch: row.epoch, name: row.name, after };
  stopTyping();
  if (draft.mode === "note" || !preferences.undo) {
    drafts.set(id, { ...draft, id: message.id, sending: true });
    draw();
    const done = await deliver(id, draft.mode, message);
    const { sending, id: _, ...kept } = draftOf(id);
    drafts.set(id, done ? { ...kept, [draft.mode]: "" } : { ...kept, id: message.id });
    return draw();
  }
  sendNow(id); // what was written before it goes first
  drafts.set(id, { ...draft, reply: "", id: undefined });
  leaving.set(id, { ...message, until: Date.now() + UNDO_MS, timer: setInterval(() => pass(id), 1_000) });
  announce("status", say("undo_said"));
  draw();
}

function pass(id) {
  if (leaving.get(id)?.until <= Date.now()) sendNow(id);
  else draw(); // a second less
}

/** Let the reply go that waits to be sent, if there is one. */
export async function sendNow(id) {
  const message = takeOut(id);
  if (message && !(await deliver(id, "reply", message))) giveBack(id, message);
}

/** Take the reply back into the composer. */
export function undo(id) {
  const message = takeOut(id);
  if (!message) return;
  giveBack(id, message);
  announce("status", say("undone"));
}

function takeOut(id) {
  const message = leaving.get(id);
  clearInterval(message?.timer);
  leaving.delete(id);
  draw();
  return message;
}

function giveBack(id, message) {
  const draft = draftOf(id);
  drafts.set(id, { ...draft, mode: "reply", reply: [message.text, draft.reply].filter(Boolean).join("\n"), id: draft.reply ? undefined : message.id });
  draw();
}

async function deliver(id, mode, { text, id: client_message_id, epoch, after }) {
  const answer = await act(id, mode, mode === "reply" ? { text, client_message_id, epoch } : { text, client_message_id });
  if (!answer) return false;
  if (current().opened?.id === id) catchUp();
  await after?.();
  return true;
}

/** An id that no other message has. (`crypto.randomUUID` is missing on plain http.) */
export function freshId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A page that goes away sends at once what was to be sent: nobody is there any more to take it back.
addEventListener("pagehide", () => {
  for (const { conversation, text, id, epoch } of allLeaving()) {
    post(`/conversations/${conversation}/reply`, { text, client_message_id: id, epoch }, { keepalive: true }).catch(() => {});
  }
});
