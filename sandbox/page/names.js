// What things are called and what a message says in one line; and the bot's deep links.
import { state } from "./store.js";
import { has, t } from "./strings.js";

export const botName = () => state.world?.bot?.name ?? state.world?.bot?.username ?? "bot";

// A private chat is titled by the other side.
export const titleOf = (one) => (one.type === "private" ? botName() : one.title);

// Chats of one neighbourhood mostly begin with its name, so a picture with the first letter would tell nothing:
// what half of the titles share is passed over. A number stays whole (10, 11, 14).
export function letters(one) {
  const titles = state.world.chats.map((c) => c.title);
  const shared = (length) => 2 * titles.filter((title) => title.startsWith(one.title.slice(0, length))).length > titles.length;
  let skip = 0;
  while (skip < one.title.length - 1 && shared(skip + 1)) skip++;
  const rest = one.title.slice(skip).replace(/^[\s·:：()（）-]+/, "") || one.title;
  return /^\d+/.exec(rest)?.[0] ?? [...rest][0] ?? "?";
}

// What a service message tells, in the page's language.
export const happened = ({ kind, text, about }) => (has(`service.${kind}`) ? t(`service.${kind}`, { about }) : text);

export function oneLine(message) {
  if (!message) return "";
  if (message.deleted) return t("deleted");
  if (message.service) return happened(message.service);
  const kind = message.media?.kind;
  const label = kind && (has(`media.${kind}`) ? t(`media.${kind}`) : kind);
  const text = (message.text ?? "").replace(/\s+/g, " ").slice(0, 160);
  return label ? `[${label}] ${text}`.trim() : text;
}

// The payload of a link t.me/<our bot>?start=…, "" without one, null when it is another link.
export function deepLink(url) {
  const found = /^(?:https?:\/\/)?t\.me\/(\w+)(?:\?(?:.*&)?start=([\w-]*))?$/i.exec(url)
    ?? /^tg:\/\/resolve\?domain=(\w+)(?:&start=([\w-]*))?$/i.exec(url);
  if (!found || found[1].toLowerCase() !== state.world?.bot?.username?.toLowerCase()) return null;
  return found[2] ?? "";
}

export function typingText(one) {
  const key = `typing.${one.typing.action}`;
  return t(has(key) ? key : "typing.typing");
}
