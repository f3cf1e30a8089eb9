/** What the pages take from CodeMirror 6: everything the code pane needs and nothing more. */
export { EditorState, Compartment, StateEffect, StateField, RangeSet } from "@codemirror/state";
export {
  EditorView, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars,
  drawSelection, dropCursor, Decoration,
} from "@codemirror/view";
export { history, historyKeymap, defaultKeymap, indentWithTab, temporarilySetTabFocusMode, toggleTabFocusMode } from "@codemirror/commands";
export { HighlightStyle, syntaxHighlighting, bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
export { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
export { tags } from "@lezer/highlight";
export { python } from "@codemirror/lang-python";
export { javascript } from "@codemirror/lang-javascript";
export { java } from "@codemirror/lang-java";
