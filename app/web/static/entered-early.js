/**
 * What stands in a form when htmx takes it up, but did not come with the page, counts as entered
 * just then: somebody typed before the scripts were there, or the browser brought it back. Load
 * this before htmx.
 */
(() => {
  const choices = new Set(["radio", "checkbox"]);

  const chosen = ({ options, selectedIndex }) =>
    selectedIndex !== Math.max(0, [...options].findIndex((option) => option.defaultSelected));

  const entered = (control) => {
    if (control instanceof HTMLSelectElement) return chosen(control);
    if (choices.has(control.type)) return control.checked !== control.defaultChecked;
    return "defaultValue" in control && control.value !== control.defaultValue;
  };

  document.addEventListener("htmx:after:init", ({ target }) => {
    if (!(target instanceof HTMLFormElement) || ![...target.elements].some(entered)) return;
    for (const name of ["input", "change"]) target.dispatchEvent(new Event(name));
  });
})();
