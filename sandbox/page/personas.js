// Choosing who sits in a column, and the form for somebody new.
import { addPersona, ApiError } from "./api.js";
import { refreshWorld } from "./events.js";
import { openMenu } from "./menu.js";
import { seat } from "./seats.js";
import { changed, state } from "./store.js";
import { t } from "./strings.js";
import { html, useState } from "./vendor/preact-htm.js";

export function choosePersona(event, at) {
  const items = state.world.personas.map((p) => ({
    label: p.name, hint: p.roles?.join(" · "), avatar: p.id, on: state.columns[at]?.persona === p.id,
    act: () => seat(at, p.id),
  }));
  openMenu(event, [...items, { label: t("persona.new"), icon: "plus", act: () => { state.dialog = { kind: "persona", at }; changed(); } }]);
}

export function NewPersona({ at, close }) {
  const [form, set] = useState({ id: "", name: "", language: "zh-hans" });
  const [error, fail] = useState(null);
  const field = (name) => ({ name, value: form[name], onInput: (event) => set({ ...form, [name]: event.target.value }) });

  async function create(event) {
    event.preventDefault();
    try {
      await addPersona(form);
      await refreshWorld();
      close();
      seat(at, form.id);
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      fail(problem.message);
    }
  }

  return html`
    <form class="card" onSubmit=${create}>
      <h2>${t("persona.new.title")}</h2>
      <p class="muted">${t("persona.new.hint")}</p>
      <label>${t("persona.name")}<input ...${field("name")} required maxlength="64" autofocus /></label>
      <label>${t("persona.id")}<input ...${field("id")} required pattern="[a-z][a-z0-9_\-]{0,31}" autocapitalize="off" /></label>
      <label>${t("persona.language")}
        <select ...${field("language")}><option value="zh-hans">中文</option><option value="en">English</option></select>
      </label>
      ${error && html`<p class="problem" role="alert">${error}</p>`}
      <div class="actions">
        <button type="button" class="plain" onClick=${close}>${t("cancel")}</button>
        <button class="primary">${t("persona.create")}</button>
      </div>
    </form>`;
}
