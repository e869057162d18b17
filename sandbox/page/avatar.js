// A round picture with the first letter of a name, in a colour that stays with the person.
import { Icon } from "./icons.js";
import { letters } from "./names.js";
import { html } from "./vendor/preact-htm.js";

const HUES = 8;      // classes hue-0 … hue-7 in base.css

export function hue(seed) {
  let sum = 0;
  for (const character of String(seed)) sum = (sum * 31 + character.codePointAt(0)) >>> 0;
  return `hue-${sum % HUES}`;
}

export function Avatar({ name, seed = name, size = "", icon = null, letter = null }) {
  const first = letter ?? ([...(name ?? "").trim()][0] ?? "?").toUpperCase();
  return html`<span class=${`avatar ${size} ${icon === "house" ? "ours" : hue(seed)}`} aria-hidden="true">
    ${icon ? html`<${Icon} name=${icon} size="24" />` : first}</span>`;
}

// The bot wears the house, a channel the horn, a group the first letter that tells it from the others.
export function ChatAvatar({ one }) {
  const icon = { private: "house", channel: "horn" }[one.type] ?? null;
  return html`<${Avatar} seed=${one.id} icon=${icon} letter=${letters(one)} />`;
}
