// The buttons under a message, and the keyboard that stands in for the composer's.
import { followLink, tap } from "./deeds.js";
import { Icon } from "./icons.js";
import { deepLink } from "./names.js";
import { html, useState } from "./vendor/preact-htm.js";

const SCAN = 200;     // an older reply keyboard has long left everybody's screen

export function InlineKeyboard({ me, one, message }) {
  const [pressed, press] = useState(null);
  const push = async (button, row, column) => {
    if (button.url) { followLink(me, button.url); return; }
    const mine = `${row}.${column}`;
    press(mine);
    await tap(me, one, message, row, column);
    press((now) => (now === mine ? null : now));
  };
  return html`
    <div class="keys inline">
      ${message.buttons.map((row, y) => html`<div class="keyrow">${row.map((button, x) => html`
        <button class=${`key ${button.style ?? ""} ${pressed === `${y}.${x}` ? "busy" : ""}`} aria-busy=${pressed === `${y}.${x}`} onClick=${() => push(button, y, x)}>
          ${button.text}${button.url && deepLink(button.url) === null && html`<${Icon} name="external" size="12" />`}
        </button>`)}</div>`)}
    </div>`;
}

// The newest message of the bot that sets or removes a reply keyboard decides; null when there is none.
export function replyKeyboard(one) {
  for (let at = one.messages.length - 1; at >= Math.max(0, one.messages.length - SCAN); at--) {
    const message = one.messages[at];
    if (!message.is_bot || !message.markup || message.markup === "inline") continue;
    return message.markup === "reply" && message.buttons?.length ? message : null;
  }
  return null;
}

export function ReplyKeyboard({ me, one, message }) {
  return html`
    <div class="keys reply">
      ${message.buttons.map((row, y) => html`<div class="keyrow">${row.map((button, x) => html`
        <button class="key" onClick=${() => tap(me, one, message, y, x)}>${button.text}</button>`)}</div>`)}
    </div>`;
}
