/** The patient's page: puts the conversation, its line to the gateway and the texts together. */

import "./deepChat.bundle.js";
import { say, speak, language, CHANGED } from "./texts.js";
import { shown } from "./message.js";
import { Thread } from "./thread.js";
import { Transport, freshId } from "./transport.js";

const NOTICE_MS = 4000;
const about = document.body.dataset;
const notice = document.getElementById("notice");
const status = document.getElementById("status");
const limit = Number(about.limit);
let standing = { state: "bot", name: null };
let line = "up";
let noticeTimer;

const welcome = document.getElementById("welcome");
const css = await (await fetch(`${about.static}/chat.css`)).text();
const thread = new Thread(document.getElementById("chat"), { limit, css, welcome, submit: wrote, length: tooLong, typed: () => transport.writes() });
await thread.ready;

const transport = new Transport(
  { language: language(), campaign: about.campaign },
  { message: take, state, typing: (on, name) => thread.typing(on, name), line: lineIs, lost, started, sent, waiting, failed },
);

/** Tell something in the line below the conversation: until something else is told, or for a moment. */
function tell(text, { brief = false, kind = "" } = {}) {
  clearTimeout(noticeTimer);
  notice.textContent = text;
  notice.dataset.kind = kind;
  if (brief) noticeTimer = setTimeout(() => tell(""), NOTICE_MS);
}

function own(given) {
  const id = freshId();
  const view = { key: `own-${id}`, author: "patient", at: new Date().toISOString(), status: "sending", ...given };
  view.entry = { id, text: given.text, payload: given.payload, title: given.title };
  view.retry = () => resend(view);
  return view;
}

function wrote(text) {
  const view = own({ text });
  spendChoices();
  transport.send(view.entry);
  return view;
}

function pressed(view, button) {
  if (view.spent) return;
  view.spent = button.payload;
  view.element.fresh();
  spendChoices();
  const mine = own({ text: button.title, payload: button.payload, title: button.title });
  mine.entry.text = undefined;
  thread.add(mine);
  transport.send(mine.entry);
  thread.focus();
}

function resend(view) {
  view.status = "sending";
  view.element.fresh();
  transport.send(view.entry);
}

/**
 * What the bot offered before the patient's answer is no longer open; what the clinic's own notices offer stays.
 * `words` tells which choice it was, where the conversation is read again.
 */
function spendChoices(words) {
  for (const view of shown.values()) {
    if (view.author === "bot" && view.buttons?.length && !view.spent) {
      view.spent = view.buttons.find((button) => button.title === words)?.payload ?? true;
      view.element?.fresh();
    }
  }
}

function take(message) {
  const mine = message.author === "patient" && shown.get(`own-${message.client_message_id}`);
  if (mine) {
    mine.status = "";
    mine.at = message.at;
    mine.element?.fresh();
    return;
  }
  if (message.author === "patient") spendChoices(message.text);
  if (message.author !== "patient") thread.typing(false);
  const view = { ...message, key: String(message.seq) };
  view.press = (button) => pressed(view, button);
  thread.add(view);
}

function viewOf(entry) {
  return shown.get(`own-${entry.id}`);
}

function sent(entry) {
  viewOf(entry).status = "";
  viewOf(entry).element?.fresh();
}

function waiting(entry, why) {
  viewOf(entry).status = why;
  viewOf(entry).element?.fresh();
}

function failed(entry, error) {
  const view = viewOf(entry);
  view.status = error === "not_offered" ? "expired_choice" : "failed";
  view.element?.fresh();
}

function tooLong(count) {
  if (count > limit) tell(say("too_long", { count, limit }), { kind: "error" });
  else if (count) tell(say("characters", { count, limit }));
  else if (line === "up") tell("");
}

function state(now) {
  standing = now;
  const named = now.state === "staff" && !now.name ? "status_staff_unnamed" : `status_${now.state}`;
  const key = now.state === "returning" ? "status_bot" : named;
  status.textContent = say(key, { name: now.name ?? "" });
  status.dataset.state = now.state;
}

function lineIs(now) {
  if (now === "up" && line === "down") tell(say("back"), { brief: true });
  if (now === "down") {
    thread.typing(false);
    tell(say(navigator.onLine ? "reconnecting" : "offline"), { kind: "error" });
  }
  line = now;
}

function lost() {
  tell(say("session_lost"));
}

function started() {
  thread.announce();
}

function greet() {
  const [title, text, list] = welcome.children;
  title.textContent = say("welcome_title");
  text.textContent = say("welcome_text");
  list.replaceChildren(...say("starters").split("|").map(starter));
  welcome.hidden = false;
}

function starter(words) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  button.addEventListener("click", () => {
    const view = own({ text: words });
    thread.add(view);
    transport.send(view.entry);
    thread.focus();
  });
  item.append(button);
  return item;
}

document.getElementById("languages").addEventListener("click", (event) => {
  const code = event.target.closest("a")?.dataset.language;
  if (!code) return;
  event.preventDefault();
  speak(code);
  transport.choose(code);
  for (const other of document.querySelectorAll("#languages a")) {
    if (other.dataset.language === code) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
});
document.addEventListener(CHANGED, () => {
  state(standing);
  greet();
  tell("");
  document.getElementById("chat").setAttribute("aria-label", say("chat_label"));
});
addEventListener("beforeunload", (event) => transport.unsent && event.preventDefault());

greet();
transport.connect();
