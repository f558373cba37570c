/* The queue as it looks: tabs, filters, table, the open claim, the batch bar. */
import { amount, centi, credits } from "../fmt.js";
import { html } from "../html.js";
import { remark, t } from "../i18n.js";
import { REVIEWERS, link } from "../router.js";
import { session } from "../store.js";
import { claimHead, record } from "./claim.js";
import { badge, empty, failure, heading, icon, more, region as show, skeleton } from "./parts.js";

const LONG_DAYS = 5;
const HEADS = ["teacher", "training", "credits", "check", "waiting"];

export const chosenRows = ({ list, chosen }) => (list.data?.items ?? []).filter((item) => chosen.has(item.id));

/** Flagged claims that nobody opened are left out of a batch. */
export const approvable = (state) =>
  chosenRows(state).filter((item) => item.flags.length === 0 || state.opened.has(item.id));

export const registers = (claims) => claims.every(({ desk }) => desk?.act === "register");

export function queuePage(state) {
  const mine = session.me.bindings.filter(({ role }) => REVIEWERS.includes(role));
  const places = [...new Set(mine.map(({ organisation }) => organisation.name))];
  const help = html`<button type="button" class="button keys" data-act="help">${icon("key")}${t("review.keys")}<kbd>?</kbd></button>`;
  return html`<div class="queue-page${state.query.open ? " open" : ""}">${heading(t("review.title"), help)}
    <p class="soft sub">${places.join(t("comma"))}</p>${filters(state)}${state.outcome && outcome(state.outcome)}
    <div class="desk"><div class="column"><section class="queue" aria-label="${t("review.list")}" data-key="list">${show(state.list, {
      act: "ask-queue", waiting: skeleton(8, "table"),
      blank: (data) => data.items.length === 0 && nothing(state.query),
      filled: (data) => html`${table(data.items, state)}${more(data, state.list.busy)}`,
    })}</section>${state.chosen.size > 0 && batchBar(state)}</div>
    <section class="card detail" aria-label="${t("claim.title")}" data-key="detail">${detail(state)}</section></div></div>`;
}

const clear = () => html`<button type="button" class="button" data-act="clear">${t("menu.clear")}</button>`;

const nothing = ({ q, flag, school_id: school }) => (q || flag || school
  ? empty(t("review.none_filtered"), t("review.none_filtered_text"), clear())
  : empty(t("review.none"), t("review.none_text")));

function filters({ query, list, schools }) {
  const { clean, flagged } = list.data ?? {};
  const counts = list.data && { "": clean + flagged, clean, flagged };
  const tab = (flag) => html`<button type="button" data-act="flag" data-flag="${flag}" aria-pressed="${
    String((query.flag ?? "") === flag)}">${t(`review.tab_${flag || "all"}`)} ${counts && html`<span>${counts[flag]}</span>`}</button>`;
  const school = ([id, name]) => html`<option value="${id}"${query.school_id === id && html` selected`}>${name}</option>`;
  return html`<div class="filters" data-key="filters">
    <div class="tabs" role="group" aria-label="${t("review.check")}">${["", "clean", "flagged"].map(tab)}</div>
    ${schools.size > 1 && html`<label><span class="sr">${t("review.school")}</span><select data-act="school">
      <option value="">${t("review.any_school")}</option>${[...schools].map(school)}</select></label>`}
    <label class="search">${icon("search")}<span class="sr">${t("review.search")}</span><input type="search" maxlength="60"
      value="${query.q ?? ""}" placeholder="${t("review.search")}" autocomplete="off" data-act="search"></label></div>`;
}

function outcome({ problem, lines }) {
  const title = problem ? t("review.not_sent") : t("review.left", { n: lines.length });
  return html`<div class="alert bad" role="alert" data-key="outcome">${icon("alert")}<div><p class="lead">${title}</p>
    ${problem ? failure(problem) : html`<ul>${lines.map(({ name, text }) => html`<li><b>${name}</b> ${text}</li>`)}</ul>`}
    <button type="button" class="link" data-act="close-outcome">${t("shell.close")}</button></div></div>`;
}

// In CSS a table that becomes cards on a phone loses its meaning; the roles keep it.
function table(items, state) {
  const all = items.every(({ id }) => state.chosen.has(id));
  return html`<table role="table" class="claims"><thead role="rowgroup"><tr role="row">
    <th role="columnheader" class="pick"><label class="tick"><input type="checkbox" data-act="choose-all"${
      all && html` checked`}><span class="pick-all">${t("review.choose_all")}</span></label></th>
    ${HEADS.map((name) => html`<th role="columnheader" class="${name}">${t(`review.${name}`)}</th>`)}</tr></thead>
    <tbody role="rowgroup">${items.map((item) => row(item, state))}</tbody></table>`;
}

const cell = (name, content) => html`<td role="cell" class="${name}">${content}</td>`;

