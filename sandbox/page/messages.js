// The running text of a chat: days, bubbles, and where the reader stands in it.
import { Bubble } from "./bubble.js";
import { Icon } from "./icons.js";
import { t } from "./strings.js";
import { dayKey, dayText } from "./time.js";
import { html, useLayoutEffect, useRef, useState } from "./vendor/preact-htm.js";

const PAGE = 200;                 // bubbles drawn at first and with each "earlier"
const NEAR_PX = 80;               // this close to the end counts as reading the newest
const PAUSE_MS = 5 * 60_000;      // after this the same speaker opens anew

// The last `most` messages of the topic (all topics: null), and whether there are earlier ones.
function lastOf(messages, thread, most) {
  const found = [];
  for (let at = messages.length - 1; at >= 0; at--) {
    if (thread !== null && (messages[at].thread ?? 0) !== thread) continue;
    if (found.length === most) return { found: found.reverse(), more: true };
    found.push(messages[at]);
  }
  return { found: found.reverse(), more: false };
}

function opens(before, message) {
  return !before || before.service || before.from?.id !== message.from?.id || before.thread !== message.thread
    || Date.parse(message.at) - Date.parse(before.at) > PAUSE_MS;
}

export function Messages({ me, one, thread, desk }) {
  const [most, setMost] = useState(PAGE);
  const [away, setAway] = useState(false);
  const box = useRef(null);
  const { found, more } = lastOf(one.messages, thread, most);
  const newest = found.at(-1);

  // The box is laid out from its end (column-reverse), so 0 is the newest and the browser keeps it there by itself.
  const toEnd = () => { box.current.scrollTop = 0; };
  useLayoutEffect(() => { if (newest?.from?.persona === me.id) toEnd(); }, [newest?.message_id]);
  useLayoutEffect(() => { toEnd(); setMost(PAGE); }, [one.id, thread]);

  const lines = [];
  let before = null;
  for (const message of found) {
    if (!before || dayKey(before.at) !== dayKey(message.at)) {
      lines.push(html`<p class="day" key=${`day ${dayKey(message.at)}`}>${dayText(message.at)}</p>`);
      before = null;
    }
    const topic = thread === null && message.thread ? one.topics.get(message.thread)?.name ?? null : null;
    const opening = opens(before, message);
    lines.push(html`<${Bubble} key=${message.message_id} me=${me} one=${one} message=${message} desk=${desk}
      opening=${opening} topic=${opening ? topic : null} />`);
    before = message;
  }
  return html`
    <div class="scroll">
      <div class="reversed" ref=${box} tabindex="0" onScroll=${(event) => setAway(event.target.scrollTop < -NEAR_PX)}>
        <div class="messages" role="log" aria-live="polite">
          ${more && html`<button class="earlier" onClick=${() => setMost(most + PAGE)}>${t("chat.earlier")}</button>`}
          ${lines}
          ${!found.length && html`<p class="day">${t("chat.empty")}</p>`}
        </div>
      </div>
      ${away && html`<button class="toend round" aria-label=${t("chat.bottom")} onClick=${toEnd}><${Icon} name="down" /></button>`}
    </div>`;
}
