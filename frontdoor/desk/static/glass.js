// That emergency access was used: said to those who review it, until somebody has.

import { Icon } from "./icons.js";
import { html } from "./preact.js";
import { say } from "./words.js";

export function GlassBanner({ model }) {
  if (!model.glass.length) return null;
  return html`<div class="channel-banner glass"><p><${Icon} name="eye" /> <strong>${say("glass_used", { names: model.glass.join(", ") })}</strong>
    <a class="button" href="/break-glass/review">${say("glass_look")}</a></p></div>`;
}
