/** What ends a command with status 2: one sentence on stderr, and no stack. */
export class Problem extends Error {}

const CONDITIONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links run in a circle',
  EIO: 'the disk reported an error',
}

export function codeOf(thrown: unknown): string | null {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : null
  return typeof code === 'string' ? code : null
}

/** The operating system's reason in words: "permission denied". */
export function reasonOf(thrown: unknown): string {
  const code = codeOf(thrown)
  return (code !== null ? CONDITIONS[code] : undefined) ?? (thrown instanceof Error ? thrown.message : String(thrown))
}
