/* The queue as it looks: tabs, filters, table, the open claim, the batch bar, the two dialogs. */
import { amount, centi, credits } from "../fmt.js";
import { faultOf } from "../form.js";
import { html } from "../html.js";
import { remark, t } from "../i18n.js";
import { REVIEWERS, link } from "../router.js";
import { draft, prefer, preferences, session } from "../store.js";
import { claimHead, record } from "./claim.js";
import { ask } from "./dialog.js";
import { badge, empty, failure, heading, icon, more, region as show, skeleton } from "./parts.js";

const LONG_DAYS = 5;
// In CSS a table that becomes cards on a phone loses its meaning; the roles keep it.
const cell = (name, content) => html`<td role="cell" class="${name}">${content}</td>`;

export const chosenRows = ({ list, chosen }) => (list.data?.items ?? []).filter((item) => chosen.has(item.id));

/** Flagged claims that nobody opened are left out of a batch. */
export const approvable = (state) => chosenRows(state).filter((item) => item.flags.length === 0 || state.opened.has(item.id));

export function queuePage(state) {
  const places = session.me.bindings.filter(({ role }) => REVIEWERS.includes(role)).map(({ organisation }) => organisation.name);
  return html`<div class="queue-page${state.query.open ? " open" : ""}">
    ${heading(t("review.title"), html`<button type="button" class="button keys" data-act="help">${icon("key")}${t("review.keys")}<kbd>?</kbd></button>`)}
    <p class="soft sub">${[...new Set(places)].join(t("comma"))}</p>${filters(state)}${state.outcome && outcome(state.outcome)}
    <div class="desk"><div class="column"><section class="queue" aria-label="${t("review.list")}" data-key="list">${show(state.list, {
      act: "ask-queue", waiting: skeleton(8, "table"), blank: (data) => data.items.length === 0 && nothing(state.query),
      filled: (data) => html`${table(data.items, state)}${more(data, state.list.busy)}`,
    })}</section>${state.chosen.size > 0 && batchBar(state)}</div>
    <section class="card detail" aria-label="${t("claim.title")}" data-key="detail">${detail(state)}</section></div></div>`;
}

const nothing = ({ q, flag, school_id }) => (q || flag || school_id
  ? empty(t("review.none_filtered"), t("review.none_filtered_text"),
    html`<button type="button" class="button" data-act="clear">${t("menu.clear")}</button>`)
  : empty(t("review.none"), t("review.none_text")));

function filters({ query, list, schools }) {
  const counts = list.data && { "": list.data.clean + list.data.flagged, clean: list.data.clean, flagged: list.data.flagged };
  const tab = (flag) => html`<button type="button" data-act="flag" data-flag="${flag}" aria-pressed="${String((query.flag ?? "") === flag)}">${
    t(`review.tab_${flag || "all"}`)} ${counts && html`<span>${counts[flag]}</span>`}</button>`;
  return html`<div class="filters" data-key="filters"><div class="tabs" role="group" aria-label="${t("review.check")}">${["", "clean", "flagged"].map(tab)}</div>
    ${schools.size > 1 && html`<label><span class="sr">${t("review.school")}</span><select data-act="school"><option value="">${t("review.any_school")}</option>${
      [...schools].map(([id, name]) => html`<option value="${id}"${query.school_id === id && html` selected`}>${name}</option>`)}</select></label>`}
    <label class="search">${icon("search")}<span class="sr">${t("review.search")}</span><input type="search" maxlength="60" value="${query.q ?? ""}"
      placeholder="${t("review.search")}" autocomplete="off" data-act="search"></label></div>`;
}

function outcome({ problem, lines }) {
  const title = problem ? t("review.not_sent") : t("review.left", { n: lines.length });
  return html`<div class="alert bad" role="alert" data-key="outcome">${icon("alert")}<div><p class="lead">${title}</p>
    ${problem ? failure(problem) : html`<ul>${lines.map(({ name, text }) => html`<li><b>${name}</b> ${text}</li>`)}</ul>`}
    <button type="button" class="link" data-act="close-outcome">${t("shell.close")}</button></div></div>`;
}

