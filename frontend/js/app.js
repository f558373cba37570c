/* The start: preferences, words, who is here, then the page the address names. */
import { resume } from "./api.js";
import { loadLanguage } from "./i18n.js";
import { open, start } from "./router.js";
import { applyPreferences, bus } from "./store.js";
import { drawShell, startShell } from "./ui/shell.js";

applyPreferences();
await loadLanguage();

async function begin() {
  try {
    await resume();
  } catch (problem) {
    const { mount } = await import("./views/problem.js");
    drawShell();
    mount(document.getElementById("main"), {}, { problem });
    return;
  }
  drawShell();
  await start();
}

bus.addEventListener("signed-out", () => { drawShell(); open({ afresh: true }); });
bus.addEventListener("signed-in", () => { drawShell(); open({ afresh: true }); });
bus.addEventListener("language", async () => { await loadLanguage(); drawShell(); open({ afresh: true }); });

startShell();
await begin();
