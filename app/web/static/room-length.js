/** How long a typed answer is: a count near the limit, and a word where a paste did not fit whole. */
const NEAR = 0.9;
const many = (count) => count.toLocaleString("en-GB");
const lines = (text) => text.replace(/\r\n?/g, "\n");

/** @param {number} length @param {number} most */
export function lengthWords(length, most) {
  return length < most * NEAR ? "" : `${many(length)} of ${many(most)} characters`;
}

/** @param {number} lost @param {number} most */
export function cutWords(lost, most) {
  const characters = lost === 1 ? "the last character" : `the last ${many(lost)} characters`;
  return `This does not fit whole: ${characters} of it were left out. An answer has room for ${many(most)}.`;
}

/** Counts in `place`; tells through `tell` when a paste or a drop is cut. */
export class Length {
  constructor(field, place, tell) {
    this.field = field;
    this.place = place;
    this.tell = tell;
    this.lost = 0;
    field.addEventListener("paste", ({ clipboardData }) => this.comes(clipboardData));
    field.addEventListener("drop", ({ dataTransfer }) => this.comes(dataTransfer));
    field.addEventListener("input", () => this.edited());
    this.count();
  }

  comes(data) {
    const { value, selectionStart, selectionEnd, maxLength } = this.field;
    const room = maxLength - value.length + (selectionEnd - selectionStart);
    this.lost = Math.max(0, lines(data?.getData("text/plain") || "").length - room);
  }

  edited() {
    if (this.lost) this.tell(cutWords(this.lost, this.field.maxLength));
    this.lost = 0;
    this.count();
  }

  count() {
    this.place.textContent = lengthWords(this.field.value.length, this.field.maxLength);
  }
}
