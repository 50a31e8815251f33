// What is wrong with channels: said to everybody at the desk, since what they write may not arrive.

import { Icon } from "./icons.js";
import { html } from "./preact.js";
import { clock, say } from "./words.js";

export function ChannelBanner({ model }) {
  if (!model.channels.length) return null;
  return html`<ul class="channel-banner" aria-label=${say("channels")}>
    ${model.channels.map((one) => html`<li key=${one.channel + one.kind} class=${one.kind}>
      <${Icon} name="fail" />
      <p><strong>${say(`channel_title_${one.kind}`, { channel: one.title })}</strong> ${say(`channel_${one.kind}_lead`, { time: clock(one.since), code: one.code || "–" })}</p>
    </li>`)}
  </ul>`;
}
