// World time in the world's own zone. The viewer's zone never counts: the neighbourhood is where it is.
import { state } from "./store.js";
import { language, t } from "./strings.js";

const DAY_MS = 86_400_000;

// Minutes east of UTC, as the clock's ISO text says.
function offset() {
  const found = /([+-])(\d\d):?(\d\d)$/.exec(state.clock.now ?? "");
  return found ? (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) : 0;
}

// A Date whose UTC fields read as the world's wall clock.
function wall(moment) {
  return new Date(moment + offset() * 60_000);
}

export function nowMs() {
  if (!state.clock.now) return null;
  return Date.parse(state.clock.now) + performance.now() - state.clock.heard;
}

const format = (moment, options) =>
  new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", { timeZone: "UTC", ...options }).format(wall(moment));

export const hourMinute = (iso) => wall(Date.parse(iso)).toISOString().slice(11, 16);
export const clockText = (moment) => wall(moment).toISOString().slice(11, 19);
export const dateText = (moment) =>
  `${format(moment, { month: "short", day: "numeric" })} ${format(moment, { weekday: "short" })}`;
export const dayKey = (iso) => wall(Date.parse(iso)).toISOString().slice(0, 10);

// The heading above a day's messages.
export function dayText(iso) {
  const key = dayKey(iso), now = nowMs();
  if (now && key === wall(now).toISOString().slice(0, 10)) return t("today");
  if (now && key === wall(now - DAY_MS).toISOString().slice(0, 10)) return t("yesterday");
  return dateText(Date.parse(iso));
}

// In the chat list: the hour today, else the date.
export function shortText(iso) {
  const now = nowMs();
  if (now && dayKey(iso) === wall(now).toISOString().slice(0, 10)) return hourMinute(iso);
  return format(Date.parse(iso), { month: "numeric", day: "numeric" });
}

// Seconds until the wall clock next shows this hour.
export function secondsUntil(hour) {
  const now = wall(nowMs());
  const target = new Date(now);
  target.setUTCHours(hour, 0, 0, 0);
  if (target <= now) target.setUTCDate(target.getUTCDate() + 1);
  return Math.ceil((target - now) / 1000);
}

export const duration = (seconds) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
