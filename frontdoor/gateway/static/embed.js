/** Puts the chat on another page: <script src="https://chat.clinic.example/embed.js" async></script> */
(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const wanted = script.dataset.language ? `&language=${encodeURIComponent(script.dataset.language)}` : "";
  const ref = script.dataset.ref ? `&ref=${encodeURIComponent(script.dataset.ref)}` : "";
  const label = script.dataset.label || "Chat with us";
  const side = { position: "fixed", right: "16px", zIndex: "2147483000" };

  const frame = document.createElement("iframe");
  frame.title = label;
  Object.assign(frame.style, side, {
    bottom: "84px", width: "min(400px, calc(100vw - 32px))", height: "min(640px, calc(100vh - 110px))",
    border: "0", borderRadius: "16px", boxShadow: "0 12px 40px rgba(0,0,0,.25)", display: "none",
  });

  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");
  Object.assign(button.style, side, {
    bottom: "20px", padding: "14px 20px", border: "0", borderRadius: "999px", background: "#0d5c63", color: "#fff",
    font: "600 16px/1.2 system-ui, sans-serif", cursor: "pointer", boxShadow: "0 6px 20px rgba(0,0,0,.25)",
  });
  button.addEventListener("click", () => {
    const open = frame.style.display === "none";
    if (!frame.src) frame.src = `${home}/?frame=1${wanted}${ref}`;
    frame.style.display = open ? "block" : "none";
    button.setAttribute("aria-expanded", String(open));
    if (open) frame.focus();
  });
  document.body.append(frame, button);
})();
