// What covers the page: the enlarged picture and the forms. Escape closes them, as everywhere.
import { NewPersona } from "./personas.js";
import { changed, state } from "./store.js";
import { t } from "./strings.js";
import { html, useEffect, useRef } from "./vendor/preact-htm.js";

function Modal({ close, label, children, look }) {
  const box = useRef(null);
  useEffect(() => { box.current.showModal(); }, []);
  return html`
    <dialog ref=${box} class=${look} aria-label=${label} onClose=${close}
      onClick=${(event) => event.target === box.current && close()}>${children}</dialog>`;
}

export function Dialogs() {
  const shut = (what) => () => { state[what] = null; changed(); };
  if (state.lightbox) {
    return html`
      <${Modal} look="lightbox" label=${t("media.photo")} close=${shut("lightbox")}>
        <button class="bare" onClick=${shut("lightbox")} aria-label=${t("close")}><img src=${state.lightbox} alt=${t("media.photo")} /></button>
      <//>`;
  }
  if (state.dialog?.kind === "persona") {
    const close = shut("dialog");
    return html`<${Modal} look="form" label=${t("persona.new.title")} close=${close}><${NewPersona} at=${state.dialog.at} close=${close} /><//>`;
  }
  return null;
}
