/**
 * The policy of the window's page (CSP Level 3), sent with every answer. Inline styles are allowed because the component
 * library sets its colours in a style element; scripts, connections and everything else come from the application alone.
 * That library writes the element's text through innerHTML without a policy, so Trusted Types cannot be required.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ')
