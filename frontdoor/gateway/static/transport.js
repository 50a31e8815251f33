/**
 * The page's line to the gateway. Messages go out one after the other under ids of their own until the gateway has
 * them; what comes in is read once, in order, whatever breaks in between: everything after the last seq we have.
 */

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15000;
const TIMEOUT = 20000;
const TYPING_EVERY = 4000;
const QUIET = 45000; // hidden for longer than this: the stream may have died without a word

/** An id that no other message has. (`crypto.randomUUID` is missing on plain http.) */
export function freshId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Transport {
  #queue = [];
  #last = 0;
  #conversation = null;
  #stream = null;
  #pumping = false;
  #state = "bot";
  #toldAt = 0;
  #connecting = false;
  #beginning = null;
  #ready = false;
  #down = false;
  #wake = () => {};
  #hiddenAt = 0;

  /**
   * @param {{language: string, campaign: string}} about what a new session begins with
   * @param {object} on what happens: message(message, fromHistory), state({state, name}), typing(bool),
   *   line("up" | "down"), lost(), started(), sent(entry), waiting(entry, why), failed(entry, error)
   */
  constructor(about, on) {
    this.about = about;
    this.on = on;
    addEventListener("online", () => this.#again());
    addEventListener("offline", () => this.#broken());
    addEventListener("pageshow", (event) => event.persisted && this.#again());
    document.addEventListener("visibilitychange", () => this.#seen());
  }

  /** How many messages the gateway does not have yet. */
  get unsent() {
    return this.#queue.length;
  }

  /** Send `{id, text}` or `{id, payload, title}`, now or as soon as it can be; what becomes of it is told afterwards. */
  send(entry) {
    this.#queue.push(entry);
    if (this.#ready) this.#pump();
    else if (this.#down) queueMicrotask(() => this.#keep());
  }

  /** Let the person who has the conversation see that the patient types; every few seconds is enough. */
  writes() {
    if (!this.#ready || !["staff", "waiting"].includes(this.#state) || Date.now() - this.#toldAt < TYPING_EVERY) return;
    this.#toldAt = Date.now();
    this.#call("POST", "/chat/typing", {}).catch(() => null); // nothing is lost with it
  }

  /** Keep the language that the patient chose with the conversation. */
  async choose(language) {
    this.about.language = language;
    if (this.#ready) await this.#call("PATCH", "/chat/sessions", { language }).catch(() => null);
  }

  /** Read what there is, then follow; until it works. */
  async connect() {
    if (this.#connecting) return;
    this.#connecting = true;
    for (let pause = FIRST_PAUSE; !(await this.#catchUp()); pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      this.#broken();
      await this.#rest(pause);
    }
    this.#connecting = false;
    this.#ready = true;
    this.#down = false;
    this.on.line("up");
    this.on.started();
    this.#follow();
    this.#pump();
  }

  #again() {
    this.#wake();
    this.#stream?.close();
    this.connect();
  }

  #broken() {
    this.#down = true;
    this.on.line("down");
    if (!this.#ready) this.#keep();
  }

  /** Say of what was written before there ever was a line that it waits for one. */
  #keep() {
    for (const entry of this.#queue) this.on.waiting(entry, "not_sent_yet");
  }

  #seen() {
    if (document.hidden) this.#hiddenAt = Date.now();
    else if (this.#hiddenAt && Date.now() - this.#hiddenAt > QUIET) this.#again();
  }

  /** Take everything after the last message we have; false when the gateway could not be asked. */
  async #catchUp() {
    try {
      if (!(await this.#begin())) return false;
      for (;;) {
        const answer = await this.#call("GET", `/chat/messages?after=${this.#last}`);
        if (!answer.ok) return false;
        const { messages } = await answer.json();
        if (!messages.length) return true;
        for (const message of messages) this.#take(message, true);
      }
    } catch {
      return false;
    }
  }

  /** Go on with the session of this browser, or begin one: only one, whoever of us finds at once that there is none. */
  #begin() {
    return (this.#beginning ??= this.#open().finally(() => (this.#beginning = null)));
  }

  /** Ask for the session; its token is in a cookie that scripts cannot read. */
  async #open() {
    const { language, campaign } = this.about;
    const answer = await this.#call("POST", "/chat/sessions", { cookie: true, language, campaign: campaign || null });
    if (!answer.ok) return false;
    const { conversation } = await answer.json();
    if (this.#conversation && this.#conversation !== conversation) {
      this.#last = 0;
      this.on.lost();
    }
    this.#conversation = conversation;
    return true;
  }

  #follow() {
    this.#stream?.close();
    const stream = new EventSource(`/chat/events?after=${this.#last}`);
    this.#stream = stream;
    stream.onmessage = (event) => this.#take(JSON.parse(event.data), false);
    stream.addEventListener("typing", (event) => {
      const { typing, name } = JSON.parse(event.data);
      this.on.typing(typing, name);
    });
    stream.addEventListener("state", (event) => {
      const now = JSON.parse(event.data);
      this.#state = now.state;
      this.on.state(now);
    });
    stream.onerror = () => {
      if (this.#stream !== stream) return;
      stream.close(); // our own re-opening says what we have; the browser's would not after a 502
      this.on.typing(false);
      this.connect();
    };
  }

  #take(message, fromHistory) {
    if (message.seq <= this.#last) return;
    this.#last = message.seq;
    this.on.message(message, fromHistory);
  }

  async #pump() {
    if (this.#pumping || !this.#ready) return;
    this.#pumping = true;
    let pause = FIRST_PAUSE;
    while (this.#queue.length) {
      const entry = this.#queue[0];
      const outcome = await this.#post(entry);
      if (outcome.again) {
        this.on.waiting(entry, outcome.why);
        await this.#rest(outcome.wait ?? pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      } else {
        this.#queue.shift();
        pause = FIRST_PAUSE;
        if (outcome.error) this.on.failed(entry, outcome.error);
        else this.on.sent(entry);
      }
    }
    this.#pumping = false;
  }

  async #post({ id, text, payload, title }) {
    const body = payload === undefined ? { client_message_id: id, text } : { client_message_id: id, payload, title };
    try {
      const answer = await this.#call("POST", "/chat/messages", body);
      if (answer.status === 202) return {};
      if (answer.status === 401) return { again: true, why: "not_sent_yet", wait: (await this.#begin()) ? 0 : undefined };
      const wait = 1000 * Number(answer.headers.get("Retry-After")) || undefined;
      if (answer.status === 429) return { again: true, why: "slow_down", wait };
      if (answer.status >= 500 || answer.status === 408) return { again: true, why: "not_sent_yet", wait };
      return { error: (await answer.json().catch(() => ({}))).error ?? "refused" };
    } catch {
      return { again: true, why: "not_sent_yet" };
    }
  }

  async #call(method, path, body) {
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    return fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT),
    });
  }

  /** Wait `ms`, or until there is a reason to try at once. */
  #rest(ms) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        others();
        resolve();
      };
      const timer = setTimeout(done, ms);
      const others = this.#wake;
      this.#wake = done;
    });
  }
}
