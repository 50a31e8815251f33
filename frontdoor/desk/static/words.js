// The sentences of the page, and how instants and durations are written. `say` gives a sentence with its {places} filled.

export const LANGUAGES = ["en", "es"]; // in which patients are answered

let sentences = {};
let language = "en";

export async function loadWords(wanted) {
  const response = await fetch(`/desk/texts/${wanted}`);
  sentences = await response.json();
  language = wanted;
  document.documentElement.lang = wanted;
}

export function say(key, values = {}) {
  const sentence = sentences[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

export function knows(key) {
  return key in sentences;
}

/** A sentence for `<prefix>_<name>`, or the name itself with blanks where there is none. */
export function named(prefix, name) {
  return knows(`${prefix}_${name}`) ? say(`${prefix}_${name}`) : String(name ?? "").replaceAll("_", " ");
}

export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return say("seconds", { n: seconds });
  if (seconds < 3600) return say("minutes", { n: Math.floor(seconds / 60) });
  if (seconds < 2 * 86400) return say("hours", { n: Math.floor(seconds / 3600) });
  return say("days", { n: Math.floor(seconds / 86400) });
}

export function clock(instant) {
  const at = new Date(instant);
  const today = at.toDateString() === new Date().toDateString();
  const how = today ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return at.toLocaleString(language, how);
}

export function inLanguage(code) {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code);
  } catch {
    return code;
  }
}
