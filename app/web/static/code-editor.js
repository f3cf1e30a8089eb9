/** A CodeMirror editor in place of a text area, which stays its mirror for all that reads the code. */
import {
  Compartment, Decoration, EditorState, EditorView, HighlightStyle, StateEffect, StateField,
  bracketMatching, closeBrackets, closeBracketsKeymap, defaultKeymap, drawSelection, dropCursor,
  highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, history, historyKeymap,
  indentOnInput, indentUnit, indentWithTab, java, javascript, keymap, lineNumbers, python,
  syntaxHighlighting, tags,
} from "./vendor/codemirror.min.js";

const LANGUAGES = { python, javascript, java };
const LEAVE_MS = 5000;

const cite = StateEffect.define();
const cited = StateField.define({
  create: () => Decoration.none,
  update(lines, transaction) {
    let found = lines.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(cite)) found = marks(transaction.state.doc, effect.value);
    }
    return found;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function marks(doc, { lines, spoken }) {
  const kind = Decoration.line({ class: spoken ? "cm-cited cm-spoken" : "cm-cited" });
  const known = [...new Set(lines)].filter((line) => line >= 1 && line <= doc.lines).sort((a, b) => a - b);
  return Decoration.set(known.map((line) => kind.range(doc.line(line).from)));
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.operatorKeyword, tags.modifier], color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--code-text)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className), tags.className, tags.typeName], color: "var(--code-name)" },
]);

/** Escape, then Tab or Shift and Tab, leaves the editor; Tab alone indents. */
const leaving = { key: "Escape", run: (view) => (view.setTabFocusMode(LEAVE_MS), false) };

/**
 * What is typed over a selection. Left to the browser, it keeps the look of what stood there in a
 * style attribute, which the pages' Content-Security-Policy forbids.
 */
const typedOver = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || !event.data || empty || !event.cancelable || view.composing) return false;
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    const handled = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert));
    if (!handled) view.dispatch(insert());
    return true;
  },
});

export class CodeEditor {
  /** @param {HTMLTextAreaElement} area @param {{changed: Function, pasted: Function}} tell */
  constructor(area, tell) {
    this.area = area;
    this.language = new Compartment();
    this.writable = new Compartment();
    this.view = new EditorView({ parent: this.place(), state: EditorState.create({ doc: area.value, extensions: this.extensions(tell) }) });
    area.hidden = true;
    this.speak(area.dataset.language);
  }

  place() {
    const box = document.createElement("div");
    box.className = "editor";
    this.area.after(box);
    document.querySelector(`label[for=${this.area.id}]`)?.addEventListener("click", () => this.focus());
    return box;
  }

  extensions(tell) {
    return [
      lineNumbers(), highlightSpecialChars(), history(), drawSelection(), dropCursor(), indentOnInput(),
      bracketMatching(), closeBrackets(), highlightActiveLine(), highlightActiveLineGutter(), cited,
      EditorState.tabSize.of(4), indentUnit.of("    "), syntaxHighlighting(colours),
      keymap.of([leaving, ...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
      this.language.of([]), this.writable.of([]), typedOver,
      EditorView.contentAttributes.of({ tabindex: "0", "aria-label": "Code", "aria-describedby": "code-help", spellcheck: "false", autocapitalize: "off" }),
      EditorView.domEventHandlers({ paste: (event) => void tell.pasted(event.clipboardData?.getData("text").length ?? 0) }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        this.mirror();
        if (!this.setting) tell.changed();
      }),
    ];
  }

  get code() {
    return this.view.state.doc.toString();
  }

  get focused() {
    return this.view.hasFocus;
  }

  /** The whole text, which nobody typed. */
  set(code) {
    if (code === this.code) return;
    this.setting = true;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: code }, effects: cite.of({ lines: [] }) });
    this.setting = false;
  }

  speak(language) {
    this.area.dataset.language = language;
    const known = LANGUAGES[language];
    this.view.dispatch({ effects: this.language.reconfigure(known ? known() : []) });
  }

  /** Marks lines; `spoken` ones are spoken about just now. The first comes into view within the editor. */
  cite(lines, spoken = false) {
    this.view.dispatch({ effects: cite.of({ lines, spoken }) });
    const first = lines.find((line) => line >= 1 && line <= this.view.state.doc.lines);
    if (!first) return;
    const { top } = this.view.lineBlockAt(this.view.state.doc.line(first).from);
    this.view.scrollDOM.scrollTop = top - this.view.scrollDOM.clientHeight / 2; // the page itself stays where it is
  }

  close() {
    const fixed = [EditorState.readOnly.of(true), EditorView.editable.of(false)];
    this.view.dispatch({ effects: this.writable.reconfigure(fixed) });
  }

  focus() {
    this.view.focus();
  }

  mirror() {
    this.area.value = this.code;
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
