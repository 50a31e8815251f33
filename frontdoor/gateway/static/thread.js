/** The conversation on the page: Deep Chat for the list and the composer, our own messages in it. */

import { CHANGED, say } from "./texts.js";
import { shown } from "./message.js";

// Set before it renders: otherwise Deep Chat sets its own size and colours, and asks Google for a font.
const OUTSIDE = { width: "100%", height: "100%", border: "0 none", backgroundColor: "transparent", fontSize: "1rem" };
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif";
const TYPING_AFTER = 300; // ms; a quick answer needs no dots
const NEAR_LIMIT = 0.9;
const NEAR_END = 60; // px

/** Two timers of Deep Chat race to render it, on a slow device both do, and the second throws away the first. */
function renderOnce(chat) {
  const render = chat.onRender.bind(chat);
  chat.onRender = () => {
    chat.onRender = () => {};
    render();
  };
}

function isAtEnd({ scrollHeight, scrollTop, clientHeight }) {
  return scrollHeight - scrollTop - clientHeight < NEAR_END;
}

export class Thread {
  #chat;
  #last = null;
  #typing;
  #typingName = null;
  #typingTimer;

  /**
   * @param {HTMLElement} place where the chat goes
   * @param {{limit: number, css: string, welcome: HTMLElement, submit: (text: string) => object,
   *   length: (count: number) => void, typed: () => void}} given `submit` returns the view of what the patient wrote
   */
  constructor(place, { limit, css, welcome, submit, length, typed }) {
    this.limit = limit;
    this.length = length;
    this.typed = typed;
    this.#chat = document.createElement("deep-chat");
    const chat = this.#chat;
    Object.assign(chat.style, OUTSIDE, { fontFamily: FONT });
    chat.auxiliaryStyle = css;
    chat.remarkable = { html: false };
    chat.displayLoadingBubble = false;
    chat.textInput = { placeholder: { text: say("placeholder") } };
    chat.submitButtonStyles = { position: "inside-end" };
    chat.validateInput = (text) => this.#valid(text ?? "");
    chat.errorMessages = { displayServiceErrorMessages: false, overrides: { default: say("failed"), service: say("failed") } };
    chat.connect = { websocket: true, handler: (_, signals) => this.#listen(signals, submit) };
    chat.append(welcome);
    this.ready = new Promise((resolve) => (chat.onComponentRender = () => resolve(this.#prepare())));
    renderOnce(chat);
    place.append(chat);
    document.addEventListener(CHANGED, () => this.#label());
  }

  /** Show `view` at the end. */
  add(view) {
    this.#place(view);
    const role = view.author === "patient" ? "user" : view.author;
    this.#chat.addMessage({ role, html: `<fd-message data-key="${view.key}"></fd-message>` });
  }

  /** Say that the bot, or the person called `name`, is writing, or has stopped. */
  typing(on, name = null) {
    clearTimeout(this.#typingTimer);
    this.#typingName = name;
    if (!on) this.#typing.hidden = true;
    else this.#typingTimer = setTimeout(() => this.#showTyping(), TYPING_AFTER);
  }

  /** From now on new messages are read out. */
  announce() {
    this.#part("messages").setAttribute("aria-live", "polite");
  }

  focus() {
    this.#part("text-input").focus();
  }

  #part(id) {
    return this.#chat.shadowRoot.getElementById(id);
  }

  #prepare() {
    const messages = this.#part("messages");
    messages.setAttribute("role", "log");
    messages.setAttribute("aria-live", "off"); // until the history is there
    messages.tabIndex = 0;
    this.#part("text-input").setAttribute("aria-multiline", "true");
    this.#part("text-input").tabIndex = 0;
    this.#part("text-input").addEventListener("input", (event) => event.isTrusted && this.typed());
    this.#typing = document.createElement("p");
    this.#typing.className = "typing";
    this.#typing.hidden = true;
    this.#typing.setAttribute("aria-hidden", "true");
    messages.append(this.#typing);
    this.#stayAtEnd(messages);
    this.#label();
  }

  /** Whoever reads the newest goes on seeing it, also where a line above or below takes some of the room. */
  #stayAtEnd(messages) {
    let atEnd = true;
    messages.addEventListener("scroll", () => (atEnd = isAtEnd(messages)), { passive: true });
    new ResizeObserver(() => atEnd && this.#chat.scrollToBottom()).observe(messages);
  }

  /** Deep Chat's own parts in the language of the page. */
  #label() {
    this.#chat.setPlaceholderText(say("placeholder"));
    this.#part("messages").setAttribute("aria-label", say("log_label"));
    for (const button of this.#chat.shadowRoot.querySelectorAll(".input-button")) {
      button.setAttribute("aria-label", say("send"));
      button.setAttribute("role", "button");
    }
    this.#sayTyping();
  }

  #sayTyping() {
    const name = this.#typingName;
    this.#typing.textContent = name ? say("typing_staff", { name }) : say("typing");
  }

  #listen(signals, submit) {
    signals.onOpen();
    signals.newUserMessage.listener = (body) => {
      const text = body.messages.at(-1).text;
      const bubbles = this.#chat.shadowRoot.querySelectorAll(".user-message-text");
      const view = this.#place(submit(text));
      const made = document.createElement("fd-message");
      made.dataset.key = view.key;
      bubbles[bubbles.length - 1].replaceChildren(made); // our message where Deep Chat put its own
      bubbles[bubbles.length - 1].classList.add("html-message");
      this.#part("text-input").dispatchEvent(new Event("input")); // the composer is empty now: so looks the button
      this.#chat.scrollToBottom();
    };
  }

  #place(view) {
    view.continues = this.#last?.author === view.author && this.#last?.name === view.name;
    this.#last = view;
    shown.set(view.key, view);
    return view;
  }

  #valid(text) {
    const count = [...text.trim()].length;
    this.length(count > this.limit * NEAR_LIMIT ? count : 0);
    return count > 0 && count <= this.limit;
  }

  #showTyping() {
    const messages = this.#part("messages");
    const atEnd = isAtEnd(messages);
    this.#sayTyping();
    this.#typing.hidden = false;
    if (atEnd) this.#chat.scrollToBottom();
  }
}
