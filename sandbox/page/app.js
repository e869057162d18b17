// The whole page: bar, "try this", the personas side by side, the pane of calls, and what floats above them.
import { Calls } from "./calls.js";
import { Column } from "./column.js";
import { Dialogs } from "./dialogs.js";
import { Menu } from "./menu.js";
import { Plays } from "./plays.js";
import { roomFor } from "./room.js";
import { changed, state } from "./store.js";
import { t } from "./strings.js";
import { Topbar } from "./topbar.js";
import { html } from "./vendor/preact-htm.js";

export function App() {
  const columns = state.columns.slice(0, roomFor());           // the others wait in the address until the window is wider
  const reading = columns.length === 1 && columns[0].chat;
  return html`
    <div class=${reading ? "page reading" : "page"}>
      <${Topbar} room=${roomFor()} />
      ${state.offline && html`<p class="banner error" role="alert">${t("sandbox.gone")}</p>`}
      ${state.calls.unmodelled && html`<${Unmodelled} call=${state.calls.unmodelled} />`}
      <${Plays} />
      <main class="stage">
        <div class="columns" style=${{ "--columns": columns.length || 1 }}>
          ${columns.map((column, at) => html`<${Column} key=${`${at}/${column.persona}`} column=${column} at=${at} alone=${columns.length === 1} />`)}
        </div>
        ${state.calls.open && html`<${Calls} />`}
      </main>
      <${Menu} />
      <${Dialogs} />
    </div>`;
}

// A method that isn't modelled must not be mistaken for one that works.
function Unmodelled({ call }) {
  return html`
    <p class="banner error" role="alert">
      ${t("calls.unmodelled", { method: call.method })}
      <button class="plain" onClick=${() => { state.calls.unmodelled = null; changed(); }}>
        ${t("ok")}
      </button>
    </p>`;
}
