// What can be sent beside words, and how a chosen file becomes something to send.
import { say } from "./deeds.js";
import { openMenu } from "./menu.js";
import { toast } from "./store.js";
import { t } from "./strings.js";

const MOST_BYTES = 50 * 1024 * 1024;        // what the real server takes

function base64(file) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(file);
  });
}

// kind: photo or document. Returns {kind, name, mime, data}, or null after saying why not.
export async function fromFile(me, file, kind) {
  if (!file) return null;
  if (file.size > MOST_BYTES) { toast(me.id, `${file.name}: > 50 MB`, "error"); return null; }
  return { kind, name: file.name, mime: file.type, data: await base64(file) };
}

export const picture = (files) => [...files].find((file) => file.type.startsWith("image/"));

// hold(attachment) keeps it above the composer until it is sent with its caption; input(kind) opens the file chooser.
export function attachments(me, one, thread, { hold, input }) {
  return (event) => openMenu(event, [
    { label: t("attach.photo"), icon: "photo", act: () => input("photo") },
    { label: t("attach.photo_sample"), icon: "photo", act: () => hold({ kind: "photo", name: t("attach.photo_sample"), data: "sample" }) },
    { label: t("attach.voice_sample"), icon: "voice", act: () => say(me, one, thread, { voice: "sample" }) },
    { label: t("attach.file"), icon: "file", act: () => input("document") },
    { label: t("attach.location"), icon: "pin", act: () => say(me, one, thread, { location: "sample" }) },
    { label: t("attach.contact"), icon: "phone", act: () => say(me, one, thread, { contact: "sample" }) },
  ]);
}
