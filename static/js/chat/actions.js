/** What a reader can do with a message: answer it; edit and delete one's own. */

import { live } from "../live.js";
import { LiveError } from "../live/error.js";
import { button, find } from "./message.js";
import { request } from "./outbox.js";

/**
 * @typedef {{room: string, url: string, me: string, isClosed: boolean, words: DOMStringMap, token: () => string,
 *   reply: (item: HTMLElement) => void, say: (problem: string) => void}} Room
 */

/** Put the buttons on a message. @param {HTMLElement} item @param {Room} room */
export function addActions(item, room) {
  if (room.isClosed || item.classList.contains("message--deleted") || item.querySelector(".message__actions")) return;
  const bar = document.createElement("p");
  bar.className = "message__actions";
  bar.append(button(room.words.reply ?? "", () => room.reply(item)));
  if (item.dataset.author === room.me) {
    bar.append(
      button(room.words.edit ?? "", () => edit(item, room)),
      button(room.words.delete ?? "", () => askToDelete(item, bar, room)),
    );
  }
  item.append(bar);
}

/** @param {HTMLElement} item @param {Room} room */
async function edit(item, room) {
  const seq = Number(item.dataset.seq);
  const message = await attempt(room, () => request("GET", `${room.url}messages/${seq}`, room.token()));
  if (!message || item.querySelector(".message__editor")) return;
  const editor = document.createElement("div");
  editor.className = "message__editor";
  const text = document.createElement("textarea");
  text.className = "input";
  text.value = message.text;
  text.maxLength = 4000;
  text.rows = 3;
  text.setAttribute("aria-label", room.words.edit ?? "");
  const end = () => {
    editor.remove();
    find(item, ".message__text").hidden = false;
  };
  const save = button(room.words.save ?? "", async () => {
    const fields = { text: text.value };
    const done = await attempt(room, () => ask(room, "edit", seq, "PATCH", fields));
    if (done) end();
  });
  editor.append(text, save, button(room.words.cancel ?? "", end));
  find(item, ".message__text").hidden = true;
  find(item, ".message__text").after(editor);
  text.focus();
}

/** @param {HTMLElement} item @param {HTMLElement} bar @param {Room} room */
function askToDelete(item, bar, room) {
  if (bar.querySelector("[data-really]")) return;
  const back = () => {
    really.remove();
    cancel.remove();
  };
  const really = button(room.words.really ?? "", async () => {
    back();
    await attempt(room, () => ask(room, "delete", Number(item.dataset.seq), "DELETE"));
  });
  really.dataset.really = "";
  const cancel = button(room.words.cancel ?? "", back);
  bar.append(really, cancel);
  really.focus();
}

/** Over the socket, else over HTTP. @param {Room} room @param {string} act @param {number} seq @param {string} method @param {object} [fields] */
async function ask(room, act, seq, method, fields) {
  if (live.isOpen) return live.send({ do: act, room: room.room, seq, ...fields });
  return request(method, `${room.url}messages/${seq}`, room.token(), fields);
}

/** @template T @param {Room} room @param {() => Promise<T>} work @returns {Promise<T | null>} */
async function attempt(room, work) {
  try {
    const done = await work();
    room.say("");
    return done;
  } catch (error) {
    if (!(error instanceof LiveError)) throw error;
    room.say(error.code === "away" || error.message === error.code ? (room.words.failed ?? "") : error.message);
    return null;
  }
}
