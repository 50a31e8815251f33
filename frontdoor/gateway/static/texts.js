/** What the page says, in the language that the patient chose. */

const all = JSON.parse(document.getElementById("texts").textContent);
const about = document.body.dataset;

export const CHANGED = "frontdoor:language";

/** The language of the page: a key of the texts. */
export function language() {
  return document.documentElement.lang;
}

/** The text `key`, with the clinic's facts and `values` filled in for {name}. */
export function say(key, values = {}) {
  const known = { clinic: about.clinic, assistant: about.assistant, phone: about.phone, emergency: about.emergency };
  const filled = { ...known, ...values };
  return all[language()][key].replace(/\{(\w+)\}/g, (whole, name) => filled[name] ?? whole);
}

/** Speak `code` from now on; everything that stands on the page is said again. */
export function speak(code) {
  if (!(code in all)) return;
  document.documentElement.lang = code;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  document.title = say("title");
  document.dispatchEvent(new Event(CHANGED));
}
