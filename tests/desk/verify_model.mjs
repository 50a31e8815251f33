// For every recorded step: the page's model of before, with the news, is the model of a page opened afterwards.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const page = new URL("../../frontdoor/desk/static/model.js", import.meta.url);
const source = readFileSync(page, "utf8");
const model = await import(`data:text/javascript,${encodeURIComponent(source)}`);

for (const { before, news, fresh } of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  let now = model.fromSnapshot(before);
  for (const [name, data] of news) {
    if (name === "channels") now = { ...now, channels: data };
    else now = name === "viewers" ? model.withViewers(now, data) : model.withConversations(now, data);
  }
  assert.deepEqual(now.channels, fresh.channels);
  assert.deepEqual(now.conversations, model.fromSnapshot(fresh).conversations);
  for (const tab of model.TABS) assert.ok(Array.isArray(model.listed(now, tab)));
}
