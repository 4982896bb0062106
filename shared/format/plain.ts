/**
 * Strings that came out of a capture, made safe to show. An attacker chooses host names, paths and header lines, so they
 * may hold terminal escape sequences, bidirectional overrides that turn a name round ("Trojan Source", CVE-2021-42574),
 * invisible characters or megabytes.
 */

// C0, DEL and C1 controls; soft hyphen; Arabic letter mark; zero-width and directional marks; line and paragraph
// separators; bidirectional embeddings, overrides and isolates; invisible operators; byte order mark; interlinear
// annotations; tag characters; lone surrogates.
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu

/**
 * One line of plain text: what could steer a terminal, reorder text or hide becomes U+FFFD, so that its presence shows.
 * @param longest cut after so many UTF-16 units, with an ellipsis
 */
export function plain(text: string, longest = 300): string {
  const cut = text.length > longest ? text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '') + '…' : text
  return cut.replace(UNSAFE, '\ufffd')
}

/** The same for text of several lines: line feeds and tabs stay. */
export function plainLines(text: string, longest = 4000): string {
  const cut = text.length > longest ? `${text.slice(0, longest - 1)}…` : text
  return cut
    .split(/\r\n|\n/)
    .map((line) =>
      line
        .split('\t')
        .map((part) => part.replace(UNSAFE, '\ufffd'))
        .join('\t'),
    )
    .join('\n')
}
