// Showing again that it is you, before a masked answer is shown: the server asks when the last time is too long ago.

import { prove } from "./controller.js";
import { html } from "./preact.js";
import { say } from "./words.js";

export function Prove({ model, Dialog }) {
  const { proves_by: by, provider } = model.me, { then } = model.dialog;
  if (by === "oidc") {
    const name = provider || say("clinic_account");
    return html`<${Dialog} title=${say("prove_title")} lead=${say("prove_lead")}>
      <p><a class="button main" href="/prove?back=/desk" target="_blank" rel="noopener">${say("sign_in_with", { provider: name })}</a></p>
    <//>`;
  }
  const submit = async (fields) => (await prove(fields.get("secret"))) && (then(), true);
  const code = by === "code";
  return html`<${Dialog} title=${say("prove_title")} lead=${say("prove_lead")} go=${say("continue_")} submit=${submit}>
    <div class="field"><label for="secret">${say(code ? "code" : "password")}</label>
      <input id="secret" name="secret" required autofocus type=${code ? "text" : "password"} inputmode=${code ? "numeric" : null}
        autocomplete=${code ? "one-time-code" : "current-password"} /></div>
  <//>`;
}
