// Talking to the desk: requests with the session's token, and the stream that never loses anything.

const token = document.querySelector('meta[name="csrf"]').content;
const RETRY_MS = [500, 1000, 2000, 4000];
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
 */
export function follow(cursor, { conversations, viewers, channels, glass, writing, reset, live }) {
  let source, timer, tries = 0;

  function open() {
    source = new EventSource(`/desk/events?after=${cursor}`);
    source.addEventListener("open", () => { tries = 0; live(true); });
    source.addEventListener("conversations", (event) => { cursor = event.lastEventId || cursor; conversations(JSON.parse(event.data)); });
    source.addEventListener("viewers", (event) => viewers(JSON.parse(event.data)));
    source.addEventListener("glass", (event) => glass(JSON.parse(event.data)));
    source.addEventListener("channels", (event) => channels(JSON.parse(event.data)));
    source.addEventListener("writing", (event) => writing(JSON.parse(event.data).id));
    source.addEventListener("reset", () => { stop(); reset(); });
    source.addEventListener("end", () => { stop(); reset(); });
    source.addEventListener("error", () => {
      source.close(); // the browser's own retry would not carry our cursor after a refusal
      live(false);
      clearTimeout(timer);
      timer = setTimeout(open, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)] * (0.75 + Math.random() / 2));
    });
  }

  function stop() {
    clearTimeout(timer);
    source.close();
  }

  open();
  return stop;
}
