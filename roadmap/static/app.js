/* Small comforts. Every page works without this file: each control is a plain link, form or <details>. */
(() => {
  "use strict";

  const SENDING_LIMIT = 8000; // ms: an answer that is a download leaves the page where it is
  const text = {
    copied: "Скопировано",
    network: "Нет связи с сервером. Введённое осталось на странице: повторите, когда связь появится.",
    failure: "Сервер не смог выполнить действие. Введённое осталось на странице, повторите чуть позже.",
  };

  document.documentElement.classList.add("js");

  /* One click, one request. The pressed button's name is already in the data when the buttons go dark. */
  const buttonsOf = (form) => [...form.elements].filter((e) => e.type === "submit" && !e.disabled);

  function lock(form) {
    const buttons = buttonsOf(form);
    buttons.forEach((button) => {
      button.disabled = true;
      button.dataset.sending = "";
    });
    setTimeout(() => unlock(buttons), SENDING_LIMIT);
  }

  function unlock(buttons = document.querySelectorAll("[data-sending]")) {
    buttons.forEach((button) => {
      if ("sending" in button.dataset) button.disabled = false;
      delete button.dataset.sending;
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog") return;
    delete form.dataset.dirty;
    setTimeout(() => lock(form), 0);
  });
  addEventListener("pageshow", () => unlock());
  document.addEventListener("htmx:beforeRequest", ({ target }) => target.matches("form") && lock(target));
  document.addEventListener("htmx:afterRequest", ({ target }) => target.matches("form") && unlock());

  /* Errors: the summary takes the focus, on load and after a swap that brings one. */
  const focusSummary = (root) => {
    const found = root.matches?.("[data-error-summary]") ? root : root.querySelector?.("[data-error-summary]");
    found?.focus();
  };
  document.addEventListener("htmx:afterSettle", ({ target }) => {
    prepare(target);
    focusSummary(target);
  });

  /* Leaving a form with unsaved input asks first. An autosave inside [data-cleans="form-id"] settles it. */
  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (form?.hasAttribute("data-dirty-warning")) {
      form.dataset.dirty = "";
      target.dataset.dirty = "";
    }
    if (target.hasAttribute("data-limit")) count(target);
  });
  document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
    if (!detail.successful) return;
    const form = document.getElementById(target.closest("[data-cleans]")?.dataset.cleans) ?? target;
    delete form.dataset.dirty;
  });
  document.addEventListener("htmx:beforeOnLoad", ({ detail: { xhr } }) => {
    // The work is done and the answer leads elsewhere; a lost session (401) still asks first.
    if (xhr.status >= 400 || !xhr.getResponseHeader("HX-Redirect")) return;
    document.querySelectorAll("form[data-dirty]").forEach((form) => delete form.dataset.dirty);
  });
  addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-dirty]")) event.preventDefault();
  });

  /* «Осталось 120 знаков» */
  const words = (n) => {
    const tail = n % 100 > 10 && n % 100 < 15 ? 0 : n % 10;
    return `${n} ${tail === 1 ? "знак" : tail > 1 && tail < 5 ? "знака" : "знаков"}`;
  };

  function count(area) {
    const line = document.querySelector(`[data-limit-of="${CSS.escape(area.id)}"]`);
    if (!line) return;
    const left = Number(area.dataset.limit) - area.value.length;
    line.textContent = left < 0 ? `Больше допустимого на ${words(-left)}` : `Можно ввести ещё ${words(left)}`;
    line.classList.toggle("is-over", left < 0);
  }

  /* Dialogs, menus, clipboard */
  document.addEventListener("click", (event) => {
    const { target } = event;
    for (const popup of document.querySelectorAll("details[data-popup][open]")) {
      if (!popup.contains(target) || target.closest("[data-popup-close]")) popup.open = false;
    }
    const opener = target.closest("[data-dialog-open]");
    const dialog = opener && document.getElementById(opener.dataset.dialogOpen);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    if (target.closest("[data-dialog-close]")) target.closest("dialog")?.close();
    const copier = target.closest("[data-copy]");
    if (copier) copy(copier);
  });

  document.addEventListener("keydown", ({ key, target }) => {
    const popup = key === "Escape" && target.closest("details[data-popup][open]");
    if (popup) {
      popup.open = false;
      popup.querySelector("summary").focus();
    }
  });

  async function copy(button) {
    const before = button.textContent;
    if (isSecureContext) await navigator.clipboard.writeText(button.dataset.copy);
    else copyWithSelection(button); // over plain http in a school's network there is no clipboard API
    button.textContent = text.copied;
    setTimeout(() => (button.textContent = before), 2000);
  }

  function copyWithSelection(button) {
    const area = document.createElement("textarea");
    area.value = button.dataset.copy;
    area.className = "visually-hidden";
    button.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }

  /* Failures of htmx requests are said, never silent. */
  const tell = (message) => {
    const place = document.getElementById("trouble");
    place.textContent = message;
    place.hidden = !message;
    if (message) place.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:sendError", () => tell(text.network));
  document.addEventListener("htmx:responseError", () => tell(text.failure));
  document.addEventListener("htmx:beforeRequest", () => tell(""));

  /* display:block on narrow screens takes a table's meaning from some browsers: roles give it back. */
  const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
  function prepare(root) {
    const around = root.closest?.("table.cards"); // a row came alone
    for (const table of [...root.querySelectorAll("table.cards"), ...(around ? [around] : [])]) {
      for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td")]) part.role = ROLES[part.tagName];
      for (const head of table.querySelectorAll("th")) {
        head.role = head.closest("thead") ? "columnheader" : "rowheader";
      }
    }
    root.querySelectorAll("[data-limit]").forEach(count);
  }

  const printed = () => {
    for (const place of document.querySelectorAll("[data-print-moment]")) {
      place.textContent = new Date().toLocaleString("ru", { dateStyle: "long", timeStyle: "short" });
    }
  };
  addEventListener("beforeprint", printed);

  prepare(document);
  focusSummary(document);
})();
