// An open chat: its head, its topics, its messages, and the composer below.
import { transcript } from "./api.js";
import { ChatAvatar } from "./avatar.js";
import { Composer } from "./composer.js";
import { attempt, block, inChat } from "./deeds.js";
import { Icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { Messages } from "./messages.js";
import { titleOf, typingText } from "./names.js";
import { openChat } from "./seats.js";
import { state } from "./store.js";
import { t } from "./strings.js";
import { Topics } from "./topics.js";
import { markRead } from "./unread.js";
import { html, useEffect, useMemo, useState } from "./vendor/preact-htm.js";

const FLASH_MS = 1200;

function showMessage(root, id) {
  const found = root.querySelector(`[data-message="${Number(id)}"]`);
  if (!found) return;
  found.scrollIntoView({ block: "center", behavior: "smooth" });
  found.classList.add("flash");
  setTimeout(() => found.classList.remove("flash"), FLASH_MS);
}

export function Chat({ me, one, thread, at }) {
  const [aim, setAim] = useState(null);           // {kind: "reply" | "edit", message}
  const newest = one.messages.at(-1);
  const topic = thread ? one.topics.get(thread) : null;

  // What bubbles may ask of their chat; one object for its life, so that bubbles needn't be redrawn.
  const desk = useMemo(() => ({
    reply: (message) => setAim({ kind: "reply", message }),
    edit: (message) => setAim({ kind: "edit", message }),
    topic: (id) => openChat(at, one, id),
    show: (id) => showMessage(document.querySelectorAll(".column")[at], id),
  }), [one.id, at]);

  useEffect(() => { setAim(null); }, [thread]);
  useEffect(() => {
    if (newest && !document.hidden) markRead(me.id, one, newest, thread);
  }, [newest?.message_id, thread]);

  return html`
    <div class="chat" data-open=${one.type === "private" ? "bot" : one.key || one.id}>
      <${Head} me=${me} one=${one} at=${at} topic=${topic} />
      ${one.forum && html`<${Topics} me=${me} one=${one} thread=${thread} at=${at} />`}
      <${Messages} me=${me} one=${one} thread=${thread} desk=${desk} />
      <${Composer} key=${`${one.id}/${thread}`} me=${me} one=${one} thread=${thread} topic=${topic} aim=${aim} drop=${() => setAim(null)} />
    </div>`;
}

function Head({ me, one, at, topic }) {
  const bot = one.type === "private";
  const about = one.typing ? html`<span class="typing">${typingText(one)}<i class="dots"><i></i><i></i><i></i></i></span>`
    : bot ? `${t("chat.bot")} · @${state.world.bot?.username ?? ""}`
      : one.type === "channel" ? t("chat.channel") : t("chat.members", { count: one.members.length });

  const more = (event) => openMenu(event, [
    { label: t("chat.transcript"), icon: "file", act: () => open(transcript(one.key || one.id), "_blank", "noopener") },
    ...(bot ? [
      { label: t("chat.start"), icon: "play", act: () => attempt(me.id, "start") },
      me.blocked ? { label: t("chat.unblock"), icon: "check", act: () => block(me, false) }
        : { label: t("chat.block"), icon: "lock", danger: true, act: () => block(me, true) },
      { label: t("chat.join"), icon: "people", act: () => chooseGroup(event, me, at) },
    ] : [{ label: t("chat.leave"), icon: "back", danger: true,
      act: async () => { if (await attempt(me.id, "leave", inChat(one))) openChat(at, null); } }]),
  ]);

  return html`
    <header class="head">
      <button class="round backward" aria-label=${t("back")} onClick=${() => openChat(at, null)}><${Icon} name="back" /></button>
      <${ChatAvatar} one=${one} />
      <div class="titles"><h2>${topic?.name ?? titleOf(one)}</h2><p>${topic ? `${titleOf(one)} · ` : ""}${about}</p></div>
      <button class="round" aria-label=${t("more")} aria-haspopup="menu" onClick=${more}><${Icon} name="more" /></button>
    </header>`;
}

function chooseGroup(event, me, at) {
  const groups = state.world.chats.filter((c) => !c.members?.includes(me.id));
  openMenu(event, groups.map((c) => ({
    label: c.title, hint: c.key, act: async () => { if (await attempt(me.id, "join", { chat: c.key || c.id })) openChat(at, state.chats.get(String(c.id))); },
  })));
}
