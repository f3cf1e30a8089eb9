/** The token of this page, which every message that changes something carries; see app/web/form_tokens.py. */
const token = document.querySelector('meta[name="form-token"]')?.content ?? "";

/** These headers, and the token where people sign in. */
export const signed = (headers = {}) => (token ? { ...headers, "X-Form-Token": token } : headers);
