// The topics of a forum group: the latest as tabs, all of them in a menu.
import { Icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { openChat } from "./seats.js";
import { t } from "./strings.js";
import { unread } from "./unread.js";
import { html } from "./vendor/preact-htm.js";

const TABS = 12;

// Telegram's six icon colours (and its default) → classes in chat.css.
const COLOURS = { 0x6fb9f0: "blue", 0xffd67e: "yellow", 0xcb86db: "violet", 0x8eee98: "green", 0xff93b2: "rose", 0xfb6f5f: "red" };

export const topicColour = (topic) => COLOURS[topic?.icon_color] ?? "blue";

// Latest word first, closed ones last. One pass over the messages, newest first.
export function sorted(one) {
  const rank = new Map();
  for (let at = one.messages.length - 1; at >= 0 && rank.size < one.topics.size; at--) {
    const { thread } = one.messages[at];
    if (thread && one.topics.has(thread) && !rank.has(thread)) rank.set(thread, rank.size);
  }
  const at = (topic) => rank.get(topic.thread) ?? Infinity;
  return [...one.topics.values()].sort((a, b) => a.closed - b.closed || at(a) - at(b) || b.thread - a.thread);
}

function Tab({ on, open, topic, count, children }) {
  return html`
    <button class="tab" role="tab" aria-selected=${on} onClick=${open} data-topic=${topic?.thread ?? ""} title=${topic?.name ?? null}>
      ${topic && html`<i class=${`dot ${topicColour(topic)}`}></i>`}<span>${children}</span>
      ${topic?.closed && html`<${Icon} name="lock" size="13" />`}
      ${count > 0 && html`<span class="count">${count > 99 ? "99+" : count}</span>`}
    </button>`;
}

export function Topics({ me, one, thread, at }) {
  const all = sorted(one);
  const go = (id) => openChat(at, one, id, true);
  const shown = all.slice(0, TABS);
  const current = thread !== null && all.find((topic) => topic.thread === thread);
  if (current && !shown.includes(current)) shown.unshift(current);
  const list = (event) => openMenu(event, [
    { label: t("topics.all"), on: thread === null, icon: "list", act: () => go(null) },
    { label: t("topics.general"), on: thread === 0, act: () => go(0) },
    ...all.map((topic) => ({
      label: topic.name, on: topic.thread === thread, hint: topic.closed ? t("topics.closed") : null, act: () => go(topic.thread),
    })),
  ]);
  return html`
    <div class="topics">
      <div class="tabs" role="tablist">
        <${Tab} on=${thread === null} open=${() => go(null)}>${t("topics.all")}<//>
        <${Tab} on=${thread === 0} open=${() => go(0)}>${t("topics.general")}<//>
        ${shown.map((topic) => html`
          <${Tab} key=${topic.thread} on=${topic.thread === thread} topic=${topic} open=${() => go(topic.thread)}
            count=${topic.thread === thread ? 0 : unread(me.id, one, topic.thread)}>${topic.name}<//>`)}
      </div>
      <button class="round" aria-label=${t("topics.list")} title=${t("topics.list")} aria-haspopup="menu" onClick=${list}><${Icon} name="list" /></button>
    </div>`;
}
