// Switches of this browser. Nothing about patients is ever kept here.

const PLACE = "desk-preferences";
const DEFAULTS = { sound: true, alarm: true, notifications: false, keys: true, undo: true, theme: "system" };

export const preferences = { ...DEFAULTS, ...read() };

export function prefer(changes) {
  Object.assign(preferences, changes);
  localStorage.setItem(PLACE, JSON.stringify(preferences));
  showTheme();
}

export function showTheme() {
  const root = document.documentElement;
  if (preferences.theme === "system") delete root.dataset.theme;
  else root.dataset.theme = preferences.theme;
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(PLACE)) ?? {};
  } catch {
    return {};
  }
}
