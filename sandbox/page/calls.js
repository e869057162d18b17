// The pane of Bot API calls: what the bot asked, what it was answered, errors in red.
import { getCalls } from "./api.js";
import { failed, noteEarlier } from "./calllog.js";
import { Icon } from "./icons.js";
import { changed, state } from "./store.js";
import { t } from "./strings.js";
import { clockText } from "./time.js";
import { html, useState } from "./vendor/preact-htm.js";

const SHOWN = 300;

function matching(filter) {
  const words = filter.words.trim().toLowerCase();
  const found = [];
  for (let at = state.calls.items.length - 1; at >= 0 && found.length < SHOWN; at--) {
    const call = state.calls.items[at];
    if (!filter.polls && call.method.toLowerCase() === "getupdates" && !failed(call)) continue;
    if (filter.errors && !failed(call)) continue;
    if (words && !`${call.method} ${JSON.stringify(call.params)} ${JSON.stringify(call.response)}`.toLowerCase().includes(words)) continue;
    found.push(call);
  }
  return found;
}

function gist({ params, response }) {
  if (response?.ok === false) return response.description;
  const to = params?.chat_id === undefined ? "" : `${state.world.chats.find((c) => String(c.id) === String(params.chat_id))?.key
    ?? state.world.personas.find((p) => String(p.user_id) === String(params.chat_id))?.name ?? params.chat_id} `;
  return `${to}${params?.text ?? params?.caption ?? params?.name ?? ""}`.replace(/\s+/g, " ").slice(0, 140);
}

function Call({ call, on, toggle }) {
  const bad = failed(call);
  return html`
    <li class=${`call ${bad ? "bad" : ""} ${call.modelled === false ? "unmodelled" : ""}`}>
      <button aria-expanded=${on} onClick=${toggle}>
        <b>${call.method}</b><span class="status">${call.status ?? call.dropped}</span>
        <span class="ms">${Math.round(call.ms)} ms</span>
        <time>${clockText(Date.parse(call.at))}</time>
        <span class="gist">${gist(call)}</span>
      </button>
      ${on && html`
        <div class="detail">
          <h4>${t("calls.params")}</h4><pre>${JSON.stringify(call.params, null, 2)}</pre>
          ${call.files?.length > 0 && html`<h4>${t("calls.files")}</h4><pre>${JSON.stringify(call.files, null, 2)}</pre>`}
          <h4>${t("calls.response")}</h4><pre>${JSON.stringify(call.response, null, 2)}</pre>
        </div>`}
    </li>`;
}

export function Calls() {
  const [filter, set] = useState({ words: "", errors: false, polls: false });
  const [open, expand] = useState(null);
  const found = matching(filter);
  const box = (name) => html`<label><input type="checkbox" checked=${filter[name]}
    onChange=${(event) => set({ ...filter, [name]: event.target.checked })} />${t(`calls.${name}`)}</label>`;
  return html`
    <aside class="calls" aria-label=${t("calls")}>
      <header>
        <h2>${t("calls")}</h2>
        <button class="plain" onClick=${() => { state.calls.items = []; changed(); }}>${t("calls.clear")}</button>
        <button class="round" aria-label=${t("close")} onClick=${() => { state.calls.open = false; changed(); }}><${Icon} name="close" size="18" /></button>
      </header>
      <label class="search"><${Icon} name="search" size="16" />
        <input type="search" placeholder=${t("calls.filter")} aria-label=${t("calls.filter")} value=${filter.words}
          onInput=${(event) => set({ ...filter, words: event.target.value })} /></label>
      <div class="filters">${box("errors")}${box("polls")}</div>
      <ol>
        ${found.map((call) => html`<${Call} key=${call.seq} call=${call} on=${open === call.seq}
          toggle=${() => expand(open === call.seq ? null : call.seq)} />`)}
        ${!found.length && html`<li class="muted none">${t("calls.none")}</li>`}
      </ol>
      <button class="plain earlier" onClick=${async () => { noteEarlier(await getCalls()); changed(); }}>${t("calls.earlier")}</button>
    </aside>`;
}
