// What a message carries beside words: pictures, sounds, files, places, cards.
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { changed, state } from "./store.js";
import { t } from "./strings.js";
import { duration } from "./time.js";
import { html, useRef, useState } from "./vendor/preact-htm.js";

function size(bytes) {
  if (bytes == null) return "";
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function Photo({ media }) {
  const known = media.width && media.height;
  return html`
    <button class="photo" aria-label=${t("media.enlarge")} onClick=${() => { state.lightbox = media.url; changed(); }}>
      <img src=${media.url} alt=${media.name || t("media.photo")} loading="lazy"
        style=${known ? { aspectRatio: `${media.width} / ${media.height}` } : {}} />
    </button>`;
}

function Voice({ media }) {
  const sound = useRef(null);
  const [state, set] = useState({ playing: false, at: 0, broken: false });
  const total = media.duration || sound.current?.duration || 0;
  const toggle = () => {
    if (!sound.current.paused) { sound.current.pause(); return; }
    sound.current.play().catch(() => set({ playing: false, at: 0, broken: true }));
  };
  return html`
    <div class="voice">
      <button class="round filled" aria-label=${t(state.playing ? "media.pause" : "media.play")} onClick=${toggle}>
        <${Icon} name=${state.playing ? "pause" : "play"} /></button>
      <span class="wave"><progress max="1" value=${total ? Math.min(1, state.at / total) : 0} aria-label=${t("media.voice")}></progress>
        <small>${state.broken ? t("media.unplayable") : duration(state.at || total)}</small></span>
      <audio ref=${sound} src=${media.url} preload="none"
        onPlay=${() => set((was) => ({ ...was, playing: true }))}
        onPause=${() => set((was) => ({ ...was, playing: false }))}
        onTimeUpdate=${(event) => set((was) => ({ ...was, at: event.target.currentTime }))}
        onEnded=${() => set({ playing: false, at: 0, broken: false })}></audio>
    </div>`;
}

function Document({ media }) {
  return html`
    <a class="file" href=${media.url} download=${media.name || "file"}>
      <span class="round filled"><${Icon} name="file" /></span>
      <span><b>${media.name || t("media.document")}</b><small>${size(media.size)}</small></span>
    </a>`;
}

// No map tiles: the page asks no other host for anything.
function Place({ media }) {
  return html`
    <div class="map"><span class="ground"><${Icon} name="pin" size="30" /></span>
      <small>${t("media.location")} ${media.latitude?.toFixed(5)}, ${media.longitude?.toFixed(5)}</small></div>`;
}

function Contact({ media }) {
  return html`
    <div class="contact"><${Avatar} name=${media.name || "?"} />
      <span><b>${media.name}</b><small>${media.phone_number}</small></span></div>`;
}

export function Media({ media }) {
  switch (media.kind) {
    case "photo": return html`<${Photo} media=${media} />`;
    case "voice": case "audio": return html`<${Voice} media=${media} />`;
    case "video": return html`<video src=${media.url} controls preload="none" aria-label=${t("media.video")}></video>`;
    case "location": return html`<${Place} media=${media} />`;
    case "contact": return html`<${Contact} media=${media} />`;
    default: return html`<${Document} media=${media} />`;
  }
}
