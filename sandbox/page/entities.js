// Text with Telegram's entities → elements. Text stays text: nothing a person wrote ever becomes markup.
import { html, useState } from "./vendor/preact-htm.js";

const PLAIN = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const SAFE_LINK = /^(https?|tg|mailto|tel):/i;

// Offsets are UTF-16 units, which is how this language counts too. Overlaps are cut so that the parts nest.
export function tree(text, entities) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return branch(text, 0, text.length, sorted);
}

function branch(text, from, to, rest) {
  const parts = [];
  let at = from;
  while (rest.length) {
    const entity = rest.shift();
    const start = Math.max(entity.offset, at), end = Math.min(entity.offset + entity.length, to);
    if (end <= start) continue;
    if (start > at) parts.push(text.slice(at, start));
    const inner = [], later = [];
    while (rest.length && rest[0].offset < end) {
      const next = rest.shift(), nextEnd = next.offset + next.length;
      inner.push(nextEnd > end ? { ...next, length: end - next.offset } : next);
      if (nextEnd > end) later.push({ ...next, offset: end, length: nextEnd - end });
    }
    rest.unshift(...later);
    parts.push({ entity, text: text.slice(start, end), parts: branch(text, start, end, inner) });
    at = end;
  }
  if (at < to) parts.push(text.slice(at, to));
  return parts;
}

function Spoiler({ children }) {
  const [shown, show] = useState(false);
  return html`<span class=${shown ? "spoiler shown" : "spoiler"} role="button" tabindex="0"
    onClick=${(event) => { event.stopPropagation(); show(true); }}
    onKeyDown=${(event) => event.key === "Enter" && show(true)}>${children}</span>`;
}

export function linkOf(entity, text) {
  const href = {
    url: /^[a-z]+:/i.test(text) ? text : `https://${text}`, text_link: entity.url,
    email: `mailto:${text}`, phone_number: `tel:${text.replace(/[^\d+]/g, "")}`,
  }[entity.type];
  return href && SAFE_LINK.test(href) ? href : null;
}

function element(part, actions) {
  if (typeof part === "string") return part;
  const { entity, text } = part;
  const inner = part.parts.map((one) => element(one, actions));
  const Tag = PLAIN[entity.type];
  if (Tag) return html`<${Tag}>${inner}<//>`;
  const link = linkOf(entity, text);
  if (link) {
    return html`<a href=${link} target="_blank" rel="noopener noreferrer"
      onClick=${(event) => actions?.link?.(link, event)}>${inner}</a>`;
  }
  switch (entity.type) {
    case "pre": return html`<pre><code>${inner}</code></pre>`;
    case "blockquote": return html`<blockquote>${inner}</blockquote>`;
    case "expandable_blockquote": return html`<details class="quoted"><summary>${text.slice(0, 40)}…</summary>${inner}</details>`;
    case "spoiler": return html`<${Spoiler}>${inner}<//>`;
    case "bot_command": return html`<button class="textlink" onClick=${() => actions?.command?.(text)}>${inner}</button>`;
    case "mention": case "text_mention": case "hashtag": case "cashtag": return html`<span class="mention">${inner}</span>`;
    default: return inner;
  }
}

// actions: link(url, event) and command(text) are called when such a part is pressed.
export function Text({ text, entities, actions }) {
  return tree(text, entities).map((part) => element(part, actions));
}
