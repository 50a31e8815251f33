// Talking to the desk: requests with the session's token, and the stream that never loses anything.

const token = document.querySelector('meta[name="csrf"]').content;
const RETRY_MS = [500, 1000, 2000, 4000];
const EVENTS = ["conversations", "viewers", "channels", "glass", "writing", "reset", "end"];
const RENEWED_MS = 400; // in which the session's new token, after a fresh proof, reaches the browser

/** A request that was refused: `code` is the server's word, `holder` who has the conversation. */
export class Refused extends Error {
  constructor(code, holder = "") {
    super(code);
    this.code = code;
    this.holder = holder;
  }
}

export async function get(path) {
  return answer(await ask(path, {}));
}

export async function post(path, body = {}, more = {}) {
  const headers = { "content-type": "application/json", "x-csrf-token": token };
  return answer(await ask(path, { method: "POST", headers, body: JSON.stringify(body), ...more }));
}

/** Ask; once more if it is refused, since this may have left with the old token while a proof brought a new one. */
async function ask(path, options) {
  const response = await reach(path, options);
  if (response.status !== 401) return response;
  await new Promise((go) => setTimeout(go, RENEWED_MS));
  return reach(path, options);
}

async function reach(path, options) {
  try {
    return await fetch(`/desk${path}`, options);
  } catch {
    throw new Refused("network");
  }
}

async function answer(response) {
  if (response.status === 401) {
    location.assign("/login");
    throw new Refused("signed_out");
  }
  const body = await response.json().catch(() => ({ error: "internal" }));
  if (!response.ok) throw new Refused(body.error ?? "internal", body.holder);
  return body;
}

/**
 * Follow the stream from `cursor` on. It is opened again from the last event whenever it breaks; the state of a
 * conversation that comes twice does no harm. `reset` is called when everything has to be read anew.
 *
 * A browser has six connections to us, so of all its pages one leads: it keeps the stream and passes on what it hears.
 * Another opens the stream for the moment in which it reads what happened since its snapshot, and listens meanwhile.
 * The page that was there first leads next, from where it is; nothing lies between.
 */
export function follow(cursor, hear) {
  const shared = navigator.locks && `desk ${token}`; // of this session; without TLS there is no such lock
  const channel = shared ? new BroadcastChannel(shared) : null, waiting = new AbortController();
  let source = null, timer, tries = 0, leading = !shared, over = false, release = () => {};

  function take({ name, data, id }) {
    if (over) return;
    cursor = id || cursor;
    hear[name](data);
  }

  function tell(name, data, id = "") {
    if (leading) channel?.postMessage({ name, data, id });
    take({ name, data, id });
  }

  function open() {
    source = new EventSource(`/desk/events?after=${cursor}`);
    source.addEventListener("open", () => { tries = 0; tell("live", true); });
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => {
        tell(name === "end" ? "reset" : name, JSON.parse(event.data), event.lastEventId);
        if (name === "conversations" && !leading) close();
      });
    }
    source.addEventListener("error", () => {
      close(); // the browser's own retry would not carry our cursor after a refusal
      tell("live", false);
      timer = setTimeout(open, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)] * (0.75 + Math.random() / 2));
    });
  }

  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
  }

  function lead() {
    if (over) return undefined;
    leading = true;
    if (!source) { close(); open(); }
    return new Promise((go) => { release = go; });
  }

  if (channel) channel.onmessage = (event) => take(event.data);
  open();
  if (shared) navigator.locks.request(shared, { signal: waiting.signal }, lead).catch(() => {});
  return () => {
    over = true;
    close();
    channel?.close();
    waiting.abort();
    release();
  };
}