function table(items, state) {
  const all = items.every(({ id }) => state.chosen.has(id));
  const heads = ["teacher", "training", "credits", "check", "waiting"];
  return html`<table role="table" class="claims"><thead role="rowgroup"><tr role="row"><th role="columnheader" class="pick"><label class="tick"><input type="checkbox"
      data-act="choose-all"${all && html` checked`}><span class="pick-all">${t("review.choose_all")}</span></label></th>${
    heads.map((name) => html`<th role="columnheader" class="${name}">${t(`review.${name}`)}</th>`)}</tr></thead>
    <tbody role="rowgroup">${items.map((item) => row(item, state))}</tbody></table>`;
}

function row(item, { query, chosen }) {
  const open = query.open === item.id;
  return html`<tr role="row" data-act="open" data-id="${item.id}" data-key="${item.id}" class="${open ? "open" : ""}${chosen.has(item.id) ? " chosen" : ""}">
    ${cell("pick", html`<label class="tick"><input type="checkbox" data-act="choose" value="${item.id}"${chosen.has(item.id) && html` checked`}><span class="sr">${
      t("review.choose", { name: item.teacher.name, title: item.title })}</span></label>`)}
    ${cell("teacher", html`<a href="${link("/review", { ...query, open: item.id })}"${open && html` aria-current="true"`}>${item.teacher.name}</a><small>${item.school?.name}</small>`)}
    ${cell("title", html`${item.title}<small>${item.category_name}<i>${item.term_label}</i></small>`)}
    ${cell("credits", html`<b>${amount(item.credits_claimed)}</b><span class="unit"> ${t("unit.credits", { n: amount(item.credits_claimed) })}</span>`)}
    ${cell("check", item.flags.length ? item.flags.map((flag) => badge("warn", remark(flag), "alert")) : badge("ok", t("review.clean"), "check"))}
    ${cell(`waiting${item.waiting_days >= LONG_DAYS ? " long" : ""}`, html`<span class="unit">${t("review.waiting")} </span>${t("review.days", { n: item.waiting_days })}`)}</tr>`;
}

function detail(state) {
  if (!state.query.open) return html`<div class="empty">${icon("inbox")}<p class="lead">${t("review.pick")}</p><p>${t("review.pick_text")}</p></div>`;
  const close = html`<button type="button" class="plain close" data-act="close" aria-label="${t("review.back")}">${icon("close")}</button>`;
  return html`${close}${show(state.detail, { act: "ask-claim", waiting: skeleton(6, "tall"), filled: (claim) => openClaim(claim, state) })}`;
}

function openClaim(claim, { granted, problem, sending }) {
  const registers = claim.desk?.act === "register";
  return html`${claimHead(claim)}${problem && trouble(problem)}
    ${record(claim, claim.can_decide ? grantField(claim, granted, problem) : null)}
    ${claim.can_decide && html`<div class="decide"${sending && html` aria-busy="true"`}>
      <button type="button" class="button primary" data-act="approve">${icon("check")}${t(registers ? "review.register" : "review.approve")}<kbd>A</kbd></button>
      <button type="button" class="button" data-act="return">${icon("back")}${t("review.return")}<kbd>R</kbd></button>
      <button type="button" class="button quiet" data-act="reject">${t("review.reject")}</button></div>`}`;
}

/** Somebody was quicker, or the world says no: say so, offer to look again; what was typed stays. */
const trouble = (problem) => (problem.code === "granted_wrong" ? null : failure(problem, "ask-claim"));

function grantField(claim, granted, problem) {
  const wrong = problem?.code === "granted_wrong";
  return html`<span class="granting"><label class="grant${wrong ? " wrong" : ""}"><span class="sr">${t("claim.granted")}</span><input name="granted" type="text" inputmode="decimal" maxlength="7"
    autocomplete="off" data-act="granted" value="${granted ?? amount(claim.credits_granted ?? claim.credits_claimed)}"${wrong && html` aria-invalid="true" aria-describedby="granted-fault"`}></label>
    <span class="soft">${t("claim.claimed", { n: amount(claim.credits_claimed) })}</span>
    ${wrong && html`<p class="fault" id="granted-fault" role="alert">${t("problem.granted_wrong", { most: amount(claim.credits_claimed) })}</p>`}</span>`;
}

