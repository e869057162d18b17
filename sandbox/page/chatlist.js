// The list of a persona's chats: newest first, with the last message and how many are unread.
import { ChatAvatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { oneLine, titleOf, typingText } from "./names.js";
import { chatOf, openChat } from "./seats.js";
import { changed, chat } from "./store.js";
import { language, t } from "./strings.js";
import { shortText } from "./time.js";
import { unread } from "./unread.js";
import { html } from "./vendor/preact-htm.js";

const lastAt = (one) => Date.parse(one.messages.at(-1)?.at ?? 0) || 0;

// The chat with the bot stays on top until another one has news: it is what the page is for.
const order = (a, b) => lastAt(b) - lastAt(a) || (b.type === "private") - (a.type === "private") || a.title.localeCompare(b.title, language(), { numeric: true });

export function ChatList({ me, who, column, at }) {
  const sought = who.search.trim().toLowerCase();
  const shown = who.chats.map(chat)
    .filter((one) => !sought || titleOf(one).toLowerCase().includes(sought) || one.key?.includes(sought)
      || one.messages.slice(-200).some((m) => m.text?.toLowerCase().includes(sought)))
    .sort(order);
  const current = chatOf(column);
  return html`
    <nav class="chatlist">
      <label class="search"><${Icon} name="search" size="16" />
        <input type="search" placeholder=${t("search")} aria-label=${t("search")} value=${who.search}
          onInput=${(event) => { who.search = event.target.value; changed(); }} />
      </label>
      <ul>
        ${shown.map((one) => html`<${Row} key=${one.id} me=${me} one=${one} at=${at} on=${one === current} />`)}
        ${!shown.length && html`<li class="muted none">${t(sought ? "search.none" : "chat.empty")}</li>`}
      </ul>
    </nav>`;
}

function Row({ me, one, at, on }) {
  const last = one.messages.at(-1);
  const count = unread(me.id, one);
  const title = titleOf(one);
  const speaker = last && one.type === "supergroup" && !last.service
    ? `${last.from?.persona === me.id ? t("you") : last.from?.name ?? ""}: ` : "";
  return html`
    <li>
      <button class="chatrow" aria-current=${on ? "true" : null} data-chat=${one.type === "private" ? "bot" : one.key || one.id}
        onClick=${() => openChat(at, one)}>
        <${ChatAvatar} one=${one} />
        <span class="title">${title}</span>
        <time>${last && shortText(last.at)}</time>
        ${one.typing
          ? html`<span class="last typing">${typingText(one)}…</span>`
          : html`<span class="last">${speaker && html`<b>${speaker}</b>`}${oneLine(last)}</span>`}
        ${count > 0 && html`<span class="count">${count > 99 ? "99+" : count}</span>`}
      </button>
    </li>`;
}
