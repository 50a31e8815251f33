// Small help for the plain forms: the code from the link's #, and passwords that can be looked at.

for (const form of document.querySelectorAll("form[data-code]")) {
  const code = location.hash.slice(1);
  if (code) {
    form.elements[form.dataset.code].value = code;
    form.querySelector("[data-code-field]").hidden = true;
    history.replaceState(null, "", location.pathname);
  }
}

for (const label of document.querySelectorAll("[data-show]")) {
  const field = document.getElementById(label.dataset.show);
  label.hidden = false;
  label.firstElementChild.addEventListener("change", (event) => {
    field.type = event.target.checked ? "text" : "password";
  });
}

document.querySelector("[aria-invalid]")?.focus();
