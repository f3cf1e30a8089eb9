/**
 * Keeps what is half typed elsewhere when one form is saved, and takes the focus to what was not
 * saved; quotes play in the small player.
 */
import "./moments.js";

const choices = new Set(["radio", "checkbox"]);
let sent = new Set();
let typed = [];

document.addEventListener("submit", (event) => {
  sent = new Set([...event.target.elements].map((control) => control.id));
});

/** What was entered and not saved, outside the form that is being saved. */
const entered = () =>
  [...document.querySelectorAll("#review :is(input, textarea, select)[id]")]
    .filter((control) => !sent.has(control.id))
    .filter((control) =>
      choices.has(control.type)
        ? control.checked !== control.defaultChecked
        : control.value !== control.defaultValue,
    )
    .map(({ id, value, checked }) => ({ id, value, checked }));

document.addEventListener("htmx:before:swap", () => {
  typed = entered();
});

const putBack = () => {
  for (const { id, value, checked } of typed) {
    const control = document.getElementById(id);
    if (!control) continue;
    if (choices.has(control.type)) control.checked = checked;
    else control.value = value;
  }
  typed = [];
};

const toProblem = () => document.getElementById("problems")?.focus();
document.addEventListener("htmx:after:swap", () => {
  putBack();
  toProblem();
});
toProblem();
