/* The words of the documentation around what the contract itself says. */
import { preferences } from "../store.js";

const CHINESE = {
  title: "接口文档", source: "OpenAPI 原文", search: "查找操作、地址或错误码", found: (n) => `${n} 个操作`,
  none: "没有符合的操作，请换一个词", failed: "接口说明读取失败，请检查网络后重新加载", reload: "重新加载",
  groups: "分组", parameters: "参数", body: "请求", example: "示例", answers: "响应", fields: "字段", required: "必填", or: " 或 ",
  open: "公开", user: "登录后", platform: "平台令牌", client: "平台编号与密钥", query: "查询参数", path: "地址", header: "请求头",
  intro: "所有地址以 /api/v1 开头；学分与学时是两位小数的文字，时间是 UTC；出错时返回 application/problem+json，按 code 处理。",
};
const ENGLISH = {
  title: "API documentation", source: "OpenAPI source", search: "Find an operation, an address or an error code",
  found: (n) => `${n} ${n === 1 ? "operation" : "operations"}`, none: "No operation matches; try another word",
  failed: "The contract could not be read. Check the network and reload", reload: "Reload", groups: "Groups", or: " or ",
  parameters: "Parameters", body: "Request", example: "Example", answers: "Responses", fields: "Fields", required: "required",
  open: "public", user: "signed in", platform: "platform token", client: "client id and secret",
  intro: "Every address begins with /api/v1. Credits and hours are decimal strings, times are UTC; "
    + "errors are application/problem+json with a stable code.",
};

export const words = preferences.language === "en" ? ENGLISH : CHINESE;
