/** A file, a zip or a git bundle, chosen or dropped on the desk; the server reads it. */
const MOST_BYTES = 900000;

export function wireFiles(desk, { ask, say, take }) {
  const input = document.getElementById("code-file");
  const list = document.getElementById("desk-files");

  async function read(file) {
    if (!file) return;
    if (file.size > MOST_BYTES) return void say(`${file.name} is too large: ${MOST_BYTES / 1000} kB at most.`);
    say(`Reading ${file.name}`);
    const found = await ask(file.name, file.slice(0, file.size, "application/octet-stream"));
    if (found === null) return;
    if (found.files.length === 1) take(found.files[0]);
    else offer(found);
  }

  function offer({ files, left_out: others }) {
    const title = document.createElement("p");
    title.textContent = `Which of these ${files.length} files? ${others ? `${others} others hold no code that is shown here.` : ""}`;
    const buttons = files.map((file) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = file.name;
      button.addEventListener("click", () => {
        list.hidden = true;
        take(file);
      });
      return button;
    });
    list.replaceChildren(title, ...buttons);
    list.hidden = false;
    say("");
    buttons[0].focus();
  }

  input.addEventListener("change", () => {
    read(input.files[0]);
    input.value = "";
  });
  desk.addEventListener("dragover", (event) => {
    if ([...event.dataTransfer.types].includes("Files")) event.preventDefault();
  });
  desk.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    event.stopPropagation();
    read(event.dataTransfer.files[0]);
  }, true);
}