function batchBar(state) {
  const picked = chosenRows(state);
  const ready = approvable(state);
  const left = picked.length - ready.length;
  const sum = ready.reduce((all, item) => all + centi(item.credits_claimed), 0);
  const registers = ready.length > 0 && ready.every((item) => item.desk?.act === "register");
  return html`<div class="batch" role="region" aria-label="${t("review.batch")}" data-key="batch"><p><b>${t("review.chosen", { n: picked.length })}</b>
      <span>${credits(sum)}</span>${left > 0 && html`<span class="warn">${icon("alert")}${t("review.left_out", { n: left })}</span>`}</p>
    <button type="button" class="button" data-act="choose-none">${t("review.choose_none")}</button>
    <button type="button" class="button" data-act="return-chosen">${icon("back")}${t("review.return_n", { n: picked.length })}</button>
    ${ready.length > 0 && html`<button type="button" class="button primary" data-act="approve-chosen"${state.sending && html` aria-disabled="true"`}>${
      icon("check")}${t(registers ? "review.register_n" : "review.approve_n", { n: ready.length })}</button>`}</div>`;
}

/** The dialog of a return or a final refusal: a preset reason, a note, where it goes. */
export function askReason({ verdict, claim, count, key, submit }) {
  const kept = draft.read(key);
  const reasons = claim.return_reasons ?? [];
  const backSteps = claim.route?.filter(({ state }) => state === "done").length ?? 0;
  const choice = (name, value, label) => html`<label class="choice"><input type="radio" name="${name}" value="${value}"${
    kept[name] === value && html` checked`}>${label}</label>`;
  return ask({
    title: t(`reason.${verdict}`, { n: count }), confirm: t(`review.${verdict}_n`, { n: count }), tone: "danger", failed: t(`reason.${verdict}_not_yet`),
    typed: (given) => draft.write(key, given),
    check: ({ reason_code }) => (reason_code ? [] : [{ field: "reason_code", message: t("reason.missing") }]),
    body: (errors) => html`<p class="soft">${t(`reason.${verdict}_text`)}</p>
      <fieldset class="${faultOf(errors, "reason_code") ? "wrong" : ""}"><legend>${t("reason.why")}</legend>${
        faultOf(errors, "reason_code") && html`<p class="fault">${faultOf(errors, "reason_code")}</p>`}${
        reasons.map(({ code, title }) => choice("reason_code", code, title))}</fieldset>
      ${verdict === "return" && backSteps > 1 && html`<fieldset><legend>${t("reason.to")}</legend>${
        choice("return_to", "previous", t("reason.to_previous"))}${choice("return_to", "maker", t("reason.to_maker"))}</fieldset>`}
      <div class="field"><label for="reason-note">${t("reason.note")}<small>${t("reason.optional")}</small></label>
        <textarea id="reason-note" name="note" rows="3" maxlength="500" placeholder="${t("reason.example")}">${kept.note ?? ""}</textarea></div>`,
    async submit({ reason_code, note, return_to }) {
      const answer = await submit({ reason_code, note: note.trim() || undefined, return_to });
      draft.write(key, null);
      return answer;
    },
  });
}

export function keyboardHelp() {
  const line = (key, name) => html`<li><kbd>${key}</kbd>${t(`keys.${name}`)}</li>`;
  return ask({
    title: t("review.keys"), cancel: t("shell.close"),
    typed: ({ shortcuts }) => prefer({ shortcuts: shortcuts === "on" }),
    body: () => html`<ul class="key-list">${[["J", "next"], ["K", "before"], ["A", "approve"], ["R", "return"], ["X", "choose"], ["Esc", "close"]].map(
      ([key, name]) => line(key, name))}</ul>
      <label class="tick"><input type="checkbox" name="shortcuts" value="on"${preferences.shortcuts && html` checked`}>${t("keys.on")}</label>`,
  });
}

