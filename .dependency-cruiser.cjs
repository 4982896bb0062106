/**
 * Who may import whom (docs/architecture.md). Node's own modules are dependencies of type `core`.
 * Tests may use Node as they like, but keep to the same folders.
 */
const test = '[.]test[.]ts$'
const testSupport = '^electron/.+/(testing|conformance)/'
const packages = 'node_modules/'

/** A room may import what `allowed` matches, and itself; anything else of ours is an error. */
const room = (name, from, allowed, fromNot = []) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: fromNot },
  to: { path: '^(shared|electron|renderer|e2e|scripts|bench)/', pathNot: [from, ...allowed] },
})

/** A room that is no Electron process: it may load neither Electron nor, unless it says so, Node. */
const withoutNode = (name, from, allowedModules = []) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: [test, testSupport] },
  to: { dependencyTypes: ['core'], pathNot: allowedModules },
})

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^(virtual:|#)' } },
    {
      name: 'no-tests-in-product',
      severity: 'error',
      from: { pathNot: [test, testSupport, '^(e2e|bench|scripts)/'] },
      to: { path: [test, testSupport] },
    },

    room('shared-imports-nothing', '^shared/', []),
    { name: 'shared-imports-no-package', severity: 'error', from: { path: '^shared/', pathNot: test }, to: { path: packages } },
    withoutNode('shared-is-no-node', '^shared/'),

    room('engine-is-pure', '^electron/engine/', ['^shared/'], [testSupport]),
    withoutNode('engine-is-no-node', '^electron/engine/', ['^(node:)?(crypto|zlib)$']),

    room('store-imports', '^electron/store/', ['^shared/', '^electron/engine/']),
    room('audit-imports', '^electron/audit/', ['^shared/', '^electron/engine/', '^electron/store/']),
    withoutNode('audit-is-no-node', '^electron/audit/'),
    {
      name: 'facts-only-from-the-engine',
      comment: 'The store and the audit know what the engine says, not how it reads.',
      severity: 'error',
      from: { path: '^electron/(store|audit)/', pathNot: [test, testSupport] },
      to: { path: '^electron/engine/', dependencyTypesNot: ['type-only', 'type-import'] },
    },

    room('report-imports', '^electron/report/', ['^shared/']),
    withoutNode('report-is-no-node', '^electron/report/'),
    room('session-imports', '^electron/session/', ['^shared/', '^electron/(engine|store|audit)/']),
    room('host-imports', '^electron/host/', ['^shared/', '^electron/(engine|store|audit|session|report)/']),
    room('cli-imports', '^electron/cli/', ['^shared/', '^electron/(engine|store|audit|session|report)/']),

    room('main-imports', '^electron/main/', ['^shared/']),
    room('preload-imports', '^electron/preload/', ['^shared/contract/']),
    withoutNode('preload-is-sandboxed', '^electron/preload/'),
    {
      name: 'electron-only-in-its-rooms',
      severity: 'error',
      from: { path: '^(shared|renderer|electron/(engine|store|audit|session|report|cli))/' },
      to: { path: ['^electron$', 'node_modules/electron(25)?/'] },
    },

    {
      name: 'nothing-talks-to-a-network',
      comment: 'Captures are private: nothing here may send them anywhere.',
      severity: 'error',
      from: { path: '^(shared|electron|renderer)/', pathNot: [test, testSupport] },
      to: { path: '^(node:)?(net|tls|http|https|http2|dgram|dns|dns/promises)$', dependencyTypes: ['core'] },
    },

    room('renderer-imports', '^renderer/', ['^shared/']),
    withoutNode('renderer-is-no-node', '^renderer/'),
    {
      name: 'ui-and-charts-know-no-feature',
      severity: 'error',
      from: { path: '^renderer/(ui|charts)/' },
      to: { path: '^renderer/features/' },
    },
    {
      name: 'report-view-has-no-backend',
      severity: 'error',
      from: { path: '^renderer/report/' },
      to: { path: '^renderer/backend/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist|test-results)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
    builtInModules: { add: [] },
  },
}
