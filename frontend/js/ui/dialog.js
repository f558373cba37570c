/* One dialog at a time: a heading, a body, one thing to do. It keeps its text until the thing is done. */
import { faults, focusSummary, goToField, newId, summary, values } from "../form.js";
import { html, listen, render } from "../html.js";
import { t } from "../i18n.js";
import { bus } from "../store.js";

let close = () => {};
bus.addEventListener("signed-out", () => close(null));

/** Show a dialog and wait for its end.
    body(errors) -> Markup; confirm: words of the button, none for a dialog that only tells;
    check(values) -> errors; submit(values, id) does the thing, `id` being this dialog's for every try;
    typed(values): called as the person writes. Resolves with what submit returned, or null. */
export function ask({ title, body, confirm, cancel = t("state.cancel"), tone = "primary", failed, check, submit, typed }) {
  const box = document.createElement("dialog");
  box.setAttribute("aria-labelledby", "dialog-title");
  const state = { errors: [], busy: false };
  const id = newId();
  const draw = () => render(box, html`<form method="dialog" novalidate data-act="send">
    <h2 id="dialog-title" tabindex="-1">${title}</h2>
    <div class="dialog-body">${summary(failed ?? title, state.errors)}${body(state.errors)}</div>
    <div class="actions"><button type="button" class="button" data-act="cancel">${cancel}</button>
      ${confirm && html`<button type="submit" class="button ${tone}"${state.busy && html` aria-disabled="true"`}>${
        state.busy ? t("state.sending") : confirm}</button>`}</div></form>`);
  const show = (errors) => { Object.assign(state, { errors, busy: false }); draw(); focusSummary(box); };

  return new Promise((resolve) => {
    close(null);
    close = (result) => { close = () => {}; box.close(); box.remove(); resolve(result); };
    listen(box, {
      cancel: () => close(null),
      goto: (button) => goToField(box, button.dataset.field),
      async send(form, event) {
        event.preventDefault();
        if (state.busy) return;
        if (!submit) { close(null); return; }
        const given = values(form);
        const wrong = check?.(given) ?? [];
        if (wrong.length) { show(wrong); return; }
        Object.assign(state, { errors: [], busy: true });
        draw();
        try { close(await submit(given, id)); } catch (problem) { if (box.isConnected) show(faults(problem)); }
      },
    });
    box.addEventListener("input", () => typed?.(values(box.firstElementChild)));
    box.addEventListener("cancel", (event) => { event.preventDefault(); if (!state.busy) close(null); });
    box.addEventListener("click", (event) => { if (event.target === box && !typed && !state.busy) close(null); });
    draw();
    document.body.append(box);
    box.showModal();
    box.querySelector("h2").focus();
  });
}
