/* The start: preferences, words, who is here, then the page the address names. */
import { resume } from "./api.js";
import { loadLanguage } from "./i18n.js";
import { open, start } from "./router.js";
import { applyPreferences, bus } from "./store.js";
import { drawShell, startShell } from "./ui/shell.js";

const afresh = () => { drawShell(); open({ afresh: true }); };

applyPreferences();
const resumed = resume().then(() => null, (problem) => problem);
await loadLanguage();
const problem = await resumed;

startShell();
drawShell();
if (problem) {
  const { mount } = await import("./views/problem.js");
  mount(document.getElementById("main"), {}, { problem });
} else {
  bus.addEventListener("signed-out", afresh);
  bus.addEventListener("signed-in", afresh);
  bus.addEventListener("language", async () => { await loadLanguage(); afresh(); });
  await start();
}
