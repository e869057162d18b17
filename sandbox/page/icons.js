// Line icons, 24 units square, drawn here so that the page needs no icon font.
import { html } from "./vendor/preact-htm.js";

const PATHS = {
  send: "M4 12 20 4l-5 16-3.5-6.5L4 12Zm7.5 1.5L20 4",
  clip: "m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 4.8 4.8l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.4L14.5 7.3",
  back: "M15 5 8 12l7 7",
  down: "m6 9 6 6 6-6",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  close: "M6 6l12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm5-2 4.5 4.5",
  reply: "M10 6 4 12l6 6M4.5 12H14a6 6 0 0 1 6 6v.5",
  edit: "M4 20h4L19 9l-4-4L4 16v4ZM13 7l4 4",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  play: "M8 5v14l11-7L8 5Z",
  pause: "M8 5v14M16 5v14",
  stop: "M7 7h10v10H7z",
  pin: "M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21Zm0-9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  file: "M6 3h8l4 4v14H6V3Zm8 0v4h4",
  photo: "M4 5h16v14H4V5Zm0 11 5-5 4 4 3-3 4 4M15.5 9v.01",
  voice: "M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3Zm-6-3a6 6 0 0 0 12 0M12 18v3",
  phone: "M5 4h4l1.5 5-2.5 1.5a12 12 0 0 0 5.5 5.5L15 13.5l5 1.5v4a1.5 1.5 0 0 1-1.5 1.5A15.5 15.5 0 0 1 3.5 5.5 1.5 1.5 0 0 1 5 4Z",
  lock: "M6 11h12v9H6v-9Zm2.5 0V8a3.5 3.5 0 0 1 7 0v3",
  code: "m8 8-4 4 4 4M16 8l4 4-4 4M13.5 5l-3 14",
  forward: "M4 6v12l8-6-8-6Zm9 0v12l8-6-8-6Z",
  menu: "M4 7h16M4 12h16M4 17h16",
  keyboard: "M3 6h18v12H3V6Zm4 4v.01M11 10v.01M15 10v.01M7 14h10",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9a6 6 0 0 1 12 0M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5a6 6 0 0 1 3 5.5",
  check: "m5 12.5 4.5 4.5L19 7.5",
  list: "M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01",
  house: "M4 11.5 12 5l8 6.5M6.5 10v9h11v-9M10 14.5h4",
  horn: "M5 10v4h3l7 4V6l-7 4H5Zm13-1a4 4 0 0 1 0 6",
  external: "M9 6h9v9M18 6 7 17",
};

export const Icon = ({ name, size = 20 }) => html`
  <svg class=${`icon icon-${name}`} width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
