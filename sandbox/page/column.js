// One persona's messenger: who it is, the list of chats, and the chat that is open.
import { Chat } from "./chat.js";
import { ChatList } from "./chatlist.js";
import { Icon } from "./icons.js";
import { Avatar } from "./avatar.js";
import { choosePersona } from "./personas.js";
import { chatOf, leaveSeat } from "./seats.js";
import { changed, person, personaOf } from "./store.js";
import { t } from "./strings.js";
import { html, useEffect, useRef } from "./vendor/preact-htm.js";

export function Column({ column, at, alone }) {
  const me = personaOf(column.persona);
  const who = person(column.persona);
  const one = chatOf(column);
  if (!me) return html`<section class="column"><p class="hollow">${column.persona}?</p></section>`;
  return html`
    <section class=${one ? "column open" : "column"} data-persona=${me.id} aria-label=${me.name}>
      <header class="who">
        <button class="person" aria-haspopup="menu" title=${t("persona.choose")} onClick=${(event) => choosePersona(event, at)}>
          <${Avatar} name=${me.name} seed=${me.id} size="small" />
          <span class="name">${me.name}</span>
          <span class="role">${me.roles?.join(" · ")}</span>
          <${Icon} name="down" size="16" />
        </button>
        ${!alone && html`
          <button class="round" aria-label=${t("column.close")} title=${t("column.close")}
            onClick=${() => leaveSeat(at)}><${Icon} name="close" size="16" /></button>`}
      </header>
      <div class="messenger">
        <${ChatList} me=${me} who=${who} column=${column} at=${at} />
        ${one
          ? html`<${Chat} key=${one.id} me=${me} who=${who} one=${one} thread=${column.thread} at=${at} />`
          : html`<div class="chat hollow"><p>${t("chat.choose")}</p></div>`}
      </div>
      ${who.toast && html`<div class=${`toast ${who.toast.kind}`} role="status" key=${who.toast.id}>${who.toast.text}</div>`}
      ${who.alert && html`<${Alert} who=${who} />`}
    </section>`;
}

function Alert({ who }) {
  const button = useRef(null);
  useEffect(() => { button.current.focus(); }, []);
  const close = () => { who.alert = null; changed(); };
  return html`
    <div class="alert" role="alertdialog" aria-modal="true" aria-label=${who.alert} onKeyDown=${(event) => event.key === "Escape" && close()}>
      <div class="card"><p>${who.alert}</p><button class="primary" ref=${button} onClick=${close}>${t("ok")}</button></div>
    </div>`;
}