function row(item, { query, chosen }) {
  const open = query.open === item.id;
  const picked = chosen.has(item.id);
  const worth = amount(item.credits_claimed);
  const pick = html`<label class="tick"><input type="checkbox" data-act="choose" value="${item.id}"${picked && html` checked`}>
    <span class="sr">${t("review.choose", { name: item.teacher.name, title: item.title })}</span></label>`;
  const flags = item.flags.map((flag) => badge("warn", remark(flag), "alert"));
  return html`<tr role="row" data-act="open" data-id="${item.id}" data-key="${item.id}" class="${
      open ? "open" : ""}${picked ? " chosen" : ""}">${cell("pick", pick)}
    ${cell("teacher", html`<a href="${link("/review", { ...query, open: item.id })}"${open && html` aria-current="true"`}>${
      html`<b>${item.teacher.name}</b>`}<small>${item.school.name}</small></a>`)}
    ${cell("title", html`${item.title}<small>${item.category_name}<i>${item.term_label}</i></small>`)}
    ${cell("credits", html`<b>${worth}</b><span class="unit"> ${t("unit.credits", { n: worth })}</span>`)}
    ${cell("check", flags.length ? flags : badge("ok", t("review.clean"), "check"))}
    ${cell(`waiting${item.waiting_days >= LONG_DAYS ? " long" : ""}`,
      html`<span class="unit">${t("review.waiting")} </span>${t("review.days", { n: item.waiting_days })}`)}</tr>`;
}

// Only what was just fetched is decided: no claim is shown while it, or the next one, is on its way.
function detail(state) {
  if (!state.query.open) return empty(t("review.pick"), t("review.pick_text"));
  return html`<button type="button" class="plain close" data-act="close" aria-label="${t("review.back")}">${icon("close")}</button>
    ${show(state.detail.busy ? {} : state.detail, { act: "ask-claim", waiting: skeleton(6, "tall"), filled: (claim) => openClaim(claim, state) })}`;
}

function openClaim(claim, { granted, problem, sending }) {
  const wrong = problem?.code === "granted_wrong";
  return html`${claimHead(claim)}${
      problem && !wrong && html`<div id="claim-problem">${failure(problem, "ask-claim")}</div>`}
    ${record(claim, claim.can_decide ? grantField(claim, granted, wrong) : null)}${claim.can_decide && verdicts(claim, sending)}`;
}

const verdicts = (claim, sending) => html`<div class="decide"${sending && html` aria-busy="true"`}>
  <button type="button" class="button primary" data-act="approve">${icon("check")}${
    t(registers([claim]) ? "review.register" : "review.approve")}<kbd>A</kbd></button>
  ${claim.verdicts.includes("return") && html`<button type="button" class="button" data-act="return">${icon("back")}${
    t("review.return")}<kbd>R</kbd></button>`}
  ${claim.verdicts.includes("reject") && html`<button type="button" class="button quiet" data-act="reject">${
    t("review.reject")}</button>`}</div>`;

function grantField(claim, granted, wrong) {
  const claimed = amount(claim.credits_claimed);
  const value = granted ?? amount(claim.credits_granted ?? claim.credits_claimed);
  return html`<span class="granting"><label class="grant${wrong ? " wrong" : ""}"><span class="sr">${t("claim.granted")}</span>
      <input name="granted" type="text" inputmode="decimal" maxlength="7" autocomplete="off" data-act="granted" value="${value}"${
        wrong && html` aria-invalid="true" aria-describedby="granted-fault"`}></label>
    <span class="soft">${t("claim.claimed", { n: claimed })}</span>
    ${wrong && html`<p class="fault" id="granted-fault" role="alert">${t("problem.granted_wrong", { most: claimed })}</p>`}</span>`;
}

function batchBar(state) {
  const picked = chosenRows(state);
  const ready = approvable(state);
  const left = picked.length - ready.length;
  const sum = ready.reduce((all, item) => all + centi(item.credits_claimed), 0);
  return html`<div class="batch" role="region" aria-label="${t("review.batch")}" data-key="batch">
    <p><b>${t("review.chosen", { n: picked.length })}</b><span>${credits(sum)}</span>
      ${left > 0 && html`<span class="warn">${icon("alert")}${t("review.left_out", { n: left })}</span>`}</p>
    <button type="button" class="button" data-act="choose-none">${t("review.choose_none")}</button>
    ${picked.some((item) => item.step > 0) && html`<button type="button" class="button" data-act="return-chosen">${icon("back")}${
      t("review.return_n", { n: picked.length })}</button>`}
    ${ready.length > 0 && html`<button type="button" class="button primary" data-act="approve-chosen"${
      state.sending && html` aria-disabled="true"`}>${icon("check")}${
      t(registers(ready) ? "review.register_n" : "review.approve_n", { n: ready.length })}</button>`}</div>`;
}
