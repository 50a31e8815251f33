/** One message of the conversation, built of text nodes only: nothing that anybody writes becomes markup. */

import { CHANGED, language, say } from "./texts.js";

const OPENS = new Set(["http:", "https:", "tel:", "sms:"]);
const LONGEST_LABEL = 48;
const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

/** Every message that is shown, by its key. */
export const shown = new Map();

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [property, value] of Object.entries(properties)) {
    if (property in made) made[property] = value;
    else made.setAttribute(property, value);
  }
  made.append(...children);
  return made;
}

/** `address` if it may be opened from here, else null. */
export function safeAddress(address) {
  try {
    return OPENS.has(new URL(address, location.href).protocol) ? address : null;
  } catch {
    return null;
  }
}

function link(address, label, className) {
  const same = new URL(address, location.href);
  const leaves = same.protocol.startsWith("http");
  const made = element("a", { href: address, className, rel: "noopener noreferrer" }, label);
  if (leaves) {
    made.target = "_blank";
    made.append(element("span", { className: "hidden" }, ` (${say("new_tab")})`));
  }
  return made;
}

/** What a link says of `address`: where it leads, in short. */
function labelled(address) {
  const { origin, host, pathname } = new URL(address);
  if (origin === location.origin && pathname.startsWith("/v/")) return say("visit_page");
  const plain = host + (pathname === "/" ? "" : pathname);
  return plain.length > LONGEST_LABEL ? `${plain.slice(0, LONGEST_LABEL)}…` : plain;
}

/** `text` as nodes, its addresses as links. */
function linked(text) {
  const nodes = [];
  let from = 0;
  for (const { 0: address, index } of text.matchAll(LINK)) {
    nodes.push(text.slice(from, index), safeAddress(address) ? link(address, labelled(address), "link") : address);
    from = index + address.length;
  }
  return [...nodes, text.slice(from)];
}

function clock(at) {
  const then = new Date(at);
  const far = then.toDateString() !== new Date().toDateString();
  const day = far ? { weekday: "short", month: "short", day: "numeric" } : {};
  return new Intl.DateTimeFormat(language(), { hour: "numeric", minute: "2-digit", ...day }).format(then);
}

function author({ author: who, name }) {
  if (who === "staff") return name ? say("author_staff", { name }) : say("author_staff_unnamed");
  return say(`author_${who}`);
}

/**
 * `<fd-message data-key>` shows the message with that key: {author, name, text, language, buttons, attachment, at,
 * continues, spent, status, press(button), retry()}. `fresh()` shows it again after a change.
 */
export class Message extends HTMLElement {
  #again = () => this.fresh();

  connectedCallback() {
    document.addEventListener(CHANGED, this.#again);
    this.fresh();
  }

  disconnectedCallback() {
    document.removeEventListener(CHANGED, this.#again);
  }

  fresh() {
    const view = shown.get(this.dataset.key);
    if (!view) return;
    view.element = this;
    this.dataset.author = view.author;
    const focused = this.contains(this.getRootNode().activeElement);
    this.replaceChildren(...this.#parts(view));
    if (focused) this.querySelector("button:not(:disabled), a")?.focus();
  }

  #parts(view) {
    const parts = [
      element("p", { className: view.continues || view.author === "patient" ? "hidden" : "author" }, author(view)),
    ];
    if (view.text !== view.attachment?.filename) {
      const lang = view.language || language();
      parts.push(element("div", { className: "text", dir: "auto", lang }, ...linked(view.text)));
    }
    if (view.attachment && safeAddress(view.attachment.url)) parts.push(this.#file(view.attachment));
    if (view.buttons?.length) parts.push(this.#choices(view));
    parts.push(this.#foot(view));
    return parts;
  }

  #file({ url, filename }) {
    return link(url, say("open_file", { name: filename }), "file");
  }

  #choices(view) {
    const group = element("div", { className: view.spent ? "choices spent" : "choices", role: "group", "aria-label": say("choices") });
    for (const button of view.buttons) {
      if (button.url === undefined) group.append(this.#choice(view, button));
      else if (safeAddress(button.url)) group.append(link(button.url, button.title, "choice call"));
    }
    return group;
  }

  #choice(view, button) {
    const made = element("button", { type: "button", className: "choice", disabled: Boolean(view.spent) }, button.title);
    if (view.spent === button.payload) made.classList.add("chosen");
    made.addEventListener("click", () => view.press(button));
    return made;
  }

  #foot(view) {
    const foot = element("p", { className: "foot" });
    if (view.status) {
      foot.append(element("span", { className: `status ${view.status}` }, say(view.status)));
      if (view.status === "failed") {
        const again = element("button", { type: "button", className: "again" }, say("try_again"));
        again.addEventListener("click", () => view.retry());
        foot.append(" ", again);
      }
    } else {
      foot.append(element("time", { dateTime: view.at }, clock(view.at)));
    }
    return foot;
  }
}

customElements.define("fd-message", Message);
