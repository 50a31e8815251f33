// What the page knows, and how news changes it. Pure: no fetch, no document. Every function returns a new model.

export const TABS = ["waiting", "mine", "all", "closed"];

export function fromSnapshot(snapshot, before = {}) {
  return {
    tab: "waiting", filter: {}, selected: null, opened: null, dialog: null, toast: null, found: null, writing: {},
    ...before,
    me: snapshot.me, clinic: snapshot.clinic, services: snapshot.services, states: snapshot.states, limits: snapshot.limits, templated: snapshot.templated, channels: snapshot.channels, glass: snapshot.glass, platforms: snapshot.platforms, cursor: snapshot.cursor, live: true,
    conversations: Object.fromEntries(snapshot.conversations.map((one) => [one.id, one])),
  };
}

/** Take in the present state of some conversations; what is older than what we have is left out. */
export function withConversations(model, news) {
  const conversations = { ...model.conversations }, writing = { ...model.writing };
  for (const one of news) {
    const known = conversations[one.id];
    if (known && BigInt(known.xid) > BigInt(one.xid)) continue;
    if (known?.last_patient_seq < one.last_patient_seq) delete writing[one.id]; // what was being typed has come
    if (one.gone) delete conversations[one.id];
    else conversations[one.id] = one;
  }
  return { ...model, conversations, writing };
}

export function withViewers(model, viewers) {
  const conversations = { ...model.conversations };
  for (const one of Object.values(conversations)) {
    const now = viewers[one.id] ?? [];
    if (now.length || one.viewers.length) conversations[one.id] = { ...one, viewers: now };
  }
  return { ...model, conversations };
}

export function withOpened(model, answer) {
  const opened = { ...answer, id: answer.conversation.id, statuses: {} };
  return withConversations({ ...model, opened }, [answer.conversation]);
}

/** Take in newer messages of the opened conversation. */
export function withMessages(model, answer) {
  if (model.opened?.id !== answer.conversation.id) return model;
  const known = new Set(model.opened.messages.map((one) => one.seq));
  const messages = [...model.opened.messages, ...answer.messages.filter((one) => !known.has(one.seq))];
  messages.sort((one, other) => one.seq - other.seq);
  const { conversation, messages: _, more, ...about } = answer;
  const opened = { ...model.opened, ...about, messages };
  return withConversations({ ...model, opened }, [conversation]);
}

export function withEarlier(model, answer) {
  if (model.opened?.id !== answer.conversation.id) return model;
  const opened = { ...model.opened, messages: [...answer.messages, ...model.opened.messages], more: answer.more };
  return { ...model, opened };
}

export function isMine(model, one) {
  return one.owner?.id === model.me.id && (one.state === "staff" || one.state === "returning");
}

export function isEmergency(one) {
  return one.priority === 0 && one.state === "waiting";
}

export function emergencies(model) {
  return Object.values(model.conversations).filter(isEmergency).sort(byUrgency);
}

/** The rows of a tab that pass the filter; emergencies stand above all tabs, whatever the filter, and are not repeated. */
export function listed(model, tab) {
  const wanted = Object.entries(model.filter).filter(([, value]) => value);
  const all = Object.values(model.conversations).filter((one) => wanted.every(([name, value]) => one[name] === value));
  if (tab === "waiting") return all.filter((one) => one.state === "waiting" && !isEmergency(one)).sort(byUrgency);
  if (tab === "mine") return all.filter((one) => isMine(model, one)).sort(byUrgency);
  if (tab === "closed") return all.filter((one) => one.state === "closed").sort(latest("closed_at"));
  return all.filter((one) => one.state !== "closed" && !isEmergency(one)).sort(latest("last_patient_at"));
}

export function unread(model, one) {
  return isMine(model, one) && one.last_patient_seq > one.seen_seq;
}

/** Why the composer is closed (a sentence's key), or null. Notes are always possible. */
export function locked(model, one, now) {
  if (one.state === "staff" && isMine(model, one)) {
    if (one.stopped) return "locked_stopped";
    const over = one.window_expires_at && Date.parse(one.window_expires_at) <= now;
    return over && !model.templated.includes(one.channel) ? "locked_window" : null;
  }
  return `locked_${one.state}`;
}

/** How late a conversation is: "late", "warn" or null; of those who wait, and of those whom staff have not answered. */
export function lateness(model, one, now) {
  const { next_reply: next } = model.limits, past = (at) => at && Date.parse(at) <= now;
  if (one.state === "waiting") return past(one.late_at) ? "late" : past(one.warn_at) ? "warn" : null; // the clinic's hours are in it
  return one.unanswered && one.last_patient_at && (now - Math.max(Date.parse(one.last_patient_at), Date.parse(one.claimed_at))) / 1000 >= next ? "late" : null;
}

/** The channels on which nothing goes out, since their platform refuses our token. */
export function resting(model) {
  return model.channels.filter((one) => one.kind === "token");
}

/** Emergencies that nobody has claimed in time. */
export function overdue(model, now) {
  return emergencies(model).filter((one) => (now - Date.parse(one.waiting_since)) / 1000 >= model.limits.unclaimed);
}

function byUrgency(one, other) {
  return one.priority - other.priority || compare(one.waiting_since ?? "", other.waiting_since ?? "") || compare(one.id, other.id);
}

function latest(field) {
  return (one, other) => compare(other[field] ?? "", one[field] ?? "") || compare(one.id, other.id);
}

function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}
