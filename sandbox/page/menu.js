// The menu that opens where it was asked for: on a button, a right click or a long press.
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { changed, state } from "./store.js";
import { t } from "./strings.js";
import { html, useEffect, useLayoutEffect, useRef } from "./vendor/preact-htm.js";

const MARGIN_PX = 8;

// items: {label, act, icon?, hint?, avatar?, on?, danger?}; emoji: {list, act(emoji)} makes a first row of them.
export function openMenu(event, items, emoji = null) {
  event.preventDefault();
  event.stopPropagation();
  const box = event.currentTarget?.getBoundingClientRect?.();
  const onButton = box && event.type === "click";
  state.menu = {
    items, emoji, from: document.activeElement,
    x: onButton ? box.left : event.clientX, y: onButton ? box.bottom + 4 : event.clientY, top: onButton ? box.top - 4 : event.clientY,
  };
  changed();
}

function closeMenu() {
  state.menu?.from?.focus?.({ preventScroll: true });
  state.menu = null;
  changed();
}

export function Menu() {
  return state.menu && html`<${Open} menu=${state.menu} />`;
}

function Open({ menu }) {
  const box = useRef(null);
  useLayoutEffect(() => {
    const { offsetWidth: width, offsetHeight: height } = box.current;
    const below = menu.y + height + MARGIN_PX <= innerHeight;
    box.current.style.left = `${Math.max(MARGIN_PX, Math.min(menu.x, innerWidth - width - MARGIN_PX))}px`;
    box.current.style.top = `${below ? menu.y : Math.max(MARGIN_PX, menu.top - height)}px`;
  }, [menu]);
  useEffect(() => { box.current.querySelector("button")?.focus({ preventScroll: true }); }, [menu]);

  const choose = (act) => () => { closeMenu(); act(); };
  const onKey = (event) => {
    if (event.key === "Escape" || event.key === "Tab") { event.preventDefault(); closeMenu(); return; }
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...box.current.querySelectorAll("button")];
    buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length].focus();
  };
  return html`
    <div class="veil" onPointerDown=${(event) => event.target === event.currentTarget && closeMenu()} onContextMenu=${(event) => event.preventDefault()}>
      <div class="menu" role="menu" ref=${box} onKeyDown=${onKey}>
        ${menu.emoji && html`<div class="emoji">${menu.emoji.list.map((one) => html`
          <button role="menuitem" aria-label=${t("message.react", { emoji: one })} onClick=${choose(() => menu.emoji.act(one))}>${one}</button>`)}</div>`}
        ${menu.items.map((item) => html`
          <button role="menuitem" class=${item.danger ? "danger" : ""} aria-current=${item.on ? "true" : null} onClick=${choose(item.act)}>
            ${item.avatar ? html`<${Avatar} name=${item.label} seed=${item.avatar} size="tiny" />` : item.icon && html`<${Icon} name=${item.icon} size="18" />`}
            <span class="label">${item.label}</span>
            ${item.hint && html`<span class="hint">${item.hint}</span>`}
          </button>`)}
      </div>
    </div>`;
}
