/** Electron from 29 on; before, a File carries its path itself (until 31). */
interface WithWebUtils {
  readonly webUtils: { getPathForFile(file: object): string }
}

const hasWebUtils = (electron: object): electron is WithWebUtils =>
  'webUtils' in electron && typeof electron.webUtils === 'object'

/** The path of a dropped or chosen file; '' if it has none (made by a script, dragged out of a web page). */
export function pathForFile(file: object, electron: object): string {
  if (hasWebUtils(electron)) return electron.webUtils.getPathForFile(file)
  return 'path' in file && typeof file.path === 'string' ? file.path : ''
}
