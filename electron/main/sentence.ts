/** System error codes (errno) of writing a file, as a person would be told. */
const SYSTEM: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'There is no such folder.'],
  ['ENOTDIR', 'There is no such folder.'],
  ['EACCES', 'You have no permission to write there.'],
  ['EPERM', 'You have no permission to write there.'],
  ['EROFS', 'This disk cannot be written to.'],
  ['EISDIR', 'There is a folder of that name.'],
  ['EBUSY', 'Another program has this file open.'],
  ['ENOSPC', 'The disk is full.'],
])

const UNKNOWN = 'Something went wrong.'

/** One sentence about what was thrown, never a stack. */
export function sentenceOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return UNKNOWN
  const system = 'code' in thrown ? SYSTEM.get(thrown.code) : undefined
  const first = thrown.message.split(/[\r\n]/, 1)[0]?.trim() ?? ''
  return system ?? (first === '' ? UNKNOWN : first.slice(0, 300))
}
