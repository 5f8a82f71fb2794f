// What both sites' scripts have in common. Everything works without; nothing here moves what is on the page already.

// A form that came back: whoever reads by ear or keyboard is led to what is wrong with it.
document.querySelector("[data-focus]")?.focus();

// A secret can be looked at while it is typed. The button is made here, for it would do nothing without a script.
for (const input of document.querySelectorAll("input[data-show]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet reveal";
  button.textContent = input.dataset.show;
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => {
    const hidden = input.type === "password";
    input.type = hidden ? "text" : "password";
    button.textContent = hidden ? input.dataset.hide : input.dataset.show;
  });
  // Sent and remembered as the secret that it is.
  input.form?.addEventListener("submit", () => { input.type = "password"; });
  input.parentElement.append(button);
}

// A choice that takes effect at once; its button stays for whoever has no script.
for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// A form that is on its way is not sent again by an impatient second press. The key in it makes a second one harmless
// too; this saves the error page. Coming back by the browser's history makes the button usable again.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    else form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
