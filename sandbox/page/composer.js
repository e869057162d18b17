// Where a persona writes: words, attachments, commands, a reply or an edit. A draft outlives a look into another chat.
import { attachments, fromFile, picture } from "./attach.js";
import { attempt, block, inChat, say } from "./deeds.js";
import { Icon } from "./icons.js";
import { replyKeyboard, ReplyKeyboard } from "./keyboard.js";
import { oneLine } from "./names.js";
import { state } from "./store.js";
import { t } from "./strings.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "./vendor/preact-htm.js";

const drafts = new Map();
const MOST_PX = 160;

export function Composer({ me, one, thread, topic, aim, drop }) {
  const place = `${me.id}/${one.id}/${thread}`;
  const [text, setText] = useState(drafts.get(place) ?? "");
  const [held, hold] = useState(null);
  const [chosen, choose] = useState(0);                    // in the command menu
  const [keys, showKeys] = useState(true);
  const area = useRef(null), files = useRef(null);

  useEffect(() => { drafts.set(place, text); }, [text]);
  useEffect(() => {
    if (aim?.kind === "edit") setText(aim.message.text);
    if (aim) area.current?.focus();
  }, [aim]);
  useLayoutEffect(() => {
    if (!area.current) return;
    area.current.style.height = "auto";
    area.current.style.height = `${Math.min(area.current.scrollHeight, MOST_PX)}px`;
  }, [text]);

  const attach = attachments(me, one, thread, {
    hold, input: (kind) => { files.current.dataset.kind = kind; files.current.accept = kind === "photo" ? "image/*" : ""; files.current.click(); },
  });
  const keyboard = replyKeyboard(one);
  const word = /^\/(\w*)$/.exec(text)?.[1];
  const offered = word === undefined ? [] : state.commands.filter((c) => c.command.startsWith(word));

  // The field is emptied at once and filled again when the message was refused: nothing typed is lost.
  async function send(words = text) {
    const kept = { text, held }, trimmed = words.trim();
    if (!trimmed && !held) return;
    setText(""); hold(null);
    let done;
    if (aim?.kind === "edit") {
      done = await attempt(me.id, "edit", { ...inChat(one), message: aim.message.message_id, [aim.message.media ? "caption" : "text"]: trimmed });
    } else {
      const reply = aim ? { reply_to: aim.message.message_id } : {};
      const file = held && { [held.kind]: held.data, filename: held.name, mime: held.mime, ...(trimmed && { caption: trimmed }) };
      done = await say(me, one, thread, { ...(file ?? { text: trimmed }), ...reply });
    }
    if (done) drop(); else { setText((now) => now || kept.text); hold((now) => now ?? kept.held); }
  }

  const command = (name) => send(`/${name}${one.type === "private" ? "" : `@${state.world.bot.username}`}`);

  function onKey(event) {
    if (event.isComposing) return;                        // Enter that picks a Chinese word is no sending
    if (offered.length && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      event.preventDefault();
      choose((chosen + (event.key === "ArrowUp" ? offered.length - 1 : 1)) % offered.length);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (offered.length) command(offered[Math.min(chosen, offered.length - 1)].command); else send();
    } else if (event.key === "Escape" && aim) {
      if (aim.kind === "edit") setText("");
      drop();
    }
  }

  if (one.type === "channel") return html`<footer class="composer closed">${t("chat.readonly")}</footer>`;
  if (one.type === "private" && me.blocked) {
    return html`<footer class="composer"><button class="primary wide" onClick=${() => block(me, false)}>${t("chat.unblock")}</button></footer>`;
  }
  if (one.type === "private" && one.loaded && !one.messages.length) {
    return html`<footer class="composer"><button class="primary wide" onClick=${() => attempt(me.id, "start")}>${t("chat.start")}</button></footer>`;
  }
  return html`
    <footer class="composer">
      ${topic?.closed && html`<p class="note"><${Icon} name="lock" size="14" />${t("composer.topic_closed")}</p>`}
      ${offered.length > 0 && html`<div class="commands" role="listbox">${offered.map((c, at) => html`
        <button role="option" aria-selected=${at === chosen} onClick=${() => command(c.command)}><b>/${c.command}</b><span>${c.description}</span></button>`)}</div>`}
      ${aim && html`<${Aim} aim=${aim} drop=${() => { if (aim.kind === "edit") setText(""); drop(); }} />`}
      ${held && html`<${Held} held=${held} drop=${() => hold(null)} />`}
      <div class="line">
        ${state.commands.length > 0 && one.type === "private" && html`
          <button class="round" aria-label=${t("composer.commands")} title=${t("composer.commands")}
            onClick=${() => { setText(text === "/" ? "" : "/"); area.current.focus(); }}><${Icon} name="menu" /></button>`}
        <button class="round" aria-label=${t("attach")} title=${t("attach")} aria-haspopup="menu" onClick=${attach}><${Icon} name="clip" /></button>
        <textarea ref=${area} rows="1" value=${text} aria-label=${t("composer.write")} placeholder=${t(held ? "composer.caption" : "composer.write")}
          onInput=${(event) => { setText(event.target.value); choose(0); }} onKeyDown=${onKey}
          onPaste=${async (event) => {
            const file = picture(event.clipboardData.files);
            if (file) { event.preventDefault(); hold(await fromFile(me, file, "photo")); }
          }}></textarea>
        ${keyboard && html`<button class="round" aria-label=${t("keyboard")} aria-pressed=${keys} onClick=${() => showKeys(!keys)}><${Icon} name="keyboard" /></button>`}
        <button class="round send" aria-label=${t(aim?.kind === "edit" ? "composer.save" : "composer.send")} disabled=${!text.trim() && !held} onClick=${() => send()}>
          <${Icon} name=${aim?.kind === "edit" ? "check" : "send"} /></button>
      </div>
      <input type="file" hidden ref=${files} onChange=${async (event) => {
        const { files: [file], dataset } = event.target;
        hold(await fromFile(me, file, dataset.kind));
        event.target.value = "";
        area.current.focus();
      }} />
      ${keyboard && keys && html`<${ReplyKeyboard} me=${me} one=${one} message=${keyboard} />`}
    </footer>`;
}

function Aim({ aim, drop }) {
  const title = aim.kind === "edit" ? t("composer.editing") : t("composer.reply", { name: aim.message.from?.name ?? "" });
  return html`<div class="aim"><${Icon} name=${aim.kind} /><span><b>${title}</b><small>${oneLine(aim.message)}</small></span>
    <button class="round" aria-label=${t("cancel")} onClick=${drop}><${Icon} name="close" size="16" /></button></div>`;
}

function Held({ held, drop }) {
  return html`<div class="aim"><${Icon} name=${held.kind === "photo" ? "photo" : "file"} /><span><b>${t(`media.${held.kind}`)}</b><small>${held.name}</small></span>
    <button class="round" aria-label=${t("cancel")} onClick=${drop}><${Icon} name="close" size="16" /></button></div>`;
}
