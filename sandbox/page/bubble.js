// One message: a bubble left or right, or a line in the middle when the messenger itself speaks.
import { attempt, followLink, inChat, say } from "./deeds.js";
import { Avatar, hue } from "./avatar.js";
import { Text } from "./entities.js";
import { Icon } from "./icons.js";
import { InlineKeyboard } from "./keyboard.js";
import { Media } from "./media.js";
import { openMenu } from "./menu.js";
import { happened, oneLine } from "./names.js";
import { findMessage, state } from "./store.js";
import { language, t } from "./strings.js";
import { hourMinute } from "./time.js";
import { Component, html } from "./vendor/preact-htm.js";

const CHINESE = /[\u3400-\u9fff]/;

const EMOJI = ["👍", "❤️", "🙏", "😁", "😢", "👎"];
const LONG_PRESS_MS = 500;
const SHAKE_PX = 10;         // a finger is never quite still

// A chat of thousands is redrawn on each event; only bubbles whose message is another object are.
export class Bubble extends Component {
  shouldComponentUpdate(next) {
    return ["message", "opening", "topic", "desk"].some((name) => next[name] !== this.props[name]) || this.language !== language();
  }

  menu = (event) => {
    const { me, one, message, desk } = this.props;
    if (!getSelection().isCollapsed) return;            // the browser's own menu, to copy what is marked
    const mine = message.from?.persona === me.id;
    openMenu(event, [
      { label: t("message.reply"), icon: "reply", act: () => desk.reply(message) },
      message.text && { label: t("message.copy"), icon: "copy", act: () => navigator.clipboard?.writeText(message.text) },
      mine && message.text && { label: t("message.edit"), icon: "edit", act: () => desk.edit(message) },
      mine && { label: t("message.delete"), icon: "trash", danger: true,
        act: () => attempt(me.id, "delete", { ...inChat(one), message: message.message_id }) },
    ].filter(Boolean), {
      list: EMOJI,
      act: (emoji) => attempt(me.id, "react", {
        ...inChat(one), message: message.message_id, emoji: message.reactions?.[me.id]?.includes(emoji) ? "" : emoji,
      }),
    });
  };

  press = (event) => {
    if (event.pointerType === "mouse") return;
    const { clientX: x, clientY: y, currentTarget } = event;
    const timer = setTimeout(() => this.menu({ clientX: x, clientY: y, currentTarget, preventDefault() {}, stopPropagation() {} }), LONG_PRESS_MS);
    const end = (later) => {
      if (later.type === "pointermove" && Math.hypot(later.clientX - x, later.clientY - y) < SHAKE_PX) return;
      clearTimeout(timer);
      for (const name of ["pointermove", "pointerup", "pointercancel"]) removeEventListener(name, end);
    };
    for (const name of ["pointermove", "pointerup", "pointercancel"]) addEventListener(name, end);
  };

  // A click on what has an action of its own, or while marking text, is no wish to reply.
  click = (event) => {
    if (state.menu || event.target.closest("a, button, audio, video, progress, summary, .spoiler") || !getSelection().isCollapsed) return;
    this.props.desk.reply(this.props.message);
  };

  render({ me, one, message, opening, topic, desk }) {
    this.language = language();
    if (message.service) return html`<p class="service" data-message=${message.message_id}>${happened(message.service)}</p>`;
    const mine = message.from?.persona === me.id;
    const quoted = message.reply_to && message.reply_to !== message.thread ? message.reply_to : null;
    const inline = message.buttons?.length > 0 && message.markup !== "reply";
    const group = one.type === "supergroup";
    const actions = { link: (url, event) => followLink(me, url, event), command: (text) => say(me, one, message.thread, { text }) };
    return html`
      <article class=${`row ${mine ? "out" : "in"} ${opening ? "opening" : ""}`} data-message=${message.message_id}>
        ${group && !mine && html`<span class="side">${opening && html`<${Avatar} name=${message.from?.name} seed=${message.from?.id} size="small" icon=${message.is_bot ? "house" : null} />`}</span>`}
        <div class="stack">
          <div class=${`bubble ${message.media ? `with-${message.media.kind}` : ""} ${message.text ? "" : "wordless"}`}
            onClick=${this.click} onContextMenu=${this.menu} onPointerDown=${this.press}>
            ${topic && html`<button class="topictag" onClick=${() => desk.topic(message.thread)}># ${topic}</button>`}
            ${group && !mine && opening && html`<p class=${`sender ${hue(message.from?.id)}`}>${message.from?.name}${message.is_bot && html`<i>${t("chat.bot")}</i>`}</p>`}
            ${quoted && html`<${Quote} one=${one} id=${quoted} desk=${desk} />`}
            ${message.media && html`<${Media} media=${message.media} />`}
            <div class="words">
              ${message.text && html`<span class="text" dir="auto" lang=${CHINESE.test(message.text) ? null : "en"}><${Text} text=${message.text} entities=${message.entities} actions=${actions} /></span>`}
              <span class="meta">${message.edited && html`<span>${t("edited")}</span>`}
                <time datetime=${message.at}>${hourMinute(message.at)}</time>
                ${mine && html`<${Icon} name="check" size="13" />`}</span>
            </div>
          </div>
          <${Reactions} reactions=${message.reactions} />
          ${inline && html`<${InlineKeyboard} me=${me} one=${one} message=${message} />`}
        </div>
      </article>`;
  }
}

function Quote({ one, id, desk }) {
  const original = findMessage(one, id);
  if (original?.service) return null;           // the first message of a topic is its creation
  return html`
    <button class="quote" onClick=${() => desk.show(id)}>
      <b>${original?.from?.name ?? ""}</b><span>${original ? oneLine(original) : t("deleted")}</span>
    </button>`;
}

// {who: [emoji, …]} → each emoji once, with how many chose it
function Reactions({ reactions }) {
  const count = new Map();
  for (const emoji of Object.values(reactions ?? {}).flat()) count.set(emoji, (count.get(emoji) ?? 0) + 1);
  return count.size > 0 && html`<p class="reactions">${[...count].map(([emoji, times]) => html`
    <span>${emoji}${times > 1 && html` <b>${times}</b>`}</span>`)}</p>`;
}
