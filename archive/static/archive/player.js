/* Load a YouTube player only after a click, so that nothing is asked of another host before.

   <div data-player="https://www.youtube-nocookie.com/embed/XXXXXXXXXXX" data-title="…" data-start="0">
     <button type="button">録画を再生する</button>
   </div>
   <button type="button" data-seek="754" data-for="player-id">12:34 から再生</button>
*/

const HOST = "https://www.youtube-nocookie.com/embed/";

export function playerAddress(address, seconds) {
  if (!address.startsWith(HOST) || !/^[A-Za-z0-9_-]{11}$/.test(address.slice(HOST.length))) return null;
  return `${address}?autoplay=1&rel=0&start=${Math.max(0, Math.floor(Number(seconds) || 0))}`;
}

function play(holder, seconds) {
  const address = playerAddress(holder.dataset.player, seconds);
  if (!address) return;
  const frame = document.createElement("iframe");
  frame.src = address;
  frame.title = holder.dataset.title;
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  frame.allowFullscreen = true;
  // YouTube answers error 153 without a referrer; the origin alone is enough.
  frame.referrerPolicy = "strict-origin-when-cross-origin";
  holder.replaceChildren(frame);
  frame.focus();
}

if (typeof document !== "undefined") {
  for (const holder of document.querySelectorAll("[data-player]")) {
    holder.querySelector("button")?.addEventListener("click", () => play(holder, 0));
  }
  for (const button of document.querySelectorAll("[data-seek]")) {
    const holder = document.getElementById(button.dataset.for);
    if (!holder) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      play(holder, button.dataset.seek);
      holder.scrollIntoView({ block: "center" });
    });
  }
}
