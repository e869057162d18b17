// The page's own labels in the chosen language. What the bot says comes in whatever language the bot chose.

const KEY = "linli.language";

let table = {};
let chosen = localStorage.getItem(KEY) ?? (navigator.language.startsWith("zh") ? "zh" : "en");

export async function loadStrings() {
  table = await (await fetch("/page/strings.json")).json();
  apply();
}

export const language = () => chosen;

export function setLanguage(language) {
  chosen = language;
  localStorage.setItem(KEY, language);
  apply();
}

function apply() {
  document.documentElement.lang = chosen === "zh" ? "zh-Hans" : "en";
  document.title = t("app");
}

export const has = (key) => key in table;

// A key that is missing shows as itself: a gap that is seen gets mended.
export function t(key, values = {}) {
  const words = table[key]?.[chosen] ?? key;
  return words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
